import pytest

from hroute.engines.server.endpoint import address, host_of, public_url
from hroute.engines.server.probe import ask_models
from tests.support.asking import ask, cloud_engine
from tests.support.servers.loopback import LoopbackServer, Reply
from tests.support.servers.modelserver import ModelServer

FORMS = [
    ("", ""),
    ("/", ""),
    ("//", ""),
    ("/chat/completions", ""),
    ("/responses", ""),
    ("/chat/completions/", ""),
    ("/models", ""),
    ("?api-version=2026-10", "?api-version=2026-10"),
    ("/?key=hush&x=%2Fy", "?key=hush&x=%2Fy"),
    ("/chat/completions?api-version=2026-10#top", "?api-version=2026-10"),
    ("#top", ""),
]


@pytest.mark.parametrize(("end", "query"), FORMS)
def test_a_base_url_works_in_each_of_its_forms(end: str, query: str) -> None:
    with LoopbackServer(Reply("ok")) as server:
        engine = cloud_engine(server.base_url + end)
        reported = ask(engine)

    assert (reported.text, reported.error, engine.endpoint) == ("ok", None, server.base_url)
    assert [r.path for r in server.requests] == [f"/v1/chat/completions{query}"]


@pytest.mark.parametrize(("end", "query"), FORMS)
def test_models_are_asked_for_at_the_same_place(end: str, query: str) -> None:
    with ModelServer("m-1") as server:
        found = ask_models(server.base_url + end, "key")

    assert found.models == ("m-1",)
    assert server.requests == [(f"/v1/models{query}", "Bearer key")]


@pytest.mark.parametrize(
    ("url", "shown", "host"),
    [
        ("https://a.example/v1/?token=hush", "https://a.example/v1", "a.example"),
        ("https://a.example?token=hush/chat/completions", "https://a.example", "a.example"),
        ("https://a.example:8443/x/chat/completions", "https://a.example:8443/x", "a.example:8443"),
    ],
)
def test_an_endpoint_is_shown_without_what_follows_it(url: str, shown: str, host: str) -> None:
    assert (public_url(url), host_of(url)) == (shown, host)


def test_a_name_that_only_resembles_a_call_stays() -> None:
    assert address("https://a.example/my-models", "/models") == "https://a.example/my-models/models"
    assert address("https://models", "/models") == "https://models/models"
