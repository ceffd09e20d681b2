"""The terminal: the only layer that reads arguments and prints."""
