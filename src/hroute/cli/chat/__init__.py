"""`hroute chat`: `loop` reads with `editor` or `plain`, answers through `answer` and shows with `view`.

`commands` are the slash commands, `gauge` the line below the prompt.
"""
