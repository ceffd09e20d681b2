"""The SQLite log of decisions and attempts."""
