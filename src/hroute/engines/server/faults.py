"""What can be wrong with the bytes of an answer, before it is put into words."""


class OversizedError(Exception):
    """The server sends more than any answer needs."""


class SilentServerError(Exception):
    """No byte came for too long."""


class AnswerFailedError(Exception):
    """The server says, in the place of an answer or inside one, that it failed; `body` holds its words."""

    def __init__(self, body: object) -> None:
        super().__init__()
        self.body = body
