"""Where a turn goes: `policy` decides, from `context` (is it too long) and `cpst` (which is cheaper).

`replay` says what another policy would have changed.
"""
