"""A report as what is stored of the model."""

from datetime import date

from hroute.bench.ability.report import AbilityReport
from hroute.bench.ability.run import AbilityRun
from hroute.core.abilities.measured import MeasuredAbility, OfKind


def measured_by(run: AbilityRun, found: AbilityReport, mtime_ns: int, on: date) -> MeasuredAbility:
    """`mtime_ns`: of the model's file, by which it is recognised without being read."""
    kinds = {
        kind.name: OfKind(
            n=kind.n,
            right=round(kind.n * (kind.right.value or 0)),
            ability=kind.ability.value or 0.0,
            error=((kind.ability.high or 0.0) - (kind.ability.low or 0.0)) / 3.92,
        )
        for kind in found.kinds
    }
    return MeasuredAbility(
        name=run.model.name,
        model_sha256=run.model.sha256,
        model_bytes=run.model.size_bytes,
        model_mtime_ns=mtime_ns,
        created=on,
        scout=found.scout,
        value=found.ability.value,
        spread=found.ability.spread,
        slope=found.ability.slope,
        offsets={demand: round(offset, 3) for demand, offset in found.ability.offsets if round(offset, 3)},
        n=found.n,
        right=sum(kind.right for kind in kinds.values()),
        kinds=kinds,
    )
