import logging
import traceback
from typing import Any

import pytest

from hroute.core.errors import EngineError
from tests.support.advice import advice_of
from tests.support.asking import KEY, ask, cloud_engine
from tests.support.servers.loopback import Behaviour, Cut, Fail, Garbage, LoopbackServer, Reply, raw_sse


def error_of(*script: Behaviour, **settings: Any) -> EngineError:
    with LoopbackServer(*script) as server:
        error = ask(cloud_engine(server, **settings)).error
    assert error is not None
    return error


def chain(error: BaseException | None) -> list[BaseException]:
    """The error and everything that is attached to it."""
    return [] if error is None else [error, *chain(error.__cause__), *chain(error.__context__)]


@pytest.mark.parametrize(
    "echo",
    [
        KEY,
        f"(key={KEY})",
        f"{KEY[:12]}...",
        f"...{KEY[-10:]}",
        f"\x1b[1m{KEY[:10]}\x1b[0m{KEY[10:]}",
        "padding " * 400 + KEY,
    ],
)
def test_a_key_that_the_server_quotes_is_not_repeated(echo: str) -> None:
    error = error_of(Fail(401, {"error": {"message": f"Incorrect API key provided: {echo}"}}))

    assert not any(KEY[start : start + 8] in error.message for start in range(len(KEY) - 7))


@pytest.mark.parametrize(
    "fault",
    [
        Fail(401, {"error": {"message": KEY}}),
        Fail(500, KEY),
        Cut([KEY]),
        Garbage(KEY.encode()),
        raw_sse('data: {"error": {"message": "' + KEY + '"}}'),
        raw_sse(f"data: {KEY}"),
    ],
)
def test_no_error_carries_the_key_in_its_text_its_traceback_or_its_causes(fault: Behaviour) -> None:
    error = error_of(fault)

    shown = "".join(traceback.format_exception(error)) + repr(error) + advice_of(error.remedies)
    assert KEY not in shown
    assert chain(error) == [error]


def test_no_log_record_carries_the_key(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG), LoopbackServer(Fail(503), Reply("ok")) as server:
        ask(cloud_engine(server, max_retries=1))

    assert caplog.records
    assert KEY not in "".join(record.getMessage() + repr(record.__dict__) for record in caplog.records)


def test_an_engine_does_not_show_its_key() -> None:
    engine = cloud_engine("https://api.example/v1")

    assert KEY not in repr(engine) + repr(vars(engine))


def test_a_placeholder_key_garbles_no_message() -> None:
    with LoopbackServer(Fail(400, {"error": {"message": "none of these models is here"}})) as server:
        error = ask(cloud_engine(server, key=lambda: "none")).error

    assert error is not None
    assert "none of these models is here" in error.message
