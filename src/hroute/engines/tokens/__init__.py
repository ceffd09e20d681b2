"""How many tokens a server reads: `counters` is exact or estimates; `counting` stops at a limit."""
