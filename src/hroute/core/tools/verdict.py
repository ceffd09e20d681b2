"""What came of judging a tool call or a schema-bound answer."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class ToolFault(StrEnum):
    """The classes of failure. Fences and surrounding text are stripped and noted; the others fail."""

    BRACKET_DROP = "bracket_drop"  # closers are missing although the model had ended by itself
    BRACKET_MISMATCH = "bracket_mismatch"  # a closer of the wrong kind, or one too many
    TRUNCATED = "truncated"  # cut by a token limit
    CODE_FENCE = "code_fence"
    EXTRA_TEXT = "extra_text"
    INVALID_JSON = "invalid_json"
    SCHEMA_INVALID = "schema_invalid"
    WRONG_TOOL = "wrong_tool"
    EMPTY = "empty"


@dataclass(frozen=True, slots=True)
class ParsedCall:
    name: str
    arguments: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class ToolVerdict:
    """`fault` None: the answer counts, as `calls`, as a `value`, or as `prose` where no call was needed.

    Of a failure, `at` is its character in the judged text and `wanted` what belonged there.
    """

    fault: ToolFault | None = None
    at: int = 0
    wanted: str = ""
    notes: tuple[ToolFault, ...] = ()  # code_fence, extra_text: stripped and counted
    calls: tuple[ParsedCall, ...] = ()
    value: object = None
    prose: str = ""

    @property
    def counts(self) -> bool:
        return self.fault is None

    @property
    def detail(self) -> str:
        """The failure as a sentence for the log."""
        if self.fault is None:
            return ""
        return f"{_SENTENCES[self.fault]} at character {self.at + 1}: wanted {self.wanted}"

    @property
    def json_text(self) -> str:
        """The answer as clean JSON: the calls as a list, or the value."""
        calls = [{"name": call.name, "arguments": call.arguments} for call in self.calls]
        return json.dumps(calls if self.calls else self.value, ensure_ascii=False)


_SENTENCES = {
    ToolFault.BRACKET_DROP: "a closing bracket is missing",
    ToolFault.BRACKET_MISMATCH: "a closing bracket does not fit",
    ToolFault.TRUNCATED: "the answer was cut",
    ToolFault.CODE_FENCE: "there is a code fence",
    ToolFault.EXTRA_TEXT: "there is text around the JSON",
    ToolFault.INVALID_JSON: "this is not JSON",
    ToolFault.SCHEMA_INVALID: "the schema is broken",
    ToolFault.WRONG_TOOL: "there is no such tool",
    ToolFault.EMPTY: "the answer is empty",
}
