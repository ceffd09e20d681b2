"""Tool calls and schema-bound answers: definitions, their grammar, and the contract that judges them."""
