"""How an answer starts and ends, what it is wrapped in, and what it repeats."""

import re
from collections.abc import Mapping

from hroute.core.checks.finding import Finding, broken, kept, unchecked
from hroute.core.checks.parts import blocks

_TYPOGRAPHY = str.maketrans("‘’“”«»", '\'\'""""')
_QUOTE_MARKS = '"“”„«»＂'
# An answer that begins like the request is only judged after this share of it.
_NEARLY_REPEATED = 0.9
_OPENING_LETTERS = 40


def check_start(params: Mapping[str, object], answer: str) -> Finding:
    """{"starts": phrase}, of the answer or of its paragraph number `paragraph`, -1 the last."""
    phrase, text = _plain(str(params.get("starts"))), answer
    nth = params.get("paragraph")
    if isinstance(nth, int):
        found = blocks(answer)
        if max(nth, 1) > len(found):
            return broken(f"only {len(found)} paragraphs, not {nth}")
        text = found[nth - 1 if nth > 0 else nth]
    opening = _plain(text)
    shown = opening[: len(phrase) + 10]
    if _begins(opening.lstrip("'\""), phrase.lstrip("'\"")):
        return kept(f"starts with “{phrase}”")
    if _letters(opening).startswith(_letters(phrase)):
        return unchecked(f"starts with “{shown}”")
    return broken(f"starts with “{shown}”")


def _begins(text: str, phrase: str) -> bool:
    return text.startswith(phrase) and not (
        phrase[-1:].isalnum() and text[len(phrase) : len(phrase) + 1].isalnum()
    )


def check_end(params: Mapping[str, object], answer: str) -> Finding:
    phrase, text = _plain(str(params.get("ends"))), _plain(answer)
    if text.strip("\"' ").endswith(phrase.strip("\"' ")):
        return kept(f"ends with “{phrase}”")
    closing = text[-len(phrase) - 10 :]
    if _letters(phrase) and _letters(text[-2 * len(phrase) - 20 :]).endswith(_letters(phrase)):
        return unchecked(f"ends with “{closing}”")
    return broken(f"ends with “{closing}”")


def check_wrapped(params: Mapping[str, object], answer: str) -> Finding:
    text = answer.strip()
    if len(text) > 1 and text[0] == '"' == text[-1]:
        return kept("in double quotation marks")
    edges = (text[:1], text[-1:], text.strip("*_` \n")[:1], text.strip("*_` \n")[-1:])
    if (edges[0] in _QUOTE_MARKS and edges[1] in _QUOTE_MARKS) or (edges[2] == '"' == edges[3]):
        return unchecked("in other quotation marks")
    return broken("not in double quotation marks")


def check_title(params: Mapping[str, object], answer: str) -> Finding:
    """A line with something between << and >>."""
    lines = [line for line in answer.split("\n") if "<<" in line]
    inside = [line[line.index("<<") + 2 : line.rindex(">>")] for line in lines if ">>" in line]
    if any(text.strip("<> ") for text in inside):
        return kept("has a title in << >>")
    return (
        unchecked("angular marks of another kind")
        if re.search(r"[«《≪]|&lt;&lt;", answer)
        else broken("no title in << >>")
    )


def check_postscript(params: Mapping[str, object], answer: str) -> Finding:
    double = params.get("postscript") == "P.P.S"
    strict = r"^[^\w\n]{0,9}_{0,3}p\.? ?p\.? ?s\b" if double else r"^[^\w\n]{0,9}_{0,3}p\. ?s\."
    loose = r"p\.? ?p\.? ?s\b" if double else r"\bp\.? ?s\b|postscript"
    name = "P.P.S." if double else "P.S."
    if re.search(strict, answer, re.MULTILINE | re.IGNORECASE):
        return kept(f"has a {name}")
    return unchecked(f"perhaps a {name}") if re.search(loose, answer, re.IGNORECASE) else broken(f"no {name}")


def check_repeat(params: Mapping[str, object], answer: str) -> Finding:
    """The answer begins with the request, to the letter; nearly so is for a person to judge."""
    request = str(params.get("repeats")).strip()
    if answer.strip().lower().startswith(request.lower()):
        return kept("repeats the request")
    asked, said = _letters(_plain(request)), _letters(_plain(answer[: 2 * len(request) + 200]))
    same = next(
        (i for i, pair in enumerate(zip(asked, said, strict=False)) if pair[0] != pair[1]),
        min(len(asked), len(said)),
    )
    if same >= _NEARLY_REPEATED * len(asked) and same >= min(_OPENING_LETTERS, len(asked)):
        return unchecked("repeats the request nearly")
    return broken("does not begin with the request")


def _plain(text: str) -> str:
    return " ".join(text.translate(_TYPOGRAPHY).lower().split())


def _letters(text: str) -> str:
    return "".join(char for char in text if char.isalnum())
