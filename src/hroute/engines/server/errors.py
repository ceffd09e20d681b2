"""Says what went wrong with a server, in one sentence that never contains its key."""

import re
from dataclasses import dataclass, field

from hroute.core.decision.decision import Route
from hroute.core.errors import CloudError, EngineError, Failure, LocalInferenceError
from hroute.core.remedies import Remedy
from hroute.core.sanitize import printable
from hroute.engines.server.faults import AnswerFailedError, OversizedError, SilentServerError
from hroute.engines.server.hints import hint_for, verdict_for
from hroute.engines.server.reading.complaints import READ_CHARS, codes_of, status_in, words_of
from hroute.engines.server.spec import ServerSpec

MAX_MESSAGE_CHARS = 400
# A server may quote a key cut short or wrapped: every word with this much of it goes.
_KEY_PART_CHARS = 8
# Shorter keys are placeholders ("none", "EMPTY"), and hiding those would garble ordinary words.
_SHORTEST_SECRET_CHARS = 6

TOO_LONG = re.compile(
    r"context.?(length|window|size|limit)|(maximum|max) (context|prompt|input)|max_model_len|\bn_ctx\b"
    r"|(prompt|input|message|conversation|request)s? (is|are|was) too (long|large)|too many (input )?tokens"
    r"|(prompt|input)\b.{0,80}\b(exceed|longer than|maximum number of tokens)|range of input length"
    r"|`inputs` tokens|超长|上下文|(输入|内容|提示).{0,8}(过长|长度)",
    re.I,
)
NO_CREDIT = re.compile(
    r"insufficient.?(quota|balance|credit|funds)|exceeded your current quota|欠费|余额", re.I
)
# Where an answer that had begun with status 200 fails.
_BY_WORDS = (
    (
        Failure.RATE_LIMIT,
        re.compile(r"rate.?limit|too many requests|\bquota\b", re.I),
    ),
    (Failure.AUTH, re.compile(r"api.?key|authenticat|unauthori[sz]ed|permission.denied", re.I)),
)
# What Google and others answer with 400: a word for a key may stand in a schema too.
_BAD_KEY = re.compile(
    r"(incorrect|invalid|missing|wrong|expired|no).{0,20}api.?key|api.?key.{0,30}(not|invalid|incorrect|missing|expired)",
    re.I,
)
_BY_STATUS = {
    401: Failure.AUTH,
    402: Failure.RATE_LIMIT,  # DeepSeek, OpenRouter: no credit left
    403: Failure.AUTH,
    408: Failure.TIMEOUT,
    413: Failure.CONTEXT,
    429: Failure.RATE_LIMIT,
}


@dataclass(frozen=True, slots=True)
class FaultTranslator:
    """Translates what the SDK, the HTTP client or the server said about one request."""

    spec: ServerSpec
    key: str = field(default="", repr=False)

    def error(self, failure: Failure, what: str, *remedies: Remedy | str) -> EngineError:
        kind = CloudError if self.spec.route is Route.CLOUD else LocalInferenceError
        message = self._clean(f"{self.spec.name} ({self.spec.host}) {what}")
        return kind(failure, message, *(remedies or (hint_for(failure, self.spec),)))

    def about_opening(self, exc: Exception) -> EngineError:
        """What came instead of an answer."""
        from openai import APIConnectionError, APIStatusError, APITimeoutError

        match exc:
            case SilentServerError() | APITimeoutError():
                return self._timed_out(exc)
            case APIConnectionError():
                return self._not_connected(exc)
            case APIStatusError():
                return self._refused(_true_status(exc.status_code, exc.body), exc.body)
            case OversizedError():
                return self._oversized(exc)
        return self._unreachable(str(_innermost(exc)))

    def about_event(self, exc: Exception) -> EngineError:
        """What came instead of the next event of an answer."""
        import httpx2

        match exc:
            case AnswerFailedError():
                return self._refused(status_in(exc.body), exc.body)
            case httpx2.TimeoutException():
                return self._timed_out(exc)
            case httpx2.TransportError() | httpx2.StreamError():
                return self.broken_off()
            case OversizedError():
                return self._oversized(exc)
        return self.error(Failure.SERVER, f"sent something that is not an answer ({type(exc).__name__})")

    def about_setup(self, exc: Exception) -> EngineError:
        """No client could be made: a bad URL, a proxy that needs a package, a missing certificate file."""
        return self._unreachable(str(exc))

    def broken_off(self) -> EngineError:
        return self.error(Failure.UNREACHABLE, "broke the connection in the middle of its answer")

    def _unreachable(self, why: str) -> EngineError:
        return self.error(Failure.UNREACHABLE, f"cannot be reached: {why}" if why else "cannot be reached")

    def _not_connected(self, exc: Exception) -> EngineError:
        import httpx2

        why = str(exc.__cause__ or "")
        if isinstance(exc.__cause__, httpx2.RemoteProtocolError):
            return self.error(Failure.SERVER, f"gave no proper response: {why}")
        return self._unreachable(why)

    def _timed_out(self, exc: Exception) -> EngineError:
        import httpx2

        if isinstance(exc.__cause__, httpx2.ConnectTimeout):
            return self._unreachable(f"no connection within {self.spec.patience.connect_s:g} s")
        return self.error(Failure.STALL, f"sent nothing for {self.spec.patience.silence_s:g} s")

    def _oversized(self, exc: OversizedError) -> EngineError:
        return self.error(Failure.SERVER, f"was cut off: {exc}")

    def _refused(self, status: int, body: object) -> EngineError:
        code, said = codes_of(body), words_of(body)
        failure = _failure(status, f"{code} {said}")
        quote = f": {said}" if said else ""
        if failure is Failure.RATE_LIMIT and (status == 402 or NO_CREDIT.search(f"{code} {said}")):
            hint = f"add credit at {self.spec.host}, or use another [[cloud]] entry"
            return self.error(failure, f"has no credit left for this key{quote}", hint)
        return self.error(failure, verdict_for(failure, status, self.spec) + quote)

    def _clean(self, text: str) -> str:
        """One bounded, printable line without the key."""
        line = " ".join(printable(text[:READ_CHARS]).split())
        if len(self.key) >= _SHORTEST_SECRET_CHARS:
            line = _without(self.key, line)
        return line if len(line) <= MAX_MESSAGE_CHARS else line[: MAX_MESSAGE_CHARS - 1] + "…"


def _without(key: str, line: str) -> str:
    for start in range(max(1, len(key) - _KEY_PART_CHARS + 1)):
        part = key[start : start + _KEY_PART_CHARS]
        if part in line:
            line = " ".join("***" if part in word else word for word in line.split(" "))
    return line


def _innermost(exc: Exception) -> Exception:
    while isinstance(exc, ExceptionGroup):
        exc = exc.exceptions[0]
    return exc


def _true_status(status: int, body: object) -> int:
    """Gateways answer 400 where the error in it says who asked too often, or may not ask at all."""
    within = status_in(body)
    return within if status == 400 and within in _BY_STATUS else status


def _failure(status: int, words: str) -> Failure:
    """Status 0: an error inside an answer that names none."""
    if status not in (401, 403, 429) and TOO_LONG.search(words):
        return Failure.CONTEXT
    if status == 400 and NO_CREDIT.search(words):
        return Failure.RATE_LIMIT
    if status == 400 and _BAD_KEY.search(words):
        return Failure.AUTH
    if status == 0:
        return next((failure for failure, sign in _BY_WORDS if sign.search(words)), Failure.SERVER)
    return Failure.SERVER if status >= 500 else _BY_STATUS.get(status, Failure.REFUSED)
