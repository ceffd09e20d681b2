"""`hroute bench brackets`: `command` measures and saves, `read` shows saved runs, `lens` two answers."""
