"""Messages to tokens by the model's own chat template; the user's text can never forge a turn."""

import re
import secrets
from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any

from hroute.core.errors import Failure, LocalInferenceError
from hroute.core.types import Message, Role
from hroute.engines.counting import Segment
from hroute.engines.llama_native import Vocab


class PromptFormat:
    """How one model wants its conversations.

    A rendered prompt is one string, and tokenizing it would turn a `<|im_end|>` that the user typed
    into the real end of their turn. Control tokens inside messages are therefore fenced by a random
    mark before rendering, which survives whatever the template does to the text, and are cut out
    and tokenized as plain text. Everything else is tokenized in one go, as the model was trained.
    """

    def __init__(self, vocab: Vocab) -> None:
        self._vocab = vocab
        self._template = _compiled(vocab)
        nonce = secrets.token_hex(8)
        self._open, self._close = f"\ufdd0{nonce}\ufdd1", f"\ufdd1{nonce}\ufdd0"
        self._cut = re.compile(f"({self._open}|{self._close})")
        longest_first = sorted(vocab.control_texts, key=len, reverse=True)
        self._controls = re.compile("|".join(map(re.escape, longest_first)) or "(?!)")

    def tokens(self, messages: Sequence[Message]) -> list[int]:
        ids = list(self.begin)
        for segment in self.segments(messages):
            ids += self.tokenize(segment)
        return ids

    @cached_property
    def begin(self) -> tuple[int, ...]:
        """What precedes every prompt of this model: its begin mark, or nothing."""
        return () if self._vocab.bos is None else (self._vocab.bos,)

    def tokenize(self, segment: Segment) -> list[int]:
        return self._vocab.tokenize(segment.text, marks=not segment.plain)

    def segments(self, messages: Sequence[Message]) -> list[Segment]:
        """The rendered prompt without what `begin` stands for."""
        text = self._render([replace(m, content=self._fenced(m.content)) for m in messages])
        if self.begin:
            text = text.removeprefix(self._vocab.bos_text)
        pieces, plain = [], False
        for part in self._cut.split(text):
            if part in (self._open, self._close):
                plain = part == self._open
            elif part:
                pieces.append(Segment(part, plain))
        return pieces

    def _fenced(self, content: str) -> str:
        return self._controls.sub(lambda control: f"{self._open}{control[0]}{self._close}", content)

    def _render(self, messages: Sequence[Message]) -> str:
        try:
            return self._apply(messages)
        except LocalInferenceError:
            if messages[0].role is not Role.SYSTEM or len(messages) == 1:
                raise
            # Gemma, Mistral and others know no system role and say so by an exception.
            system, first, *rest = messages
            return self._apply([replace(first, content=f"{system.content}\n\n{first.content}"), *rest])

    def _apply(self, messages: Sequence[Message]) -> str:
        from jinja2 import TemplateError

        plain = [{"role": m.role.value, "content": m.content} for m in messages]
        try:
            return str(self._template(messages=plain).prompt)
        except (TemplateError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as exc:
            raise LocalInferenceError(
                Failure.REFUSED, f"the model's chat template refuses this conversation: {exc}"
            ) from exc


def _compiled(vocab: Vocab) -> Any:
    from jinja2 import TemplateError
    from llama_cpp.llama_chat_format import CHATML_CHAT_TEMPLATE, Jinja2ChatFormatter

    # A file without a template gets ChatML, as in llama.cpp's own server.
    template = vocab.template or CHATML_CHAT_TEMPLATE
    try:
        return Jinja2ChatFormatter(template=template, eos_token=vocab.eos_text, bos_token=vocab.bos_text)
    except TemplateError as exc:
        raise LocalInferenceError(
            Failure.BAD_FILE, f"the model's chat template is broken: {exc}", "download the model file again"
        ) from exc
