"""Writes the built-in tool-call suite: python scripts/make_toolcall_suite.py

The scenarios are hroute's own. Each is offered its own tools and some that do not fit; the result is the
same on every run.
"""

import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))  # also when a test loads this file

from toolcall_scenarios import EASY, ENUM, Either, Scenario
from toolcall_structures import MANY, NESTED
from toolcall_texts import ESCAPING, LONG, NO_CALL, PARALLEL, UNICODE
from toolcall_tools import NAMES, definition

SUITE = Path(__file__).parents[1] / "src" / "hroute" / "data" / "toolcall-suite.jsonl"
_SCENARIOS = (EASY, NESTED, MANY, ENUM, UNICODE, ESCAPING, LONG, PARALLEL, NO_CALL)


def rows() -> list[dict[str, Any]]:
    scenarios = [scenario for group in _SCENARIOS for scenario in group]
    counts: Counter[str] = Counter()
    made = []
    for scenario in scenarios:
        number = counts[scenario.kind]
        counts[scenario.kind] += 1
        made.append(
            {
                "id": f"{scenario.kind}_{number}",
                "kind": scenario.kind,
                "prompt": scenario.prompt,
                "tools": [definition(name) for name in _offered(scenario, number)],
                "accepted": [
                    {"name": name, "arguments": {key: _accepted(value) for key, value in arguments.items()}}
                    for name, arguments in scenario.calls
                ],
            }
        )
    return made


def _accepted(value: Any) -> list[Any]:
    return list(value) if isinstance(value, Either) else [value]


def _offered(scenario: Scenario, number: int) -> list[str]:
    """The right tools, and up to three others, at a place in the list that moves from case to case."""
    right = list(dict.fromkeys(name for name, _ in scenario.calls))
    if scenario.offered:
        return [*right, *scenario.offered]
    others = [NAMES[(7 * number + 5 * i) % len(NAMES)] for i in range(number % 4)]
    others = [name for name in dict.fromkeys(others) if name not in right]
    at = number % (len(others) + 1)
    return [*others[:at], *right, *others[at:]]


def text() -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows())


if __name__ == "__main__":
    SUITE.write_text(text(), encoding="utf-8")
    kinds = Counter(row["kind"] for row in rows())
    print(f"{sum(kinds.values())} cases in {SUITE}:", ", ".join(f"{kind} {n}" for kind, n in kinds.items()))
