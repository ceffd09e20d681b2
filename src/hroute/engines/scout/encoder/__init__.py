"""The teacher as a scout: the first layers of a small multilingual encoder, fine-tuned by us, in numpy.

`base` reads the weights of others, which the user fetches with `pull`; `delta` what we have trained into
them, which ships; `tokens` and `network` compute a reading; `scout` makes a difficulty of it.
"""
