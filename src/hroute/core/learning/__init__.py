"""Learns from verdicts how likely each route is to succeed with this user's prompts."""
