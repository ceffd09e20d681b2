"""The process in which a model lives: `process` is the parent's hold on it, `__main__` what it runs.

`frames` carries both ways what `order` (what to answer) and `told` (what came of it) put into words;
`death` says what a process died of.
"""
