"""What a decision is made of, and the decision. `core/routing` makes it."""
