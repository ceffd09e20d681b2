"""Builds saved bracket runs from what matters to a test."""

from hroute.bench.brackets.run import (
    Arm,
    BracketOutcome,
    BracketPlan,
    BracketRun,
    ExaminedModel,
    ModelWork,
    SideName,
    Token,
    Work,
)

GRAMMAR = Arm(name="grammar", has_grammar=True)


def outcome(side: SideName, case: str, text: str = "{}", *, fault: str | None = None) -> BracketOutcome:
    """In the grammar arm, with a token a word; right when it has no fault."""
    tokens = tuple(
        Token(text=word, probability=0.5, other="?", other_probability=0.25) for word in text.split("|")
    )
    return BracketOutcome(
        side=side,
        case=case,
        kind="easy",
        arm="grammar",
        text=text.replace("|", ""),
        tokens=tokens,
        fault=fault,
        notes=(),
        is_looped=False,
        is_right=fault is None,
    )


def saved_run(*pairs: tuple[BracketOutcome, BracketOutcome]) -> BracketRun:
    def side(name: str, size: int) -> ExaminedModel:
        return ExaminedModel(path=f"/models/{name}.gguf", sha256=name, quantization=name, size_bytes=size)

    work = ModelWork(prompts=Work(tokens=10, wall_s=1), arms={"grammar": Work(tokens=30, wall_s=2, cpu_s=2)})
    return BracketRun(
        origin="two files, as given",
        a=side("Q4_0", 100),
        b=side("Q8_0", 200),
        plan=BracketPlan(
            suite="built-in", arms=(GRAMMAR,), seed=1, max_tokens=64, slots=4, threads=1, plain=False
        ),
        n=len(pairs),
        work={"a": work, "b": work},
        outcomes=tuple(outcome for pair in pairs for outcome in pair),
    )


def run_with(both: int, only_b: int) -> BracketRun:
    """So many cases that both have right, and so many that only b has right: a drops a bracket."""
    same = [(outcome("a", f"same_{i}"), outcome("b", f"same_{i}")) for i in range(both)]
    worse = [
        (outcome("a", f"worse_{i}", fault="bracket_drop"), outcome("b", f"worse_{i}")) for i in range(only_b)
    ]
    return saved_run(*same, *worse)
