"""A conversation as a document: Markdown for people, JSON for programs."""

import json
from typing import TYPE_CHECKING, Any

from hroute.app.chat.exchange import Exchange, ExchangeEnding
from hroute.core.moments import utc_text

if TYPE_CHECKING:
    from hroute.app.chat.conversation import Conversation


def as_markdown(conversation: "Conversation") -> str:
    parts = [f"# {_title(conversation)}"]
    if conversation.setup.system:
        parts.append(f"> System: {_quoted(conversation.setup.system)}")
    for exchange in conversation.exchanges:
        parts += _markdown(exchange)
    return "\n\n".join(parts) + "\n"


def as_json(conversation: "Conversation") -> str:
    """`messages` are in the form of chat endpoints, those of turns without an answer left out."""
    turns = [_turn_json(exchange) for exchange in conversation.exchanges]
    system = conversation.setup.system
    messages = [
        {"role": message.role, "content": message.text}
        for exchange in conversation.exchanges
        for message in exchange.messages()
    ]
    document = {
        "session": None if conversation.session_id is None else str(conversation.session_id),
        "messages": [*([{"role": "system", "content": system}] if system else []), *messages],
        "turns": turns,
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _title(conversation: "Conversation") -> str:
    first = next((e.prompt for e in conversation.exchanges if e.prompt), None)
    words = " ".join((first or "Conversation").split())
    return words if len(words) <= 60 else f"{words[:59]}…"


def _markdown(exchange: Exchange) -> list[str]:
    asked = exchange.prompt if exchange.prompt is not None else "*(its text was not kept)*"
    files = [f"*File: {a.source}*" for a in exchange.turn.files] if exchange.turn else []
    answer = exchange.shown.strip()
    if exchange.ending is not ExchangeEnding.ANSWERED:
        answer = f"{answer}\n\n*({exchange.ending})*".strip()
    elif not answer:
        answer = "*(its text was not kept)*"
    return ["## You", *files, asked.strip(), f"## {_speaker(exchange)}", answer]


def _speaker(exchange: Exchange) -> str:
    attempt = exchange.attempt
    if attempt is None:
        return f"hroute, turn {exchange.turn_id}"
    return f"{attempt.model} ({attempt.route}), turn {exchange.turn_id}"


def _turn_json(exchange: Exchange) -> dict[str, Any]:
    attempt, logged = exchange.attempt, exchange.logged
    usage = attempt.usage if attempt else None
    cost = exchange.cost_usd
    return {
        "id": str(exchange.turn_id),
        "at": utc_text(logged.created_at),
        "prompt": exchange.prompt,
        "files": [a.source for a in exchange.turn.files] if exchange.turn else [],
        "answer": exchange.shown or None,
        "ending": exchange.ending,
        "route": attempt.route if attempt else None,
        "model": attempt.model if attempt else None,
        "rule": logged.decision.rule,
        "input_tokens": usage.input_tokens if usage else None,
        "cached_tokens": usage.cached_tokens if usage else None,
        "output_tokens": usage.output_tokens if usage else None,
        "cost_usd": None if cost is None else f"{cost:f}",
        "verdict": logged.verdict.judgement if logged.verdict else None,
    }


def _quoted(text: str) -> str:
    return "\n> ".join(text.strip().splitlines())
