"""A chat template says here what it says where it was written for; one that wants parts gets them."""

from typing import Any

import pytest
from llama_cpp.llama_chat_format import CHATML_CHAT_TEMPLATE, Jinja2ChatFormatter

from hroute.core.errors import Failure, LocalInferenceError
from hroute.engines.llama.template import CHATML, ChatTemplate

ASKED = [{"role": "system", "content": "Be <brief> & 'kind'."}, {"role": "user", "content": " hi 🦜\n"}]
TOOLS = [{"type": "function", "function": {"name": "clock", "parameters": {"é": [1, None, True]}}}]
CHATTY = "{% for m in messages %}[{{ m.role }}]{{ m.content | trim }}{% endfor %}"
TEMPLATES = [
    CHATML,
    CHATTY + "{{ bos_token }}{{ eos_token }}{{ tools | tojson }}{{ tool_choice }}{{ functions }}",
    CHATTY + "{{ tools | tojson(indent=2) }}{{ tools | tojson(separators=(',', ':'), sort_keys=true) }}",
    CHATTY + "{% for i in range(9) %}{% if i == 3 %}{% continue %}{% endif %}{{ i }}{% if i > 5 %}{% break %}"
    "{% endif %}{% endfor %}",
    "  {% if true %}\n   {% generation %}said{% endgeneration %}\n  {% endif %}\n{{ messages[0].content }}",
    CHATTY + "{{ strftime_now('%Y') }}{{ missing }}{{ missing is defined }}",
    CHATTY + "{% macro a(b) %}<{{ b }}>{% endmacro %}{{ a(messages[1].content.split('h')[1]) }}",
]


@pytest.mark.parametrize("template", TEMPLATES)
@pytest.mark.parametrize("tools", [None, TOOLS], ids=["alone", "tools"])
def test_a_template_says_what_it_says_in_the_library_of_its_authors(
    template: str, tools: list[dict[str, Any]] | None
) -> None:
    theirs: Any = Jinja2ChatFormatter(template=template, eos_token="<end>", bos_token="<begin>")
    assert (
        ChatTemplate(template, "<begin>", "<end>").render(ASKED, tools)
        == theirs(messages=ASKED, tools=tools).prompt
    )


def test_the_template_of_a_file_without_one_is_the_usual_one() -> None:
    assert CHATML == CHATML_CHAT_TEMPLATE


@pytest.mark.parametrize(
    "content",
    ["{% for p in m.content %}{% if p.type == 'text' %}{{ p.text }}{% endif %}{% endfor %}",
     "{{ m.content[0].text }}", "{{ m['content'] | map(attribute='text') | join }}"],
)  # fmt: skip
def test_a_template_that_knows_only_parts_gets_parts(content: str) -> None:
    template = ChatTemplate("{% for m in messages %}[" + content + "]{% endfor %}", "", "")
    assert template.render(ASKED) == "[Be <brief> & 'kind'.][ hi 🦜\n]"


def test_a_template_that_takes_both_gets_the_text() -> None:
    both = "{% if messages[0].content is string %}text{% endif %}{{ messages[0].content }}"
    assert ChatTemplate(both, "", "").render(ASKED[1:]) == "text hi 🦜\n"


@pytest.mark.parametrize(
    "template",
    ["{{ raise_exception('no') }}", "{{ 1 / 0 }}", "{{ messages[9].content }}", "{{ 'a' + 1 }}",
     "{{ ''.__class__.__mro__ }}", "{{ messages.append(1) }}", "{{ strftime_now(1) }}",
     "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}", "{{ range(100001) | list }}"],
)  # fmt: skip
def test_what_a_template_does_wrong_is_an_error_of_ours(template: str) -> None:
    with pytest.raises(LocalInferenceError) as caught:
        ChatTemplate(template, "", "").render(ASKED)
    assert caught.value.failure in (Failure.REFUSED, Failure.BAD_FILE)
