"""Adapters that run a model: llama.cpp in a runner and OpenAI-compatible servers."""
