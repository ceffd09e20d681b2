"""`hroute report`: `view` for a terminal, `html` with `style` and `svg` for a page, `json` for scripts.

`words` names figures alike in all of them.
"""
