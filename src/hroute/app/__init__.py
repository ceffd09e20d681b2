"""One module per thing a user wants done, composed from the layers below."""
