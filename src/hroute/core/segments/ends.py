"""The two ends of a long prompt: people put what they ask before or after what they paste."""

from typing import NamedTuple

END_CHARS = 4_000  # read at either end; about 700 words


class Ends(NamedTuple):
    """Text to read in place of a prompt; what lies behind `seam` is `shift` further on in the prompt."""

    text: str
    seam: int
    shift: int
    head: int  # where the part that is not read begins in the prompt

    def origin(self, position: int) -> int:
        return position + self.shift if position >= self.seam else position


def ends_of(prompt: str) -> Ends:
    """The prompt itself when it is short, else its ends, cut between words; a fence stays a fence."""
    if len(prompt) <= 2 * END_CHARS:
        return Ends(prompt, len(prompt), 0, len(prompt))
    head_end = _gap(prompt, END_CHARS)
    tail_start = _gap(prompt, len(prompt) - END_CHARS)
    closing = "\n```" if prompt.count("```", 0, head_end) % 2 else ""
    opening = "```\n" if prompt.count("```", 0, tail_start) % 2 else ""
    head = f"{prompt[:head_end]}{closing}\n\n{opening}"
    return Ends(head + prompt[tail_start:], len(head), tail_start - len(head), head_end)


def _gap(prompt: str, near: int) -> int:
    """The last white space shortly before this place, or the place itself where there is none."""
    line, word = (prompt.rfind(gap, near - 300, near) for gap in ("\n", " "))
    return max(line, word) if max(line, word) >= 0 else near
