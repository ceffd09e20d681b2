"""Builders that take only what a test is about."""

from hroute.core.settings import Settings
from hroute.core.types import (
    ConstraintItem,
    Constraints,
    Context,
    CountMethod,
    Label,
    ScoutReading,
    Signals,
    Standing,
)

CLOUD_READY = Standing(cloud_configured=True)


def signals(
    constraints: int = 0,
    tokens: int = 40,
    limit: int = 8192,
    label: Label = Label.STANDARD,
    p_local: float = 0.7,
) -> Signals:
    items = tuple(ConstraintItem("length", "x", i, i + 1) for i in range(constraints))
    return Signals(
        Constraints(constraints, items, threshold=3),
        Context(tokens, limit, CountMethod.BOUND, exceeded=tokens > limit),
        ScoutReading(label, p_local, "scripted"),
    )


def settings(**sections: object) -> Settings:
    return Settings.model_validate(sections)
