"""The one path of every turn: `router` measures, decides, answers, falls over and logs, and yields `events`.

`runtime` has the parts, `signals` and `standing` what it decides from, `contracts` what an answer must keep.
"""
