"""The line below the prompt while somebody types: where the text would go, and what is used up."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal

from hroute.app.chat.views import Gauge, Preview
from hroute.cli.chat.slash import Prompt, parse
from hroute.cli.format.money import cents, usd
from hroute.core.decision.decision import Chances
from hroute.core.errors import HrouteError

QUIET_S = 0.15  # after the last key
LONGEST_CHARS = 100_000  # a longer text is measured when it is sent


class LiveGauge:
    """Measures the latest text in a thread of its own, so that no key ever waits for it."""

    def __init__(self, gauge: Gauge, changed: Callable[[], None] = lambda: None) -> None:
        """`changed` is called from that thread when there is something new to show."""
        self.changed = changed
        self.preview: Preview | None = None
        self.has_words = False  # whether the preview is of anything that would be sent
        self._gauge = gauge
        self._wanted: str | None = None
        self._news = threading.Condition()
        self._measuring = threading.Lock()
        threading.Thread(target=self._work, name="hroute-gauge", daemon=True).start()

    @property
    def today_usd(self) -> Decimal:
        return self._gauge.today_usd

    def begin(self) -> None:
        """A prompt begins: what the log knows is read anew, in the conversation's thread."""
        self._gauge.refresh()
        self.preview = None
        self.measure("")

    def measure(self, text: str) -> None:
        with self._news:
            self._wanted = text
            self._news.notify()

    def rest(self) -> None:
        """Returns when nothing is being measured: models and counters are of one thread at a time."""
        with self._news:
            self._wanted = None
        with self._measuring:
            pass

    def _work(self) -> None:
        while True:
            with self._news:
                self._wait_for_quiet()
                text, self._wanted = self._wanted, None
                self._measuring.acquire()
            try:
                if text is not None:
                    self._measure(text)
            finally:
                self._measuring.release()
            self.changed()

    def _wait_for_quiet(self) -> None:
        self._news.wait_for(lambda: self._wanted is not None)
        while self._wanted and self._news.wait(QUIET_S):
            pass

    def _measure(self, text: str) -> None:
        words = words_of(text)[:LONGEST_CHARS]
        try:
            self.preview = self._gauge.preview(words)
        except HrouteError:
            self.preview = None  # sending it says what is wrong
        self.has_words = bool(words.strip())


def words_of(text: str) -> str:
    """What of the text would be sent: nothing of a command."""
    try:
        entered = parse(text)
    except HrouteError:
        return ""
    return entered.text if isinstance(entered, Prompt) else ""


@dataclass(frozen=True, slots=True)
class GaugePart:
    style: str
    long: str
    short: str | None = None  # on a narrow terminal; empty: left out
    keep: int = 1  # what is less is shortened first, of equals the last one


def gauge_line(live: LiveGauge, waiting_files: int, width: int) -> list[GaugePart]:
    """The parts of the line, as long as the width allows; `long` is what is shown of each."""
    preview, today_usd = live.preview, live.today_usd
    decision = _decision_parts(preview) if preview and live.has_words else []
    money = GaugePart("", f"today {usd(today_usd)}", cents(today_usd))
    parts = [*decision, *_files(waiting_files), *_context(preview), money]
    shown = parts
    if _width(parts) <= width:
        return parts
    for place in sorted(range(len(parts)), key=lambda place: (parts[place].keep, -place)):
        parts[place] = replace(parts[place], long=_short(parts[place]))
        if _width(shown := [part for part in parts if part.long]) <= width:
            return shown
    while _width(shown) > width:
        shown.pop()
    return shown


def _width(parts: list[GaugePart]) -> int:
    return sum(len(part.long) + 3 for part in parts) - 3


def _short(part: GaugePart) -> str:
    return part.long if part.short is None else part.short


def _decision_parts(preview: Preview) -> list[GaugePart]:
    decision, constraints = preview.decision, preview.signals.constraints
    rule = f"{decision.rule}, {decision.degraded}" if decision.degraded else str(decision.rule)
    style = f"class:route-{decision.route}"
    return [
        GaugePart(style, f"{decision.route} {decision.slot} ({rule})", f"{decision.route} {decision.slot}"),
        *_chances(decision.chances),
        GaugePart(
            "class:over" if constraints.exceeded else "",
            f"constraints {constraints.count}/{constraints.threshold}",
            f"{constraints.count}/{constraints.threshold}",
        ),
    ]


def _chances(chances: Chances | None) -> list[GaugePart]:
    """Of a right answer by each route; nobody knows the last hundredth."""
    if chances is None:
        return []
    local, cloud = (f"{min(chance, 0.99):.0%}" for chance in (chances.local, chances.cloud))
    return [GaugePart("", f"right: local {local}, cloud {cloud}", f"{local}/{cloud}", keep=0)]


def _files(count: int) -> list[GaugePart]:
    return [GaugePart("", f"{count} file{'' if count == 1 else 's'}")] if count else []


def _context(preview: Preview | None) -> list[GaugePart]:
    if preview is None:
        return []
    use = preview.context
    words = f"{short_count(use.tokens)}/{short_count(use.limit)}"
    left_out = f", {use.left_out} turns left out" if use.left_out else ""
    return [GaugePart("class:over" if use.tokens > use.limit else "", f"context {words}{left_out}", words)]


def short_count(count: int) -> str:
    """At most four characters and a unit: 950, 1.2k, 131k, 1.5M."""
    for unit, size in (("M", 1_000_000), ("k", 1000)):
        if count >= size:
            return f"{count / size:.1f}{unit}" if count < 10 * size else f"{count // size}{unit}"
    return str(count)
