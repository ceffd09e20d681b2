"""`hroute bench ability`: tasks of many kinds and all difficulties, whose answers a program can check.

`kinds` and the modules behind it draw the tasks, `examine` lets a model answer them, `run` is what is saved,
`report` reads a difficulty off each prompt and fits the ability.
"""
