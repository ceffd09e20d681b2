"""What is said around an ask, whatever the ask, does not move the reading of the scout in force."""

from functools import cache
from importlib.resources import files

import pytest

from hroute.core.abilities.ability import CLASSES, REFERENCE_CLOUD, Ability
from hroute.core.scout import BuiltinScout
from hroute.core.scout.boilerplate import without_boilerplate
from tests.support.files.unseen_templates import UNSEEN

SCOUT = BuiltinScout.from_bytes(files("hroute.data").joinpath("scout-builtin.bin").read_bytes())
LOCAL = Ability(CLASSES["8B"])
MOST_MOVED = 0.05  # of the chance that an 8B is right
MOST_UNSEEN_MOVED = 0.12  # a share of the readings

TEMPLATES = [
    "{} Think carefully step by step and put the final answer in \\boxed{{}}.",
    "{}\n\nLet's think step by step.",
    "Take a deep breath and work on this problem step by step.\n\n{}",
    "Question: {}\nAnswer:",
    "Q: {}\nA:",
    "### Instruction:\n{}\n\n### Response:\n",
    "You are a helpful assistant.\n\n{}",
    "You are a world-class expert with decades of experience. {}",
    "System: You are a large language model that answers truthfully.\nUser: {}\nAssistant:",
    "Below is an instruction that describes a task. Write a response that completes it.\n\n{}",
    "Please answer the following question: {}",
    "Hi! I hope you are doing well. {} Thanks a lot in advance!",
    "Hey, quick one: {}",
    "{} I'll tip you $200 for a perfect answer.",
    "{} This is very important to my career.",
    "{} If you don't know, just say so.",
    "{}\n\nMake sure you double-check your answer before you reply.",
    "{} Explain your reasoning, then give the final answer on the last line after 'Answer:'.",
    "<prompt>\n{}\n</prompt>",
    '"""\n{}\n"""\nRespond to the message above.',
    "Could you please help me with this? {} Much appreciated, kind regards, Sam",
    "My task for you today is as follows. {} Begin.",
    "Ignore everything I asked before. {}",
    "[INST] {} [/INST]",
    "Do your best, there is no rush: {}",
    "Réponds à la question suivante, s'il te plaît : {} Merci d'avance !",
    "{} Denk Schritt für Schritt und prüfe deine Antwort. Vielen Dank!",
    "Hola, ¿me puedes ayudar con esto? {} ¡Muchas gracias!",
    "以下の質問に答えてください。\n\n{}\n\nよろしくお願いします。",
    "请一步一步地思考,然后回答下面的问题:\n{}",
]

ASKS = [
    "What's the capital of Norway?",
    "Reply with the word okay.",
    "hello there",
    "A baker sells 14 loaves in the morning and 9 more than that after lunch. How many in all?",
    "Is 2^61-1 a prime number?",
    "Prove that every planar graph can be coloured with five colours.",
    "Which village priest first described the blind cave beetle of the Reka valley?",
    "Summarise in a sentence: the ferry left late because a dog had run aboard and would not be caught.",
    "Write a limerick about a lighthouse keeper who is afraid of the dark.",
    "ModuleNotFoundError: No module named 'requests'. What do I do?",
    "Write a SQL query for the three customers who spent most in each month of last year.",
    "Our lock service hands out leases. Show an interleaving in which two holders write, and mend it.",
    "How many times does the letter e occur in 'independence referendum'?",
    "Translate into Hungarian, keeping the pun: time flies like an arrow.",
    "Draft a short mail to my landlord: the tap drips, Thursday after five suits me.",
    "What will the price of copper be next Friday?",
    "Un tren sale a las 8:40 y tarda 95 minutos. ¿A qué hora llega?",
    "Warum ist der Himmel blau?",
    "Explain the difference between a mutex and a semaphore.",
    "Find all integers n such that n^2 + 20n + 11 is a perfect square.",
]


