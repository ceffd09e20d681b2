"""Reads the files that `hroute bench signals` measures on, and the labelled set that comes along."""

import gzip
import json
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Self, TypeVar

from pydantic import BaseModel, Field, ValidationError, model_validator

from hroute.app.bench.counting_metrics import LIMIT, PEOPLE
from hroute.core.errors import UsageError
from hroute.core.scout import Part, part_of
from hroute.core.types import Label

LABELS_FILE = Path(__file__).parents[2] / "data" / "scout-labels.jsonl"
_ENDINGS = (".jsonl", ".jsonl.gz")
_EXPECTED = (
    "rows need prompt, n_constraints (a number or null), gt3 and source,"
    " or prompt, lang and constraints (a number) or spans (a list),"
    " or prompt, weak_score and strong_score"
)
Score = Annotated[float, Field(ge=0, le=1)]


class ConstraintRow(BaseModel):
    prompt: str
    n_constraints: Annotated[int, Field(ge=0, strict=True)] | None
    gt3: bool
    source: str


class PeopleRow(BaseModel):
    """A prompt as people type it, with its constraints counted or marked (exact substrings)."""

    prompt: str
    lang: str = "en"
    constraints: Annotated[int, Field(ge=0, strict=True)] | None = None
    spans: list[str] | None = None

    @model_validator(mode="after")
    def _is_counted(self) -> Self:
        if self.constraints is None and self.spans is None:
            raise ValueError("constraints or spans is missing")
        return self

    def counted(self) -> ConstraintRow:
        """Its language stands for its source, so that figures come by language."""
        number = len(self.spans or ()) if self.constraints is None else self.constraints
        return ConstraintRow(
            prompt=self.prompt, n_constraints=number, gt3=number > LIMIT, source=f"{PEOPLE} {self.lang}"
        )


class RoutingRow(BaseModel):
    prompt: str
    weak_score: Score
    strong_score: Score
    contaminated: bool = False  # seen in training by RouteLLM's routers, which leaves these out as well


class LabelledRow(BaseModel):
    id: str
    kind: str
    prompt: str
    label: Label


Row = TypeVar("Row", bound=BaseModel)
Form = type[ConstraintRow] | type[PeopleRow] | type[RoutingRow]
_FORMS: dict[str, Form] = {
    "n_constraints": ConstraintRow,
    "gt3": ConstraintRow,
    "constraints": PeopleRow,
    "spans": PeopleRow,
    "weak_score": RoutingRow,
    "strong_score": RoutingRow,
}


@dataclass(frozen=True, slots=True)
class RoutingFile:
    name: str
    rows: list[RoutingRow]


@dataclass(slots=True)
class SignalsData:
    """What was read; `left_out` names files of a folder that are of some other kind."""

    constraints: list[ConstraintRow] = field(default_factory=list)
    routing: list[RoutingFile] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)


def read_signals_data(paths: Sequence[Path]) -> SignalsData:
    """Reads files, and all .jsonl and .jsonl.gz files below folders; what a file is, its rows tell.

    Raises UsageError for a file that is not in an expected form, naming its line; in a folder, files
    that have none of the fields are left out as long as others have them.
    """
    data, strangers = SignalsData(), []
    for path in paths:
        for file in _files(path):
            form = _form(file)
            if form is None and path.is_dir():
                strangers.append(file)
                continue
            _take(file, form or RoutingRow, data)
    if strangers and not (data.constraints or data.routing):
        raise _unexpected(strangers[0], 1, "has none of the expected fields")
    data.left_out = [str(file) for file in strangers]
    return data


def labelled(part: Part) -> list[LabelledRow]:
    """One part of the labelled set; only the test part may be quoted."""
    rows = (LabelledRow.model_validate(row) for _, row in _json_lines(LABELS_FILE))
    return [row for row in rows if part_of(row.id) is part]


def _files(path: Path) -> list[Path]:
    if not path.exists():
        raise UsageError(f"{path}: no such file or folder", "--data takes a .jsonl file or a folder of them")
    if not path.is_dir():
        return [path]
    found = sorted(file for file in path.rglob("*") if file.name.endswith(_ENDINGS))
    if not found:
        raise UsageError(f"{path}: no .jsonl or .jsonl.gz file in it")
    return found


def _form(file: Path) -> Form | None:
    """By the first row's fields."""
    number, first = next(_json_lines(file), (1, None))
    if first is None:
        raise UsageError(f"{file}: has no rows", _EXPECTED)
    if not isinstance(first, dict):
        raise _unexpected(file, number, "is not a JSON object")
    return next((form for name, form in _FORMS.items() if name in first), None)


def _take(file: Path, form: Form, data: SignalsData) -> None:
    if form is ConstraintRow:
        data.constraints += _rows(file, ConstraintRow)
        return
    if form is PeopleRow:
        data.constraints += (row.counted() for row in _rows(file, PeopleRow))
        return
    rows = [row for row in _rows(file, RoutingRow) if not row.contaminated]
    if not rows:
        raise UsageError(f"{file}: all of its rows are marked contaminated")
    data.routing.append(RoutingFile(file.name.removesuffix(".gz").removesuffix(".jsonl"), rows))


def _rows(file: Path, form: type[Row]) -> Iterator[Row]:
    for number, raw in _json_lines(file):
        try:
            row = form.model_validate(raw)
        except ValidationError as exc:
            raise _unexpected(file, number, _complaint(exc)) from exc
        yield row


def _complaint(error: ValidationError) -> str:
    first = error.errors(include_url=False)[0]
    where = ".".join(map(str, first["loc"])) or "row"
    if first["type"] == "missing":
        return f"{where} is missing"
    return f"{where}: {first['msg'][:1].lower()}{first['msg'][1:]}"


def _json_lines(file: Path) -> Iterator[tuple[int, Any]]:
    """Each line that is not blank, with its number."""
    number = 0
    try:
        with (
            gzip.open(file, "rt", encoding="utf-8")
            if file.suffix == ".gz"
            else file.open(encoding="utf-8") as lines
        ):
            for number, line in enumerate(lines, 1):
                if line.strip():
                    yield number, json.loads(line)
    except (EOFError, zlib.error) as exc:
        raise UsageError(f"{file}: is a damaged gzip file", "download it again") from exc
    except OSError as exc:
        raise UsageError(f"{file}: {exc.strerror or exc}") from exc
    except json.JSONDecodeError as exc:
        raise _unexpected(file, number, f"is not JSON ({exc.msg})") from exc
    except UnicodeDecodeError as exc:
        raise _unexpected(file, number + 1, "is not UTF-8") from exc


def _unexpected(file: Path, number: int, what: str) -> UsageError:
    return UsageError(f"{file}:{number}: {what}", _EXPECTED)
