"""The scout that asks a small GGUF model: one short read, and the odds of three one-letter answers."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from math import exp
from pathlib import Path
from threading import Lock

from hroute.core.decision.signals import Label, ScoutReading
from hroute.core.errors import Failure, LocalInferenceError
from hroute.core.odds import logit
from hroute.core.turn.message import Message, Role
from hroute.data import SHIPPED
from hroute.engines.llama.native import PREFILL_TOKENS, Context, Model, Vocab, library
from hroute.engines.llama.prompt import PromptFormat
from hroute.engines.models import checksum, gguf
from hroute.engines.models import locate as models
from hroute.engines.scout.prompt import EXAMPLES, INSTRUCTION, LETTERS

CALIBRATIONS_FILE = SHIPPED / "scout-gguf.json"

# The request is nearly always at one of the two ends. With the answer's header this is one batch.
HEAD_TOKENS, TAIL_TOKENS = 72, 40
_LONGEST_TOKEN_CHARS = 16  # more would only be read to be thrown away
_CONTEXT_TOKENS = 1024
_MARK = "\ufdd2"  # a noncharacter: stands for the request while the conversation is rendered
END_BYTES = 1 << 20  # of a file, which tell whose calibration is whose

LABELS = (Label.TRIVIAL, Label.STANDARD, Label.COMPLEX)
# The chance that a small local model does well, by label; the builtin scout is trained on the same.
P_LOCAL = (0.95, 0.65, 0.15)
LEAST_SHARE = 0.4  # of the probability: a label with less is no better than a guess among three


@dataclass(frozen=True, slots=True)
class LogitScaling:
    """What turns a model's logits of A, B and C into probabilities: softmax((logit + bias) / temperature)."""

    temperature: float = 1.0
    bias: tuple[float, float, float] = (0.0, 0.0, 0.0)

    def probabilities(self, logits: Sequence[float]) -> tuple[float, ...]:
        scaled = [(z + b) / self.temperature for z, b in zip(logits, self.bias, strict=True)]
        powers = [exp(z - max(scaled)) for z in scaled]
        return tuple(power / sum(powers) for power in powers)


UNCALIBRATED = LogitScaling()


def reading_of(probabilities: Sequence[float], model: str) -> ScoutReading:
    """The likeliest label, `unsure` when none is likely, and the expected chance of the local model."""
    likeliest = max(range(len(LABELS)), key=probabilities.__getitem__)
    is_sure = probabilities[likeliest] >= LEAST_SHARE
    p_local = sum(share * p for share, p in zip(probabilities, P_LOCAL, strict=True))
    return ScoutReading(LABELS[likeliest] if is_sure else Label.UNSURE, -logit(p_local), model)


class GgufScout:
    """One model with one context, used by one thread at a time. It loads on first use."""

    kind = "gguf"

    def __init__(self, model: str, data_dir: Path, calibrations: Path = CALIBRATIONS_FILE) -> None:
        self._model, self._data_dir, self._calibrations = model, data_dir, calibrations
        self._lock = Lock()
        self._examiner: Examiner | None = None
        self._calibration = UNCALIBRATED
        self._name = ""

    def read(self, prompt: str) -> ScoutReading:
        """`latency_ms` stays 0: the caller has the clock. Raises LocalInferenceError."""
        with self._lock:
            logits = self._loaded().logits(prompt)
        return reading_of(self._calibration.probabilities(logits), self._name)

    def load(self) -> None:
        """Does now what the first reading would: it takes a second or more."""
        with self._lock:
            self._loaded()

    def close(self) -> None:
        with self._lock:
            if self._examiner is not None:
                self._examiner.close()
                self._examiner = None

    def _loaded(self) -> "Examiner":
        if self._examiner is None:
            path = models.locate(self._model, self._data_dir)
            gguf.read(path)  # says more about a bad file than llama.cpp does
            known = calibration_of(path, self._calibrations)
            self._calibration = known or UNCALIBRATED
            name = self._model if self._model == models.STARTER else path.stem
            self._name = f"gguf {name}" + ("" if known else " (uncalibrated)")
            self._examiner = Examiner(path)
        return self._examiner


