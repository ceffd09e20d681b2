"""Kinds of tasks about words and letters: talk, copying, spelling, forms, edits, writing to a rule."""

import json
import re
from functools import partial
from random import Random

from hroute.bench.ability.grading import begins, holds, listed, mentions, words_of
from hroute.bench.ability.items import free, same_words
from hroute.bench.ability.kinds import SHORT, USUAL, QuestionKind
from hroute.bench.ability.kinds_numbers import numeric
from hroute.bench.confidence.grading import gives_json
from hroute.bench.confidence.tasks.draw import Question, by_level
from hroute.bench.confidence.tasks.text import GROUP, OPPOSITES, PASTS, PLURALS, FactTable

_WORDS = (
    ("cat", "sun", "red", "map", "dog", "hat", "pen", "box", "ice", "key", "bus", "cup"),
    ("lamp", "tree", "milk", "book", "fish", "door", "rain", "gold", "ship", "wolf", "moon", "cake"),
    ("house", "river", "bread", "stone", "chair", "plant", "green", "music", "tiger", "cloud", "paper"),
    ("banana", "garden", "window", "letter", "summer", "kitchen", "teacher", "mountain", "computer"),
    ("strawberry", "parallel", "committee", "necessary", "Mississippi", "independence", "successfully"),
)
_WORD_GROUP = by_level(0, 0, 1, 1, 2, 3, 4, 4)

_PHRASES = (
    "yes", "banana", "Hello world", "The cat sat on the mat.", "I love my blue bike.",
    "open the door, please",
    "Seven small ships sailed south.", "Never odd or even, said the raven at half past nine.",
)  # fmt: skip


def _echo(rng: Random, level: int) -> Question:
    phrase = _PHRASES[level - 1] if level > 5 else rng.choice(_PHRASES[: level + 2])
    form = rng.choice(('Say "{}".', 'Repeat after me: "{}"', "Please say: {}", "Reply with exactly this: {}"))
    return Question(form.format(phrase), phrase, lambda answer: begins(answer, phrase))


def _code(rng: Random, level: int) -> Question:
    letters = "abcdefghijkmnopqrstuvwxyz0123456789" if level > 3 else "0123456789"
    size = by_level(3, 4, 6, 8, 12, 18, 28, 44)[level]
    code = "".join(rng.choice(letters) for _ in range(size))
    text = rng.choice(("Repeat this code exactly: {}", "Copy this without any change: {}")).format(code)
    return Question(text, code, lambda answer: code in answer)


def _of_table(table: FactTable, forms: tuple[str, ...], rng: Random, level: int) -> Question:
    facts = {asked: right for asked, right in table[GROUP[level]].items() if asked != right}
    asked = rng.choice(list(facts))
    return Question(rng.choice(forms).format(asked), facts[asked], lambda text: mentions(text, facts[asked]))


def _letters(rng: Random, level: int) -> Question:
    word = rng.choice(_WORDS[_WORD_GROUP[level]])
    if level < 4:
        place, right = rng.choice((("first", word[0]), ("last", word[-1])))
        return Question(
            f'What is the {place} letter of the word "{word}"?', right, lambda text: _says_letter(text, right)
        )
    if level < 6:
        return numeric(f'How many letters are in the word "{word}"?', len(word))
    letter = rng.choice(sorted(set(word.lower())))
    return numeric(
        f'How many times does the letter "{letter}" occur in "{word}"?', word.lower().count(letter)
    )


def _says_letter(text: str, right: str) -> bool:
    found = re.findall(r"(?<![\w'’])[\"'*]*([a-zA-Z])[\"'*]*(?![\w'’])", text)
    said = [letter.lower() for letter in found if letter not in ("a", "I") or letter.lower() == right]
    return bool(said) and said[0] == right


def _spell(rng: Random, level: int) -> Question:
    word = rng.choice(_WORDS[_WORD_GROUP[level]])
    if level < 5:
        return Question(
            f"Spell the word {word} letter by letter.", " ".join(word), lambda text: _spells(text, word)
        )
    backwards = word[::-1]
    form = rng.choice(('Write the word "{}" backwards.', 'Reverse the string "{}"'))
    return Question(form.format(word), backwards, lambda text: mentions(text, backwards))


def _spells(text: str, word: str) -> bool:
    return word.lower() in re.sub(r"[\s,.\-–*]+", "", text.lower().replace(word.lower(), "", 1))


def _case(rng: Random, level: int) -> Question:
    words = [rng.choice(_WORDS[rng.randrange(4)]) for _ in range(by_level(1, 1, 2, 3, 4, 6, 8, 12)[level])]
    phrase = " ".join(words)
    if level < 6:
        right = phrase.upper()
        return Question(f'Write "{phrase}" in capital letters.', right, lambda text: right in text)
    right = "".join(word[0] for word in words).upper()
    text = f"Write the acronym made of the first letters of: {phrase}"
    return Question(text, right, lambda answer: right in answer.replace(".", ""))


def _word_order(rng: Random, level: int) -> Question:
    words = rng.sample(
        [word for group in _WORDS[:4] for word in group], by_level(2, 2, 3, 3, 4, 6, 8, 12)[level]
    )
    if level % 2:
        right = sorted(words)
        text = f"Put these words in alphabetical order: {', '.join(words)}"
    else:
        right = words[::-1]
        text = f"Write these words in reverse order: {', '.join(words)}"
    return Question(text, ", ".join(right), partial(listed, right=right))


