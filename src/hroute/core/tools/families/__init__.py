"""Tool calls in the syntax that a model family was trained on, as the chat templates of each define it.

`named`: a mark, the name, then JSON. `tagged`: each argument in tags of its own. `pythonic`: a Python call.
`escaped`: almost JSON, with marks as quotes. `marks`: which marks are tokens of their own.
Calls that are JSON as a whole, whatever stands around them, are read by `core.tools.calls`.
"""
