"""`hroute bench grammar`: what keeping a grammar costs."""

import os
from typing import Annotated

import typer

from hroute.cli.options import AsJson, Overrides, assigned
from hroute.cli.terminal import Terminal


def grammar(
    n: Annotated[int, typer.Option("--n", metavar="N", min=1, max=200, help="How many cases.")] = 12,
    as_json: AsJson = False,
    overrides: Overrides = None,
) -> None:
    """Measure what a token costs under a grammar, against a free one.

    Tool-call cases of the built-in suite are answered by the local chat model both ways, with one thread;
    the CPU time from the first token on is compared.

    \b
    Examples:
      hroute bench grammar
      hroute bench grammar --n 40 --json
    """
    from dataclasses import asdict

    from hroute.bench.brackets.cases import ordered, suite
    from hroute.bench.grammar_cost import AIM, measure_grammar_cost
    from hroute.cli.format.as_json import json_line
    from hroute.config.files import load
    from hroute.config.paths import Paths
    from hroute.engines.models.locate import fetch

    terminal = Terminal.current()
    paths = Paths.find(os.environ)
    model = load(paths, os.environ, assigned(overrides)).local.chat.model
    cases = ordered(suite(None), seed=1, plain=False)[:n]
    cost = measure_grammar_cost(fetch(model, paths.data_dir), cases)
    if as_json:
        terminal.write(json_line({**asdict(cost), "ratio": cost.ratio, "aim": AIM}))
        return
    terminal.line((f"free           {cost.free_ms:6.2f} ms of CPU a token, median of {cost.cases} cases", ""))
    terminal.line((f"under grammar  {cost.grammar_ms:6.2f} ms", ""))
    met = cost.ratio <= AIM
    verdict = f"{cost.ratio:.2f} times a free token; aim {AIM:g}: {'met' if met else 'missed'}"
    terminal.line((verdict, "green" if met else "red"))
