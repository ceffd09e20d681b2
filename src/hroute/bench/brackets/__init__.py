"""`bench brackets`: does the smaller quantization break tool calls?

`measure` asks both `models` the same `cases`, `run` is what is saved, `report` with `paired` what it shows;
`microscope` and `drift` look closer.
"""
