"""A fit to a user's verdicts as it is kept: what it was made from, how good it is, and its weights."""

import json
import zlib
from base64 import b64decode, b64encode
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from hroute.core.decision.decision import Chances
from hroute.core.decision.signals import ScoutReading
from hroute.core.intervals import Figure
from hroute.core.learning.evidence import BUCKETS
from hroute.core.learning.model import RouteModel, SuccessModel
from hroute.core.odds import logit
from hroute.core.scout.features import FEATURES, PromptFeatures, measure

_Weight = Annotated[float, Field(ge=-1000, le=1000)]
_Count = Annotated[int, Field(ge=0)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class SideQuality(_Part):
    """Of one route's verdicts: before by the scout, after by fits that had not seen them."""

    n: _Count
    successes: float
    models: tuple[str, ...]
    brier_before: Figure
    brier_after: Figure
    auroc_before: Figure
    auroc_after: Figure


class Threshold(_Part):
    """The lead of the cloud in P(success) from which it pays, for these prices of an average answer."""

    lead: float
    local_usd: Decimal
    cloud_usd: Decimal
    failure_usd: Decimal


class CalibrationFacts(_Part):
    """`brier_gain` is how much lower Brier's score is after than before; its interval is above 0.

    `explored` is the share of the verdicts whose route was drawn by lot with a known probability.
    """

    fitted_at: datetime
    local: SideQuality
    cloud: SideQuality
    brier_gain: Figure
    explored: Annotated[float, Field(ge=0, le=1)]
    threshold: Threshold | None


class _SideWeights(_Part):
    intercept: _Weight
    slope: _Weight
    structure: dict[str, _Weight]
    hashed_scale: Annotated[float, Field(gt=0, le=10)]


class Calibration(_Part):
    """`hashed` is the base64 of the compressed signed bytes of local's buckets, then of the cloud's."""

    format: Literal[1] = 1
    scout_model: str
    local: _SideWeights
    cloud: _SideWeights
    hashed: str
    facts: CalibrationFacts

    @classmethod
    def of(cls, model: SuccessModel, scout_model: str, facts: CalibrationFacts) -> "Calibration":
        tables = zlib.compress(model.local.hashed + model.cloud.hashed, 9)
        return cls(
            scout_model=scout_model,
            local=_weights(model.local),
            cloud=_weights(model.cloud),
            hashed=b64encode(tables).decode("ascii"),
            facts=facts,
        )

    @cached_property
    def version(self) -> str:
        """The same for the same weights."""
        weights = self.model_dump(mode="json", include={"scout_model", "local", "cloud", "hashed"})
        return f"cal-{_checksum(weights):08x}"

    @cached_property
    def model(self) -> SuccessModel:
        """Raises ValueError when the tables are damaged or the weights are of other features."""
        try:
            unpacking = zlib.decompressobj()
            tables = unpacking.decompress(b64decode(self.hashed, validate=True), 2 * BUCKETS)
        except (ValueError, zlib.error) as exc:
            raise ValueError(f"its weights are damaged: {exc}") from exc
        if len(tables) != 2 * BUCKETS or not unpacking.eof:
            raise ValueError("its weights are damaged: they have the wrong size")
        return SuccessModel(_side(self.local, tables[:BUCKETS]), _side(self.cloud, tables[BUCKETS:]))

    def chances(self, prompt: str | PromptFeatures, reading: ScoutReading) -> Chances | None:
        """P(success) of both routes, by this version; None for a reading of another scout."""
        if reading.model != self.scout_model:
            return None
        measured = measure(prompt) if isinstance(prompt, str) else prompt
        return Chances(*self.model.chances(measured, logit(reading.p_local)), self.version)

    def written(self) -> str:
        """One line of JSON with a checksum of all the rest."""
        content = self.model_dump(mode="json")
        return _canonical({**content, "crc32": _checksum(content)}) + "\n"

    @classmethod
    def read(cls, text: str) -> "Calibration":
        """Raises ValueError for anything but a whole calibration that fits this version's features."""
        try:
            content = json.loads(text)
        except RecursionError as exc:
            raise ValueError("it is not a calibration") from exc
        if not isinstance(content, dict) or content.pop("crc32", None) != _checksum(content):
            raise ValueError("its checksum does not match")
        calibration = cls.model_validate(content)
        _ = calibration.model  # damaged weights are found here, not at a decision
        return calibration


def _canonical(content: dict[str, Any]) -> str:
    return json.dumps(content, sort_keys=True, separators=(",", ":"))


def _checksum(content: dict[str, Any]) -> int:
    return zlib.crc32(_canonical(content).encode())


def _weights(side: RouteModel) -> _SideWeights:
    return _SideWeights(
        intercept=side.intercept,
        slope=side.slope,
        structure=dict(zip(FEATURES, side.structure, strict=True)),
        hashed_scale=side.scale,
    )


def _side(weights: _SideWeights, hashed: bytes) -> RouteModel:
    if set(weights.structure) != set(FEATURES):
        raise ValueError("it was fitted to other features than this version measures")
    structure = tuple(weights.structure[name] for name in FEATURES)
    return RouteModel(weights.intercept, weights.slope, structure, hashed, weights.hashed_scale)
