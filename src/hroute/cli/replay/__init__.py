"""`hroute replay`: `command` and its `view`."""
