"""JSON as models write it, as text: where it stands, where each part of it is, and how it is broken."""
