"""`hroute bench confidence` and `generic`: `command` measures and saves, `apply` installs, `view` shows."""
