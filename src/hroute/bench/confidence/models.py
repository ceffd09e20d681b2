"""The model of a confidence run, in memory: it answers tasks, and each answer is graded."""

import codecs
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from pathlib import Path

from hroute.bench.brackets.run import Work
from hroute.bench.confidence.run import ConfidenceAnswer, ConfidencePlan, packed
from hroute.bench.confidence.tasks.draw import ConfidenceTask
from hroute.core.confidence.agreement import agreement
from hroute.core.confidence.signals import signals_of
from hroute.core.confidence.tokens import ScoredToken
from hroute.core.scout.builtin import BuiltinScout
from hroute.engines.llama.batch import Batch, BatchAnswer, Forking, Time, Wanted
from hroute.engines.llama.grammar import Grammar, Vocabulary
from hroute.engines.llama.native import Model
from hroute.engines.llama.prompt import PromptFormat
from hroute.engines.llama.recipe import Recipe
from hroute.engines.llama.samples import further, longest

_PLAIN_TOKENS = 64  # of an answer that nobody showed how short it should be


class LoadedExaminee:
    """A loaded model. Belongs to one thread."""

    def __init__(
        self, path: Path, plan: ConfidencePlan, scout: BuiltinScout, tasks: Sequence[ConfidenceTask]
    ) -> None:
        """`tasks`: all that will come, which decide how much memory is needed."""
        self._plan, self._scout = plan, scout
        self._model = Model(path, vocab_only=False)
        form = PromptFormat(self._model.vocab)
        self._prompts = {task.id: tuple(form.tokens(task.messages)) for task in tasks}
        cells = max(len(self._prompts[task.id]) + self._limit(task) for task in tasks)
        self._batch = Batch(self._model, cells=cells, sequences=plan.slots, threads=plan.threads)

    def answer(self, tasks: Sequence[ConfidenceTask], keep: Callable[[ConfidenceAnswer], None]) -> Work:
        """All tasks, in one batch."""
        tokens = 0

        def grade(place: int, answers: tuple[BatchAnswer, ...]) -> None:
            nonlocal tokens
            tokens += sum(len(answer.tokens) for answer in answers)
            graded = self._graded(tasks[place], answers)
            if graded is not None:
                keep(graded)

        began = Time.now()
        self._batch.answer([self._forking(task) for task in tasks], grade)
        spent = Time.now() - began
        return Work(tokens=tokens, wall_s=spent.wall_s, cpu_s=spent.cpu_s)

    def _forking(self, task: ConfidenceTask) -> Forking:
        plan, limit = self._plan, self._limit(task)
        own = Recipe(limit, plan.temperature, plan.top_p, plan.repeat_penalty, plan.seed)
        tools = task.question.tools
        grammar = Grammar(tools, self._vocabulary) if tools else None
        wanted = (Wanted(recipe, (), grammar) for recipe in (own, *further(own, plan.samples)))
        return Forking(self._prompts[task.id], tuple(wanted))

    def _limit(self, task: ConfidenceTask) -> int:
        if task.family.tokens:
            return task.family.tokens
        right = len(self._model.vocab.tokenize(task.question.right, marks=False))
        return max(_PLAIN_TOKENS if not task.family.examples else 0, longest(right))

    def _graded(self, task: ConfidenceTask, answers: tuple[BatchAnswer, ...]) -> ConfidenceAnswer | None:
        """None for an answer of which the model chose nothing: a grammar can dictate all of it."""
        given, *samples = map(self._text, answers)
        scored = list(self._scored(answers[0]))
        signals = signals_of(scored, task.question.text, agreement(given, samples))
        if signals is None:
            return None
        question = task.question
        return ConfidenceAnswer(
            task=task.id,
            family=task.family.name,
            level=task.level,
            prompt=question.text,
            right=question.right,
            p_local=self._scout.read(question.text).p_local,
            text=given,
            is_right=question.is_right(given),
            tokens=sum(len(answer.tokens) for answer in answers),
            signals=signals.as_json(),
            scored=tuple(map(packed, scored)),
        )

    @cached_property
    def _vocabulary(self) -> Vocabulary:
        return Vocabulary(self._model)

    def _text(self, written: BatchAnswer) -> str:
        return b"".join(map(self._model.vocab.piece, written.tokens)).decode(errors="replace")

    def _scored(self, written: BatchAnswer) -> Iterator[ScoredToken]:
        decode = codecs.getincrementaldecoder("utf-8")(errors="replace").decode
        odds = [*written.odds, *([written.ending] if written.ending else [])]
        texts = [*(decode(self._model.vocab.piece(token)) for token in written.tokens), ""]
        for text, its in zip(texts, odds, strict=False):
            yield ScoredToken(text, its.logprob, its.entropy, its.lead) if its else ScoredToken(text)

    def close(self) -> None:
        self._batch.close()
        self._model.close()
