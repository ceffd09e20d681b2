"""`hroute replay`: what other settings would have made of the log."""

from enum import StrEnum
from typing import Annotated

import typer

from hroute.cli.options import AsJson, Overrides
from hroute.cli.terminal import Terminal


class Policy(StrEnum):
    SIGNALS = "signals"
    CPST = "cpst"


class ScoutChoice(StrEnum):
    BUILTIN = "builtin"


def replay(
    policy: Annotated[Policy | None, typer.Option(help="Decide by this policy.")] = None,
    max_constraints: Annotated[
        int | None, typer.Option(metavar="N", min=0, help="Set routing.max_constraints.")
    ] = None,
    max_context_tokens: Annotated[
        int | None, typer.Option(metavar="N", min=256, help="Set routing.max_context_tokens.")
    ] = None,
    scout: Annotated[
        ScoutChoice | None,
        typer.Option(help="Let the scout of now read every prompt again, about 1 ms each."),
    ] = None,
    since: Annotated[
        str | None, typer.Option(metavar="WHEN", help="Only turns from then on: 12h, 30d, 2026-11-01.")
    ] = None,
    limit: Annotated[
        int, typer.Option("-n", "--limit", min=0, help="Show at most this many of the turns that change.")
    ] = 10,
    as_json: AsJson = False,
    overrides: Overrides = None,
) -> None:
    """Decide the whole log again under other settings. No model runs, and nothing is sent or logged.

    What is not given is as your settings say now. It compares the routes that the log's policy chose with
    those of now, both without exploration: how many change, what that does to the expected cost per
    successful task (CPST), and what your verdicts say of it. Verdicts can say something only where the log
    took the other route now and then, see routing.explore. The calibrators of now judge local answers
    again, from the signals that the log has of them.

    \b
    Examples:
      hroute replay --policy cpst
      hroute replay --max-constraints 4 --since 30d
      hroute replay --set routing.min_confidence=0.6
      hroute replay --scout builtin --json | jq .changed
    """
    from hroute.app.learn.calibrations import model_files
    from hroute.app.replay.replay import replay as decide_again
    from hroute.cli.format.moments import moment_of
    from hroute.cli.replay.view import replay_json, show_replay
    from hroute.cli.runtime import user_runtime

    terminal = Terminal.current()
    chosen = {
        "policy": policy,
        "routing.max_constraints": max_constraints,
        "routing.max_context_tokens": max_context_tokens,
        "scout.kind": scout,
    }
    given = [f"{key}={value}" for key, value in chosen.items() if value is not None]
    runtime = user_runtime([*(overrides or ()), *given])
    files = model_files(runtime.settings, runtime.paths.data_dir)
    with runtime.log as log:
        found = decide_again(runtime, files, moment_of(since), reread=scout is not None, limit=limit)
        prompts = {flip.turn_id: log.turn(flip.turn_id).prompt for flip in found.flips}
    if as_json:
        terminal.write(replay_json(found, runtime.settings.policy, prompts))
    elif found.turns:
        show_replay(found, runtime.settings.policy, prompts, terminal)
    else:
        terminal.note('There is no turn to decide again. Try: hroute ask "..."')
