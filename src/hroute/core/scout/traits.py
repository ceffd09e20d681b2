"""A prompt as the default scout sees it: its wording by hash, and its structure and payload by rules."""

from math import log1p
from typing import NamedTuple

from hroute.core.scout.boilerplate import without_boilerplate
from hroute.core.scout.features import FEATURES, structure
from hroute.core.scout.wording import Wording, wording
from hroute.core.segments import PayloadKind, split

ASK_HEAD_CHARS, ASK_TAIL_CHARS = 900, 400
READ_HEAD_CHARS, READ_TAIL_CHARS = 4000, 2000  # of a prompt with what is pasted
_STOPS = " \t\n.!…。！।"
_KINDS = tuple(PayloadKind)
_PAYLOAD = tuple(f"payload: {kind}" for kind in _KINDS)
TRAITS = (*FEATURES, *_PAYLOAD, "payload: size", "payload: beyond a page", "share asked")


class PromptTraits(NamedTuple):
    """`values` follows TRAITS."""

    wording: Wording
    values: tuple[float, ...]


def traits(prompt: str) -> PromptTraits:
    """Work is bounded, whatever the length of the prompt: the ask is read at its two ends."""
    # A last full stop is a habit of who types, and says nothing of what is asked.
    plain = without_boilerplate(_ends(prompt, READ_HEAD_CHARS, READ_TAIL_CHARS)).rstrip(_STOPS) or prompt
    parts = split(plain)
    asked_chars = sum(end - start for start, end in parts.ask)
    ask = _ends("\n".join(plain[start:end] for start, end in parts.ask))
    unread_chars = max(0, len(prompt) - READ_HEAD_CHARS - READ_TAIL_CHARS)
    payload_chars = unread_chars + sum(end - start for start, end in parts.payload)
    pasted = " ".join(plain[start : min(end, start + ASK_TAIL_CHARS)] for start, end in parts.payload[:8])
    size = log1p(payload_chars)
    values = (
        *structure(ask),
        *(float(kind is parts.kind) for kind in _KINDS),
        size / 5,
        max(0.0, size - 6),
        asked_chars / max(1, len(plain)),
    )
    return PromptTraits(wording(ask, pasted), values)


def _ends(text: str, head: int = ASK_HEAD_CHARS, tail: int = ASK_TAIL_CHARS) -> str:
    return text if len(text) <= head + tail else f"{text[:head]}\n{text[-tail:]}"
