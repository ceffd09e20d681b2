"""Options that several commands share."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hroute.cli import completing
from hroute.core.decision.decision import Route

if TYPE_CHECKING:
    from hroute.config.outside import Assignment

RouteOption = Annotated[
    Route | None, typer.Option("--route", help="Take exactly this route, whatever the signals say.")
]
Files = Annotated[
    list[Path] | None,
    typer.Option("-f", "--file", metavar="FILE", help="A text file to go along; repeatable."),
]
System = Annotated[str | None, typer.Option(metavar="TEXT", help="A system prompt.")]
Tools = Annotated[
    Path | None, typer.Option(metavar="FILE.json", help="Tools that may be called, in any usual form.")
]
SchemaOption = Annotated[
    str | None,
    typer.Option("--schema", metavar="FILE|FORM", help="Bind the answer to a schema: 'name: str, age: int'."),
]
Quiet = Annotated[bool, typer.Option("-q", "--quiet", help="No notes on stderr.")]
Overrides = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="KEY=VALUE",
        help="Override a setting for this call; repeatable.",
        autocompletion=completing.overrides,
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]

# Of the benches that let a model answer for minutes.
Slots = Annotated[
    int, typer.Option(metavar="N", min=1, max=63, help="How many answers are decoded at a time.")
]
Resume = Annotated[bool, typer.Option("--resume", help="Go on with an interrupted run.")]
ApplyYes = Annotated[bool, typer.Option("-y", "--yes", help="With --apply: do not ask.")]
SavedRunFile = Annotated[
    Path | None, typer.Option("--from", metavar="FILE", help="Show a saved run; measure nothing.")
]


def assigned(overrides: Sequence[str] | None) -> "list[Assignment]":
    """What --set has said. Raises ConfigError."""
    if not overrides:
        return []
    from hroute.config.outside import assignments

    return assignments(overrides, "--set")
