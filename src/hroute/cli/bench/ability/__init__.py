"""`hroute bench ability`: `command` measures and saves, `apply` installs, `view` shows."""
