"""How an answer ended, out of the words that servers have for it."""

from hroute.engines.base import Finish

# Letters alone are compared: MAX_TOKENS, max_tokens and maxTokens are one word. The first that fits counts.
_SIGNS: tuple[tuple[Finish | None, str], ...] = (
    (Finish.LENGTH, "length max tokenlimit outputlimit contextlimit errorlimit windowexceeded"),
    (Finish.LENGTH, "contextexceeded truncated incomplete"),
    (Finish.REFUSED, "refus"),
    (Finish.FILTERED, "filter safety recitation blocklist blocked prohibited spii moderat guardrail toxic"),
    (Finish.FILTERED, "sensitive censor"),
    # Nothing that may be given: the server stopped in the middle.
    (None, "error abort cancel fail malformed unexpected insufficient timeout overload crash interrupt"),
    (None, "unavailable disconnect deadline quota ratelimit"),
    (Finish.LENGTH, "limit exceeded"),
    (Finish.TOOL_CALLS, "tool function"),
)


def finish_of(word: object) -> Finish | None:
    """None: the answer failed. Whatever nobody knows, a number among it, is an ordinary end."""
    letters = "".join(filter(str.isalpha, word[:100].lower())) if isinstance(word, str) else ""
    for finish, signs in _SIGNS:
        if any(sign in letters for sign in signs.split()):
            return finish
    return Finish.STOP
