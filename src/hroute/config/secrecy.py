"""Keeps keys that were put in the wrong place out of messages."""

import re

# The usual providers' prefixes (OpenAI, DeepSeek, OpenRouter, Anthropic: sk-; Groq gsk_; xAI xai-;
# Hugging Face hf_; NVIDIA nvapi-; Google AIza; GitHub ghp_ and github_pat_) with enough behind them.
_PREFIXED = re.compile(r"\b(?:sk-|sk_|gsk_|xai-|hf_|nvapi-|AIza|ghp_|github_pat_)[A-Za-z0-9_-]{12,}")
_LONG = re.compile(r"\b(?=[A-Za-z]*\d)(?=\d*[A-Za-z])[A-Za-z0-9]{32,}\b")
_USER_INFO = re.compile(r"//[^/\s@]*@")


def has_key(text: str) -> bool:
    """Whether the text holds something in the form of a provider's key."""
    return _PREFIXED.search(text) is not None


def without_keys(text: str) -> str:
    """The text with everything in the form of a key or of a password in an address left out."""
    for pattern, instead in ((_PREFIXED, "(hidden)"), (_LONG, "(hidden)"), (_USER_INFO, "//(hidden)@")):
        text = pattern.sub(instead, text)
    return text
