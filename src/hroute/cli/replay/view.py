"""What `hroute replay` shows."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from hroute.cli.format.aligned import show_aligned
from hroute.cli.format.as_json import json_line
from hroute.cli.format.money import as_text, difference, rounded
from hroute.cli.format.words import counted, shortened
from hroute.cli.words.decision import reason_words
from hroute.core.routing.policy import VERSIONS
from hroute.core.sanitize import one_line

if TYPE_CHECKING:
    from hroute.app.replay.replay import Flip, NewlyRejected, Replay
    from hroute.cli.terminal import Terminal
    from hroute.core.intervals import Figure
    from hroute.core.routing.replay import ReplayChange, VerdictsOnChange

PromptsById = Mapping[int, str | None]

PROMPT_CHARS = 60
_FLIP_CHARS = 57  # of a turn's line before its prompt
_EXPLORE = (
    "Where only the scout or the expected cost decides, a lot shows both sides:"
    " hroute config set routing.explore 0.05"
)
_CHANGE = ("then", "now", "change [95%]")


def show_replay(found: "Replay", policy: str, prompts: PromptsById, terminal: "Terminal") -> None:
    terminal.line((f"{counted(found.turns, 'turn')} decided again by {VERSIONS[policy]}", "bold"))
    for line in (*_change_lines(found), *_remark_lines(found)):
        terminal.line((f"  {line}", ""))
    terminal.line()
    _show_expected(found.expected_cpst_usd, terminal)
    _show_evidence(found.evidence, terminal)
    if found.doubts is not None:
        _show_doubts(found.doubts, terminal)
    _show_flips(found.flips, prompts, terminal)


def replay_json(found: "Replay", policy: str, prompts: PromptsById) -> str:
    changes = [{"then": then, "now": now, "turns": n} for (then, now), n in found.changes.items()]
    return json_line(
        {
            **asdict(found),
            "policy": VERSIONS[policy],
            "changed": found.changed,
            "changes": changes,
            "flips": [_flip_json(flip, prompts) for flip in found.flips],
        }
    )


def _flip_json(flip: "Flip", prompts: PromptsById) -> dict[str, Any]:
    words = {"turn_id": str(flip.turn_id), "reason": reason_words(flip.reason), "usd": as_text(flip.usd)}
    known = {**asdict(flip), **words}
    return {**known, "prompt": prompts.get(flip.turn_id)}


def _change_lines(found: "Replay") -> list[str]:
    if not found.changed:
        return ["no route changes"]
    ways = [f"{n:,} from {then} to {now}" for (then, now), n in sorted(found.changes.items())]
    return [f"{found.changed:,} take another route ({found.changed / found.turns:.1%}): {', '.join(ways)}"]


def _remark_lines(found: "Replay") -> list[str]:
    remarks = {
        "were forced and keep their route": found.forced,
        "want the cloud and stay local, as none is configured or it was out of reach": found.held_back,
        "keep what was decided of their length: the log has only a bound of it": found.unsettled,
        "keep their stored reading: their prompt is not in the log": found.unread,
    }
    return [f"{n:,} {words}" for words, n in remarks.items() if n]


def _show_expected(change: "ReplayChange", terminal: "Terminal") -> None:
    if change.now is None or change.then is None:
        terminal.line(("The change in expected CPST is unknown: the cloud has no known price.", ""))
        terminal.line()
        return
    show_aligned("Expected of all turns", ("", *_CHANGE), [("CPST", *_usd_cells(change))], terminal)
    about = (
        "From the chances of each turn and the prices of now; other turns like these may lie in the interval."
    )
    terminal.line((f"  {about}", "dim"))
    terminal.line()


def _show_evidence(found: "VerdictsOnChange", terminal: "Terminal") -> None:
    if found.refusal:
        terminal.line((f"No estimate from verdicts: {found.refusal}.", ""))
        if found.rated and found.changed:
            terminal.line((f"  {_EXPLORE}", "dim"))
        terminal.line()
        return
    successes = [(f"success, {one.method}", *_rate_cells(one.success)) for one in found.estimates]
    costs = [(f"CPST, {one.method}", *_usd_cells(one.cpst_usd)) for one in found.estimates]
    title = f"Estimated from {counted(found.rated, 'turn')} with a verdict"
    show_aligned(title, ("", *_CHANGE), [*successes, *costs], terminal)
    for line in _evidence_lines(found):
        terminal.line((f"  {line}", "dim"))
    terminal.line()


def _evidence_lines(found: "VerdictsOnChange") -> list[str]:
    lines = [
        f"{found.changed:,} of them change, {found.matched:,} of these took by lot what they change to;"
        f" effective sample size {found.effective:,.0f}",
        "taken for granted: the turns that you rated are like those that you did not",
    ]
    if found.uncertain:
        lines.append(
            f"left out, as their route was certain and the log does not show the other: {found.uncertain:,}"
        )
    return lines


def _show_doubts(found: "NewlyRejected", terminal: "Terminal") -> None:
    newly = found.newly_good + found.newly_bad + found.newly_unrated
    terminal.line(("Answers of low confidence", "bold"))
    known = counted(found.known, "local answer")
    terminal.line((f"  {known} of known confidence: {found.now:,} would fail over, {found.then:,} did", ""))
    if newly:
        verdicts = f"{found.newly_bad:,} bad, {found.newly_good:,} good, {found.newly_unrated:,} not rated"
        terminal.line((f"  your verdicts on the {newly:,} that newly would: {verdicts}", ""))
    if found.cpst_usd.now is not None:
        then, now, by = _usd_cells(found.cpst_usd)
        terminal.line((f"  expected CPST of these answers: {then} -> {now}, {by}", ""))
    terminal.line()


def _show_flips(flips: Sequence["Flip"], prompts: PromptsById, terminal: "Terminal") -> None:
    if not flips:
        return
    terminal.line(("Turns that change most", "bold"))
    width = terminal.console().width - _FLIP_CHARS if terminal.is_rich else PROMPT_CHARS
    for flip in flips:
        route, usd = f"{flip.then} -> {flip.now}", "unknown" if flip.usd is None else difference(flip.usd)
        prompt = prompts.get(flip.turn_id)
        text = "(not kept)" if prompt is None else shortened(one_line(prompt), width)
        terminal.line((f"  {f'#{flip.turn_id}':8} {route:14} {usd:>9}  {flip.rule:18}  ", ""), (text, "dim"))


def _usd_cells(change: "ReplayChange") -> tuple[str, str, str]:
    return _usd(change.then), _usd(change.now), _interval(change.by, lambda usd: difference(_decimal(usd)))


def _rate_cells(change: "ReplayChange") -> tuple[str, str, str]:
    return _rate(change.then), _rate(change.now), _interval(change.by, lambda rate: f"{rate:+.1%}")


def _interval(figure: "Figure", words: Callable[[float], str]) -> str:
    if figure.value is None or figure.low is None or figure.high is None:
        return "unknown"
    return f"{words(figure.value)} [{words(figure.low)}, {words(figure.high)}]"


def _rate(share: float | None) -> str:
    return "unknown" if share is None else f"{share:.1%}"


def _usd(usd: float | None) -> str:
    return rounded(None if usd is None else _decimal(usd))


def _decimal(usd: float) -> Decimal:
    """To a millionth: an estimate has no more."""
    return Decimal(f"{usd:.6f}")
