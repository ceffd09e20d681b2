"""How hard a prompt is and how able a model, on one scale, and the abilities that are known."""
