"""JSON Schemas: `limits` bounds them, `read` parses (`short_form` too), `validate` checks values by `shapes`

(pydantic) or `interpret` (jsonschema), `relax` makes what a grammar can enforce.
"""
