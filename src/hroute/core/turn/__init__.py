"""What a turn is: messages of parts, what is expected of the answer, and options apart from both."""
