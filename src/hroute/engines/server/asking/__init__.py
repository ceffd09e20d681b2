"""What a server is sent: `body` writes `messages`, the `names` of tools, and those `fields` that it takes."""
