"""How things are written wherever they are shown: amounts, tables, markdown, verdicts, JSON.

No module here knows a command.
"""
