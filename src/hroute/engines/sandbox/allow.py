"""Which code may run at all: an allow-list of syntax, builtins and methods, read before anything is run."""

import ast
import builtins

MOST_CHARS = 10_000

_SYNTAX: tuple[type[ast.AST], ...] = (
    # Statements and definitions.
    ast.Module, ast.FunctionDef, ast.arguments, ast.arg, ast.Return, ast.Assign, ast.AugAssign, ast.AnnAssign,
    ast.For, ast.While, ast.If, ast.Break, ast.Continue, ast.Pass, ast.Expr, ast.Raise, ast.Try,
    ast.ExceptHandler, ast.Assert, ast.Delete, ast.Nonlocal,
    # Expressions.
    ast.BoolOp, ast.NamedExpr, ast.BinOp, ast.UnaryOp, ast.Lambda, ast.IfExp, ast.Dict, ast.Set, ast.ListComp,
    ast.SetComp, ast.DictComp, ast.GeneratorExp, ast.Yield, ast.Compare, ast.Call, ast.keyword, ast.JoinedStr,
    ast.FormattedValue, ast.Constant, ast.Attribute, ast.Subscript, ast.Slice, ast.Starred, ast.Name,
    ast.List, ast.Tuple, ast.comprehension,
    # Contexts and operators.
    ast.expr_context, ast.boolop, ast.operator, ast.unaryop, ast.cmpop,
)  # fmt: skip
_BUILTINS = """
    abs all any bin bool chr complex dict divmod enumerate filter float format frozenset hash hex
    int isinstance iter len list map max min next oct ord pow print range repr reversed round set
    slice sorted str sum tuple zip ArithmeticError AssertionError Exception IndexError KeyError
    LookupError OverflowError StopIteration TypeError ValueError ZeroDivisionError
"""
# None of them reads an attribute that its argument names, as str.format does.
_METHODS = """
    add append bit_length capitalize casefold center clear copy count difference discard endswith
    extend find get index insert intersection isalnum isalpha isdecimal isdigit islower isnumeric
    isspace issubset issuperset istitle isupper items join keys ljust lower lstrip partition pop
    popitem remove removeprefix removesuffix replace reverse rfind rindex rjust rpartition rsplit
    rstrip setdefault sort split splitlines startswith strip swapcase symmetric_difference title
    union update upper values zfill
"""
BUILTINS = frozenset(_BUILTINS.split())
METHODS = frozenset(_METHODS.split())


def objection(code: str) -> str | None:
    """Why this code may not run; None when all of it is on the list."""
    if len(code) > MOST_CHARS:
        return f"{len(code)} characters, at most {MOST_CHARS} are run"
    try:
        tree = ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as exc:
        return f"not Python: {exc}"
    given = {name for node in ast.walk(tree) for name in _given(node)}
    found = (why for node in ast.walk(tree) if (why := _why_not(node, given)))
    return next(found, None)


def _why_not(node: ast.AST, given: set[str]) -> str | None:
    if not isinstance(node, _SYNTAX):
        return f"{type(node).__name__} is not on the list"
    if hidden := next((name for name in _names(node) if name.startswith("__")), None):
        return f"the name {hidden} is not allowed"
    if isinstance(node, ast.Attribute):
        is_read = isinstance(node.ctx, ast.Load)
        return None if is_read and node.attr in METHODS else f"the attribute .{node.attr} is not on the list"
    if isinstance(node, ast.Name) and hasattr(builtins, node.id):
        is_known = node.id in BUILTINS or node.id in given
        return None if is_known else f"the builtin {node.id} is not on the list"
    return None


def _names(node: ast.AST) -> list[str]:
    """Every name that a node reads or gives."""
    read = [node.id] if isinstance(node, ast.Name) else []
    named = [node.arg] if isinstance(node, ast.keyword) and node.arg else []
    outer = node.names if isinstance(node, ast.Nonlocal) else []
    return [*read, *named, *outer, *_given(node)]


def _given(node: ast.AST) -> list[str]:
    """The names that a node gives a meaning of its own."""
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
        return [node.id]
    if isinstance(node, ast.FunctionDef):
        return [node.name]
    if isinstance(node, ast.arg):
        return [node.arg]
    if isinstance(node, ast.ExceptHandler) and node.name:
        return [node.name]
    return []
