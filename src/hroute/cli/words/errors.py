"""What went wrong, as it is said where the command was typed."""

from hroute.cli.words import Surface
from hroute.cli.words.remedies import hint_of
from hroute.core.errors import BudgetError, HrouteError, UsageError


def reported(error: HrouteError, surface: Surface = Surface.SHELL) -> tuple[str, str]:
    """The sentence, and the hint below it; the hint is empty where nothing is known that would help."""
    return _sentence(error, surface), hint_of(error.remedies, surface)


def _sentence(error: HrouteError, surface: Surface) -> str:
    if isinstance(error, UsageError) and error.argument:
        mark = "--" if surface is Surface.SHELL else "/"
        return f"{mark}{error.argument}: {error.problem}"
    if isinstance(error, BudgetError):
        from hroute.cli.words.decision import reason_words

        return f"{reason_words(error.because, surface)}, but {error.message}"
    return error.message
