"""The conversation behind `hroute chat`: turns, retries, branches and verdicts of one session in the log."""
