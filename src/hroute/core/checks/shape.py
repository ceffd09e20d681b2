"""Whether an answer has the format that was asked for."""

import csv
import json
import re
from collections.abc import Mapping

from hroute.core.checks.finding import Finding, broken, decided, kept, unchecked

_FENCED = re.compile(r"```[\w+-]{0,20}\n?(.*?)```", re.DOTALL)
_WHOLE_FENCE = re.compile(r"```[\w+-]{0,20}\s(?P<inside>.*)```", re.DOTALL)
_BULLET = re.compile(r"^[ \t]*[*•+-][ \t]+\S", re.MULTILINE)
_NUMBERED = re.compile(r"^[ \t]*\(?\d{1,3}[.)][ \t]+\S", re.MULTILINE)
_TABLE_RULE = re.compile(r"^[ \t]*\|?[ \t]*:?-{2,}:?[ \t]*\|[ \t|:-]*$", re.MULTILINE)
_TAG = re.compile(r"</?[a-zA-Z][\w-]{0,30}[^<>]{0,200}>")
_ENTITIES = re.compile(r"<!(?:ENTITY|DOCTYPE)", re.IGNORECASE)


def check_format(params: Mapping[str, object], answer: str) -> Finding:
    name = str(params.get("format"))
    text = unfenced(answer)
    if name == "json":
        return _json(text, answer, whole=params.get("whole") is True)
    checks = {
        "csv": _csv,
        "xml": _xml,
        "html": _html,
        "yaml": _yaml,
        "table": _table,
        "bullet list": _bullets,
        "numbered list": _numbers,
    }
    return checks[name](text) if name in checks else unchecked(f"{name} is not checked")


def unfenced(answer: str) -> str:
    """The answer without a code fence around all of it."""
    fenced = _WHOLE_FENCE.fullmatch(answer.strip())
    return (fenced["inside"] if fenced and "```" not in fenced["inside"] else answer).strip()


def parsed(text: str) -> object:
    """The JSON value of a text; raises ValueError."""
    try:
        return json.loads(text)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def _json(text: str, answer: str, *, whole: bool) -> Finding:
    try:
        value = parsed(text)
    except ValueError as error:
        return _broken_json(answer, str(error), whole=whole)
    return kept("valid JSON") if isinstance(value, dict | list) else unchecked("JSON, but a single value")


def _broken_json(answer: str, error: str, *, whole: bool) -> Finding:
    inside = _FENCED.search(answer)
    if not whole and inside and _is_json(inside[1]):
        return unchecked("JSON with text around it")
    lines = [line for line in answer.split("\n") if line.strip()]
    if len(lines) > 1 and all(line.lstrip()[:1] == "{" and _is_json(line) for line in lines):
        return unchecked("JSON line by line")
    return broken(f"not JSON: {error}")


def _is_json(text: str) -> bool:
    try:
        return isinstance(parsed(text), dict | list)
    except ValueError:
        return False


def _csv(text: str) -> Finding:
    if "," not in text and ";" not in text and "\t" not in text:
        return broken("no line with a separator")
    try:
        widths = {len(row) for row in csv.reader(text.split("\n")) if row}
    except csv.Error:
        return unchecked("CSV that cannot be read")
    if len(widths) == 1 and min(widths) > 1:
        return kept(f"rows of {min(widths)} fields")
    return unchecked("rows of different lengths")


def _xml(text: str) -> Finding:
    if not _TAG.search(text):
        return broken("no tags")
    if _ENTITIES.search(text):
        return unchecked("XML that declares entities")
    from xml.etree import ElementTree

    try:
        ElementTree.fromstring(text)
    except (ElementTree.ParseError, ValueError):
        return unchecked("XML that is not one whole document")
    return kept("well-formed XML")


def _html(text: str) -> Finding:
    return kept("has HTML tags") if _TAG.search(text) else unchecked("plain text is HTML to some")


def _yaml(text: str) -> Finding:
    return (
        unchecked("YAML is not parsed")
        if re.search(r"^[ \t]*(?:- |[\w ]{1,60}:)", text, re.MULTILINE)
        else broken("no keys or items")
    )


def _table(text: str) -> Finding:
    if _TABLE_RULE.search(text) or "<table" in text.lower():
        return kept("has a table")
    return unchecked("perhaps a table") if "|" in text or "\t" in text else broken("no table")


def _bullets(text: str) -> Finding:
    if _BULLET.search(text):
        return kept("has bullets")
    return (
        unchecked("a numbered list in place of bullets") if _NUMBERED.search(text) else broken("no bullets")
    )


def _numbers(text: str) -> Finding:
    if _NUMBERED.search(text):
        return kept("has numbered entries")
    return unchecked("bullets in place of numbers") if _BULLET.search(text) else broken("no numbered entries")


def check_keys(params: Mapping[str, object], answer: str) -> Finding:
    """Every object of a JSON answer has the keys; other formats are not looked into."""
    keys = params.get("keys")
    try:
        value = parsed(unfenced(answer))
    except ValueError:
        return unchecked("not JSON")
    objects = [one for one in (value if isinstance(value, list) else [value]) if isinstance(one, dict)]
    if not isinstance(keys, list) or not objects:
        return unchecked("not an object with keys")
    missing = [str(key) for key in keys if any(key not in one for one in objects)]
    near = [key for key in missing if any(key.lower() in (str(k).lower() for k in one) for one in objects)]
    if near and near == missing:
        return unchecked(f"{near[0]} only in other letters or in some objects")
    return decided(f"missing: {', '.join(missing)}" if missing else "all keys", is_kept=not missing)
