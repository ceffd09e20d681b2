"""Families of patterns: each module knows the wordings of some kinds of constraint."""
