"""Local model files: `catalogue` is the short list known by name, `files` what this machine has."""
