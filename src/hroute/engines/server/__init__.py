"""Any OpenAI-compatible server: `spec` is what is known of it, `engine` makes a `call`, `answer` runs it.

`sse` makes events of its bytes and `events` pieces of those, which nobody vouches for (`content`, `calls`,
`finishes`, `usage`); `errors`, `said` and `hints` say what failed, never with a key.
"""
