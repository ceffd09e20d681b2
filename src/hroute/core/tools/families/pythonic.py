"""Calls as Python writes them: Llama 3.2 and 4, Gemma, LFM2, OLMo 3, and `<|python_tag|>`."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from math import isfinite
from warnings import catch_warnings

from hroute.core.tools.definitions import Toolset
from hroute.core.tools.families.found import (
    MAX_CALLS,
    FoundCall,
    broken,
    known_name,
    parameter_names,
)

MAX_CHARS = 50_000
MAX_DEPTH = 50  # of brackets: Python's own parser gives up, or worse, somewhere above
_DOTTED = r"[A-Za-z_][\w.]{0,127}"
_MARKED = (
    r"(?P<mark><\|python_(?:tag|start)\|>|<\|tool_call_start\|>|<(?:[a-z]+:)?function_calls>|<tool_calls?>|```(?:tool_code|tool_call)\n)"
    rf"\s*(?P<code>(?:\[\s*|print\()?{_DOTTED}\s*\(.*?)"
    r"(?:<\|python_end\|>|<\|tool_call_end\|>|</(?:[a-z]+:)?function_calls>|</tool_calls?>|```|<\|e[oO][tT_]|<\|eom_id\|>|\Z)"
)
_LISTED = rf"\A\s*(?:```[a-z]*\n)?(?P<code>\[\s*{_DOTTED}\s*\(.*\])\s*(?:```)?\s*\Z"
_CONSTANTS = {"true": True, "false": False, "null": None}


class _NotLiteralError(Exception):
    def __init__(self, node: ast.AST) -> None:
        super().__init__("not a literal")
        self.node = node


@dataclass(frozen=True, slots=True)
class _Code:
    text: str
    at: int
    is_meant: bool  # as a call, whatever it is


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    return re.compile(_MARKED, re.DOTALL), re.compile(_LISTED, re.DOTALL)


def pythonic_calls(text: str, toolset: Toolset, *, cut: bool) -> list[FoundCall]:
    """In their order. Raises BrokenCallError."""
    calls: list[FoundCall] = []
    for code in _codes(text, toolset):
        calls += _read(text, code, toolset, cut=cut)
    return calls[:MAX_CALLS]


def _codes(text: str, toolset: Toolset) -> Iterator[_Code]:
    marked, listed = _patterns()
    found = [_Code(m["code"], m.start("code"), is_meant=True) for m in marked.finditer(text)]
    if not found and (whole := listed.match(text)):
        found = [_Code(whole["code"], whole.start("code"), is_meant=True)]
    if found:
        yield from found
        return
    names = "|".join(re.escape(name) for name in toolset.names)
    begin = re.compile(
        rf"(?:^|\n)[ \t]*(?:Action:\s*)?(?P<code>\[?(?:functions\.|default_api\.)?(?:{names})\s*\()"
    )
    at = 0
    while lead := begin.search(text, at):
        start = lead.start("code")
        end = _closed(text, start)
        if end is None:
            yield _Code(text[start:], start, is_meant=True)
            return
        # A sentence may begin with a call; a call stands alone.
        if text[end:].split("\n", 1)[0].strip(" \t;,`]") == "":
            yield _Code(text[start:end], start, is_meant=True)
        at = end


def _closed(text: str, start: int) -> int | None:
    """Where the call's last bracket closes; quotes are passed over."""
    depth, quote, at = 0, "", start
    end = min(len(text), start + MAX_CHARS)
    while at < end:
        character = text[at]
        if quote:
            at += character == "\\"
            quote = "" if character == quote else quote
        elif character in "\"'":
            quote = character
        elif character in "([{":
            depth += 1
        elif character in ")]}":
            depth -= 1
            if depth == 0:
                return at + 1
        at += 1
    return None


def _read(text: str, code: _Code, toolset: Toolset, *, cut: bool) -> list[FoundCall]:
    body = code.text.strip()
    if len(body) > MAX_CHARS or _depth(body) > MAX_DEPTH:
        raise broken(text, code.at, "a shorter call", cut=False)
    try:
        with catch_warnings(action="ignore"):  # of odd escapes
            tree = ast.parse(body)
    except (SyntaxError, ValueError, MemoryError, RecursionError) as error:
        raise broken(text, code.at, "calls as Python writes them", cut=cut) from error
    calls = []
    for statement in tree.body:
        for node in _calls_of(statement):
            place = _Place(body, code.at)
            try:
                calls.append(_call(node, place, toolset))
            except _NotLiteralError as error:
                raise broken(text, place.of(error.node), "a plain value", cut=False) from error
    if not calls:
        raise broken(text, code.at, "calls as Python writes them", cut=cut)
    return calls


@dataclass(frozen=True, slots=True)
class _Place:
    """From Python's lines and columns in bytes to characters of the whole text."""

    code: str
    at: int

    def of(self, node: ast.AST, *, end: bool = False) -> int:
        line = getattr(node, "end_lineno" if end else "lineno", 1)
        column = getattr(node, "end_col_offset" if end else "col_offset", 0)
        lines = self.code.splitlines(keepends=True)
        before = sum(len(one) for one in lines[: line - 1])
        return self.at + before + len(lines[line - 1].encode()[:column].decode(errors="ignore"))


def _calls_of(statement: ast.stmt) -> Iterator[ast.Call]:
    value = statement.value if isinstance(statement, ast.Expr | ast.Assign) else None
    nodes = value.elts if isinstance(value, ast.List | ast.Tuple) else [value]
    for node in nodes:
        if not isinstance(node, ast.Call):
            continue
        is_print = isinstance(node.func, ast.Name) and node.func.id == "print"
        yield from (arg for arg in node.args if isinstance(arg, ast.Call)) if is_print else (node,)


def _call(node: ast.Call, place: _Place, toolset: Toolset) -> FoundCall:
    written = ast.unparse(node.func)
    name = known_name(written.removesuffix(".call"), toolset)
    arguments: dict[str, object] = {}
    names = parameter_names(toolset.named(name))
    for position, value in enumerate(node.args):
        if position >= len(names):
            raise _NotLiteralError(value)
        arguments[names[position]] = _literal(value)
    for keyword in node.keywords:
        if keyword.arg is None:
            raise _NotLiteralError(keyword.value)
        arguments[keyword.arg] = _literal(keyword.value)
    opened = place.of(node.func, end=True)
    return FoundCall(name, place.of(node), arguments, opened, place.of(node, end=True))


def _literal(node: ast.expr) -> object:
    match node:
        case ast.Constant(value=float() as number) if not isfinite(number):
            raise _NotLiteralError(node)
        case ast.Constant(value=str() | int() | float() | bool() | None):
            return node.value
        case ast.Name(id=name) if name in _CONSTANTS:
            return _CONSTANTS[name]
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float() as number)):
            return -number
        case ast.List(elts=items) | ast.Tuple(elts=items):
            return [_literal(item) for item in items]
        case ast.Dict(keys=keys, values=values):
            pairs = zip(keys, values, strict=True)
            return {_key(key, node): _literal(value) for key, value in pairs}
    raise _NotLiteralError(node)


def _key(node: ast.expr | None, parent: ast.AST) -> str:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    raise _NotLiteralError(node or parent)


def _depth(code: str) -> int:
    depth = deepest = 0
    for character in code:
        depth += (character in "([{") - (character in ")]}")
        deepest = max(deepest, depth)
    return deepest
