"""Real servers on loopback, and what they may do wrong."""
