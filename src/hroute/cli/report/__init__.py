"""`hroute report`: `compose` puts figures into words (`words`), once, as `sections`.

`view` shows those on a terminal and in a pipe, `html` with `svg` on a page; `json` has figures for scripts.
"""
