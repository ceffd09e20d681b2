"""Model files, no model run: `locate` and `hub` get them, `gguf` and `tensors` read what they are,

`checksum` verifies them.
"""
