"""Whose wishes count: not those of a tale, of others' rules, of a page or of code; and each one once."""

import pytest

from hroute.core.constraints import find_constraints


def texts(prompt: str) -> list[str]:
    return [item.text for item in find_constraints(prompt)]


# --- what is told, reported or asked about -----------------------------------------


@pytest.mark.parametrize(
    "prompt",
    [
        "A ship drifted ashore without a crew, no cargo, only one cat on deck. Continue the story.",
        "an old man vanished one winter, no tracks, no letter, just a hat. go on with the tale",
        "Ein Schloss ohne Fenster, ohne Tür, nur ein einziger Turm. Erzähl die Geschichte weiter.",
    ],
)
def test_a_tale_to_go_on_with_wishes_nothing(prompt: str) -> None:
    assert texts(prompt) == []


@pytest.mark.parametrize(
    "prompt",
    [
        "left without a coat, with no more than three coins and never a word",
        "The widow lived without a clock, kept at most two hens and never locked her gate.",
        "Olga went to sea with only one boot, no compass and without a word to anyone. Where is she now?",
        "We had exactly two tents, no stove and at most a litre of water. What should we have packed?",
        "Er ging ohne Hut, mit höchstens zwei Talern und nie bei Tag. Wie geht es weiter?",
        "Она уехала без чемодана, взяла не больше двух книг и ни разу не написала. Что было дальше?",
    ],
)
def test_what_somebody_did_or_lacked_wishes_nothing(prompt: str) -> None:
    assert texts(prompt) == []


@pytest.mark.parametrize(
    ("prompt", "wishes"),
    [
        ("Olga went to sea with only one boot. Go on, in at most 80 words.", ["at most 80 words"]),
        ("Write a tale of a king who had no sons. In two paragraphs, without dialogue.", 2),
        ("left join only, no subqueries, at most 5 rows", 3),
    ],
)
def test_what_the_tale_or_the_text_shall_be_like_is_still_wished(
    prompt: str, wishes: list[str] | int
) -> None:
    found = texts(prompt)
    assert (len(found) if isinstance(wishes, int) else found) == wishes


@pytest.mark.parametrize(
    "prompt",
    [
        "my manager says memos should never be longer than 3 paragraphs and start with a joke. is that odd?",
        "Our teacher said every essay must have 5 paragraphs and no contractions. Why is that?",
        "Die Hausordnung sagt: höchstens drei Gäste, keine Musik nach 22 Uhr. Darf der Vermieter das?",
        "Mon chef dit que les mails doivent faire cinq lignes maximum. Est-ce normal ?",
        "Mi profesor dice que los ensayos no pueden pasar de dos páginas. ¿Tiene razón?",
        "公司规定报告不能超过两页,也不许用图片,合理吗?",
    ],
)
def test_rules_of_others_that_are_asked_about_wish_nothing(prompt: str) -> None:
    assert texts(prompt) == []


def test_what_is_wished_beside_the_rules_of_others_counts() -> None:
    prompt = "My boss says mails must have no more than 4 lines. Why? Answer in two sentences."

    assert texts(prompt) == ["in two sentences"]


# --- pages and code without fences --------------------------------------------------


@pytest.mark.parametrize(
    "prompt",
    [
        "Is this flyer legal?\n\nWaiters wanted, max 28 years old. Must speak English. No tattoos.",
        "Does my notice sound rude?\n\nNever park here. At most one bike per tenant. Always lock the gate.",
        "Ist dieser Aushang erlaubt?\n\nKeine Hunde. Höchstens zwei Räder. Ruhe nach 22 Uhr.",
    ],
)
def test_the_page_that_a_question_is_about_wishes_nothing(prompt: str) -> None:
    assert texts(prompt) == []


def test_how_to_answer_a_question_about_a_page_is_still_wished() -> None:
    prompt = "Is my advertisement legal?\n\nNo smokers, max 30 years.\n\nAnswer in one sentence."

    assert texts(prompt) == ["in one sentence"]


@pytest.mark.parametrize(
    "code",
    [
        "n = 0\nfor row in rows:\n    # must not exceed 80 chars, never print twice\n    n += row\nprint(n)",
        "x = load()\nwhile x:\n    # keep under 5 lines, no globals\n    x = step(x)",
        "let n = 3;\n// always return at most 5 rows\nfoo(n);\nbar(n);",
    ],
)
def test_comments_in_code_without_fences_wish_nothing(code: str) -> None:
    assert texts(f"why is this slow\n\n{code}") == []


def test_lines_of_settings_in_a_wish_do_not_swallow_it() -> None:
    assert len(texts("Write a short config.\nno comments\nmax 5 lines\nyaml only")) == 3


# --- rules for code ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("prompt", "count"),
    [
        ("Write a Python function. Name it squash and use only the standard library.", 2),
        ("Write a JavaScript function called chunk, no recursion.", 2),
        ("Write a TypeScript function. It must throw a RangeError on zero, should have JSDoc, no regex.", 3),
        ("Schreib eine Python-Funktion namens teiler, ohne Schleifen.", 2),
    ],
)
def test_rules_for_code_count_one_by_one(prompt: str, count: int) -> None:
    assert len(texts(prompt)) == count


# --- softer words ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "prompt",
    [
        "I'd rather not see headings: how do bees navigate?",
        "I'd prefer a list. What do hedgehogs eat?",
        "Explain rainbows and steer clear of the word light.",
        "tell me about tides like a sailor",
        "Erklär mir den Mond so, als wär ich fünf.",
    ],
)
def test_a_wish_in_soft_words_counts(prompt: str) -> None:
    assert len(texts(prompt)) == 1


# --- said again ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("prompt", "count"),
    [
        ("Describe a storm in at most 60 words, not more than sixty.", 1),
        ("Moins de 25 mots. 25 mots maximum, pas plus : décris la neige.", 1),
        ("Höchstens vier Sätze, nicht mehr als 4 Sätze: wer war Kepler?", 1),
        ("Answer in Spanish only. What is a fjord? No English please, todo en español.", 1),
        ("Answer in three sentences (3 sentences, no more). What is a quark?", 1),
        ("Write a title of at most 5 words and a summary of exactly 20 words.", 2),
        ("Give four tips, each in two sentences, and end with two questions.", 3),
    ],
)
def test_a_wish_said_again_counts_once(prompt: str, count: int) -> None:
    assert len(texts(prompt)) == count


# --- one wish or two ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("prompt", "count"),
    [
        ("Write a note. Mention that the shop is shut, that parcels wait next door.", 1),
        ("Rédige une annonce avec le prix à la fin et un titre en majuscules.", 2),
        ('Write a poem with the phrase "so be it" twice.', 1),
        ("List the moons of Mars as CSV with a header row.", 2),
    ],
)
def test_what_is_one_wish_and_what_are_two(prompt: str, count: int) -> None:
    assert len(texts(prompt)) == count
