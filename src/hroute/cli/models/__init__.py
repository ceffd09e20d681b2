"""`hroute models`: `command` has its subcommands, `view` shows files."""
