import hashlib

from hroute.bench.brackets.cases import as_text, suite


def test_interrupted_runs_of_earlier_versions_are_still_known() -> None:
    assert hashlib.sha256(as_text(suite(None)).encode()).hexdigest()[:16] == "e6729246e60a3776"
