"""Graded tasks, drawn from a seed by `draw`; each other module is some families of them."""
