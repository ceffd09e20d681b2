"""`hroute log`: `command` has its subcommands, `view` and `inbox` show turns, `export` to all else."""
