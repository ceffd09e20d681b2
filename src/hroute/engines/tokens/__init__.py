"""How many tokens a text has: `counters` is exact or estimates, `counting` stops when the limit is clear."""
