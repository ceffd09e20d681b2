"""A message: who says it, and its parts."""

from enum import StrEnum

from hroute.core.frozen import frozen


class Role(StrEnum):
    SYSTEM = "system"  # also spelt developer
    USER = "user"
    ASSISTANT = "assistant"
    TOOL = "tool"

    @classmethod
    def _missing_(cls, value: object) -> "Role | None":
        return cls.SYSTEM if value == "developer" else None


@frozen
class Text:
    """Somebody's own words, or a text file or piped input that goes along with them."""

    text: str
    source: str | None = None  # the file's name; None: own words

    @property
    def is_own(self) -> bool:
        return self.source is None

    @property
    def rendered(self) -> str:
        """As a model reads it: a file has its name before it and a fence around it."""
        return self.text if self.source is None else f"File {self.source}:\n{_fenced(self.text)}"


@frozen
class Image:
    """Has its bytes or a URL; neither, where a log did not keep them."""

    media_type: str
    data: bytes | None = None
    url: str | None = None


@frozen
class ToolCall:
    """`arguments` is JSON text, as the model wrote it."""

    id: str
    name: str
    arguments: str


@frozen
class ToolResult:
    call_id: str
    text: str
    is_error: bool = False


MessagePart = Text | Image | ToolCall | ToolResult


@frozen
class Message:
    role: Role
    parts: tuple[MessagePart, ...]

    @classmethod
    def of(cls, role: Role, text: str) -> "Message":
        return cls(role, (Text(text),))

    @property
    def text(self) -> str:
        """All texts as a model reads them, those of files first."""
        if len(self.parts) == 1 and isinstance(self.parts[0], Text):
            return self.parts[0].rendered
        texts = self.texts
        ordered = (*(t for t in texts if not t.is_own), *(t for t in texts if t.is_own))
        return "\n\n".join(text.rendered for text in ordered)

    @property
    def own_text(self) -> str:
        return "\n\n".join(text.text for text in self.texts if text.is_own)

    @property
    def texts(self) -> tuple[Text, ...]:
        return tuple(part for part in self.parts if isinstance(part, Text))

    @property
    def files(self) -> tuple[Text, ...]:
        return tuple(text for text in self.texts if not text.is_own)

    @property
    def images(self) -> tuple[Image, ...]:
        return tuple(part for part in self.parts if isinstance(part, Image))

    @property
    def calls(self) -> tuple[ToolCall, ...]:
        return tuple(part for part in self.parts if isinstance(part, ToolCall))

    @property
    def results(self) -> tuple[ToolResult, ...]:
        return tuple(part for part in self.parts if isinstance(part, ToolResult))


def _fenced(text: str) -> str:
    """The text in a code fence longer than any run of backticks in it."""
    longest = max((len(run) for run in text.replace("\n", " ").split(" ") if set(run) == {"`"}), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}\n{text.rstrip()}\n{fence}"
