"""llama.cpp: `engine` is the async face, `runner` the process that it speaks with, `worker` what runs there.

`native` is the C interface. `prompt`, `template` and `grammar` bound what goes in and comes out,
`prefix_store` and `answer_tokens` save reading it again, `batch` and `samples` draw many answers at once.
`counter` needs no weights, and `isolated` runs in a process of its own what may crash: trying out a file, and
`quantize`.
"""
