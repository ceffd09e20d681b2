from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from threading import Event, current_thread
from time import sleep

from hroute.app.answer.budgeted_scout import HOPELESS_FROM, JUDGED_FROM, BudgetedScout
from hroute.core.decision.signals import Label, ScoutReading
from hroute.core.errors import Failure, LocalInferenceError
from hroute.core.remedies import Advice, PullModel
from hroute.core.routing.reasons import ScoutBroken, ScoutLate


class Named:
    kind = "gguf"

    def __init__(self, name: str, error: LocalInferenceError | None = None) -> None:
        self.name, self.error = name, error
        self.loads = self.readings = 0

    def load(self) -> None:
        self.loads += 1
        if self.error:
            raise self.error

    def read(self, prompt: str) -> ScoutReading:
        self.readings += 1
        return ScoutReading(Label.STANDARD, 0, self.name)


def taking(ms: float) -> Iterator[float]:
    """A clock on which everything between two looks takes this long."""
    return (place * ms / 1000 for place in count())


def models(scout: BudgetedScout, readings: int) -> list[str]:
    return [scout.read("hi").model for _ in range(readings)]


def test_a_scout_within_its_budget_reads_everything() -> None:
    scout = BudgetedScout(Named("gguf"), Named("builtin-1"), 80, taking(79).__next__)
    assert models(scout, 10) == ["gguf"] * 10


def test_a_late_scout_is_replaced_and_the_reading_says_so() -> None:
    scout = BudgetedScout(Named("gguf"), Named("builtin-1"), 80, taking(81).__next__)
    late = HOPELESS_FROM
    assert models(scout, late + 2) == ["gguf"] * late + ["builtin-1 (gguf over budget)"] * 2
    assert scout.read("hi").note == ScoutLate("gguf", 80)


def test_waiting_for_the_readings_of_others_does_not_count_as_late() -> None:
    class Slow(Named):
        def read(self, prompt: str) -> ScoutReading:
            sleep(0.02)
            return super().read(prompt)

    scout = BudgetedScout(Slow("gguf"), Named("builtin-1"), 120)
    with ThreadPoolExecutor(16) as pool:
        read = list(pool.map(lambda _: scout.read("hi").model, range(32)))
    assert read == ["gguf"] * 32


def test_loading_ahead_is_done_when_the_first_reading_comes_and_not_where_the_caller_is() -> None:
    done, slow = Event(), Named("encoder")

    class Loading(Named):
        def load(self) -> None:
            slow.loads += 1
            slow.name = current_thread().name
            done.set()

    BudgetedScout(Loading("encoder"), Named("builtin-1"), 80).load_ahead()
    assert done.wait(5)
    assert (slow.loads, slow.name) == (1, "hroute-scout")


def test_what_fails_ahead_is_told_by_the_reading() -> None:
    error = LocalInferenceError(Failure.MISSING, "the weights are not here", "pull them")
    scout = BudgetedScout(Named("gguf", error), Named("builtin-1"), 80)
    scout.load_ahead()
    reading = scout.read("hi")
    assert (reading.model, reading.note) == (
        "builtin-1 (gguf failed: missing)",
        ScoutBroken("the weights are not here", (Advice("pull them"),)),
    )


def test_one_hiccup_replaces_nothing_and_being_late_now_and_then_does() -> None:
    def clock(*took_ms: float) -> Iterator[float]:
        now = 0.0
        for ms in took_ms:
            yield now
            now += ms / 1000
            yield now

    once = BudgetedScout(Named("gguf"), Named("builtin-1"), 80, clock(500, *[10] * 60).__next__)
    assert models(once, 30) == ["gguf"] * 30
    often = BudgetedScout(Named("gguf"), Named("builtin-1"), 80, clock(*[10, 10, 500] * 20).__next__)
    assert models(often, JUDGED_FROM + 1)[-2:] == ["gguf", "builtin-1 (gguf over budget)"]


def test_without_any_budget_it_is_replaced_as_soon_as_it_can_be_judged() -> None:
    scout = BudgetedScout(Named("gguf"), Named("builtin-1"), 0)
    assert models(scout, JUDGED_FROM + 1)[-1] == "builtin-1 (gguf over budget)"


def test_loading_does_not_count() -> None:
    now = [0.0]

    class SlowToLoad(Named):
        def load(self) -> None:
            now[0] += 0 if self.readings else 60

    scout = BudgetedScout(SlowToLoad("gguf"), Named("builtin-1"), 80, lambda: now[0])
    assert models(scout, 10) == ["gguf"] * 10


def test_a_scout_that_cannot_be_loaded_is_tried_once() -> None:
    broken = Named("gguf", LocalInferenceError(Failure.MISSING, "no such file"))
    scout = BudgetedScout(broken, Named("builtin-1"), 80)
    assert models(scout, 3) == ["builtin-1 (gguf failed: missing)"] * 3
    assert broken.loads == 1


def test_the_reading_that_replaces_a_missing_one_says_what_to_do() -> None:
    error = LocalInferenceError(Failure.MISSING, "the weights are not here", PullModel("scout"))
    scout = BudgetedScout(Named("gguf", error), Named("builtin-1"), 80)
    note = ScoutBroken("the weights are not here", (PullModel("scout"),))
    assert [scout.read("hi").note for _ in range(2)] == [note, note]


def test_a_slow_reading_says_how_long_it_took() -> None:
    scout = BudgetedScout(Named("gguf"), Named("builtin-1"), 80, taking(25).__next__)
    assert round(scout.read("hi").latency_ms) == 25
