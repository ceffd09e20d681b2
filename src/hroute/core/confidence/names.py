"""What a calibrator's name, which is all that the log keeps of it, says of it."""

GENERIC = "generic calibrator of "


def is_generic(calibrator: str | None) -> bool:
    """Whether the calibrator of this name knows no model in particular."""
    return calibrator is not None and calibrator.startswith(GENERIC)
