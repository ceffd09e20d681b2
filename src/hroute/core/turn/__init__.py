"""What is said in a turn: messages and their parts. Imports nothing but the decorator of values."""
