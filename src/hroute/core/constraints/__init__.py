"""Constraint density: the strict constraints that a prompt puts on its answer.

Families of patterns know wordings and read their parameters; a tagger learnt from marked prompts says where
constraints begin, in the words of sixteen languages. `notice` sees, `tagger` and `judge` decide, and
`find` names.
"""

from hroute.core.constraints.find import find_constraints

__all__ = ["find_constraints"]
