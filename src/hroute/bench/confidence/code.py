"""Calls a short Python function that a model wrote, without running it as Python.

A walk over its syntax tree knows arithmetic, text, lists, loops and a few builtins; anything else is no
answer. Nothing of it can reach a file, a module or an attribute that is not named here, and steps, sizes and
depth are bounded.
"""

import ast
import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

_MOST_STEPS, _MOST_SIZE, _MOST_DEPTH = 20_000, 10_000, 40
_FENCED = "```"
_SIMPLE = (int, float, str, bool, list, tuple, dict, set, range, type(None))

_BINARY: dict[type[ast.AST], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
}
_UNARY: dict[type[ast.AST], Callable[[Any], Any]] = {
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
    ast.Not: operator.not_,
}
_COMPARED: dict[type[ast.AST], Callable[[Any, Any], Any]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.In: lambda a, b: a in b,
    ast.NotIn: lambda a, b: a not in b,
    ast.Is: operator.is_,
    ast.IsNot: operator.is_not,
}
_BUILTINS: dict[str, Callable[..., Any]] = {
    function.__name__: function
    for function in (abs, all, any, bool, dict, enumerate, float, int, len, list, max, min, range, reversed)
} | {function.__name__: function for function in (round, set, sorted, str, sum, tuple, zip)}
_METHODS: dict[type[Any], set[str]] = {
    str: {"upper", "lower", "strip", "split", "count", "startswith", "endswith", "title", "capitalize"}
    | {"isalpha", "isdigit", "isupper", "islower", "index", "find", "replace", "join"},
    list: {"append", "pop", "index", "count", "reverse", "sort", "extend"},
    set: {"add"},
    dict: {"get", "items", "keys", "values"},
}


class NotUnderstoodError(Exception):
    """The text has no function of this name that is understood here, or it fails."""


def call(text: str, name: str, arguments: Sequence[Any]) -> Any:
    """What the function returns. Raises NoAnswerError."""
    try:
        return _Program(_functions(text)).call(name, arguments)
    except (_Return, _Break, _Continue, ArithmeticError, LookupError, TypeError, ValueError) as exc:
        raise NotUnderstoodError(str(exc)) from exc
    except (AttributeError, RecursionError, MemoryError) as exc:
        raise NotUnderstoodError(str(exc)) from exc


def code_of(text: str) -> str:
    """What stands between the first fences; without any, the first definition with its block."""
    if _FENCED in text:
        return text.split(_FENCED)[1].partition("\n")[2]
    lines = text[max(0, text.find("def ")) :].splitlines()
    inside = [line for place, line in enumerate(lines) if place == 0 or line[:1] in {" ", "\t", ""}]
    return "\n".join(inside)


def _functions(text: str) -> dict[str, ast.FunctionDef]:
    try:
        tree = ast.parse(code_of(text))
    except (SyntaxError, ValueError, RecursionError, MemoryError) as exc:
        raise NotUnderstoodError("it is no Python") from exc
    return {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}


def _power(base: Any, exponent: Any) -> Any:
    if not isinstance(exponent, int | float) or abs(exponent) > 64:
        raise NotUnderstoodError("too large")
    return base**exponent


_BINARY[ast.Pow] = _power


class _Return(Exception):  # noqa: N818 - no error: how a function ends
    def __init__(self, value: Any) -> None:
        self.value = value


class _Break(Exception):  # noqa: N818 - how a loop ends
    pass


class _Continue(Exception):  # noqa: N818 - how a round of a loop ends
    pass


