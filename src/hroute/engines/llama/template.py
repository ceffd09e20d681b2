"""A model's chat template, as the libraries run it that such templates are written for."""

import json
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, NoReturn

from hroute.core.errors import Failure, LocalInferenceError

if TYPE_CHECKING:
    from jinja2 import Template

Plain = dict[str, Any]  # in OpenAI's form, as templates take it

_PROBE = "What is asked?"
# For a file without a template, as in llama.cpp's own server.
CHATML = (
    "{% for message in messages %}{{'<|im_start|>' + message['role'] + '\n' + message['content']"
    " + '<|im_end|>' + '\n'}}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)


class ChatTemplate:
    """Untrusted code: it cannot reach Python, but may run for ever and take all memory."""

    def __init__(self, text: str, bos_text: str, eos_text: str) -> None:
        """Raises LocalInferenceError."""
        from jinja2 import TemplateError

        self._given = {"bos_token": bos_text, "eos_token": eos_text}
        try:
            self._template = _compiled(text)
        except (TemplateError, ArithmeticError, RecursionError, MemoryError) as exc:
            raise LocalInferenceError(
                Failure.BAD_FILE,
                f"the model's chat template is broken: {str(exc) or type(exc).__name__}",
                "download the model file again",
            ) from exc

    def render(self, messages: list[Plain], tools: list[Plain] | None = None) -> str:
        """Contents are texts. Raises LocalInferenceError."""
        return self._rendered([_in_parts(one) for one in messages] if self._wants_parts else messages, tools)

    @cached_property
    def _wants_parts(self) -> bool:
        """Whether a text is lost on the template, which knows contents as lists of parts alone."""
        asked: Plain = {"role": "user", "content": _PROBE}
        return not self._says(asked) and self._says(_in_parts(asked))

    def _says(self, asked: Plain) -> bool:
        try:
            return _PROBE in self._rendered([asked], None)
        except LocalInferenceError:
            return False

    def _rendered(self, messages: list[Plain], tools: list[Plain] | None) -> str:
        from jinja2 import TemplateError

        try:
            return self._template.render(
                messages=messages,
                tools=tools,
                add_generation_prompt=True,
                functions=None,
                function_call=None,
                tool_choice=None,
                raise_exception=_refuse,
                strftime_now=_now,
                **self._given,
            )
        except (
            *(TemplateError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError),
            *(RecursionError, MemoryError, AssertionError),
        ) as exc:
            raise LocalInferenceError(
                Failure.REFUSED,
                f"the model's chat template refuses this conversation: {str(exc) or type(exc).__name__}",
            ) from exc


def _in_parts(message: Plain) -> Plain:
    return message | {"content": [{"type": "text", "text": message["content"]}]}


def _compiled(text: str) -> "Template":
    from jinja2 import nodes
    from jinja2.ext import Extension, loopcontrols
    from jinja2.parser import Parser
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    class Generation(Extension):
        """`{% generation %}` marks what a model is trained on; in a prompt it means nothing."""

        tags = {"generation"}  # noqa: RUF012

        def parse(self, parser: Parser) -> list[nodes.Node]:
            next(parser.stream)
            return parser.parse_statements(("name:endgeneration",), drop_needle=True)

    environment = ImmutableSandboxedEnvironment(
        trim_blocks=True, lstrip_blocks=True, extensions=[Generation, loopcontrols]
    )
    environment.filters["tojson"] = _tojson
    return environment.from_string(text)


def _tojson(
    value: Any,
    ensure_ascii: bool = False,
    indent: int | None = None,
    separators: tuple[str, str] | None = None,
    sort_keys: bool = False,
) -> str:
    """Unlike Jinja's own, it escapes nothing for HTML."""
    return json.dumps(
        value, ensure_ascii=ensure_ascii, indent=indent, separators=separators, sort_keys=sort_keys
    )


def _now(form: str) -> str:
    return datetime.now().strftime(form)


def _refuse(message: str) -> NoReturn:
    raise ValueError(message)
