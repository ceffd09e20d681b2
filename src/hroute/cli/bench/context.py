"""`hroute bench context`: at what length the local model starts to lose what it was told."""

import os
from typing import TYPE_CHECKING, Annotated

import typer

from hroute.cli.options import AsJson, Overrides, Quiet
from hroute.cli.terminal import Terminal

if TYPE_CHECKING:
    from hroute.bench.context import ContextPlan, HaystackProbe, LimitProposal
    from hroute.core.settings import Routing
    from hroute.engines.base import Engine


def context(
    lengths: Annotated[
        str | None,
        typer.Option(
            metavar="N,N,...", help="Prompt lengths in tokens; default: 256, doubled up to what fits."
        ),
    ] = None,
    haystacks: Annotated[
        int, typer.Option("--n", metavar="N", min=1, max=1000, help="Haystacks of each length.")
    ] = 6,
    seed: Annotated[int, typer.Option(metavar="N", min=0, help="Another seed, other haystacks.")] = 0,
    minutes: Annotated[
        float, typer.Option(metavar="M", min=0.1, max=10_000, help="Stop after this long.")
    ] = 5,
    apply: Annotated[
        bool, typer.Option("--apply", help="Write the proposed length to the settings.")
    ] = False,
    as_json: AsJson = False,
    quiet: Quiet = False,
    overrides: Overrides = None,
) -> None:
    """Find the prompt length at which the local model starts to lose facts, and propose a limit.

    Made-up notes hold five facts, from the first line to the last. The model is asked for each fact, and
    twice for two facts at once, length by length until it certainly loses them. The proposal is the longest
    length up to which the interval's lower end stays within 10 points of that at the shortest length, with
    at least 20 answers each. Ctrl-C prints what was measured so far.

    \b
    Examples:
      hroute bench context
      hroute bench context --lengths 512,2048,6000 --n 10 --minutes 60
      hroute bench context --apply
    """
    import asyncio

    from hroute.bench.context import ContextPlan, HaystackProbe
    from hroute.cli.bench.context_view import show_context, show_context_json
    from hroute.cli.runtime import user_runtime
    from hroute.core.decision.decision import Slot
    from hroute.core.errors import HrouteError

    terminal = Terminal.current(quiet=quiet)
    runtime = user_runtime(overrides)
    engine = runtime.slot(Slot.CHAT).engine
    holds = engine.context_tokens
    wanted = _lengths(lengths, holds) if lengths else _default_lengths(holds, runtime.settings.routing)
    plan = ContextPlan(wanted, haystacks, seed, minutes)
    show = show_context_json if as_json else show_context
    probes: list[HaystackProbe] = []
    try:
        asyncio.run(_measure(engine, plan, probes, terminal))
    except (KeyboardInterrupt, HrouteError):
        if probes:
            show(engine.model, plan, probes, terminal)
        raise
    proposal = show(engine.model, plan, probes, terminal)
    if apply:
        apply_proposal(proposal, terminal)


def _lengths(words: str, holds: int | None) -> tuple[int, ...]:
    from hroute.bench.context import checked_lengths
    from hroute.core.errors import UsageError

    try:
        wanted = [int(part) for part in words.split(",")]
    except ValueError as exc:
        raise UsageError(f"--lengths: {words} is not a list of whole numbers", "256,1024,4096") from exc
    return checked_lengths(wanted, holds)


def _default_lengths(holds: int | None, routing: "Routing") -> tuple[int, ...]:
    """Up to what fits beside an answer; the settings' own limit is what is to be found out."""
    from hroute.bench.context import default_lengths
    from hroute.core.routing.context import threshold

    most = routing.model_copy(update={"max_context_tokens": holds or routing.max_context_tokens})
    return default_lengths(threshold(most, holds))


async def _measure(
    engine: "Engine", plan: "ContextPlan", probes: "list[HaystackProbe]", terminal: Terminal
) -> None:
    from hroute.bench.context import measure_context

    try:
        await measure_context(engine, plan, probes, terminal.note)
    finally:
        await engine.close()


def apply_proposal(proposal: "LimitProposal", terminal: Terminal) -> None:
    """Writes the proposed limit to the settings file, and says so; says that there is none otherwise."""
    from hroute.config.edit import with_values
    from hroute.config.files import read
    from hroute.config.paths import Paths, shown
    from hroute.config.write import replace

    if proposal.max_context_tokens is None:
        terminal.warn("nothing to apply")
        return
    file = Paths.find(os.environ).config_file
    pair = ("routing.max_context_tokens", str(proposal.max_context_tokens))
    replace(file, with_values(shown(file), read(file) or "", [pair]).text)
    terminal.note(f"wrote {pair[0]} = {pair[1]} to {shown(file)}")
