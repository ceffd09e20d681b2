"""What both sides made of each prompt, and what the router reads off it: from a run, or from a file."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from pydantic import BaseModel, Field, ValidationError

from hroute.bench.json_rows import complaint, json_lines, unexpected
from hroute.bench.signals.routing_metrics import PairOutcome
from hroute.core.errors import UsageError
from hroute.core.pricing import Price, cost_usd
from hroute.core.routing.cpst import TYPICAL_ANSWER_TOKENS, TYPICAL_LOCAL_S, electricity_usd
from hroute.core.turn.attempt import Usage
from hroute.core.turn.turn import Turn

if TYPE_CHECKING:
    from hroute.bench.route.judgement import PolicyJudge
    from hroute.bench.route.saved import RouteRun

_EXPECTED = (
    'rows are {"id", "prompt", "weak_score", "strong_score"}, scores from 0 to 1,'
    ' and optionally "weak_cost_usd" and "strong_cost_usd"'
)
_CHARS_PER_TOKEN = 4  # about, in English
_Score = Annotated[float, Field(ge=0, le=1)]
_Usd = Annotated[float, Field(ge=0, allow_inf_nan=False)]


@dataclass(frozen=True, slots=True)
class OutcomeRow:
    """One prompt. `outcome` is local against cloud; `cloud_usd` None where the price is unknown.

    Before the answer, `difficulty` ranks the prompt, `p_local` is the local model's chance, and `is_sent`
    what the policy in force would do. Of the local answer, `is_valid` says the contract, `confidence` what it
    says of itself.
    """

    kind: str
    prompt: str
    outcome: PairOutcome
    local_usd: float
    cloud_usd: float | None
    difficulty: float
    p_local: float
    is_sent: bool
    is_valid: bool = True
    confidence: float | None = None


class _FileRow(BaseModel):
    id: str | int | None = None
    prompt: str = Field(min_length=1)
    weak_score: _Score
    strong_score: _Score
    weak_cost_usd: _Usd | None = None
    strong_cost_usd: _Usd | None = None
    contaminated: bool = False  # seen in training by RouteLLM's routers, which leaves these out as well


def rows_of_run(run: "RouteRun", judgement: "PolicyJudge") -> list[OutcomeRow]:
    cpst = judgement.runtime.settings.cpst
    pairs = zip(run.local.answers, run.cloud.answers, strict=True)
    found = []
    for local, cloud in pairs:
        read = judgement.of_prompt(local.turn)
        row = OutcomeRow(
            local.kind,
            local.prompt,
            PairOutcome(float(local.is_right), float(cloud.is_right)),
            float(electricity_usd(Decimal(str(local.wall_s)), cpst)),
            None if cloud.cost_usd is None else float(cloud.cost_usd),
            read.difficulty,
            read.p_local,
            read.is_sent,
            local.is_valid,
            judgement.confidence(local),
        )
        found.append(row)
    return found


def rows_of_file(
    file: Path, judgement: "PolicyJudge", price: Price, most: int | None = None
) -> list[OutcomeRow]:
    """Where a row has no costs, those of an answer of usual length are taken.

    Raises UsageError with the file, the line and the value for a row that is not as expected.
    """
    read = list(_file_rows(file))[:most]
    if not read:
        raise UsageError(f"{file}: has no rows to be used", _EXPECTED)
    return [_row(row, file, judgement, price) for row in read]


def _file_rows(file: Path) -> Iterator[_FileRow]:
    seen: set[str | int] = set()
    for number, raw in json_lines(file, _EXPECTED):
        if not isinstance(raw, dict):
            raise unexpected(file, number, "is not a JSON object", _EXPECTED)
        try:
            row = _FileRow.model_validate(raw)
        except ValidationError as exc:
            raise unexpected(file, number, f"{complaint(exc)}{_given(exc)}", _EXPECTED) from exc
        if row.id is not None and row.id in seen:
            raise unexpected(file, number, f"the id {row.id!r} was used before", "give each row its own id")
        if row.id is not None:
            seen.add(row.id)
        if not row.contaminated:
            yield row


def _given(error: ValidationError) -> str:
    first = error.errors(include_url=False)[0]
    given = first.get("input")
    return f", not {given!r:.60}" if first["type"] != "missing" and not isinstance(given, dict | list) else ""


def _row(row: _FileRow, file: Path, judgement: "PolicyJudge", price: Price) -> OutcomeRow:
    read = judgement.of_prompt(Turn.of(row.prompt))
    usual = cost_usd(Usage(len(row.prompt) // _CHARS_PER_TOKEN, TYPICAL_ANSWER_TOKENS), price)
    electricity = electricity_usd(Decimal(TYPICAL_LOCAL_S), judgement.runtime.settings.cpst)
    return OutcomeRow(
        file.name.removesuffix(".gz").removesuffix(".jsonl"),
        row.prompt,
        PairOutcome(row.weak_score, row.strong_score),
        float(electricity) if row.weak_cost_usd is None else row.weak_cost_usd,
        float(usual or 0) if row.strong_cost_usd is None else row.strong_cost_usd,
        read.difficulty,
        read.p_local,
        read.is_sent,
    )


def mean(values: Iterable[float]) -> float:
    found = list(values)
    return sum(found) / len(found)


def by_kind(rows: Sequence[OutcomeRow]) -> dict[str, list[OutcomeRow]]:
    found: dict[str, list[OutcomeRow]] = {}
    for row in rows:
        found.setdefault(row.kind, []).append(row)
    return found
