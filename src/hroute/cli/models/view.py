"""How `hroute models` shows files: as lines for people, tabs for pipes, JSON for scripts."""

from typing import TYPE_CHECKING, Any

from hroute.app.models.catalogue import CatalogueModel, catalogue
from hroute.cli.words.remedies import remedy_words
from hroute.core.sanitize import printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hroute.app.models.files import Listed, Verified
    from hroute.cli.terminal import Terminal
    from hroute.engines.llama.quantize import Quantized
    from hroute.engines.models.tensors import Weights

_FEW = 4  # types of a histogram that are spelt out


def size(size_bytes: int) -> str:
    """In the decimal units of the hub and of disks."""
    if size_bytes < 999_500_000:
        return f"{size_bytes / 1e6:.0f} MB"
    return f"{size_bytes / 1e9:.2f} GB"


def histogram_text(weights: "Weights") -> str:
    """Each type's share of the bytes and its tensors: `Q4_1 69% in 210 tensors, Q8_0 31% in 1`."""
    total = sum(share.size_bytes for share in weights.histogram.values()) or 1
    shown = list(weights.histogram.items())
    parts = [f"{kind} {share.size_bytes / total:.0%} in {share.tensors}" for kind, share in shown[:_FEW]]
    if parts:
        parts[0] += " tensors"
    rest = len(shown) - _FEW
    return ", ".join(parts) + (f", {rest} more type{'s' if rest > 1 else ''}" if rest > 0 else "")


def show_models(listed: "Sequence[Listed]", free_bytes: int | None, terminal: "Terminal") -> None:
    for one in listed:
        if not terminal.is_rich:
            cells = (printable(" ".join(cell.split())) for cell in _plain_cells(one))
            terminal.write("\t".join(cells) + "\n")
            continue
        terminal.line((one.name, "bold"), (_uses(one), "green"))
        if one.weights is not None:
            terminal.line((f"  {_facts(one)}", ""))
            terminal.line((f"  {histogram_text(one.weights)}", "dim"))
        if one.problem:
            terminal.line((f"  {_problem(one)}", "red"))
    if terminal.is_rich and free_bytes is not None:
        terminal.line((f"{size(free_bytes)} of memory are free", "dim"))


def _uses(one: "Listed") -> str:
    return f"  used for {' and '.join(one.slots)}" if one.slots else ""


def _problem(one: "Listed") -> str:
    return f"{one.problem}: {remedy_words(one.remedy)}" if one.remedy else one.problem


def _facts(one: "Listed") -> str:
    facts = [size(one.weights.size_bytes), f"mostly {one.weights.quantization}"] if one.weights else []
    facts += [f"context {one.context_tokens:,}"] if one.context_tokens else []
    if one.memory_bytes is not None:
        facts.append(f"needs {size(one.memory_bytes)} of memory at {one.memory_context_tokens:,} tokens")
    return ", ".join([*facts, one.licence or "licence unknown"])


def _plain_cells(one: "Listed") -> list[str]:
    weights = one.weights
    cells: list[object] = [
        one.name,
        weights.size_bytes if weights else "",
        (weights.quantization if weights else "") or "",
        histogram_text(weights) if weights else "",
        one.context_tokens or "",
        one.memory_bytes or "",
        one.licence or "",
        ",".join(one.slots),
        _problem(one),
    ]
    return [str(cell) for cell in cells]


def model_json(one: "Listed") -> dict[str, Any]:
    return {
        "name": one.name,
        "path": str(one.path) if one.path else None,
        "slots": list(one.slots),
        **(weights_json(one.weights) if one.weights else {}),
        "context_tokens": one.context_tokens,
        "memory_bytes": one.memory_bytes,
        "memory_context_tokens": one.memory_context_tokens,
        "licence": one.licence,
        "problem": _problem(one) or None,
    }


def weights_json(weights: "Weights") -> dict[str, Any]:
    return {
        "size_bytes": weights.size_bytes,
        "missing_bytes": weights.missing_bytes,
        "parameters": weights.parameters,
        "quantization": weights.quantization,
        "tensors": {kind: share.tensors for kind, share in weights.histogram.items()},
        "tensor_bytes": {kind: share.size_bytes for kind, share in weights.histogram.items()},
    }


def show_catalogue(free_bytes: int | None, terminal: "Terminal") -> None:
    for model in catalogue():
        _show_entry(model, terminal)
    free = "" if free_bytes is None else f"; {size(free_bytes)} are free"
    terminal.note(f"Memory is that of the weights and of a context of 8,192 tokens{free}. ~ is an estimate.")


def _show_entry(model: CatalogueModel, terminal: "Terminal") -> None:
    head = f"  {model.licence}, context {model.context_tokens:,}, for {' and '.join(model.suits)}"
    terminal.line((model.name, "bold"), (head, ""))
    terminal.line((f"  {model.note} {model.source}", "dim"))
    for file in model.files:
        about = "~" if file.size_is_estimated else ""
        amounts = f"{about}{size(file.size_mb * 10**6)}, memory ~{size(model.memory_bytes(file))}"
        terminal.line((f"  {file.type:7} {amounts:32} {model.hub_name(file)}", ""))


def catalogue_json() -> list[dict[str, Any]]:
    return [
        {
            "name": model.name,
            "licence": model.licence,
            "context_tokens": model.context_tokens,
            "suits": list(model.suits),
            "note": model.note,
            "source": model.source,
            "files": [
                {
                    "type": file.type,
                    "name": model.hub_name(file),
                    "size_bytes": file.size_mb * 10**6,
                    "size_is_estimated": file.size_is_estimated,
                    "memory_bytes": model.memory_bytes(file),
                }
                for file in model.files
            ],
        }
        for model in catalogue()
    ]


def show_verified(one: "Verified", terminal: "Terminal") -> None:
    if one.damage:
        terminal.line(("damaged", "red"), (f"  {one.name}: {one.damage}", ""))
    else:
        terminal.line(("ok", "green"), (f"  {one.name}: {', '.join(one.found)}", ""))


def show_quantized(made: "Quantized", terminal: "Terminal") -> None:
    weights = made.weights
    kind = "" if weights.quantization == made.asked else f", mostly {weights.quantization}"
    terminal.line((str(made.path), "bold"))
    terminal.line((f"  {made.asked}{kind}, {size(weights.size_bytes)}: {histogram_text(weights)}", ""))
