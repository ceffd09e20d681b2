"""The scout's line of `hroute doctor`: which one reads, and what each is worth."""

from collections.abc import Mapping
from pathlib import Path

from hroute.app.finding import Check, Health
from hroute.core.errors import LocalInferenceError
from hroute.core.settings import Settings
from hroute.engines.encoder import base
from hroute.engines.encoder.delta import Card
from hroute.engines.encoder.scout import EncoderScout, card_of

WORTH = "AUROC of too hard for an 8B"


def scout(settings: Settings, data_dir: Path) -> Check:
    """What an encoder is worth is told to who does not use it, too; a gguf scout has no such figures."""
    kind = settings.scout.kind
    try:
        encoder = card_of()
    except LocalInferenceError as error:
        health = Health.FAIL if kind == "encoder" else Health.WARN
        return Check("scout", health, error.message, error.hint)
    try:
        worth = _worth(encoder)
    except (OSError, ValueError) as error:
        return Check(
            "scout", Health.FAIL, f"the builtin scout cannot be read: {error}", "install hroute again"
        )
    if kind == "encoder":
        return _encoder(data_dir, encoder, worth)
    is_here = base.path_in(data_dir).is_file()
    how = "hroute config set scout.kind encoder" if is_here else f"{base.PULL} fetches what the encoder needs"
    return Check("scout", Health.OK, f"{kind} reads; {worth}", how)


def _encoder(data_dir: Path, card: Card, worth: str) -> Check:
    try:
        EncoderScout(data_dir).load()
    except LocalInferenceError as error:
        detail = f"the builtin one reads instead of the encoder: {error.message}"
        return Check("scout", Health.WARN, detail, error.hint)
    return Check("scout", Health.OK, f"{card.model} reads; {worth}")


def _worth(encoder: Card) -> str:
    from hroute.app.runtime import SCOUT_FILE
    from hroute.core.scout.artefact import unpack

    builtin = unpack(SCOUT_FILE.read_bytes()).card
    told = [f"{one.model} {figure}" for one in (builtin, encoder) if (figure := auroc_of(one.metrics))]
    return f"{WORTH}: {', '.join(told)}" if told else "not measured"


def auroc_of(metrics: Mapping[str, object]) -> str:
    """A card's figure on the held-out tenth of our own prompts; empty where it has none."""
    groups = metrics.get("auroc_too_hard_for_8b")
    found = groups.get("all") if isinstance(groups, dict) else metrics.get("auroc")
    return f"{found:.3f}" if isinstance(found, float) else ""
