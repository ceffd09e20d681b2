"""One model of a bracket run, in memory: it reads cases and gives judged answers."""

from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from time import perf_counter, process_time

from hroute.app.bench.brackets_cases import OPENING, expected_of, messages_of, right_text
from hroute.app.bench.brackets_run import Arm, Outcome, Plan, SideName, Token, Work
from hroute.core.errors import UsageError
from hroute.core.tools.grade import grade
from hroute.core.tools.judge import judge
from hroute.core.tools.suite import Case
from hroute.engines.batch import Batch, Forking, Odds, Wanted, Written, cells_for
from hroute.engines.grammar import Grammar, Vocabulary
from hroute.engines.llama_native import Model, Recipe
from hroute.engines.llama_prompt import PromptFormat

_SPARE_TOKENS, _LEAST_TOKENS = 32, 48

Keep = Callable[[Outcome], None]


class Contestant:
    """A loaded model. Belongs to one thread."""

    def __init__(self, side: SideName, path: Path, plan: Plan, cases: Sequence[Case]) -> None:
        """`cases`: all that will come, which decide how much memory is needed."""
        self.side, self._plan = side, plan
        self._model = Model(path, vocab_only=False)
        self._format = PromptFormat(self._model.vocab)
        self._vocabulary = Vocabulary(self._model)
        self._opening = tuple(self._model.vocab.tokenize(OPENING, marks=False))
        prompts = {case.id: tuple(self._format.tokens(messages_of(case, plain=plan.plain))) for case in cases}
        self._refuse_what_is_too_long(prompts)
        self._prompts = prompts
        self._cells = [len(prompt) for prompt in prompts.values()]
        self._batch = self._batch_of(plan.slots)

    def _batch_of(self, slots: int) -> Batch:
        plan = self._plan
        cells = cells_for(self._cells, min(len(plan.arms), slots), plan.max_tokens, slots)
        return Batch(self._model, cells=cells, slots=slots, threads=plan.threads)

    def _refuse_what_is_too_long(self, prompts: dict[str, tuple[int, ...]]) -> None:
        room = self._model.context_length - self._plan.max_tokens
        long = next((case for case, prompt in prompts.items() if len(prompt) > room), None)
        if long is not None:
            raise UsageError(
                f"{long}: its {len(prompts[long]):,} tokens leave no room for an answer in the context of"
                f" {self._model.path.name}",
                "take the case out of the suite",
            )

    def answer(self, cases: Sequence[Case], keep: Keep) -> Work:
        """All arms of all cases, in one batch."""
        forkings = [self._forking(case, self._plan.arms) for case in cases]
        return self._timed(self._batch, cases, self._plan.arms, forkings, keep)

    def answer_one_by_one(self, cases: Sequence[Case], keep: Keep) -> Work:
        """The same answers as programs usually get them: each alone, with its own prompt."""
        total = Work()
        with closing(self._batch_of(1)) as batch:
            for case in cases:
                for arm in self._plan.arms:
                    forkings = [self._forking(case, (arm,))]
                    total = total.plus(self._timed(batch, [case], (arm,), forkings, keep))
        return total

    def _timed(
        self, batch: Batch, cases: Sequence[Case], arms: Sequence[Arm], forkings: list[Forking], keep: Keep
    ) -> Work:
        def judged(place: int, answers: tuple[Written, ...]) -> None:
            for arm, written in zip(arms, answers, strict=True):
                keep(self._outcome(cases[place], arm, written))

        before = batch.prefilled_tokens, batch.generated_tokens
        wall_s, cpu_s = perf_counter(), process_time()
        batch.answer(forkings, judged)
        return Work(
            prompt_tokens=batch.prefilled_tokens - before[0],
            answer_tokens=batch.generated_tokens - before[1],
            wall_s=perf_counter() - wall_s,
            cpu_s=process_time() - cpu_s,
        )

    def _forking(self, case: Case, arms: Sequence[Arm]) -> Forking:
        return Forking(self._prompts[case.id], tuple(self._wanted(case, arm) for arm in arms))

    def _wanted(self, case: Case, arm: Arm) -> Wanted:
        recipe = Recipe(self._limit(case), arm.temperature, 1.0, 1.0, arm.seed)
        if arm.has_grammar:
            return Wanted(recipe, (), Grammar(expected_of(case, plain=self._plan.plain), self._vocabulary))
        return Wanted(recipe, () if self._plan.plain else self._opening)

    def _limit(self, case: Case) -> int:
        """Room for twice the right answer: pretty-printed it fits, and what does not stop costs little."""
        right = len(self._model.vocab.tokenize(right_text(case), marks=False))
        return min(self._plan.max_tokens, max(_LEAST_TOKENS, 2 * right + _SPARE_TOKENS))

    def _outcome(self, case: Case, arm: Arm, written: Written) -> Outcome:
        piece = self._model.vocab.piece
        text = b"".join(map(piece, written.tokens)).decode(errors="replace")
        verdict = judge(text, expected_of(case, plain=self._plan.plain), cut=written.cut)
        tokens = zip(written.tokens, written.odds, strict=True)
        return Outcome(
            side=self.side,
            case=case.id,
            kind=case.kind,
            arm=arm.name,
            text=text,
            tokens=tuple(self._token(token, odds) for token, odds in tokens),
            fault=verdict.fault,
            notes=tuple(map(str, verdict.notes)),
            is_looped=written.looped,
            is_right=verdict.counts and grade(verdict.calls, case.accepted),
        )

    def _token(self, token: int, odds: Odds | None) -> Token:
        text = self._piece(token)
        if odds is None:
            return Token(text=text)
        return Token(
            text=text,
            probability=round(odds.probability, 5),
            other=self._piece(odds.other),
            other_probability=round(odds.other_probability, 5),
        )

    def _piece(self, token: int) -> str:
        if self._model.vocab.ends(token):
            return "<end>"
        return self._model.vocab.piece(token).decode(errors="replace")

    def close(self) -> None:
        self._batch.close()
        self._model.close()
