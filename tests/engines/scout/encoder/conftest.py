import pytest

from hroute.engines.scout.encoder.base import Base
from tests.support.files.tiny_encoder import write_tiny


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Base:
    return Base(write_tiny(tmp_path_factory.mktemp("tiny") / "tiny.bin"))
