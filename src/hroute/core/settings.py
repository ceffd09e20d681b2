"""Every setting, its default and its allowed range.

The field descriptions are the single source of `config init`, hroute.toml(5) and error messages.
Defaults work with no file at all: the embedded model, no cloud.
"""

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)

# The words beside a pattern say what it allows; messages and the generated documentation use them.
Name = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$", max_length=40),
    "up to 40 letters, digits, dots, dashes or underscores",
]
# No user name or password: the address is shown and logged.
BaseUrl = Annotated[
    str,
    StringConstraints(pattern=r"^https?://[^\s/@]+(/\S*)?$"),
    "an http:// or https:// address without a user name",
]
# Not a key pasted in place of its variable's name, which could not be kept secret.
EnvName = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$", max_length=80),
    "the name of an environment variable",
]
Usd = Annotated[Decimal, Field(ge=0)]
# A class or a size stands for the ability that such a model has: see core/abilities.
AbilityText = Annotated[
    str,
    BeforeValidator(lambda value: f"{value}" if type(value) in (int, float) else value),
    StringConstraints(pattern=r"^(frontier|(0?\.\d*[1-9]|[1-9]\d{0,3}(\.\d+)?)[bBmM]|[-+]?\d{1,2}(\.\d+)?)$"),
    'a size such as "8B" or "135M", "frontier", or a number of log odds from -99 to 99',
]


class ExtraBody(dict[str, Any]):
    """Fields of a request as JSON has them. Nobody changes it, so it can be hashed as settings are."""

    def __hash__(self) -> int:  # type: ignore[override]  # dict has none
        return hash(json.dumps(self, sort_keys=True))


# What hroute writes itself, and its contract depends on.
OWN_FIELDS = ("model", "messages", "stream", "tools")
# The settings are shown and logged. Letters alone are compared: X-Api-Key and apiKey are one name.
_MOST_DEPTH = 50
_KEY_NAMES = ("apikey", "authorization", "accesstoken", "password", "secret", "xapikey")


def _extra_body(given: dict[str, Any]) -> ExtraBody:
    if own := next((name for name in OWN_FIELDS if name in given), None):
        raise ValueError(f"{own} is written by hroute and cannot be set here")
    if key := next(_keys_in(given), None):
        raise ValueError(
            f"{key}: keys do not belong here: name a variable in api_key_env, or use api_key_cmd"
        )
    try:
        # Through JSON and back, so that a date of TOML or infinity is refused now and not by a server.
        return ExtraBody(json.loads(json.dumps(given, allow_nan=False)))
    except (TypeError, ValueError, RecursionError) as error:
        raise ValueError(f"cannot be written as JSON: {error}") from None


def _keys_in(value: Any, depth: int = 0) -> Iterator[str]:
    if depth > _MOST_DEPTH:
        return
    for name, inner in value.items() if isinstance(value, dict) else ():
        if "".join(filter(str.isalpha, name.lower())) in _KEY_NAMES:
            yield name
        yield from _keys_in(inner, depth + 1)
    for inner in value if isinstance(value, list) else ():
        yield from _keys_in(inner, depth + 1)


ExtraFields = Annotated[dict[str, Any], AfterValidator(_extra_body), "a table of JSON values"]


class Section(BaseModel):
    # Validators are built for what was set, not for the defaults: building them takes longer than routing.
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class Routing(Section):
    max_constraints: int = Field(
        3, ge=0, le=50, description="More strict constraints than this want the cloud."
    )
    max_context_tokens: int = Field(
        8192, ge=256, le=10_000_000, description="More prompt tokens than this want the cloud."
    )
    answer_tokens: int = Field(
        1024, ge=16, le=1_000_000, description="Room kept for the answer in the local model's context."
    )
    min_lead: float = Field(
        0.31,
        ge=0,
        le=1,
        description="How much likelier than the local model the cloud must be to be right before a prompt"
        " leaves for its difficulty: an answer's price, wait and privacy, in units of a failure.",
    )
    explore: float = Field(
        0,
        ge=0,
        le=0.5,
        description="Share of turns that take the other route by lot, so that `replay` and `calibrate` see"
        " both sides. 0.05 of 200 turns are about ten; twice as many where the scout is unsure. No lot where"
        " constraints or context decide.",
    )
    min_confidence: float | None = Field(
        None,
        ge=0,
        le=1,
        description="A local answer whose calibrated probability of being right is lower fails over."
        " By a generic calibrator until one of the model's own is measured (bench confidence); default: off.",
    )


