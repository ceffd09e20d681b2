"""`hroute calibrate`: `command`, and a view for each of the three things that verdicts move."""
