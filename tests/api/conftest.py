from tests.app.conftest import make

__all__ = ["make"]