_TOPICS = ("the sea", "a dog", "rain", "coffee", "an old train", "friendship", "the moon", "a lost key")


def _sentences(text: str) -> list[str]:
    return [part for part in re.split(r"(?<=[.!?])\s+", text.strip()) if len(words_of(part)) > 2]


def _rule(rng: Random, level: int) -> Question:
    topic = rng.choice(_TOPICS)
    low = rng.choice((6, 8, 10, 12))
    letter = rng.choice("aeo")
    items = rng.randint(3, 6)
    rules = (
        (f"Write one sentence about {topic}.", lambda text: len(_sentences(text)) == 1),
        (f"Tell me something about {topic} in at most 40 words.",
         lambda text: 3 <= len(words_of(text)) <= 40),
        (f"Write two sentences about {topic}.", lambda text: len(_sentences(text)) == 2),
        (f"List {items} things that have to do with {topic}, one on each line.",
         lambda text: _lines(text) == items),
        (f"Write a sentence about {topic} in lowercase letters only.",
         lambda text: bool(_sentences(text)) and text == text.lower()),
        (f"Write a sentence about {topic} that ends with the word \"again\".",
         lambda text: len(_sentences(text)) == 1 and words_of(text)[-1:] == ["again"]),
        (f"Write a sentence of exactly {low} words about {topic}.",
         lambda text: len(_sentences(text)) == 1 and len(words_of(text)) == low),
        (f"Write a sentence of at least 8 words about {topic} without the letter {letter}.",
         lambda text: len(words_of(text)) >= 8 and letter not in text.casefold()),
    )  # fmt: skip
    text, is_kept = rules[level - 1]
    return Question(text, "", is_kept)


def _lines(text: str) -> int:
    return sum(bool(words_of(line)) and not line.rstrip().endswith(":") for line in text.splitlines())


_PEOPLE = ("Anna Berg", "Ben Okafor", "Carla Ruiz", "Daniel Kim", "Elif Demir", "Farid Haddad")
_CITIES = ("Oslo", "Lima", "Cairo", "Porto", "Kyoto", "Quito")
_ITEMS = ("lamp", "chair", "phone", "kettle", "backpack")


def _extract(rng: Random, level: int) -> Question:
    who, city, item = rng.choice(_PEOPLE), rng.choice(_CITIES), rng.choice(_ITEMS)
    age, price, count, order = (
        rng.randint(18, 80),
        rng.randint(5, 900),
        rng.randint(2, 9),
        rng.randint(1000, 9999),
    )
    first = who.split()[0]
    facts: dict[str, str | int] = {"name": first, "age": age}
    if level < 3:
        story = f"{first} is {age} years old."
    elif level < 5:
        story, facts = (
            f"My name is {who}, I am {age} and I live in {city}.",
            {"name": who, "age": age, "city": city},
        )
    elif level < 7:
        story = (
            f"Hello, this is {who} from {city}. I ordered a {item} (order {order}) for {price} euros"
            " last week and"
            " it still has not arrived."
        )
        facts = {"name": who, "city": city, "item": item, "order": order, "price": price}
    else:
        story = (
            f"Order {order}: {who} first wanted {count + 2} pieces of the {item} at {price} euros each,"
            " then asked"
            f" by mail to make it {count}. Delivery goes to her sister in {city}."
        )
        facts = {"order": order, "quantity": count, "item": item, "total": price * count, "city": city}
    keys = ", ".join(facts)
    text = f"Extract {keys} from this text as JSON:\n\n{story}"
    return Question(text, json.dumps(facts), partial(gives_json, right=facts))


def _replace(rng: Random, level: int) -> Question:
    many = by_level(2, 3, 4, 5, 6, 8, 11, 15)[level]
    *words, new = rng.sample([word for group in _WORDS[:4] for word in group], many + 1)
    old = rng.choice(words)
    right = " ".join(new if word == old else word for word in words)
    text = f'Replace "{old}" with "{new}" in this text: {" ".join(words)}'
    return Question(text, right, lambda answer: holds(answer, right) or right in answer)


KINDS = (
    QuestionKind("small talk", free("small talk"), USUAL),
    QuestionKind("echo", _echo, SHORT),
    QuestionKind("copying codes", _code, USUAL),
    QuestionKind(
        "opposites", partial(_of_table, OPPOSITES, ("What is the opposite of {}?", "opposite of {}?")), SHORT
    ),
    QuestionKind(
        "plurals", partial(_of_table, PLURALS, ("What is the plural of {}?", "plural of {}?")), SHORT
    ),
    QuestionKind(
        "past tense", partial(_of_table, PASTS, ("What is the past tense of {}?", "past tense of {}")), SHORT
    ),
    QuestionKind("letters", _letters, USUAL),
    QuestionKind("spelling out", _spell, SHORT),
    QuestionKind("capitals and initials", _case, USUAL),
    QuestionKind("order of words", _word_order, USUAL),
    QuestionKind("misspelt words", free("misspelt words"), SHORT),
    QuestionKind("grammar", same_words("grammar"), USUAL),
    QuestionKind("writing to a rule", _rule, USUAL),
    QuestionKind("extraction to JSON", _extract, USUAL),
    QuestionKind("replacing", _replace, USUAL),
)
