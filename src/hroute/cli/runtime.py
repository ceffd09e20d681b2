"""The runtime of whoever runs this command: the one place where it takes the environment."""

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hroute.app.answer.runtime import UserRuntime


def user_runtime(overrides: Sequence[str] | None = None) -> "UserRuntime":
    """Raises ConfigError for settings that are wrong."""
    from hroute.app.answer.runtime import UserRuntime
    from hroute.cli.options import assigned
    from hroute.config.configuration import configuration

    return UserRuntime(configuration(os.environ, assigned(overrides)))
