"""How sure a model was of its own answer, and what that says about the answer being right."""
