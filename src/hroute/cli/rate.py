"""`hroute rate`: whether an answer was good."""

from decimal import Decimal
from typing import TYPE_CHECKING, Annotated

import typer

from hroute.cli import completing
from hroute.cli.options import AsJson
from hroute.cli.terminal import Terminal
from hroute.core.decision.decision import LONGEST_MINUTES

if TYPE_CHECKING:
    from hroute.core.turn.verdict import Judgement


def rate(
    words: Annotated[
        list[str],
        typer.Argument(
            metavar="[ID] good|bad|unknown",
            help="The turn, and what its answer was.",
            autocompletion=completing.ratings,
        ),
    ],
    last: Annotated[bool, typer.Option("--last", help="The newest turn.")] = False,
    minutes: Annotated[
        float | None,
        typer.Option(
            "-m",
            "--minutes",
            metavar="M",
            min=0,
            max=LONGEST_MINUTES,
            help="What a bad answer took of your time.",
        ),
    ] = None,
    note: Annotated[str | None, typer.Option(metavar="TEXT", help="Why, in your own words.")] = None,
    as_json: AsJson = False,
) -> None:
    """Say whether an answer was good: what reports, replays and calibrations learn from.

    A verdict can be changed, and unknown takes it back; every one stays on record in `hroute log show`.
    Without --minutes a bad answer counts as cpst.minutes_per_failure.

    \b
    Examples:
      hroute rate --last good
      hroute rate 12 bad --minutes 5 --note "wrong units"
      hroute rate 12 unknown
    """
    from hroute.app.rate import rate as give
    from hroute.cli.format.as_json import json_line
    from hroute.cli.format.verdict_words import verdict_json, verdict_words
    from hroute.cli.runtime import user_runtime
    from hroute.core.turn.verdict import Verdict

    turn_id, judgement = _parsed(words, last=last)
    terminal = Terminal.current()
    spent = None if minutes is None else Decimal(str(minutes))
    with user_runtime() as runtime:
        rated = give(
            runtime.log,
            runtime.log.last_id() if turn_id is None else turn_id,
            Verdict(judgement, minutes=spent, note=note),
        )
    if as_json:
        before = None if rated.was is None else verdict_json(rated.was)
        terminal.write(json_line({"id": str(rated.turn_id), **verdict_json(rated.verdict), "was": before}))
        return
    was = "not rated" if rated.was is None else verdict_words(rated.was)
    terminal.write(f"#{rated.turn_id} is {verdict_words(rated.verdict)} (was {was})\n")


def _parsed(words: list[str], *, last: bool) -> "tuple[int | None, Judgement]":
    """The turn, None for the last one, and the judgement."""
    from hroute.core.errors import UsageError
    from hroute.core.turn.verdict import Judgement

    if len(words) != (1 if last else 2):
        raise UsageError(
            "rate takes one turn and one verdict", "hroute rate 12 good, or hroute rate --last bad"
        )
    number, judgement = words[0].removeprefix("#"), words[-1].lower()
    if not last and not (number.isascii() and number.isdigit()):
        raise UsageError(f"{words[0]!r} is no turn", "Its number is in: hroute log list")
    if judgement not in list(Judgement):
        raise UsageError(f"{words[-1]!r} is no verdict", "Give good, bad, or unknown to take one back.")
    return None if last else int(number), Judgement(judgement)
