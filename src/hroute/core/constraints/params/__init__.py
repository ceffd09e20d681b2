"""An item's parameters, so that an answer can be checked: `read` asks the module that knows its kind."""
