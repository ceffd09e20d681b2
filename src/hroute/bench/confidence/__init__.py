"""`bench confidence`: does a model know when it is wrong? `tasks` are drawn, `measure` lets `models` answer,

`grading` judges (`code` without running Python), `run` is what is saved, `report` fits and compares.
"""