class ScoutSettings(Section):
    kind: Literal["builtin", "encoder", "gguf"] = Field(
        "builtin",
        description="What reads a prompt first: the builtin classifier, the encoder that has taught it"
        " (better, slower; its weights are pulled once, as the model scout), or a small GGUF model.",
    )
    model: str = Field(
        "starter",
        min_length=1,
        description="The gguf scout's model: `starter` (embedded), a path, or hf:owner/repo/file.gguf.",
    )
    budget_ms: float = Field(
        80,
        ge=0,
        le=60_000,
        description="When 95% of the readings of encoder or gguf take longer than this, builtin reads.",
    )


class Privacy(Section):
    local_only: bool = Field(False, description="Never send anything to the cloud.")


class LocalModel(Section):
    model: str = Field(
        "starter",
        min_length=1,
        description="`starter` (embedded), a path to a GGUF file, hf:owner/repo/file.gguf,"
        " or with base_url the server's model name.",
    )
    base_url: BaseUrl | None = Field(
        None, description="An OpenAI-compatible server to use instead of the in-process model."
    )
    api_key_env: EnvName | None = Field(
        None, description="Environment variable with the server's key, if it wants one."
    )
    ability: AbilityText | None = Field(
        None,
        description="How able the model is: a size such as 8B stands for a current open model of it at q4;"
        " default: measured (bench ability), else known, else by its size.",
    )
    images: bool = Field(False, description="Whether the server's model sees images (with base_url only).")
    extra_body: ExtraFields = Field(
        ExtraBody(),
        description="Fields of the server's own that every request has, such as"
        " { chat_template_kwargs = { enable_thinking = false } } (with base_url only).",
    )
    context_tokens: int | None = Field(
        None, ge=256, le=10_000_000, description="Context length; default: what the model file says."
    )
    max_tokens: int = Field(1024, ge=1, le=1_000_000, description="Longest answer, in tokens.")
    temperature: float = Field(0.2, ge=0, le=2, description="Sampling temperature.")
    top_p: float = Field(0.9, gt=0, le=1, description="Nucleus sampling.")
    repeat_penalty: float = Field(
        1.1, ge=1, le=2, description="Penalty on repeated tokens (in-process only)."
    )
    samples: int = Field(
        0,
        ge=0,
        le=8,
        description="Further samples of each short answer; how many say the same is one more sign of"
        " whether it is right (in-process only).",
    )
    threads: int | None = Field(None, ge=1, le=1024, description="CPU threads; default: the physical cores.")
    wait_s: float = Field(
        600,
        gt=0,
        le=86_400,
        description="Give up when other answers of this model take longer (in-process only).",
    )
    stall_s: float = Field(120, gt=0, le=86_400, description="Give up when no token came for this long.")
    timeout_s: float = Field(600, gt=0, le=86_400, description="Give up when the whole answer takes longer.")


class ToolsModel(LocalModel):
    model: str = Field(
        "chat",
        min_length=1,
        description="As for local.chat; `chat`: that one serves tools too. A q8 file drops fewer brackets.",
    )

    @property
    def is_own(self) -> bool:
        """Whether the slot has a model of its own."""
        return self.model != "chat" or self.base_url is not None


class Local(Section):
    chat: LocalModel = Field(LocalModel.model_construct(), description="The local model for chat.")
    tools: ToolsModel = Field(
        ToolsModel.model_construct(), description="The local model for tool calls and answers by a schema."
    )


