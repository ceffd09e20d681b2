from pathlib import Path

import pytest

from hroute.engines import models


@pytest.fixture(scope="session")
def starter_path() -> Path:
    """The real SmolLM2-135M GGUF that the `starter` extra brings."""
    return models.locate(models.STARTER, Path("/nowhere"))
