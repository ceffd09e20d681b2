"""Counts how far hroute agrees with the official JSON Schema test suite, whose checkout is the argument.

    git clone https://github.com/json-schema-org/JSON-Schema-Test-Suite
    python scripts/schema_suite.py JSON-Schema-Test-Suite

The cases of each draft with those of its optional formats; `format.json` apart, which wants formats to forbid
nothing. Refused are schemas that are not read; a false accept is a wrong value that passes. Ends with 1 where
there is a false accept, less than 99.5% agree, or a schema takes longer than 2 seconds.
"""

import json
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hroute.core.errors import UsageError
from hroute.core.tools.schema.read import schema_of
from hroute.core.tools.schema.validate import complaint

DRAFTS = {
    "draft2020-12": "https://json-schema.org/draft/2020-12/schema",
    "draft7": "http://json-schema.org/draft-07/schema#",
}
LEAST_AGREEMENT = 0.995
LONGEST_S = 2.0


@dataclass
class Tally:
    agree: int = 0
    disagree: int = 0
    refused: int = 0
    false_accepts: int = 0
    slowest_s: float = 0.0
    slowest: str = ""
    lines: list[str] = field(default_factory=list)

    @property
    def is_good(self) -> bool:
        judged = self.agree + self.disagree
        is_close = self.agree >= LEAST_AGREEMENT * judged
        return is_close and not self.false_accepts and self.slowest_s <= LONGEST_S


def groups(suite: Path, draft: str) -> Iterator[tuple[str, dict[str, Any]]]:
    folder = suite / "tests" / draft
    for file in [*sorted(folder.glob("*.json")), *sorted((folder / "optional" / "format").glob("*.json"))]:
        if file.name != "format.json":
            for group in json.loads(file.read_text(encoding="utf-8")):
                yield f"{file.relative_to(folder)}: {group['description']}", group


def count(suite: Path, draft: str) -> Tally:
    tally = Tally()
    for name, group in groups(suite, draft):
        began = time.monotonic()
        count_group(name, group, draft, tally)
        taken_s = time.monotonic() - began
        if taken_s > tally.slowest_s:
            tally.slowest_s, tally.slowest = taken_s, name
    return tally


def count_group(name: str, group: dict[str, Any], draft: str, tally: Tally) -> None:
    document = group["schema"]
    if isinstance(document, dict):
        document = {"$schema": DRAFTS[draft], **document}
    try:
        schema = schema_of(document, "schema")
    except UsageError as error:
        tally.refused += len(group["tests"])
        tally.lines.append(f"refused: {name}: {error.message} ({len(group['tests'])} cases)")
        return
    for case in group["tests"]:
        passes = complaint(schema, case["data"]) is None
        if passes == case["valid"]:
            tally.agree += 1
            continue
        tally.disagree += 1
        tally.false_accepts += passes
        tally.lines.append(f"{'false accept' if passes else 'false reject'}: {name}: {case['description']}")


def main() -> int:
    suite = Path(sys.argv[1])
    tallies = {draft: count(suite, draft) for draft in DRAFTS}
    for draft, tally in tallies.items():
        judged = tally.agree + tally.disagree
        print(
            f"{draft}: {tally.agree:,} of {judged:,} agree ({tally.agree / judged:.2%}),"
            f" {tally.disagree} disagree, {tally.false_accepts} false accepts, {tally.refused} refused;"
            f" slowest {tally.slowest_s:.2f} s ({tally.slowest})"
        )
        for line in tally.lines:
            print(f"  {line}")
    return 0 if all(tally.is_good for tally in tallies.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
