"""`hroute config`: `command` has its subcommands, `edit` runs the user's editor on a copy."""
