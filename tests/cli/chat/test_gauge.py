"""The line below the prompt, measured on a conversation with engines that answer on cue."""

import threading
from decimal import Decimal

import pytest

from hroute.app.chat.conversation import Conversation
from hroute.app.chat.views import Gauge
from hroute.cli.chat.gauge import LiveGauge, gauge_line, short_count, words_of
from hroute.core.decision.decision import Route
from hroute.core.turn.message import Text
from tests.support.talking import heard
from tests.support.world import Make, World


class Watched:
    """A live gauge of which a test can wait for the next reading."""

    def __init__(self, world: World) -> None:
        self.chat = Conversation(world.runtime)
        self.readings = 0
        self._changed = threading.Event()
        self.live = LiveGauge(Gauge(self.chat), self._note)

    def _note(self) -> None:
        self.readings += 1
        self._changed.set()

    def type(self, *texts: str) -> None:
        self._changed.clear()
        for text in texts:
            self.live.measure(text)
        assert self._changed.wait(5)

    def line(self, width: int = 200) -> str:
        parts = gauge_line(self.live, len(self.chat.files), width)
        return " · ".join(part.long for part in parts)


def test_the_line_says_where_the_text_would_go_and_what_is_used_up(make: Make) -> None:
    gauge = Watched(make())
    gauge.type("Write a haiku as JSON, under 20 words")
    assert gauge.line() == (
        "local chat (default) · right: local 75%, cloud 98% · constraints 2/3 · context 20/7.2k · today $0"
    )


def test_history_files_and_money_count(make: Make) -> None:
    world = make(cloud="An answer. " * 50)
    gauge = Watched(world)
    gauge.chat.setup = gauge.chat.setup.forcing(Route.CLOUD)
    heard(gauge.chat.say("hello"))
    gauge.chat.files = (Text("some notes", "notes.md"),)
    gauge.live.begin()
    gauge.type("go on")
    assert gauge.line().startswith(
        "cloud chat (forced) · right: local 75%, cloud 98% · constraints 0/3 · 1 file · "
    )
    assert gauge.line().endswith("today $0.000012")


@pytest.mark.parametrize("text", ["", "  ", "/route cloud", "/nonsense"])
def test_what_would_not_be_sent_has_no_route(make: Make, text: str) -> None:
    gauge = Watched(make())
    gauge.type(text)
    assert gauge.line().startswith("context ")


def test_a_wish_that_cannot_be_granted_is_shown(make: Make) -> None:
    gauge = Watched(make(with_cloud=False))
    gauge.type("Write a limerick as JSON, under 40 words, in French, without the letter q.")
    assert gauge.line().startswith("local chat (constraint_density, no_cloud) · right: ")
    assert " · constraints 4/3 · " in gauge.line()


@pytest.mark.parametrize("width", [80, 40, 30, 12, 1])
def test_the_line_is_never_wider_than_the_terminal(make: Make, width: int) -> None:
    gauge = Watched(make(with_cloud=False))
    gauge.type("Write a limerick as JSON, under 40 words, in French, without the letter q.")
    assert len(gauge.line(width)) <= width
    if width == 40:
        assert gauge.line(width) == "local chat · 75%/98% · 4/3 · 30/7.2k"


def test_what_is_least_missed_is_shortened_first(make: Make) -> None:
    gauge = Watched(make())
    gauge.type("Write a haiku as JSON, under 20 words")
    assert gauge.line(80) == ("local chat (default) · 75%/98% · constraints 2/3 · context 20/7.2k · today $0")


def test_only_the_text_after_the_last_key_is_measured(make: Make) -> None:
    gauge = Watched(make())
    text = "Write a haiku as JSON, under 20 words"
    gauge.type(*(text[:end] for end in range(1, len(text) + 1)))
    assert gauge.readings == 1
    assert "constraints 2/3" in gauge.line()


def test_a_text_that_cannot_be_measured_leaves_the_gauge_alive(make: Make) -> None:
    gauge = Watched(make())
    gauge.chat.setup = gauge.chat.setup.with_schema("name: str")
    gauge.type("hello")
    assert "tools" in gauge.line()
    gauge.live.rest()
    assert gauge.live.today_usd == Decimal(0)


def test_of_a_command_nothing_is_sent() -> None:
    texts = ("/why 3", "//why 3", "/usr/bin", "a")
    assert [words_of(text) for text in texts] == ["", "/why 3", "/usr/bin", "a"]


@pytest.mark.parametrize(
    ("count", "words"),
    [(950, "950"), (1234, "1.2k"), (99_999, "99k"), (131_072, "131k"), (1_500_000, "1.5M")],
)
def test_counts_are_short(count: int, words: str) -> None:
    assert short_count(count) == words
