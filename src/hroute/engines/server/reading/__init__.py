"""What a server answers, which nobody vouches for: `sse` makes documents of its bytes, `events` reads those.

`content`, `calls`, `finishes` and `usage` are what is in them; `complaints` is what it says for people.
"""
