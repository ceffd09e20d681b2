"""Benchmarks that a user can repeat: each returns values, the command prints them."""
