"""One model of a bracket run, in memory: it reads cases and gives judged answers."""

from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

from hroute.bench.brackets.cases import OPENING, expected_of, messages_of, right_text
from hroute.bench.brackets.run import Arm, BracketOutcome, BracketPlan, ModelWork, SideName, Token, Work
from hroute.bench.suite import Case
from hroute.core.errors import UsageError
from hroute.core.tools.grade import grade
from hroute.core.tools.judge import judge
from hroute.engines.llama.batch import Batch, BatchAnswer, Forking, Odds, Wanted
from hroute.engines.llama.grammar import Grammar, Vocabulary
from hroute.engines.llama.native import Model
from hroute.engines.llama.prompt import PromptFormat
from hroute.engines.llama.recipe import Recipe

_SPARE_TOKENS, _LEAST_TOKENS = 24, 48

KeepOutcome = Callable[[BracketOutcome], None]


class Contestant:
    """A loaded model. Belongs to one thread."""

    def __init__(self, side: SideName, path: Path, plan: BracketPlan, cases: Sequence[Case]) -> None:
        """`cases`: all that will come, which decide how much memory is needed."""
        self.side, self._plan = side, plan
        self._model = Model(path, vocab_only=False)
        self._format = PromptFormat(self._model.vocab)
        self._vocabulary = Vocabulary(self._model)
        self._opening = tuple(self._model.vocab.tokenize(OPENING, marks=False))
        prompts = {case.id: tuple(self._format.tokens(messages_of(case, plain=plan.plain))) for case in cases}
        self._refuse_what_is_too_long(prompts)
        self._prompts = prompts
        self._cells = max(len(prompts[case.id]) + self._limit(case) for case in cases)
        self._batch = self._batch_of(plan.slots)

    def _batch_of(self, slots: int) -> Batch:
        return Batch(self._model, cells=self._cells, sequences=slots, threads=self._plan.threads)

    def _refuse_what_is_too_long(self, prompts: dict[str, tuple[int, ...]]) -> None:
        room = self._model.context_length - self._plan.max_tokens
        long = next((case for case, prompt in prompts.items() if len(prompt) > room), None)
        if long is not None:
            raise UsageError(
                f"{long}: its {len(prompts[long]):,} tokens leave no room for an answer in the context of"
                f" {self._model.path.name}",
                "take the case out of the suite",
            )

    def answer(
        self, cases: Sequence[Case], keep: KeepOutcome, stepped: Callable[[int], None] = lambda _tokens: None
    ) -> ModelWork:
        """All arms of all cases, in one batch; `stepped` learns of tokens as they come."""
        asked = [(case, self._plan.arms) for case in cases]

        def done(case: Case, arm: Arm, written: BatchAnswer) -> None:
            keep(self._outcome(case, arm, written))

        return self._decode(self._batch, asked, done, stepped)

    def answer_one_by_one(self, cases: Sequence[Case], keep: KeepOutcome) -> tuple[ModelWork, list[float]]:
        """The same answers, each decoded alone; and how far rounding moves the leads in them."""
        work, moved = ModelWork(), list[float]()
        with closing(self._batch_of(1)) as batch:
            for case in cases:
                more_work, more_moved = self._answer_alone(batch, case, keep)
                work, moved = work + more_work, moved + more_moved
        return work, moved

    def _answer_alone(self, batch: Batch, case: Case, keep: KeepOutcome) -> tuple[ModelWork, list[float]]:
        answers: list[BatchAnswer] = []
        asked = [(case, (arm,)) for arm in self._plan.arms]
        work = self._decode(batch, asked, lambda _case, _arm, written: answers.append(written))
        for arm, written in zip(self._plan.arms, answers, strict=True):
            keep(self._outcome(case, arm, written))
        return work, [lead for written in answers for lead in self._moved(batch, case, written)]

    def _moved(self, batch: Batch, case: Case, written: BatchAnswer) -> list[float]:
        """For each chosen token: its lead when the answer is read in one go, against when it was written."""
        if len(written.tokens) < 2:
            return []
        rows = batch.all_logits(written.tokens[:-1], prompt=self._prompts[case.id])
        chosen = zip(rows, written.tokens[1:], written.odds[1:], strict=True)
        return [abs(float(row[token] - row[o.other]) - o.lead) for row, token, o in chosen if o]

    def _decode(
        self,
        batch: Batch,
        asked: Sequence[tuple[Case, tuple[Arm, ...]]],
        done: Callable[[Case, Arm, BatchAnswer], None],
        stepped: Callable[[int], None] = lambda _tokens: None,
    ) -> ModelWork:
        spent: dict[str, Work] = {}

        def take(place: int, answers: tuple[BatchAnswer, ...]) -> None:
            case, arms = asked[place]
            for arm, written in zip(arms, answers, strict=True):
                spent[arm.name] = spent.get(arm.name, Work()) + self._work(arm, written)
                done(case, arm, written)

        tokens, time = batch.prompt_tokens, batch.prompt_time
        forkings = [
            Forking(self._prompts[case.id], tuple(self._wanted(case, arm) for arm in arms))
            for case, arms in asked
        ]
        batch.answer(forkings, take, stepped)
        time = batch.prompt_time - time
        prompts = Work(tokens=batch.prompt_tokens - tokens, wall_s=time.wall_s, cpu_s=time.cpu_s)
        return ModelWork(prompts=prompts, arms=spent)

    def _work(self, arm: Arm, written: BatchAnswer) -> Work:
        """The opening is in the time, which has to read it, but is no token of the model's."""
        opening = len(self._opening_of(arm))
        return Work(
            tokens=len(written.tokens) - opening,
            dictated=written.odds.count(None) - opening,
            wall_s=written.spent.wall_s,
            cpu_s=written.spent.cpu_s,
        )

    def _wanted(self, case: Case, arm: Arm) -> Wanted:
        recipe = Recipe(self._limit(case), arm.temperature, 1.0, 1.0, arm.seed)
        if arm.has_grammar:
            return Wanted(recipe, (), Grammar(expected_of(case, plain=self._plan.plain), self._vocabulary))
        return Wanted(recipe, self._opening_of(arm))

    def _opening_of(self, arm: Arm) -> tuple[int, ...]:
        return () if arm.has_grammar or self._plan.plain else self._opening

    def _limit(self, case: Case) -> int:
        """The suite's right answers fit pretty-printed too; what does not stop costs little."""
        right = len(self._model.vocab.tokenize(right_text(case), marks=False))
        return min(self._plan.max_tokens, max(_LEAST_TOKENS, right * 3 // 2 + _SPARE_TOKENS))

    def _outcome(self, case: Case, arm: Arm, written: BatchAnswer) -> BracketOutcome:
        piece = self._model.vocab.piece
        text = b"".join(map(piece, written.tokens)).decode(errors="replace")
        verdict = judge(text, expected_of(case, plain=self._plan.plain), cut=written.cut)
        tokens = zip(written.tokens, written.odds, strict=True)
        return BracketOutcome(
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
