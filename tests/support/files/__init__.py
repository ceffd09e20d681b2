"""Model files, templates and logs as they are found on a disk."""
