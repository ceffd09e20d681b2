"""Builders that take only what a test is about."""

from hroute.core.decision.decision import Standing
from hroute.core.decision.signals import (
    ConstraintItem,
    Constraints,
    ContextPressure,
    CountMethod,
    Label,
    ScoutReading,
    Signals,
)
from hroute.core.odds import logit
from hroute.core.settings import Settings

# What an 8B's chance is like where a scout says so.
P_LOCAL = {Label.TRIVIAL: 0.95, Label.STANDARD: 0.75, Label.COMPLEX: 0.3, Label.UNSURE: 0.75}

CLOUD_READY = Standing(cloud_configured=True)


def signals(
    constraints: int = 0,
    tokens: int = 40,
    limit: int = 8192,
    label: Label = Label.STANDARD,
    p_local: float | None = None,
) -> Signals:
    items = tuple(ConstraintItem("length", "x", i, i + 1) for i in range(constraints))
    return Signals(
        Constraints(constraints, items, threshold=3),
        ContextPressure(tokens, limit, CountMethod.BOUND, exceeded=tokens > limit),
        ScoutReading(label, -logit(P_LOCAL[label] if p_local is None else p_local), "scripted"),
    )


def settings(**sections: object) -> Settings:
    return Settings.model_validate(sections)
