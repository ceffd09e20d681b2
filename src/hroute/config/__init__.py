"""Where files live and how settings are read, merged and written."""
