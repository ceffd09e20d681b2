"""Model files, no model run: `locate` and `hub` get them, `gguf` and `tensors` read what they are,

`quantize` and `checksum` make and verify them.
"""
