"""What `hroute` exports, and that it costs nothing until it is used."""

import ast
import inspect
import subprocess
import sys
from pathlib import Path

import pytest

import hroute
from hroute import Router, SyncRouter, api
from hroute.core import errors

NAMES = [
    "AskOptions",
    "Attempt",
    "BudgetError",
    "CloudError",
    "ConfigError",
    "Decided",
    "Decision",
    "Delta",
    "Done",
    "EngineError",
    "Event",
    "FailedOver",
    "HrouteError",
    "Image",
    "Loading",
    "LocalInferenceError",
    "LogError",
    "Message",
    "NoAnswerError",
    "Rejected",
    "Reply",
    "Retried",
    "Role",
    "Route",
    "Router",
    "RouterStateError",
    "Session",
    "Settings",
    "Shortened",
    "SyncRouter",
    "SyncSession",
    "Text",
    "Thinking",
    "ToolCall",
    "ToolResult",
    "UsageError",
    "Withdrawn",
    "reasons",
    "remedies",
]
HEAVY = {
    "openai",
    "httpx2",
    "llama_cpp",
    "numpy",
    "tiktoken",
    "typer",
    "rich",
    "prompt_toolkit",
    "jsonschema",
}


def modules_after(code: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-c", code], capture_output=True, text=True, check=True
    )
    return {line.rpartition("|")[2].strip() for line in done.stderr.splitlines() if "|" in line}


def test_these_names_and_no_others() -> None:
    assert hroute.__all__ == api.__all__ == NAMES
    assert all(getattr(hroute, name) is getattr(api, name) for name in NAMES)
    assert set(NAMES) <= set(dir(hroute))
    with pytest.raises(AttributeError, match="module 'hroute' has no attribute 'Rooter'"):
        hroute.Rooter  # noqa: B018


def test_every_error_that_hroute_raises_is_among_them() -> None:
    defined = ast.parse(inspect.getsource(errors)).body
    names = {one.name for one in defined if isinstance(one, ast.ClassDef) and one.name.endswith("Error")}
    assert names <= set(NAMES)


def test_both_routers_have_the_same_methods_each_with_a_docstring() -> None:
    asynchronous, plain = (
        {name for name in vars(one) if not name.startswith("_")} for one in (Router, SyncRouter)
    )
    assert (
        asynchronous - {"aclose"}
        == plain - {"close"}
        == {
            "open",
            "ask",
            "stream",
            "route",
            "session",
            "rate",
        }
    )
    assert all(inspect.getdoc(getattr(Router, name)) for name in asynchronous)


def test_importing_hroute_imports_itself_alone() -> None:
    assert modules_after("import hroute") - modules_after("pass") == {"hroute"}


def test_importing_the_router_loads_no_engine_and_no_command() -> None:
    imported = modules_after("from hroute import Router, SyncRouter")
    assert not HEAVY & imported
    assert not {
        one for one in imported if one.startswith(("hroute.cli", "hroute.bench", "hroute.engines.llama"))
    }


def test_it_is_typed() -> None:
    assert (Path(hroute.__file__).parent / "py.typed").is_file()
