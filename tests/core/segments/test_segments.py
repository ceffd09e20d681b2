"""What a prompt asks, and what was pasted to be worked on."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hroute.core.segments import PayloadKind, split

LOG = (
    "2024-03-11 02:00:01 INFO scheduler - starting\n"
    "2024-03-11 02:15:17 ERROR api - Connection is not available\n"
    "2024-03-11 02:15:18 ERROR api - gave up, max 3 tries"
)
CODE = "def total(rows):\n    return sum(row['price'] for row in rows)\n\nprint(total([]))"
MAIL = "Hi all,\nplease keep your slides under 10 pages and use the template.\nThanks, Eva"
NOTES = "The pump has not worked since 1978. It must be removed, said one, in under three weeks."
TEXT = st.one_of(
    st.text(max_size=300),
    st.lists(
        st.sampled_from(
            ["fix this:", "\n\n", "\n", "Dear Tom,", '"quoted', "```", "{", "Q:", "A:", "- x", "max 5"]
        ),
        max_size=40,
    ).map(" ".join),
)


def asked(prompt: str) -> str:
    return split(prompt).asked(prompt)


@pytest.mark.parametrize(
    ("payload", "kind"),
    [(LOG, PayloadKind.LOG), (f"```\n{CODE}\n```", PayloadKind.CODE), (MAIL, PayloadKind.MAIL)],
)
def test_what_follows_the_ask_is_payload_of_its_kind(payload: str, kind: PayloadKind) -> None:
    prompt = f"What is this about? Answer in one sentence.\n\n{payload}"

    segments = split(prompt)

    assert segments.kind is kind
    assert "one sentence" in segments.asked(prompt)
    assert "max 3" not in segments.asked(prompt)


@pytest.mark.parametrize("head", ["Fix the grammar, no comments:", "Fasse den Text in zwei Sätzen zusammen:"])
def test_what_a_colon_hands_over_is_payload(head: str) -> None:
    assert asked(f"{head}\n\n{NOTES}").strip() == head


def test_an_ask_behind_the_paste_is_the_ask() -> None:
    prompt = f"{MAIL}\n\nSummarise this email in one sentence."

    assert asked(prompt).strip() == "Summarise this email in one sentence."


def test_rules_below_their_header_are_asked() -> None:
    prompt = "Write a letter to my landlord.\n\nRules:\n1. under 90 words\n2. no threats"

    assert split(prompt).payload == ()


def test_a_long_quotation_is_payload_and_a_short_one_a_word_that_the_ask_names() -> None:
    quotation = '"We opened the cafe in a former pharmacy and the drawers still smell of camphor."'
    prompt = f"Translate and use the word 'jar': {quotation}"

    (span,) = split(prompt).payload

    assert prompt[slice(*span)] == quotation


def test_a_plain_question_has_no_payload() -> None:
    assert split("Why is the sky blue?") == ((((0, 20)),), (), PayloadKind.NONE)


@given(TEXT)
def test_spans_are_in_order_disjoint_and_leave_nothing_out(prompt: str) -> None:
    segments = split(prompt)
    spans = sorted(segments.ask + segments.payload)
    covered = "".join(prompt[start:end] for start, end in spans)

    assert all(one[1] <= other[0] for one, other in pairwise(spans))
    assert "".join(covered.split()) == "".join(prompt.split())


def test_of_a_very_long_prompt_the_middle_is_payload() -> None:
    prompt = "Sum this up in French.\n\n" + "The ferry left late. " * 3000

    assert "in French" in asked(prompt)
    assert len(asked(prompt)) < 9000


RULES_OF_A_PAGE = "# zap\n## Rules\n- Never push to main\n- Use at most 2 workers\n- Return JSON only"
RULES_OF_A_TICKET = (
    "The form must reject names longer than 40 characters. Do not use captchas.\n"
    "Show at most 3 errors and sort them by field."
)


@pytest.mark.parametrize(
    ("ask", "page"),
    [
        ("Summarise this README in one sentence:", RULES_OF_A_PAGE),
        ("Shorten the README below.", RULES_OF_A_PAGE),
        ("What is this ticket about?", RULES_OF_A_TICKET),
        ("Translate the following README into Dutch:", RULES_OF_A_PAGE),
        ("Correct the spelling:", RULES_OF_A_PAGE),
        ("Traduce al inglés:", "# Parcelo\nUse only Python 3. Never commit secrets."),
    ],
)
def test_a_page_that_the_line_above_hands_over_is_payload_with_its_rules(ask: str, page: str) -> None:
    assert asked(f"{ask}\n{page}").strip() == ask


def test_a_title_that_announces_rules_begins_no_page() -> None:
    ask = "Explain how bees fly:\n# Rules\n- at most 50 words\n- no lists"
    assert asked(ask) == ask


def test_what_is_handed_over_in_the_same_line_is_payload_up_to_the_last_wish() -> None:
    prompt = "Translate this notice into German: Guests must not smoke. At most 3 at a time. Use no dialect."

    assert asked(prompt).split("\n") == ["Translate this notice into German: ", "Use no dialect."]


@pytest.mark.parametrize(
    "prompt",
    [
        "Rewrite this email: keep it under 50 words, formal tone.\n\nDear Bob, you must not come.",
        "Review this function: no nested loops, under 20 lines, keep the name.",
        "Edit the mail below, don't touch the names: shorten it by a third.\n\nDear Bob, do not come.",
    ],
)
def test_wishes_behind_a_colon_stay_the_users_own(prompt: str) -> None:
    assert asked(prompt).startswith(prompt.partition("\n")[0])


@pytest.mark.parametrize(
    "prompt",
    [
        "Let f(n) be n + 1 for all n >= 0; list three values; no proof.",
        "Return the largest city (with its country); one line.",
        "Pick the right one: (a) 1 (b) 2 (c) 3. Reply in the form <answer>.",
    ],
)
def test_prose_with_brackets_and_semicolons_is_not_code(prompt: str) -> None:
    assert asked(prompt).rstrip().endswith(prompt[-9:])


@pytest.mark.parametrize(
    ("ask", "page"),
    [
        ("Sum up this changelog in one line, no numbers, cheerful tone:", "## 2.1\n- Max 9 rows\n- Faster"),
        ("Turn the meeting notes into a mail. Formal.", "- call on 9 Oct\n- pilot 40 units\n- who pays?"),
        ("次の文を短く直してください。", "本製品は、" + "利用者が入力した情報を保存し、" * 8),
    ],
)
def test_a_page_below_a_line_that_works_on_it_is_payload(ask: str, page: str) -> None:
    assert asked(f"{ask}\n\n{page}").strip() == ask


@pytest.mark.parametrize(
    "prompt",
    [
        "Summarise this text following these rules:\n\n- max 50 words\n- no names",
        "Rewrite the meeting notes.\n\n- max 50 words\n- formal\n- no names",
        "Is my text clear?\n\nPlease answer with yes or no.",
    ],
)
def test_rules_below_a_line_that_names_a_text_are_asked(prompt: str) -> None:
    assert asked(prompt).strip() == prompt


@pytest.mark.parametrize(
    "code",
    ["n = 0\nfor x in y:\n    # never more than 5\n    n += x", "foo(1);\n// must be short\nbar(2);\nbaz();"],
)
def test_lines_of_code_without_fences_do_not_ask(code: str) -> None:
    assert asked(f"why is this slow\n\n{code}").strip() == "why is this slow"