class Examiner:
    """A model that has read the instruction, and answers each request from there."""

    def __init__(self, path: Path) -> None:
        self.evaluated_tokens = 0
        self._model = Model(path, vocab_only=False)
        try:
            before, after = _around_the_request(PromptFormat(self._model.vocab))
            vocab = self._model.vocab
            begin = [] if vocab.bos is None else [vocab.bos]
            self._instruction = begin + vocab.tokenize(before, marks=True)
            self._after = vocab.tokenize(after, marks=True)
            self._letters = [_letter(vocab, letter, path) for letter in LETTERS]
            # One thread: a second one helps little with so few tokens, and waits for a busy machine.
            self._context = Context(self._model, _CONTEXT_TOKENS, threads=1)
        except LocalInferenceError:
            self._model.close()
            raise
        self._read(self._instruction)

    def logits(self, prompt: str) -> tuple[float, ...]:
        """Of the letters A, B and C as the first token of the answer."""
        if not self._context.forget_after(len(self._instruction)):
            self._read(self._instruction)  # a recurrent model can only start anew
        self._read(clipped(prompt, self._model.vocab) + self._after)
        found = library().c.llama_get_logits_ith(self._context.pointer, -1)
        return tuple(float(found[token]) for token in self._letters)

    def close(self) -> None:
        self._context.close()
        self._model.close()

    def _read(self, tokens: Sequence[int]) -> None:
        for start in range(0, len(tokens), PREFILL_TOKENS):
            self._context.decode(tokens[start : start + PREFILL_TOKENS])
        self.evaluated_tokens += len(tokens)


def clipped(prompt: str, vocab: Vocab) -> list[int]:
    """The tokens of a short prompt; of a long one its head and tail. Control tokens stay text."""
    most = HEAD_TOKENS + TAIL_TOKENS
    if len(prompt) <= most * _LONGEST_TOKEN_CHARS:
        tokens = vocab.tokenize(prompt, marks=False)
        if len(tokens) <= most:
            return tokens
    head = vocab.tokenize(prompt[: HEAD_TOKENS * _LONGEST_TOKEN_CHARS], marks=False)
    tail = vocab.tokenize(prompt[-TAIL_TOKENS * _LONGEST_TOKEN_CHARS :], marks=False)
    return head[:HEAD_TOKENS] + tail[-TAIL_TOKENS:]


def calibration_of(model_file: Path, calibrations: Path) -> LogitScaling | None:
    """The constants made for this very file by scripts/calibrate_scout.py; None when there are none."""
    known = json.loads(calibrations.read_text(encoding="utf-8"))
    entry = known.get(checksum.fingerprint(model_file, END_BYTES))
    if entry is None:
        return None
    trivial, standard, complex_ = entry["bias"]
    return LogitScaling(entry["temperature"], (trivial, standard, complex_))


def _around_the_request(prompt: PromptFormat) -> tuple[str, str]:
    """The rendered conversation up to the request, and from there to the answer's first token."""
    examples = [
        Message.of(role, text)
        for request, letter in EXAMPLES
        for role, text in ((Role.USER, request), (Role.ASSISTANT, letter))
    ]
    conversation = [Message.of(Role.SYSTEM, INSTRUCTION), *examples, Message.of(Role.USER, _MARK)]
    rendered = "".join(segment.text for segment in prompt.segments(conversation))
    before, _, after = rendered.partition(_MARK)
    return before, after


def _letter(vocab: Vocab, letter: str, path: Path) -> int:
    tokens = vocab.tokenize(letter, marks=False)
    if len(tokens) != 1:
        raise LocalInferenceError(
            Failure.REFUSED,
            f"{path} cannot be a scout: its vocabulary has no single token for {letter}",
            "set scout.model to another model, or scout.kind to builtin",
        )
    return tokens[0]
