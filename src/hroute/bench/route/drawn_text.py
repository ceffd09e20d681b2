"""Draws string work: what is done to letters and words, worded as people ask it."""

from collections.abc import Callable
from functools import partial
from random import Random

from hroute.bench.route.checks import NumberIs, TextIs
from hroute.bench.route.tasks import Asked

_WORDS = tuple(
    line.split()
    for line in (
        "lamp tree milk book fish door rain gold ship wolf",
        "house river bread stone chair plant music tiger cloud paper",
        "banana garden window letter summer kitchen teacher mountain computer orange",
        "strawberry parliament adventure electricity wonderful photograph successful calendar",
        "extraordinary misunderstanding responsibility international characteristics straightforward",
    )
)
_UP = str.maketrans("abcdefghijklmnopqrstuvwxyz", "bcdefghijklmnopqrstuvwxyza")


def strings(rng: Random, level: int) -> Asked:
    return rng.choice(_FORMS[level])(rng, level)


def _word(rng: Random, level: int) -> str:
    return rng.choice(_WORDS[level - 1])


def _some(rng: Random, many: int) -> list[str]:
    return rng.sample(_WORDS[0] + _WORDS[1] + _WORDS[2], many)


def _text(prompt: str, right: str) -> Asked:
    return Asked(prompt, right, TextIs((right,), prompt))


def _upper(rng: Random, level: int) -> Asked:
    words = " ".join(_some(rng, level))
    return _text(
        rng.choice(("Put this in capital letters: {}", "{} - in all caps please")).format(words),
        words.upper(),
    )


def _initials(rng: Random, level: int) -> Asked:
    words = " ".join(_some(rng, 2 + level)).title()
    return _text(
        f"What do the first letters of '{words}' spell? Just the letters.",
        "".join(w[0] for w in words.split()),
    )


def _joined(rng: Random, level: int) -> Asked:
    words, sign = _some(rng, 2 + level), rng.choice("-_/+")
    return _text(f"Join these words with {sign}: {' '.join(words)}", sign.join(words))


def _sorted(rng: Random, level: int) -> Asked:
    words = _some(rng, 2 + 2 * level)
    text = ", ".join(words)
    return _text(f"Sort alphabetically, on one line with commas: {text}", ", ".join(sorted(words)))


def _letters(rng: Random, level: int) -> Asked:
    word = _word(rng, level)
    letter = rng.choice(sorted(set(word)))
    prompt = rng.choice(
        (
            "How many times does the letter {0} occur in '{1}'?",
            "how many {0}'s are in {1}",
            'Count the {0}s in "{1}".',
        )
    ).format(letter, word)
    return Asked(prompt, str(word.count(letter)), NumberIs(word.count(letter), prompt))


def _length(rng: Random, level: int) -> Asked:
    words = " ".join(_some(rng, max(1, level - 2)))
    prompt = f"How many letters does '{words}' have, not counting spaces?"
    return Asked(prompt, str(len(words.replace(" ", ""))), NumberIs(len(words.replace(" ", "")), prompt))


def _reversed(rng: Random, level: int) -> Asked:
    word = _word(rng, level - 1)
    return _text(f"Write the word '{word}' backwards.", word[::-1])


def _without_vowels(rng: Random, level: int) -> Asked:
    word = _word(rng, level)
    right = "".join(letter for letter in word if letter not in "aeiou")
    return _text(f"What's left of '{word}' without its vowels (a, e, i, o, u)?", right)


def _snake(rng: Random, level: int) -> Asked:
    words = _some(rng, level)
    camel = words[0] + "".join(word.title() for word in words[1:])
    if rng.random() < 0.5:
        return _text(f"Convert {camel} to snake_case.", "_".join(words))
    return _text(f"Convert {'-'.join(words)} to camelCase.", camel)


def _shifted(rng: Random, level: int) -> Asked:
    word = _word(rng, level - 2)
    return _text(f"Replace each letter of '{word}' by the next one in the alphabet.", word.translate(_UP))


def _every_second(rng: Random, level: int) -> Asked:
    word = _word(rng, level)
    return _text(f"Take the 1st, 3rd, 5th, ... letter of '{word}'. What do you get?", word[::2])


def _chain(rng: Random, _level: int) -> Asked:
    word = _word(rng, 3)
    return _text(
        f"Take the word '{word}', drop its first letter, write the rest backwards and put it in capitals."
        " What comes out?",
        word[:0:-1].upper(),
    )


def _last_letters(rng: Random, level: int) -> Asked:
    words = _some(rng, 1 + level)
    return _text(
        f"Put together the last letters of these words, in this order: {', '.join(words)}",
        "".join(word[-1] for word in words),
    )


TextForm = Callable[[Random, int], Asked]
_FORMS: dict[int, tuple[TextForm, ...]] = {
    1: (_upper, _joined, partial(_sorted)),
    2: (_upper, _initials, _joined, _sorted),
    3: (_snake, _sorted, _letters, _reversed),
    4: (_without_vowels, _letters, _reversed, _last_letters, _length),
    5: (_shifted, _every_second, _chain, _letters, _reversed),
}
