from tests.app.conftest import make  # a world of scripted engines

__all__ = ["make"]
