from pathlib import Path

import pytest

from hroute.core.decision.decision import Route
from hroute.core.decision.signals import Label
from hroute.core.pricing import Price
from hroute.core.settings import Settings
from hroute.engines.base import Finish
from hroute.store.log import Log
from tests.support.scripted import Script, ScriptedEngine
from tests.support.world import (
    CLOUD_SECTION,
    DOLLARS,
    GOOD_CLOUD,
    GOOD_LOCAL,
    FixedScout,
    Make,
    ScriptedRuntime,
    World,
)


@pytest.fixture
def make(tmp_path: Path) -> Make:
    def build(  # noqa: PLR0913  each test names the one or two that it is about
        local: Script = GOOD_LOCAL,
        cloud: Script = GOOD_CLOUD,
        *,
        label: Label = Label.STANDARD,
        price: Price | None = DOLLARS,
        local_context: int | None = 8192,
        local_ends_with: Finish = Finish.STOP,
        with_cloud: bool = True,
        **sections: object,
    ) -> World:
        here = ScriptedEngine(
            "local", Route.LOCAL, [local], context_tokens=local_context, ends_with=local_ends_with
        )
        there = ScriptedEngine(
            "sky", Route.CLOUD, [cloud], endpoint="http://127.0.0.1:9/v1", context_tokens=100_000
        )
        settings = Settings.model_validate({**(CLOUD_SECTION if with_cloud else {}), **sections})
        clouds = (there,) if with_cloud else ()
        log = Log(tmp_path / "log.sqlite", settings.log.prompts)
        return World(ScriptedRuntime(settings, log, FixedScout(label), here, clouds, price), here, there)

    return build
