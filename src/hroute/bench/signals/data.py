"""Reads the files that `hroute bench signals` measures on."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, TypeVar

from pydantic import BaseModel, Field, ValidationError

from hroute.bench.json_rows import complaint, json_lines, unexpected
from hroute.core.authored import DataSplit, SmallestOk, part_of
from hroute.core.errors import UsageError
from hroute.core.remedies import Argument

_ENDINGS = (".jsonl", ".jsonl.gz")
_EXPECTED = (
    "rows need prompt, n_constraints (a number or null), gt3 and source,"
    " or prompt, weak_score and strong_score, or prompt, smallest_ok and constraints"
)
Score = Annotated[float, Field(ge=0, le=1)]


class ConstraintRow(BaseModel):
    prompt: str
    n_constraints: Annotated[int, Field(ge=0, strict=True)] | None
    gt3: bool
    source: str


class RoutingRow(BaseModel):
    prompt: str
    weak_score: Score
    strong_score: Score
    contaminated: bool = False  # seen in training by RouteLLM's routers, which leaves these out as well


class AuthoredRow(BaseModel):
    """`author` marks the project's own rows, of which all but the test part may have taught the scout."""

    prompt: str
    smallest_ok: SmallestOk
    constraints: Annotated[int, Field(ge=0, strict=True)]
    kind: str = ""
    lang: str = "en"
    author: str | None = None

    @property
    def is_for_tests(self) -> bool:
        return self.author is None or part_of(self.prompt) is DataSplit.TEST


Row = TypeVar("Row", bound=BaseModel)
RowForm = type[ConstraintRow] | type[RoutingRow] | type[AuthoredRow]
_FORMS: dict[str, RowForm] = {
    "smallest_ok": AuthoredRow,
    "n_constraints": ConstraintRow,
    "gt3": ConstraintRow,
    "weak_score": RoutingRow,
    "strong_score": RoutingRow,
}


@dataclass(frozen=True, slots=True)
class RoutingFile:
    name: str
    rows: list[RoutingRow]


@dataclass(frozen=True, slots=True)
class AuthoredFile:
    name: str
    rows: list[AuthoredRow]
    part: str  # "test": only what no scout was trained on; else "all"


@dataclass(slots=True)
class SignalsData:
    """What was read; `left_out` names files of a folder that are of some other kind."""

    constraints: list[ConstraintRow] = field(default_factory=list)
    routing: list[RoutingFile] = field(default_factory=list)
    authored: list[AuthoredFile] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)


def read_signals_data(paths: Sequence[Path], *, only_test: bool = True) -> SignalsData:
    """Reads files, and all .jsonl and .jsonl.gz files below folders; what a file is, its rows tell.

    Raises UsageError for a file that is not in an expected form, naming its line; in a folder, files
    that have none of the fields are left out as long as others have them. `only_test` leaves out the rows
    of the authored prompts that are for development.
    """
    data, strangers = SignalsData(), []
    for path in paths:
        for file in _files(path):
            form = _form(file)
            if form is None and path.is_dir():
                strangers.append(file)
                continue
            _take(file, form or RoutingRow, data, only_test=only_test)
    if strangers and not (data.constraints or data.routing or data.authored):
        raise unexpected(strangers[0], 1, "has none of the expected fields", _EXPECTED)
    data.left_out = [str(file) for file in strangers]
    return data


def _files(path: Path) -> list[Path]:
    if not path.exists():
        raise UsageError(f"{path}: no such file or folder", "a .jsonl file or a folder of them is wanted")
    if not path.is_dir():
        return [path]
    found = sorted(file for file in path.rglob("*") if file.name.endswith(_ENDINGS))
    if not found:
        raise UsageError(f"{path}: no .jsonl or .jsonl.gz file in it")
    return found


def _form(file: Path) -> RowForm | None:
    """By the first row's fields."""
    number, first = next(json_lines(file, _EXPECTED), (1, None))
    if first is None:
        raise UsageError(f"{file}: has no rows", _EXPECTED)
    if not isinstance(first, dict):
        raise unexpected(file, number, "is not a JSON object", _EXPECTED)
    return next((form for name, form in _FORMS.items() if name in first), None)


def _take(file: Path, form: RowForm, data: SignalsData, *, only_test: bool) -> None:
    if form is ConstraintRow:
        data.constraints += _rows(file, ConstraintRow)
    elif form is AuthoredRow:
        data.authored.append(_authored(file, only_test=only_test))
    else:
        data.routing.append(_routing(file))


def _authored(file: Path, *, only_test: bool) -> AuthoredFile:
    rows = list(_rows(file, AuthoredRow))
    test = [row for row in rows if row.is_for_tests]
    if not only_test or len(test) == len(rows):
        return AuthoredFile(_name(file), rows, "all")
    if not test:
        raise UsageError(
            f"{file}: has no rows of the test part", Argument("part", "all", "measure all of them")
        )
    return AuthoredFile(_name(file), test, DataSplit.TEST.value)


def _routing(file: Path) -> RoutingFile:
    rows = [row for row in _rows(file, RoutingRow) if not row.contaminated]
    if not rows:
        raise UsageError(f"{file}: all of its rows are marked contaminated")
    return RoutingFile(_name(file), rows)


def _name(file: Path) -> str:
    return file.name.removesuffix(".gz").removesuffix(".jsonl")


def _rows(file: Path, form: type[Row]) -> Iterator[Row]:
    for number, raw in json_lines(file, _EXPECTED):
        try:
            row = form.model_validate(raw)
        except ValidationError as exc:
            raise unexpected(file, number, complaint(exc), _EXPECTED) from exc
        yield row
