"""The runner's answers: from a frame with an order to the frames that tell what came of it."""

from contextlib import closing

from hroute.core.errors import LocalInferenceError
from hroute.engines.llama.machine import default_threads
from hroute.engines.llama.native import Model, StopFlag
from hroute.engines.llama.prefix_store import PrefixStore
from hroute.engines.llama.runner.frames import Frame, Line, of_error
from hroute.engines.llama.runner.limits import bounded_memory
from hroute.engines.llama.runner.order import Order
from hroute.engines.llama.runner.to_load import ToLoad
from hroute.engines.llama.runner.told import Teller
from hroute.engines.llama.worker import LoadedModel, Run


class Server:
    """One model, and the line on which it is asked."""

    def __init__(self, model: Model, wanted: ToLoad, line: Line) -> None:
        store = PrefixStore(wanted.prefixes) if wanted.prefixes else None
        threads = wanted.threads or default_threads()
        self._model = LoadedModel(model, wanted.context_tokens, threads, store, bounded_memory)
        self._line = line
        line.send({"loaded": True})

    def answer(self, frame: Frame, stop: StopFlag) -> None:
        order = Order.of(frame)
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
            end = {"error": of_error(error)}
        end |= {"sampled": run.sampled, "computed_tokens": self._model.evaluated_tokens, "end": True}
        self._line.send(teller.news("") | end)
