"""What a server says that it counted and charged, held against what can have been."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any

from pydantic import (
    AliasChoices,
    BaseModel,
    BeforeValidator,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)

from hroute.core.turn.attempt import Usage

# What a server may add to a prompt by itself: its own instructions, results of a search.
ADDED_TOKENS = 20_000
# What a model may think without showing it: the longest answers of today are 128,000 tokens.
HIDDEN_TOKENS = 200_000
# Dollars a token, and a call: several times what the dearest models cost. More is a mistake, or a trick.
_MOST_USD_PER_TOKEN = Decimal("0.002")
_MOST_USD_PER_CALL = Decimal(1)


def _number(value: object) -> object:
    if isinstance(value, bool):
        raise ValueError("no number")
    return value


_Usd = Annotated[Decimal, BeforeValidator(_number), Field(ge=0, allow_inf_nan=False, max_digits=40)]
_Count = Annotated[int, BeforeValidator(_number), Field(ge=0, le=10**15)] | None


class _Lenient(BaseModel):
    """A field with nonsense in it is unknown; the others still count."""

    @field_validator("*", mode="wrap")
    @classmethod
    def _or_unknown(cls, value: object, validate: Callable[[object], Any]) -> Any:
        try:
            return validate(value)
        except (ValidationError, ValueError, ArithmeticError):
            return None


class _Details(_Lenient):
    cached_tokens: _Count = None
    reasoning_tokens: _Count = None


class _Upstream(_Lenient):
    upstream_inference_cost: _Usd | None = None


class ReportedUsage(_Lenient):
    """`cost` and what follows it: OpenRouter."""

    prompt_tokens: _Count = Field(None, validation_alias=AliasChoices("prompt_tokens", "input_tokens"))
    completion_tokens: _Count = Field(
        None, validation_alias=AliasChoices("completion_tokens", "output_tokens")
    )
    total_tokens: _Count = None
    reasoning_tokens: _Count = None  # Perplexity
    prompt_cache_hit_tokens: _Count = None  # DeepSeek
    prompt_tokens_details: _Details | None = Field(
        None, validation_alias=AliasChoices("prompt_tokens_details", "input_tokens_details")
    )
    completion_tokens_details: _Details | None = Field(
        None, validation_alias=AliasChoices("completion_tokens_details", "output_tokens_details")
    )
    cost: _Usd | None = None
    is_byok: bool | None = None
    cost_details: _Upstream | None = None

    @model_validator(mode="before")
    @classmethod
    def _sum_of_costs(cls, reported: Any) -> Any:
        """Perplexity gives the parts of its bill and their sum."""
        if isinstance(reported, dict) and isinstance(reported.get("cost"), dict):
            return reported | {"cost": reported["cost"].get("total_cost")}
        return reported

    @property
    def cached_tokens(self) -> int:
        details = self.prompt_tokens_details
        cached = details.cached_tokens if details else None
        return (self.prompt_cache_hit_tokens or 0) if cached is None else cached

    @property
    def thought_tokens(self) -> int:
        details = self.completion_tokens_details
        return max(details.reasoning_tokens or 0 if details else 0, self.reasoning_tokens or 0)


def report_in(reported: object) -> ReportedUsage | None:
    """None where nothing is told."""
    if not isinstance(reported, dict):
        return None
    report = ReportedUsage.model_validate(reported)
    return report if report.model_dump(exclude_none=True) else None


@dataclass(frozen=True, slots=True)
class Seen:
    """What is known without the server. `input_tokens` counts the prompt, which takes its time."""

    sent_bytes: int
    received_chars: int
    input_tokens: Callable[[], int]
    output_tokens: int  # an estimate


def settled(report: ReportedUsage, seen: Seen) -> Usage:
    """The server's counts where they can be true, and estimates elsewhere."""
    input_tokens = _input(report, seen)
    output_tokens, is_doubtful = _output(report, input_tokens, seen)
    known_input = seen.input_tokens() if input_tokens is None else input_tokens
    known_output = seen.output_tokens if output_tokens is None else output_tokens
    return Usage(
        known_input,
        known_output,
        min(report.cached_tokens, known_input),
        estimated=input_tokens is None or output_tokens is None or is_doubtful,
        billed_usd=_bill(report, known_input + known_output),
    )


def _input(report: ReportedUsage, seen: Seen) -> int | None:
    """No token is shorter than a byte; every prompt has one."""
    tokens = report.prompt_tokens
    if tokens is None and report.total_tokens is not None and report.completion_tokens is not None:
        tokens = report.total_tokens - report.completion_tokens
    return tokens if tokens is not None and 0 < tokens <= seen.sent_bytes + ADDED_TOKENS else None


def _output(report: ReportedUsage, input_tokens: int | None, seen: Seen) -> tuple[int | None, bool]:
    """With thoughts that the server counts apart, in `total_tokens` or in its details alone; and whether

    it claims more than can have been. Fewer than one token for a text is no count.
    """
    claims = [] if report.completion_tokens is None else [report.completion_tokens]
    if report.total_tokens is not None and input_tokens is not None:
        claims.append(report.total_tokens - input_tokens)
    if report.thought_tokens > max(claims, default=0):
        claims.append(report.thought_tokens + (report.completion_tokens or 0))
    least, most = min(seen.received_chars, 1), seen.received_chars + HIDDEN_TOKENS
    tokens = max((claim for claim in claims if least <= claim <= most), default=None)
    return tokens, any(claim > most for claim in claims)


def _bill(report: ReportedUsage, tokens: int) -> Decimal | None:
    """Dollars; with a key of the user's own, what the provider takes beside OpenRouter's fee."""
    if report.cost is None:
        return None
    upstream = report.cost_details.upstream_inference_cost if report.cost_details else None
    cost = report.cost + (upstream or 0 if report.is_byok else 0)
    return cost if cost <= tokens * _MOST_USD_PER_TOKEN + _MOST_USD_PER_CALL else None
