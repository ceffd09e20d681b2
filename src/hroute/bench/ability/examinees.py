"""Who answers the tasks: a model file, in one batch, or a server."""

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from hroute.app.learn.abilities import sha256_of_server
from hroute.bench.ability.kinds import LONG, AbilityTask
from hroute.bench.ability.run import AbilityAnswer, AbilityPlan, Examined
from hroute.core.turn.message import Message, Role
from hroute.core.turn.options import Sampling
from hroute.engines.base import Engine, Finish, Request, whole_answer
from hroute.engines.models import checksum, tensors

_MOST_PROMPT_TOKENS = 512  # no task is longer, in any tokenizer

KeepAnswer = Callable[[AbilityAnswer], None]


class Examinee(Protocol):
    """Answers tasks and grades them. Raises EngineError."""

    def answer(self, tasks: Sequence[AbilityTask], keep: KeepAnswer) -> None: ...
    def close(self) -> None: ...


def file_of(path: Path, name: str) -> Examined:
    """Raises LocalInferenceError for a file that is not a whole model."""
    weights = tensors.read_whole(path)
    return Examined(
        name=name,
        sha256=checksum.sha256_of(path),
        path=str(path),
        size_bytes=weights.size_bytes,
        quantization=weights.quantization or "?",
        parameters=weights.parameters,
    )


def server_of(model: str, base_url: str) -> Examined:
    """A server's model is known by its name and address: nobody sees its weights."""
    return Examined(name=model, sha256=sha256_of_server(model, base_url), base_url=base_url)


class FileExaminee:
    """A loaded model. Belongs to one thread."""

    def __init__(self, path: Path, plan: AbilityPlan) -> None:
        from hroute.engines.llama.batch import Batch
        from hroute.engines.llama.native import Model
        from hroute.engines.llama.prompt import PromptFormat

        self._plan = plan
        self._model = Model(path, vocab_only=False)
        self._form = PromptFormat(self._model.vocab)
        cells = _MOST_PROMPT_TOKENS + LONG
        self._batch = Batch(self._model, cells=cells, sequences=plan.slots, threads=plan.threads)

    def answer(self, tasks: Sequence[AbilityTask], keep: KeepAnswer) -> None:
        from hroute.engines.llama.batch import BatchAnswer, Forking, Wanted
        from hroute.engines.llama.recipe import Recipe

        plan = self._plan

        def forking(task: AbilityTask) -> Forking:
            prompt = tuple(self._form.tokens([Message.of(Role.USER, task.question.text)]))
            limit = task.kind.answer_tokens
            recipe = Recipe(limit, plan.temperature, plan.top_p, plan.repeat_penalty, plan.seed)
            return Forking(prompt, (Wanted(recipe),))

        def grade(place: int, answers: tuple[BatchAnswer, ...]) -> None:
            written = answers[0]
            text = b"".join(map(self._model.vocab.piece, written.tokens)).decode(errors="replace")
            keep(graded(tasks[place], text, len(written.tokens), cut=written.cut))

        # The longest first: at the end, no long answer is decoded alone.
        order = sorted(range(len(tasks)), key=lambda place: -tasks[place].kind.answer_tokens)
        tasks = [tasks[place] for place in order]
        self._batch.answer([forking(task) for task in tasks], grade)

    def close(self) -> None:
        self._batch.close()
        self._model.close()


class ServerExaminee:
    """A server, asked several things at a time."""

    def __init__(self, engine: Engine, plan: AbilityPlan) -> None:
        self._engine, self._plan = engine, plan

    def answer(self, tasks: Sequence[AbilityTask], keep: KeepAnswer) -> None:
        asyncio.run(self._answer(tasks, keep))

    async def _answer(self, tasks: Sequence[AbilityTask], keep: KeepAnswer) -> None:
        places = asyncio.Semaphore(self._plan.slots)

        async def ask(task: AbilityTask) -> None:
            async with places:
                keep(await self._one(task))

        try:
            async with asyncio.TaskGroup() as group:
                for task in tasks:
                    group.create_task(ask(task))
        except ExceptionGroup as failed:
            raise failed.exceptions[0] from None  # one that cannot be asked fails for all in the same way

    async def _one(self, task: AbilityTask) -> AbilityAnswer:
        sampling = Sampling(task.kind.answer_tokens, self._plan.temperature, self._plan.seed)
        generation = self._engine.start(Request((Message.of(Role.USER, task.question.text),), sampling))
        try:
            text = await whole_answer(generation)
        finally:
            await generation.aclose()
        tokens = generation.usage.output_tokens or 0
        return graded(task, text, tokens, cut=generation.finish is Finish.LENGTH)

    def close(self) -> None:
        """Calls close themselves."""


def graded(task: AbilityTask, text: str, tokens: int, *, cut: bool) -> AbilityAnswer:
    question = task.question
    return AbilityAnswer(
        task=task.id,
        kind=task.kind.name,
        level=task.level,
        prompt=question.text,
        right=question.right,
        chance=task.kind.chance,
        text=text,
        is_right=question.is_right(text),
        tokens=tokens,
        cut=cut,
    )
