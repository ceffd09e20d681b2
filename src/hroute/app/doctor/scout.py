"""The scout's line of `hroute doctor`: which one reads, and what each is worth."""

from collections.abc import Mapping
from pathlib import Path

from hroute.app.doctor.finding import DoctorFinding, Health
from hroute.app.own_files import builtin_scout
from hroute.core.errors import ConfigError, LocalInferenceError
from hroute.core.remedies import PullModel, SetSetting
from hroute.core.scout.artefact import ScoutCard as BuiltinCard
from hroute.core.settings import Settings
from hroute.engines.scout.encoder import base
from hroute.engines.scout.encoder.delta import EncoderCard
from hroute.engines.scout.encoder.scout import EncoderScout, card_of

WORTH = "AUROC of too hard for an 8B"


def scout(settings: Settings, data_dir: Path) -> DoctorFinding:
    """What an encoder is worth is told to who does not use it, too; a gguf scout has no such figures."""
    kind = settings.scout.kind
    try:
        builtin = builtin_scout().artefact.card
    except ConfigError as error:  # no other scout does without it
        return DoctorFinding("scout", Health.FAIL, error.message, error.remedies)
    try:
        encoder = card_of()
    except LocalInferenceError as error:
        health = Health.FAIL if kind == "encoder" else Health.WARN
        return DoctorFinding("scout", health, error.message, error.remedies)
    worth = _worth(builtin, encoder)
    if kind == "encoder":
        return _encoder(data_dir, encoder, worth)
    is_here = base.path_in(data_dir).is_file()
    damage = _damage(data_dir) if is_here else None
    if damage is not None:
        return DoctorFinding("scout", Health.WARN, f"{kind} reads; {damage.message}", damage.remedies)
    how = (
        SetSetting("scout.kind", "encoder") if is_here else PullModel("scout", "fetch what the encoder needs")
    )
    return DoctorFinding("scout", Health.OK, f"{kind} reads; {worth}", (how,))


def _encoder(data_dir: Path, card: EncoderCard, worth: str) -> DoctorFinding:
    error = _damage(data_dir)
    if error is not None:
        detail = f"the builtin one reads instead of the encoder: {error.message}"
        return DoctorFinding("scout", Health.WARN, detail, error.remedies)
    return DoctorFinding("scout", Health.OK, f"{card.model} reads; {worth}")


def _damage(data_dir: Path) -> LocalInferenceError | None:
    """What is wrong with the base, down to its hash: a byte that is wrong may well be read."""
    try:
        base.check_hash(base.located(data_dir))
        EncoderScout(data_dir).load()
    except LocalInferenceError as error:
        return error
    return None


def _worth(builtin: BuiltinCard, encoder: EncoderCard) -> str:
    figures = [f"{one.model} {figure}" for one in (builtin, encoder) if (figure := auroc_of(one.metrics))]
    return f"{WORTH}: {', '.join(figures)}" if figures else "not measured"


def auroc_of(metrics: Mapping[str, object]) -> str:
    """A card's figure on the held-out tenth of our own prompts; empty where it has none."""
    groups = metrics.get("auroc_too_hard_for_8b")
    found = groups.get("all") if isinstance(groups, dict) else metrics.get("auroc")
    return f"{found:.3f}" if isinstance(found, float) else ""
