"""Whether an answer keeps the constraints of its prompt, as far as a program can tell.

It abstains rather than guesses: where the ways to count disagree, an item stays unchecked.
"""

from hroute.core.checks.check import check, check_all

__all__ = ["check", "check_all"]
