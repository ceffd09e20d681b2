import os
import signal
from pathlib import Path

import pytest
from hypothesis import settings

from hroute.config.paths import Paths
from hroute.engines.llama.quantize import quantize
from hroute.engines.models import locate as models
from hroute.engines.scout.encoder import base
from tests.support.lanes import runs_a_program


@pytest.fixture(scope="session")
def starter_path() -> Path:
    """The real SmolLM2-135M GGUF that the `starter` extra brings."""
    return models.locate(models.STARTER, Path("/nowhere"))


@pytest.fixture(scope="session")
def q8_path(starter_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same model, quantized otherwise."""
    [made] = quantize(starter_path, tmp_path_factory.mktemp("q8"), ["Q8_0"])
    return made.path


@pytest.fixture(scope="session")
def real_base() -> Path:
    """HROUTE_TEST_ENCODER names the file; else it is looked for where `hroute models pull scout` puts it."""
    named = os.environ.get("HROUTE_TEST_ENCODER")
    path = Path(named) if named else base.path_in(Paths.find(os.environ).data_dir)
    if not path.is_file():
        pytest.skip(f"the encoder's base weights are not at {path}: hroute models pull scout")
    return path


def pytest_configure(config: pytest.Config) -> None:
    """A machine that is busy is no reason to fail; the fast lane tries fewer examples of each property."""
    settings.register_profile("whole", deadline=None)
    settings.register_profile("fast", deadline=None, max_examples=20)
    settings.load_profile("fast" if config.getoption("markexpr") == "not program" else "whole")
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        # A shell's background job ignores Ctrl-C, and so would all that the tests start and interrupt.
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """`-m "not program"` leaves out what runs the real thing, which takes most of the time."""
    for item in items:
        if isinstance(item, pytest.Function) and runs_a_program(item):
            item.add_marker(pytest.mark.program)
