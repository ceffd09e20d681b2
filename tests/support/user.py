"""The runtime of the user whose home the test has made."""

import os
from collections.abc import Callable, Sequence

from hroute.app.answer.runtime import UserRuntime
from hroute.config.configuration import configuration
from hroute.config.outside import assignments


def user_runtime(
    overrides: Sequence[str] = (), free_bytes: Callable[[], int | None] | None = None
) -> UserRuntime:
    return UserRuntime(configuration(os.environ, assignments(overrides, "--set")), free_bytes)
