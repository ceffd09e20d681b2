from collections.abc import Callable

from hroute.bench.brackets.threads import idle_threads

BEFORE = "cpu  0 0 0 0 0 0 0 0\ncpu0 0 0 0 0 0 0 0 0\ncpu1 0 0 0 0 0 0 0 0\nctxt 1\n"


def then(cpu0: str, cpu1: str) -> Callable[[], str]:
    """What the system says at first, and half a second later."""
    said = iter([BEFORE, f"cpu  0 0 0 0 0 0 0 0\ncpu0 {cpu0}\ncpu1 {cpu1}\n"])
    return lambda: next(said)


def test_a_core_that_others_use_is_left_to_them() -> None:
    assert idle_threads(2, then("48 0 1 1 0 0 0 0", "1 0 0 49 0 0 0 0")) == 1


def test_all_cores_are_taken_while_they_are_idle() -> None:
    assert idle_threads(2, then("2 0 0 48 0 0 0 0", "0 0 0 30 20 0 0 0")) == 2


def test_a_busy_machine_still_gives_one() -> None:
    assert idle_threads(2, then("50 0 0 0 0 0 0 0", "50 0 0 0 0 0 0 0")) == 1


def test_all_cores_are_taken_where_the_system_does_not_say() -> None:
    def nothing() -> str:
        raise FileNotFoundError

    assert idle_threads(4, nothing) == 4
