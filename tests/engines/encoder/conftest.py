import os
from pathlib import Path

import pytest

from hroute.config.paths import Paths
from hroute.engines.encoder import base
from hroute.engines.encoder.base import Base
from tests.engines.encoder.tiny import write_tiny


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Base:
    return Base(write_tiny(tmp_path_factory.mktemp("tiny") / "tiny.bin"))


@pytest.fixture(scope="session")
def real_base() -> Path:
    """HROUTE_TEST_ENCODER names the file; else it is looked for where `hroute models pull scout` puts it."""
    named = os.environ.get("HROUTE_TEST_ENCODER")
    path = Path(named) if named else base.path_in(Paths.find(os.environ).data_dir)
    if not path.is_file():
        pytest.skip(f"the encoder's base weights are not at {path}: hroute models pull scout")
    return path
