"""Adapters that run a model: in-process llama.cpp and OpenAI-compatible servers."""
