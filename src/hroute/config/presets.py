"""Ready-made settings for the usual endpoints."""

from dataclasses import dataclass
from enum import StrEnum

from hroute.core.remedies import Remedy, SetSetting


class Preset(StrEnum):
    OPENAI = "openai"
    DEEPSEEK = "deepseek"
    OPENROUTER = "openrouter"
    SERVER = "server"  # llama-server, Ollama, vLLM: anything local that speaks OpenAI's protocol


@dataclass(frozen=True, slots=True)
class PresetTable:
    """The keys of one table that a preset sets, and what the user has to do next, and after it."""

    section: str
    values: dict[str, str]
    next_step: str
    then: Remedy | None = None


BLOCKS = {
    Preset.OPENAI: PresetTable(
        "cloud",
        {
            "name": "openai",
            "base_url": "https://api.openai.com/v1",
            "model": "gpt-4o",
            "api_key_env": "OPENAI_API_KEY",
        },
        "export OPENAI_API_KEY=...   # from https://platform.openai.com/api-keys",
    ),
    Preset.DEEPSEEK: PresetTable(
        "cloud",
        {
            "name": "deepseek",
            "base_url": "https://api.deepseek.com",
            "model": "deepseek-chat",
            "api_key_env": "DEEPSEEK_API_KEY",
        },
        "export DEEPSEEK_API_KEY=...   # from https://platform.deepseek.com/api_keys",
    ),
    Preset.OPENROUTER: PresetTable(
        "cloud",
        {
            "name": "openrouter",
            "base_url": "https://openrouter.ai/api/v1",
            "model": "deepseek/deepseek-chat",
            "api_key_env": "OPENROUTER_API_KEY",
        },
        "export OPENROUTER_API_KEY=...   # from https://openrouter.ai/keys",
    ),
    Preset.SERVER: PresetTable(
        "local.chat",
        {"base_url": "http://127.0.0.1:8080/v1", "model": "default"},
        "curl http://127.0.0.1:8080/v1/models",
        SetSetting("local.chat.model", "NAME"),
    ),
}
