"""Any OpenAI-compatible server: `spec` is what is known of it, `engine` makes a `call`, `answer` runs it.

`events` reads a stream that nobody vouches for; `errors` and `hints` say what failed, never with a key.
"""
