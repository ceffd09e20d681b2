"""What a runner does once it has loaded: from a frame with an order to frames that tell what came of it."""

from contextlib import closing

from hroute.core.errors import LocalInferenceError
from hroute.engines.llama.machine import default_threads
from hroute.engines.llama.native import Model, StopFlag
from hroute.engines.llama.prefix_store import PrefixStore
from hroute.engines.llama.prompt import PromptFormat
from hroute.engines.llama.runner.frames import Frame, Line, of_error
from hroute.engines.llama.runner.limits import bounded_memory
from hroute.engines.llama.runner.order import AnswerOrder, messages_of
from hroute.engines.llama.runner.to_load import ToLoad
from hroute.engines.llama.runner.told import Teller
from hroute.engines.llama.worker import LoadedModel, Run


class CountServer:
    """The tokenizer and the chat template of one model."""

    def __init__(self, model: Model, line: Line) -> None:
        with bounded_memory():
            self._format = PromptFormat(model.vocab)
        self._model, self._line = model, line
        line.send({"loaded": True})

    def answer(self, frame: Frame, _: StopFlag) -> None:
        messages, limit = messages_of(frame["count"]), frame["limit"]
        try:
            with bounded_memory():
                found = self._format.count(messages, limit)
            end = Frame(tokens=found.tokens, over=found.over)
        except LocalInferenceError as error:
            end = Frame(error=of_error(error))
        self._line.send(end)


class AnswerServer:
    """One model, and the line on which it is asked."""

    def __init__(self, model: Model, wanted: ToLoad, line: Line) -> None:
        store = PrefixStore(wanted.prefixes) if wanted.prefixes else None
        threads = wanted.threads or default_threads()
        self._model = LoadedModel(model, wanted.context_tokens, threads, store, bounded_memory)
        self._line = line
        line.send({"loaded": True})

    def answer(self, frame: Frame, stop: StopFlag) -> None:
        order = AnswerOrder.of(frame)
        run = Run(
            order.messages,
            order.recipe,
            stop,
            expected=order.expected,
            samples=order.samples,
            conversation=order.conversation,
        )
        teller, end = Teller(run), Frame()
        try:
            with closing(self._model.answer(run)) as answer:
                for text in answer:
                    self._line.send(teller.news(text))
        except LocalInferenceError as error:
            end["error"] = of_error(error)
        end |= {"sampled": run.sampled, "computed_tokens": self._model.evaluated_tokens, "end": True}
        self._line.send(teller.news("") | end)