@dataclass(slots=True)
class _Program:
    functions: Mapping[str, ast.FunctionDef]
    steps: int = 0
    depth: int = 0

    def call(self, name: str, arguments: Sequence[Any]) -> Any:
        function = self.functions.get(name)
        if function is None or self.depth >= _MOST_DEPTH:
            raise NotUnderstoodError(f"no {name}, or it never ends")
        names = [one.arg for one in function.args.args]
        if len(names) != len(arguments):
            raise NotUnderstoodError(f"{name} takes {len(names)} arguments")
        self.depth += 1
        try:
            _Frame(self, dict(zip(names, arguments, strict=True))).block(function.body)
        except _Return as returned:
            return returned.value
        finally:
            self.depth -= 1
        return None

    def count(self) -> None:
        self.steps += 1
        if self.steps > _MOST_STEPS:
            raise NotUnderstoodError("it takes too long")


@dataclass(slots=True)
class _Frame:
    program: _Program
    names: dict[str, Any] = field(default_factory=dict)

    def block(self, nodes: Sequence[ast.stmt]) -> None:
        for node in nodes:
            self.program.count()
            self._method("do", node)(node)

    def value(self, node: ast.expr) -> Any:
        self.program.count()
        found = self._method("of", node)(node)
        if isinstance(found, str | list | tuple | dict | set | range) and len(found) > _MOST_SIZE:
            raise NotUnderstoodError("too large")
        if isinstance(found, int) and found.bit_length() > _MOST_SIZE:
            raise NotUnderstoodError("too large")
        return found

    def _method(self, verb: str, node: ast.AST) -> Callable[[Any], Any]:
        method = getattr(self, f"{verb}_{type(node).__name__.lower()}", None)
        if method is None:
            raise NotUnderstoodError(f"{type(node).__name__} is not understood")
        return method  # type: ignore[no-any-return]

    # --- statements

    def do_return(self, node: ast.Return) -> None:
        raise _Return(None if node.value is None else self.value(node.value))

    def do_pass(self, _node: ast.Pass) -> None:
        return

    def do_break(self, _node: ast.Break) -> None:
        raise _Break

    def do_continue(self, _node: ast.Continue) -> None:
        raise _Continue

    def do_expr(self, node: ast.Expr) -> None:
        self.value(node.value)

    def do_assign(self, node: ast.Assign) -> None:
        found = self.value(node.value)
        for target in node.targets:
            self._bind(target, found)

    def do_annassign(self, node: ast.AnnAssign) -> None:
        if node.value is not None:
            self._bind(node.target, self.value(node.value))

    def do_augassign(self, node: ast.AugAssign) -> None:
        before = self.value(node.target)
        self._bind(node.target, self._binary(node.op, before, self.value(node.value)))

    def do_if(self, node: ast.If) -> None:
        self.block(node.body if self.value(node.test) else node.orelse)

    def do_for(self, node: ast.For) -> None:
        for item in self.value(node.iter):
            self._bind(node.target, item)
            if not self._round(node.body):
                return
        self.block(node.orelse)

    def do_while(self, node: ast.While) -> None:
        while self.value(node.test):
            if not self._round(node.body):
                return

    def _round(self, body: Sequence[ast.stmt]) -> bool:
        """Whether the loop goes on."""
        try:
            self.block(body)
        except _Break:
            return False
        except _Continue:
            pass
        return True

    def _bind(self, target: ast.expr, found: Any) -> None:
        if isinstance(target, ast.Name):
            self.names[target.id] = found
        elif isinstance(target, ast.Tuple):
            for each, value in zip(target.elts, found, strict=True):
                self._bind(each, value)
        elif isinstance(target, ast.Subscript):
            self.value(target.value)[self.value(target.slice)] = found
        else:
            raise NotUnderstoodError("what is assigned to is not understood")

    # --- expressions

    def of_constant(self, node: ast.Constant) -> Any:
        if not isinstance(node.value, _SIMPLE):
            raise NotUnderstoodError("a value that is not understood")
        return node.value

    def of_name(self, node: ast.Name) -> Any:
        if node.id not in self.names:
            raise NotUnderstoodError(f"{node.id} is not known")
        return self.names[node.id]

    def of_binop(self, node: ast.BinOp) -> Any:
        return self._binary(node.op, self.value(node.left), self.value(node.right))

    def _binary(self, sign: ast.operator, left: Any, right: Any) -> Any:
        many = [one for one in (left, right) if isinstance(one, str | list | tuple)]
        if isinstance(sign, ast.Mult) and many:
            times = right if many[0] is left else left
            if len(many[0]) * times > _MOST_SIZE:
                raise NotUnderstoodError("too large")
        if type(sign) not in _BINARY:
            raise NotUnderstoodError("an operator that is not understood")
        return _BINARY[type(sign)](left, right)

    def of_unaryop(self, node: ast.UnaryOp) -> Any:
        if type(node.op) not in _UNARY:
            raise NotUnderstoodError("an operator that is not understood")
        return _UNARY[type(node.op)](self.value(node.operand))

    def of_boolop(self, node: ast.BoolOp) -> Any:
        found: Any = None
        for each in node.values:
            found = self.value(each)
            if bool(found) is isinstance(node.op, ast.Or):
                break
        return found

    def of_compare(self, node: ast.Compare) -> bool:
        left = self.value(node.left)
        for sign, other in zip(node.ops, node.comparators, strict=True):
            right = self.value(other)
            if not _COMPARED[type(sign)](left, right):
                return False
            left = right
        return True

    def of_ifexp(self, node: ast.IfExp) -> Any:
        return self.value(node.body if self.value(node.test) else node.orelse)

    def of_list(self, node: ast.List) -> list[Any]:
        return [self.value(each) for each in node.elts]

    def of_tuple(self, node: ast.Tuple) -> tuple[Any, ...]:
        return tuple(self.value(each) for each in node.elts)

    def of_dict(self, node: ast.Dict) -> dict[Any, Any]:
        if any(key is None for key in node.keys):
            raise NotUnderstoodError("a dict that is not understood")
        pairs = zip(node.keys, node.values, strict=True)
        return {self.value(key): self.value(each) for key, each in pairs if key is not None}

    def of_subscript(self, node: ast.Subscript) -> Any:
        return self.value(node.value)[self.value(node.slice)]

    def of_slice(self, node: ast.Slice) -> slice:
        ends = (node.lower, node.upper, node.step)
        return slice(*(None if end is None else self.value(end) for end in ends))

    def of_listcomp(self, node: ast.ListComp) -> list[Any]:
        return list(self._items(node))

    def of_generatorexp(self, node: ast.GeneratorExp) -> list[Any]:
        return list(self._items(node))

    def _items(self, node: ast.ListComp | ast.GeneratorExp) -> Iterator[Any]:
        if len(node.generators) != 1:
            raise NotUnderstoodError("loops in loops in one line are not understood")
        loop = node.generators[0]
        for item in self.value(loop.iter):
            self._bind(loop.target, item)
            if all(self.value(test) for test in loop.ifs):
                yield self.value(node.elt)

    def of_call(self, node: ast.Call) -> Any:
        arguments = [self.value(each) for each in node.args]
        options = {each.arg or "": self.value(each.value) for each in node.keywords}
        if isinstance(node.func, ast.Attribute):
            return self._method_of(node.func)(*arguments)
        if not isinstance(node.func, ast.Name):
            raise NotUnderstoodError("a call that is not understood")
        if node.func.id in self.program.functions:
            return self.program.call(node.func.id, arguments)
        if node.func.id not in _BUILTINS or options.keys() - {"reverse"}:
            raise NotUnderstoodError(f"{node.func.id} is not understood")
        if node.func.id == "range" and len(range(*arguments)) > _MOST_SIZE:
            raise NotUnderstoodError("too large")
        return _BUILTINS[node.func.id](*arguments, **options)

    def _method_of(self, node: ast.Attribute) -> Callable[..., Any]:
        owner = self.value(node.value)
        if node.attr not in _METHODS.get(type(owner), set()):
            raise NotUnderstoodError(f"{node.attr} is not understood")
        return getattr(owner, node.attr)  # type: ignore[no-any-return]
