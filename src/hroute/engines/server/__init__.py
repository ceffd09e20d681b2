"""Any OpenAI-compatible server: `spec` is what is known of it, `engine` makes a `call`, `answer` runs it.

`asking` writes what is sent and `reading` reads what comes back; `errors`, `refusals` and `hints` say what
failed, never with a key.
"""
