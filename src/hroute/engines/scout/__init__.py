"""Scouts that run a model in place of the built-in one: a small GGUF (`gguf`, `prompt`) or the `encoder`."""
