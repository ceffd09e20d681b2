"""`hroute bench`: numbers about hroute and its models, measured here and now."""

from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from hroute.cli.bench.ability.command import ability
from hroute.cli.bench.brackets.command import brackets
from hroute.cli.bench.brackets.read import compare, drift, show
from hroute.cli.bench.confidence.command import confidence
from hroute.cli.bench.confidence.generic import generic
from hroute.cli.bench.context import context
from hroute.cli.bench.grammar import grammar
from hroute.cli.bench.learn import learn
from hroute.cli.bench.prefix import prefix
from hroute.cli.bench.report import report
from hroute.cli.bench.route import route
from hroute.cli.bench.signals import signals
from hroute.cli.options import AsJson
from hroute.cli.terminal import Terminal


class Benches(TyperGroup):
    """Brackets is the default: its options may follow `hroute bench` at once."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if ctx.resilient_parsing:  # somebody wants to complete the name of a bench
            return super().parse_args(ctx, args)
        is_default = not args or (args[0].startswith("-") and args[0] not in ("-h", "--help"))
        return super().parse_args(ctx, ["brackets", *args] if is_default else args)


bench_app = typer.Typer(cls=Benches)
bench_app.command()(brackets)
bench_app.command()(show)
bench_app.command()(compare)
bench_app.command()(drift)
bench_app.command()(signals)
bench_app.command()(route)
bench_app.command()(learn)
bench_app.command()(context)
bench_app.command()(ability)
bench_app.command()(confidence)
bench_app.command()(generic)
bench_app.command()(prefix)
bench_app.command()(grammar)
bench_app.command()(report)


@bench_app.callback()
def bench() -> None:
    """Measure hroute and its models on this machine; without a command, brackets."""


@bench_app.command()
def overhead(
    runs: Annotated[
        int, typer.Option(metavar="N", min=3, max=1000, help="Repetitions of each measure.")
    ] = 15,
    as_json: AsJson = False,
) -> None:
    """Measure what routing itself costs, as ratios to its floor.

    Processes are run in turn, so that a noisy moment hits all of them; medians are printed.

    \b
    Examples:
      hroute bench overhead
      hroute bench overhead --runs 50 --json
    """
    from dataclasses import asdict

    from hroute.bench.overhead import measure_overhead
    from hroute.cli.format.as_json import json_line
    from hroute.cli.runtime import user_runtime

    terminal = Terminal.current()
    measures = measure_overhead(user_runtime(), runs)
    if as_json:
        terminal.write(json_line({"measures": [asdict(m) for m in measures]}))
        return
    for m in measures:
        aim = "" if m.aim is None else f"  aim {m.aim:g} {m.unit}: {'met' if m.is_met else 'missed'}"
        terminal.line(
            (f"{m.name:38}", ""),
            (f"{m.value:9.2f} {m.unit:2}", "bold"),
            (aim, "green" if m.is_met else "red"),
        )
