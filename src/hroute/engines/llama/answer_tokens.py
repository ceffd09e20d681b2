"""The answers of a session as the tokens in which they were written."""

from collections import deque
from dataclasses import dataclass, field


@dataclass(slots=True)
class WrittenAnswer:
    """One answer while it is written: after `tokens[i]` it has `ends[i]` characters."""

    tokens: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    text: str = ""

    def add(self, tokens: list[int], piece: str) -> None:
        """`piece` is the text that these tokens together have completed."""
        self.text += piece
        self.tokens += tokens
        # Tokens that came together came with one piece: between them the text was never seen to end.
        self.ends += [-1] * (len(tokens) - 1) + [len(self.text)]


class AnswerTokens:
    """Finds the tokens of an answer when it comes back as a part of the conversation.

    A model may write a word in other tokens than the tokenizer would: read again from its text, the
    conversation would part from what the context holds at the first such word, and everything after it
    would be computed again.
    """

    MOST = 256  # answers

    def __init__(self) -> None:
        self._answers: deque[WrittenAnswer] = deque(maxlen=self.MOST)

    def begin(self) -> WrittenAnswer:
        """The next answer, to be filled while it is written."""
        written = WrittenAnswer()
        self._answers.appendleft(written)
        return written

    def tokens(self, content: str) -> list[int] | None:
        """Those of the newest answer with this text; else of one that begins with it, interrupted there."""
        if not content:
            return None
        alike = [written for written in self._answers if written.text.startswith(content)]
        for written in sorted(alike, key=lambda written: written.text != content):
            if len(content) in written.ends:
                return written.tokens[: written.ends.index(len(content)) + 1]
        return None
