"""One request: what is said, what is expected of the answer, and how it is to be answered."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import takewhile
from typing import TYPE_CHECKING

from hroute.core.decision.decision import TEXT_ALONE, Need, Slot
from hroute.core.frozen import frozen
from hroute.core.turn.message import Message, Role, Text
from hroute.core.turn.options import NO_OPTIONS, Options

if TYPE_CHECKING:
    from hroute.core.tools.definitions import Expected


@frozen
class Turn:
    messages: tuple[Message, ...]
    expected: "Expected | None" = None  # the tools or the schema of the answer; None: prose
    options: Options = NO_OPTIONS

    @classmethod
    def of(  # noqa: PLR0913  the parts of a request; all but the first have a name
        cls,
        ask: str,
        *,
        system: str | None = None,
        history: Sequence[Message] = (),
        files: Sequence[Text] = (),
        expected: "Expected | None" = None,
        options: Options = NO_OPTIONS,
    ) -> "Turn":
        """`files` go along with the user's own words; `history` was said before, without a system message."""
        head = (Message.of(Role.SYSTEM, system),) if system else ()
        return cls((*head, *history, Message(Role.USER, (*files, Text(ask)))), expected, options)

    @property
    def ask(self) -> str:
        """The user's own last words: all that constraints and scout read. Empty where there are none."""
        return self.asking.own_text if self.asking else ""

    @property
    def files(self) -> tuple[Text, ...]:
        """What goes along with the ask."""
        return self.asking.files if self.asking else ()

    @property
    def system(self) -> str | None:
        """What the system messages at the beginning say."""
        return "\n\n".join(message.text for message in self.head) or None

    @property
    def head(self) -> tuple[Message, ...]:
        return tuple(takewhile(lambda message: message.role is Role.SYSTEM, self.messages))

    @property
    def bound_to(self) -> "Expected | None":
        """What the answer must be, where it is not to be prose."""
        return self.expected if self.expected is not None and self.expected.binds else None

    @property
    def slot(self) -> Slot:
        return Slot.CHAT if self.bound_to is None else Slot.TOOLS

    @property
    def needs(self) -> frozenset[Need]:
        has_images = any(message.images for message in self.messages)
        return frozenset({Need.IMAGES}) if has_images else TEXT_ALONE

    def with_system(self, system: str | None) -> "Turn":
        """With these system messages in place of those at the beginning."""
        head = (Message.of(Role.SYSTEM, system),) if system else ()
        return replace(self, messages=(*head, *self.messages[len(self.head) :]))

    def with_options(self, options: Options) -> "Turn":
        return replace(self, options=options)

    @property
    def asking(self) -> Message | None:
        """The user's last message with own words, be they empty; a tool's results may come after it."""
        asked = (m for m in reversed(self.messages) if m.role is Role.USER and any(t.is_own for t in m.texts))
        return next(asked, None)
