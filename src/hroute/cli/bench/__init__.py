"""`hroute bench`: a module for each bench, with a `*_view` where it shows much, a folder where it has more.

What is measured is in `hroute.bench`.
"""
