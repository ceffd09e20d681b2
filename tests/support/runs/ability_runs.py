"""Builds saved ability runs from what matters to a test."""

from random import Random

from hroute.bench.ability.report import DifficultyReader
from hroute.bench.ability.run import AbilityAnswer, AbilityPlan, AbilityRun, Examined
from hroute.core.odds import sigmoid

PLAN = AbilityPlan(seed=1, slots=2, threads=1, temperature=0.2, top_p=0.9, repeat_penalty=1.1)
READING = DifficultyReader(
    lambda prompt: float(prompt.split()[-1]), "scout-9"
)  # a prompt ends in its difficulty


def answers(
    ability: float, *, kinds: int = 12, each: int = 20, apart: float = 0.3
) -> tuple[AbilityAnswer, ...]:
    """Of a model of this ability to prompts of all difficulties around it; kinds are `apart` by chance."""
    rng = Random(7)
    found = []
    for kind in range(kinds):
        offset = rng.gauss(0, apart)
        for number in range(each):
            difficulty = ability + rng.uniform(-3, 3)
            found.append(
                AbilityAnswer(
                    task=f"{kind}-{number}",
                    kind=f"kind {kind}",
                    level=1,
                    prompt=f"a task of difficulty {difficulty:.3f}",
                    right="7",
                    chance=0.0,
                    text="7",
                    is_right=rng.random() < sigmoid(ability + offset - difficulty),
                    tokens=2,
                )
            )
    return tuple(found)


def saved_run(given: tuple[AbilityAnswer, ...], model: Examined | None = None) -> AbilityRun:
    own = model or Examined(name="tiny", sha256="ab" * 32, path="/models/q4.gguf", parameters=1_000_000_000)
    return AbilityRun(model=own, plan=PLAN, wall_s=9.0, answers=given)
