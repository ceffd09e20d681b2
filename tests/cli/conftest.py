from tests.app.conftest import make  # a world of scripted engines, for chats

__all__ = ["make"]
