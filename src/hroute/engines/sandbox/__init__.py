"""Runs code that a model has written, which nobody trusts.

`allow` reads the code before it runs, `run` starts a child and bounds it, `child` walls itself in and
runs it. Either of the first and the last alone keeps it from files, the network and other processes.
"""
