"""What a runner tells of an answer in the making: what has changed since it last told something."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from hroute.core.confidence.tokens import ScoredToken
from hroute.engines.base import Finish
from hroute.engines.llama.runner.frames import BrokenLineError, Frame, count_in

if TYPE_CHECKING:
    from hroute.engines.llama.worker import Run


@dataclass(slots=True)
class Told:
    """Of one answer, see `worker.Run`."""

    input_tokens: int | None = None
    cached_tokens: int = 0
    output_tokens: int = 0
    finish: Finish | None = None
    opening: str = ""
    scored: list[ScoredToken] = field(default_factory=list)
    sampled: tuple[str, ...] = ()
    computed_tokens: int = 0  # by the runner for all its answers, samples included

    def hear(self, frame: Frame) -> str:
        """Takes in what is new and returns the text. Raises BrokenLineError for what no runner says."""
        for name in ("input_tokens", "cached_tokens", "output_tokens", "computed_tokens"):
            if name in frame:
                setattr(self, name, count_in(frame, name))
        self.opening = _text(frame.get("opening", self.opening))
        self.scored += map(_token, _listed(frame.get("scored", [])))
        self.sampled += tuple(map(_text, _listed(frame.get("sampled", []))))
        if "finish" in frame:
            self.finish = _finish(frame["finish"])
        return _text(frame.get("text", ""))


class Teller:
    """The runner's side of one answer."""

    _FIELDS = ("input_tokens", "cached_tokens", "output_tokens", "finish", "opening")

    def __init__(self, run: "Run") -> None:
        self._run, self._told, self._scored = run, dict.fromkeys(self._FIELDS), 0

    def news(self, text: str) -> Frame:
        run = self._run
        now = {name: getattr(run, name) for name in self._FIELDS}
        frame: Frame = {name: value for name, value in now.items() if value != self._told[name]}
        self._told = now
        if text:
            frame["text"] = text
        if fresh := run.scored[self._scored :]:
            self._scored += len(fresh)
            frame["scored"] = [[token.text, token.logprob, token.entropy, token.lead] for token in fresh]
        return frame


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise BrokenLineError
    return value


def _listed(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise BrokenLineError
    return value


def _token(value: Any) -> ScoredToken:
    if not isinstance(value, list) or len(value) != len(ScoredToken.__match_args__):
        raise BrokenLineError
    text, *signs = value
    if any(type(sign) not in (float, int, type(None)) for sign in signs):
        raise BrokenLineError
    return ScoredToken(_text(text), *signs)


def _finish(value: Any) -> Finish:
    try:
        return Finish(value)
    except ValueError as exc:
        raise BrokenLineError from exc
