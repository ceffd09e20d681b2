"""Messages to tokens by the model's own chat template; the user's text can never forge a turn."""

import re
import secrets
from collections.abc import Sequence
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from hroute.core.decision.signals import TokenCount
from hroute.core.errors import LocalInferenceError
from hroute.core.thoughts import opened_by
from hroute.core.tools.call_syntax import CallSyntax
from hroute.core.turn.message import Message, Role
from hroute.engines.llama.answer_tokens import AnswerTokens
from hroute.engines.llama.native import Vocab
from hroute.engines.llama.template import CHATML, ChatTemplate, Plain
from hroute.engines.llama.tool_prompt import UntoldError, syntax_of, template_messages, tools_of
from hroute.engines.tokens.counting import PromptStretch, count_segments

if TYPE_CHECKING:
    from hroute.core.tools.definitions import Toolset


class PromptFormat:
    """How one model wants its conversations.

    A rendered prompt is one string, and tokenizing it would turn a `<|im_end|>` that the user typed
    into the real end of their turn. Control tokens inside messages are therefore fenced by a random
    mark before rendering, which survives whatever the template does to the text, and are cut out
    and tokenized as plain text. Everything else is tokenized in one go, as the model was trained.
    """

    def __init__(self, vocab: Vocab) -> None:
        self._vocab = vocab
        self._template = ChatTemplate(vocab.template or CHATML, vocab.bos_text, vocab.eos_text)
        nonce = secrets.token_hex(8)
        self._open, self._close = f"\ufdd0{nonce}\ufdd1", f"\ufdd1{nonce}\ufdd0"
        self._cut = re.compile(f"({self._open}|{self._close})")
        longest_first = sorted(vocab.control_texts, key=len, reverse=True)
        self._controls = re.compile("|".join(map(re.escape, longest_first)) or "(?!)")

    def tokens(self, messages: Sequence[Message], answers: AnswerTokens | None = None) -> list[int]:
        """With `answers`, the answers that it knows keep the tokens in which they were written."""
        ids = list(self.begin)
        for part in (
            [self._rendered(messages)] if answers is None else self._around_answers(messages, answers)
        ):
            ids += part if isinstance(part, list) else self._tokens_of(part)
        return ids

    def tokens_with_tools(self, messages: Sequence[Message], toolset: "Toolset") -> list[int] | None:
        """Of a conversation with calls and results as such; None where the template has no form for it."""
        try:
            given = self._fenced_all(template_messages(messages)), self._fenced_all(tools_of(toolset))
            rendered = self._template.render(*given)
        except (UntoldError, LocalInferenceError):
            return None
        # JSON in ASCII spells the fences otherwise: what they fence would be control tokens.
        if self._open.encode("ascii", "backslashreplace").decode() in rendered:
            return None
        return [*self.begin, *self._tokens_of(self._bare(rendered))]

    @cached_property
    def call_syntax(self) -> CallSyntax | None:
        """How the template writes tool calls; None where hroute explains them better in words."""
        return syntax_of(self._template.render, self._vocab.end_texts)

    @cached_property
    def begin(self) -> tuple[int, ...]:
        """What precedes every prompt of this model: its begin mark, or nothing."""
        return () if self._vocab.bos is None else (self._vocab.bos,)

    @cached_property
    def opened(self) -> tuple[str, str] | None:
        """The mark by which the template begins the model's thoughts for it, and what ends them."""
        try:
            return opened_by(self._rendered([Message.of(Role.USER, "hi")]))
        except LocalInferenceError:
            return None

    def tokenize(self, segment: PromptStretch) -> list[int]:
        return self._vocab.tokenize(segment.text, marks=not segment.plain)

    def count(self, messages: Sequence[Message], limit: int) -> TokenCount:
        """How many tokens `tokens` gives; counting stops above `limit`."""
        begin = len(self.begin)
        found = count_segments(
            self.segments(messages), lambda segment: len(self.tokenize(segment)), limit - begin
        )
        return TokenCount(found.tokens + begin, found.method, found.over)

    def segments(self, messages: Sequence[Message]) -> list[PromptStretch]:
        """The rendered prompt without what `begin` stands for."""
        return self._fences(self._rendered(messages))

    def _rendered(self, messages: Sequence[Message]) -> str:
        """Without what `begin` stands for, and with fences around control tokens that are text."""
        return self._bare(self._render([Message.of(m.role, self._fenced(m.text)) for m in messages]))

    def _bare(self, rendered: str) -> str:
        return rendered.removeprefix(self._vocab.bos_text) if self.begin else rendered

    def _fences(self, rendered: str) -> list[PromptStretch]:
        pieces, plain = [], False
        for part in self._cut.split(rendered):
            if part in (self._open, self._close):
                plain = part == self._open
            elif part:
                pieces.append(PromptStretch(part, plain))
        return pieces

    def _tokens_of(self, rendered: str) -> list[int]:
        return [token for segment in self._fences(rendered) for token in self.tokenize(segment)]

    def _around_answers(self, messages: Sequence[Message], answers: AnswerTokens) -> list[str | list[int]]:
        """The rendered prompt with the tokens of known answers in place of their text.

        Where the template does more to an answer than to strip it (some remove a model's thoughts), or
        ends it with plain text that its last token could melt into, the text is all that counts.
        """
        rendered = self._rendered(messages)
        for seen in (str, str.strip):
            texts = {i: seen(m.text) for i, m in enumerate(messages) if m.role is Role.ASSISTANT}
            known = {i: tokens for i, text in texts.items() if (tokens := answers.tokens(text))}
            marked = [Message.of(m.role, self._mark(i)) if i in known else m for i, m in enumerate(messages)]
            marks = {self._mark(i): i for i in known}
            parts = re.split(f"({'|'.join(marks)})", self._rendered(marked)) if marks else [rendered]
            whole = "".join(self._fenced(texts[marks[part]]) if part in marks else part for part in parts)
            ends = [after for part, after in pairwise(parts) if part in marks]
            if whole == rendered and all(map(self._controls.match, ends)):
                return [known[marks[part]] if part in marks else part for part in parts]
        return [rendered]

    def _mark(self, message: int) -> str:
        return f"{self._open}{message}{self._close}"

    def _fenced(self, content: str) -> str:
        return self._controls.sub(lambda control: f"{self._open}{control[0]}{self._close}", content)

    def _fenced_all(self, value: Any) -> Any:
        """Plain values with every text in them fenced, keys too."""
        if isinstance(value, str):
            return self._fenced(value)
        if isinstance(value, dict):
            return {self._fenced(key): self._fenced_all(inner) for key, inner in value.items()}
        return [self._fenced_all(inner) for inner in value] if isinstance(value, list | tuple) else value

    def _render(self, messages: Sequence[Message]) -> str:
        try:
            return self._template.render(_plain(messages))
        except LocalInferenceError:
            if messages[0].role is not Role.SYSTEM or len(messages) == 1:
                raise
            # Gemma, Mistral and others know no system role and say so by an exception.
            system, first, *rest = messages
            return self._template.render(
                _plain([Message.of(first.role, f"{system.text}\n\n{first.text}"), *rest])
            )


def _plain(messages: Sequence[Message]) -> list[Plain]:
    return [{"role": m.role.value, "content": m.text} for m in messages]
