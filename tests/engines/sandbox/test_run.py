"""The code of these tests does not pass the list: it goes straight to the child, and tries to get out."""

import os
from pathlib import Path
from time import monotonic

import pytest

from hroute.engines.sandbox.run import FAILED, Calls, Ran, RunLimits, run_code, run_unread, unavailable

MOST_S = 20  # a test's run, on a machine that others use too
# The builtins are few, but Python's objects lead to all of `os`, and from there to every loaded module.
OUT = """
kinds = ().__class__.__base__.__subclasses__()
os = [kind for kind in kinds if kind.__name__ == "_wrap_close"][0].__init__.__globals__
modules = os["sys"].modules
"""

pytestmark = pytest.mark.skipif(unavailable() is not None, reason=f"no sandbox here: {unavailable()}")


SHORT = RunLimits(wall_s=8, cpu_s=1)
SPENT = "it took more than 1 s of the processor"


def attempt(code: str, *arguments: object, limits: RunLimits = SHORT) -> Ran:
    began_s = monotonic()
    ran = run_unread(OUT + code, Calls("f", [arguments]), limits)
    assert monotonic() - began_s < MOST_S
    return ran


def test_calls_return_their_values() -> None:
    ran = run_code("def f(a, b):\n    return [a + b, (a, b)]", Calls("f", [[1, 2], ["x", "y"], [1, "y"]]))
    assert ran == Ran(([3, [1, 2]], ["xy", ["x", "y"]], FAILED))


def test_code_that_is_not_on_the_list_is_not_run() -> None:
    ran = run_code("import os\ndef f(): pass", Calls("f", [[]]))
    assert ran == Ran(fault="not run: Import is not on the list")


@pytest.mark.parametrize(
    ("code", "fault"),
    [
        ("x = 1", "it defines no f"),
        ("1 / 0", "ZeroDivisionError: division by zero"),
        ("{}['f']", "KeyError: 'f'"),
    ],
)
def test_code_without_the_function_says_so(code: str, fault: str) -> None:
    assert run_code(code, Calls("f", [[]])) == Ran(fault=fault)


def test_the_attempts_reach_the_system() -> None:
    """Else the tests below would show nothing."""
    assert attempt("def f(): return os['getpid']() > 1").values == (True,)


def test_a_file_cannot_be_read(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("s")
    assert attempt("def f(path): return os['open'](path, 0)", str(secret)).values == (FAILED,)
    assert attempt("def f(path): return os['listdir'](path)", str(tmp_path)).values == (FAILED,)


def test_the_environment_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HROUTE_TEST_KEY", "secret")
    [seen] = attempt("def f(): return dict(os['environ'])").values
    assert "HROUTE_TEST_KEY" not in seen
    parents = "def f(): return modules['io'].open('/proc/%d/environ' % os['getppid']()).read()"
    assert attempt(parents).values == (FAILED,)


def test_no_socket_can_be_opened() -> None:
    code = "def f(): return modules['ctypes'].CDLL(None).socket(2, 1, 0)"
    assert attempt(code).values == (-1,)


def test_no_descriptor_is_inherited() -> None:
    reading, writing = os.pipe()
    os.set_inheritable(writing, True)
    ran = attempt("def f(fd): return os['write'](fd, b'x')", writing)
    os.close(writing)
    with os.fdopen(reading, "rb") as file:
        assert file.read() == b""
    assert ran.values == (FAILED,)


def test_it_cannot_fork_without_end() -> None:
    code = """
def f():
    for _ in range(1000):
        try:
            os["fork"]()
            return "forked"
        except modules["builtins"].OSError:
            pass
    return "held"
"""
    assert attempt(code).values == ("held",)


def test_no_program_can_be_started() -> None:
    code = "def f(): return modules['ctypes'].CDLL(None).execv(b'/bin/true', None)"
    assert attempt(code).values == (-1,)


def test_it_cannot_fill_the_disk() -> None:
    code = """
def f():
    fd = os["open"]("big", os["O_CREAT"] | os["O_WRONLY"])
    while True:
        os["write"](fd, b"x" * 10**6)
"""
    assert attempt(code).values == (FAILED,)


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ("while True: pass", SPENT),
        ("return 9**9**9", SPENT),
        ("while True: modules['builtins'].print('x' * 1000)", "it wrote more than 65536 bytes"),
        ("return 'x' * 10**6", "it wrote more than 65536 bytes"),
        ("os['kill'](os['getpid'](), 9)", None),
    ],
)
def test_what_does_not_end_is_ended(body: str, fault: str | None) -> None:
    ran = attempt(f"def f():\n    {body}")
    late = "it was not done in time"  # on a machine that has no second to spare in eight
    assert ran.fault in {fault, late} if fault else ran == Ran((FAILED,))


def test_waiting_without_end_is_ended_by_the_clock() -> None:
    stuck = "def f():\n    lock = modules['_thread'].allocate_lock()\n    lock.acquire()\n    lock.acquire()"
    assert attempt(stuck, limits=RunLimits(wall_s=1)).fault == "it was not done in time"


def test_it_cannot_allocate_without_end() -> None:
    code = "def f():\n    kept = []\n    while True: kept.append('x' * 10**6)"
    small = RunLimits(wall_s=15, cpu_s=5, memory_bytes=2**27)
    assert attempt(code, limits=small).values == (FAILED,)


def test_an_error_that_misbehaves_is_only_a_failed_call() -> None:
    code = """
def f():
    kind = modules["builtins"].type("E", (Exception,), {"__str__": lambda self: 1 / 0})
    raise kind()
"""
    assert attempt(code).values == (FAILED,)
