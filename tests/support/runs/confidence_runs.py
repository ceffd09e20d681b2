"""Builds saved confidence runs from what matters to a test."""

from hroute.bench.brackets.run import ExaminedModel, Work
from hroute.bench.confidence.run import CollectingCost, ConfidenceAnswer, ConfidencePlan, ConfidenceRun
from hroute.core.confidence.signals import signals_of
from hroute.core.confidence.tokens import ScoredToken

PLAN = ConfidencePlan(seed=1, samples=1, slots=2, threads=1, temperature=0.2, top_p=0.9, repeat_penalty=1.1)


def answered(family: str, number: int, logprob: float, *, right: bool) -> ConfidenceAnswer:
    signals = signals_of([ScoredToken("7", logprob, -logprob, logprob)], agreement=1.0 if right else 0.0)
    assert signals is not None
    return ConfidenceAnswer(
        task=f"{family}-{number}",
        family=family,
        level=1,
        prompt="What is 3 + 4?",
        right="7",
        p_local=0.5,
        text="7",
        is_right=right,
        tokens=2,
        signals=signals.as_json(),
    )


def family(name: str, n: int, *, knows: bool = True) -> list[ConfidenceAnswer]:
    """Half of the answers are right; `knows`: the model was surer of those, but for every tenth."""
    found = []
    for number in range(n):
        right = number % 2 == 0
        surer = right != (number % 10 == 0) if knows else number % 4 < 2
        logprob = -0.2 - 0.01 * number if surer else -2.0 - 0.01 * number
        found.append(answered(name, number, logprob, right=right))
    return found


def saved_run(answers: list[ConfidenceAnswer], path: str = "/models/q4.gguf") -> ConfidenceRun:
    return ConfidenceRun(
        model=ExaminedModel(path=path, sha256="ab" * 32, quantization="Q4_0", size_bytes=100),
        plan=PLAN,
        work=Work(tokens=2 * len(answers), wall_s=1, cpu_s=1),
        answers=tuple(answers),
        cost=CollectingCost(token_ms=10, signals_ms=0.1, pairs=((10, 10.2), (10, 10.0))),
    )