# Without a stop of their own, as people leave it out.
BARE = [
    "(no need to search the web)",
    "Here's my question:",
    "Thanks in advance",
    "Think step by step",
    "Put your final answer in \\boxed{}",
    "Please be concise",
    "Make sure the answer is correct",
    "You are a helpful assistant",
]
PLACES = ["{0} {1}", "{1} {0}", "{0}\n{1}", "{1}\n{0}", "{0}\n\n{1}", "  {1} {0}\n"]


@cache
def p_local(prompt: str) -> float:
    return SCOUT.read(prompt).facing(LOCAL, REFERENCE_CLOUD).p_local


def test_there_are_30_templates_and_20_asks() -> None:
    assert (len(set(TEMPLATES)), len(set(ASKS))) == (30, 20)
    assert all(template.count("{}") - template.count("{{}}") == 1 for template in TEMPLATES)


@pytest.mark.parametrize("template", TEMPLATES)
def test_boilerplate_does_not_move_the_reading(template: str) -> None:
    moved = {ask: p_local(template.format(ask)) - p_local(ask) for ask in ASKS}
    assert {ask: round(by, 2) for ask, by in moved.items() if abs(by) > MOST_MOVED} == {}


@pytest.mark.parametrize("words", BARE)
@pytest.mark.parametrize("place", PLACES)
def test_boilerplate_does_not_move_the_reading_where_no_stop_parts_it_from_the_ask(
    place: str, words: str
) -> None:
    moved = {
        ask: p_local(place.format(words, ask)) - p_local(ask)
        for full in ASKS
        for ask in (full, full.rstrip(".?"))
    }
    assert {ask: round(by, 2) for ask, by in moved.items() if abs(by) > MOST_MOVED} == {}


@pytest.mark.parametrize("ask", ASKS)
def test_neither_space_around_an_ask_nor_its_last_full_stop_moves_the_reading(ask: str) -> None:
    bare = ask.rstrip(".")
    assert {p_local(text) for text in (f" \n{bare}", f"{bare}.", f"{bare}!\n\n", f"{bare} ...")} == {
        p_local(bare)
    }


@pytest.mark.program  # thousands of readings of the scout that ships
def test_of_boilerplate_that_the_rules_were_not_made_for_most_moves_nothing() -> None:
    moved = [
        abs(p_local(place.format(words, ask)) - p_local(ask)) > MOST_MOVED
        for words in UNSEEN
        for place in PLACES
        for ask in ASKS
    ]
    assert sum(moved) / len(moved) < MOST_UNSEEN_MOVED


@pytest.mark.parametrize(
    ("text", "ask"),
    [
        ("what is 2+2 thanks in advance", "what is 2+2"),
        ("Thanks in advance what is 2+2", "what is 2+2"),
        ("Name the capital of Norway Answer carefully", "Name the capital of Norway"),
        ("Fix this (no rush) today", "Fix this today"),
        ("You are a helpful assistant कबीर कौन थे", "कबीर कौन थे"),
        ("Is it 5? (take your time, there is no rush)", "Is it 5?"),
    ],
)
def test_the_ask_is_what_is_left(text: str, ask: str) -> None:
    assert without_boilerplate(text) == ask


@pytest.mark.parametrize(
    "ask",
    [
        "how do you say thank you in italian",
        "How to Make a Perfect Answer",
        "Write a model answer (10 marks) on whether Henry VIII broke with Rome for love",
        "My boss asked me where I was. How should I respond?",
        "What is a good answer to 'I hope you are well'?",
        "Prove P != NP step by step",
        "Consider hard problems in NP thoroughly, then prove P != NP step by step",
        "Solve x^2 = 4 step by step",
        "I will give you 3 numbers: 1 2 3",
        "Think of a number, step by step",
    ],
)
def test_what_is_asked_stays_where_it_reads_like_boilerplate(ask: str) -> None:
    assert without_boilerplate(ask) == ask
