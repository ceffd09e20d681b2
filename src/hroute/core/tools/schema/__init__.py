"""JSON Schemas: `read` parses (`short_form` too) and `check` goes through them once, within `limits`;

`validate` checks values by jsonschema (`interpret`), with our `patterns` and `formats`; `relax` makes what a
grammar can enforce.
"""