class Cloud(Section):
    """One cloud endpoint; several are tried in the order of the file."""

    name: Name = Field("cloud", description="How hroute calls this endpoint in its output and log.")
    base_url: BaseUrl = Field("https://api.openai.com/v1", description="An OpenAI-compatible endpoint.")
    model: str = Field(min_length=1, description="The model's name at that endpoint.")
    api_key_env: EnvName | None = Field(None, description="Environment variable that holds the key.")
    api_key_cmd: str | None = Field(
        None, description="Command that prints the key, e.g. of a password manager."
    )
    ability: AbilityText | None = Field(
        None,
        description="How able the model is, as for local.chat; default: known by its name, else frontier.",
    )
    context_tokens: int = Field(
        128_000,
        ge=256,
        le=100_000_000,
        description="Context length of the model, prompt and answer together.",
    )
    max_tokens: int | None = Field(
        None, ge=1, le=1_000_000, description="Longest answer; default: the server's."
    )
    temperature: float | None = Field(
        None, ge=0, le=2, description="Sampling temperature; default: the server's."
    )
    extra_body: ExtraFields = Field(
        ExtraBody(),
        description="Fields of the provider's own that every request has, such as"
        ' { reasoning_effort = "low" } or { provider = { order = ["x"] } }.',
    )
    input_usd_per_mtok: Usd | None = Field(
        None, description="Dollars per million input tokens; default: price table."
    )
    cached_usd_per_mtok: Usd | None = Field(None, description="Dollars per million cached input tokens.")
    output_usd_per_mtok: Usd | None = Field(None, description="Dollars per million output tokens.")
    connect_s: float = Field(5, gt=0, le=600, description="Time to connect.")
    read_s: float = Field(60, gt=0, le=3600, description="Give up when nothing came for this long.")
    timeout_s: float = Field(300, gt=0, le=86_400, description="Give up when the whole answer takes longer.")
    max_retries: int = Field(2, ge=0, le=10, description="Retries on a refused or failed request.")

    @model_validator(mode="after")
    def _prices_come_in_pairs(self) -> Self:
        if (self.input_usd_per_mtok is None) != (self.output_usd_per_mtok is None):
            raise ValueError("set input_usd_per_mtok and output_usd_per_mtok together")
        if self.cached_usd_per_mtok is not None and self.input_usd_per_mtok is None:
            raise ValueError("cached_usd_per_mtok needs input_usd_per_mtok and output_usd_per_mtok")
        return self


class LogSettings(Section):
    prompts: Literal["full", "hash", "off"] = Field(
        "full",
        description="What the log keeps of prompts and answers: the text, a hash of it, or nothing."
        " Only with full, the evaluated state of long system prompts is kept in the cache folder too.",
    )


class Budget(Section):
    daily_usd: Usd | None = Field(None, description="Most cloud spending a day (UTC).")
    monthly_usd: Usd | None = Field(None, description="Most cloud spending a calendar month (UTC).")
    on_limit: Literal["local", "stop"] = Field(
        "local", description="Once it is spent: answer locally with a notice, or stop with exit code 4."
    )


class Cpst(Section):
    operator_usd_per_hour: Usd = Field(Decimal(60), description="What an hour of your time costs.")
    minutes_per_failure: Decimal = Field(
        Decimal(2), ge=0, le=1440, description="Minutes you spend on a failed answer."
    )
    p_cloud: float | None = Field(
        None,
        gt=0,
        le=1,
        description="Assumed chance that any cloud answer is right, until `calibrate` knows; default: from"
        " the model's ability and the prompt's difficulty.",
    )
    p_caught: float = Field(
        0.1, ge=0, le=1, description="Share of wrong local answers that the contract catches and fails over."
    )
    watts: Decimal = Field(
        Decimal(30),
        ge=0,
        le=10_000,
        description="Power that local inference draws on top of an idle machine.",
    )
    usd_per_kwh: Usd = Field(Decimal("0.3"), description="Your electricity tariff.")

    @property
    def any_cloud(self) -> float:
        """The chance of a right cloud answer where nothing is known of the prompt."""
        return 0.9 if self.p_cloud is None else self.p_cloud


class Settings(Section):
    policy: Literal["signals", "cpst"] = Field(
        "signals",
        description="How the route is chosen: by the signals' thresholds, or by the lower expected cost per"
        " successful task.",
    )
    offline: bool = Field(False, description="Treat the network as absent.")
    routing: Routing = Field(Routing.model_construct(), description="Thresholds of the signals.")
    scout: ScoutSettings = Field(
        ScoutSettings.model_construct(), description="What tells an easy prompt from a hard one."
    )
    privacy: Privacy = Field(Privacy.model_construct(), description="What may leave this machine.")
    local: Local = Field(Local.model_construct(), description="Models on this machine.")
    cloud: tuple[Cloud, ...] = Field((), description="Cloud endpoints, tried in this order.")
    log: LogSettings = Field(LogSettings.model_construct(), description="The decision log.")
    budget: Budget = Field(Budget.model_construct(), description="Spending limits.")
    cpst: Cpst = Field(Cpst.model_construct(), description="What a failure costs, for expected costs.")

    @model_validator(mode="after")
    def _cloud_names_differ(self) -> Self:
        names = [c.name for c in self.cloud]
        twice = next((n for n in names if names.count(n) > 1), None)
        if twice is not None:
            raise ValueError(f"cloud name {twice!r} is used twice: give each [[cloud]] its own name")
        return self
