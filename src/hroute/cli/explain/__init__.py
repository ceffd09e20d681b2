"""`hroute explain`: `command`, `view` for one prompt, `batch` for a file of them."""
