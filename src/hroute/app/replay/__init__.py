"""The log under the settings of now, no model run: `redecide` takes one turn, `replay` all of them."""
