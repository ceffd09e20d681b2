"""llama.cpp in this process: `engine` is the async face, `worker` its one thread, `native` the C interface.

`prompt` and `grammar` bound what goes in and comes out, `prefix_store` and `said` save reading it again,
`batch` and `samples` draw many answers from one prompt; `counter` needs no weights, and `isolated` runs in a
process of its own what may crash: trying out a file, and `quantize`.
"""
