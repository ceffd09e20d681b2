"""Families of tasks about words: letters, facts, language and small logic."""

from functools import partial
from itertools import pairwise
from random import Random

from hroute.bench.confidence.grading import chooses, says_exactly, states
from hroute.bench.confidence.tasks.draw import Family, Question, by_level

_WORDS = (
    ("cat", "sun", "red", "map", "dog", "hat", "pen", "box", "ice", "key", "bus", "cup", "man", "egg"),
    ("lamp", "tree", "milk", "book", "fish", "door", "rain", "gold", "ship", "wolf", "moon", "cake"),
    ("house", "river", "bread", "stone", "chair", "plant", "green", "music", "tiger", "cloud", "paper"),
    ("banana", "garden", "window", "letter", "summer", "kitchen", "teacher", "mountain", "computer"),
)
_LONGER = by_level(0, 1, 1, 2, 2, 3, 3, 3)  # which of these groups
_PLACES = ("first", "last", "second", "third", "fourth")
# From what everybody knows to what few do.
CAPITALS = (
    {"France": "Paris", "Italy": "Rome", "Germany": "Berlin", "Japan": "Tokyo", "Spain": "Madrid",
     "China": "Beijing", "Russia": "Moscow", "Egypt": "Cairo", "Greece": "Athens", "England": "London"},
    {"Poland": "Warsaw", "Sweden": "Stockholm", "Ireland": "Dublin", "Austria": "Vienna", "Cuba": "Havana",
     "Portugal": "Lisbon", "Norway": "Oslo", "Kenya": "Nairobi", "Peru": "Lima", "Hungary": "Budapest"},
    {"Finland": "Helsinki", "Turkey": "Ankara", "Iraq": "Baghdad", "Chile": "Santiago", "Canada": "Ottawa",
     "Iran": "Tehran", "Denmark": "Copenhagen", "Vietnam": "Hanoi", "Nepal": "Kathmandu",
     "Australia": "Canberra", "Romania": "Bucharest", "Morocco": "Rabat", "Thailand": "Bangkok"},
    {"Latvia": "Riga", "Uganda": "Kampala", "Mongolia": "Ulaanbaatar", "Bhutan": "Thimphu", "Fiji": "Suva",
     "Paraguay": "Asuncion", "Slovenia": "Ljubljana", "Zambia": "Lusaka", "Senegal": "Dakar",
     "Georgia": "Tbilisi", "Laos": "Vientiane", "Oman": "Muscat", "Estonia": "Tallinn", "Togo": "Lome"},
)  # fmt: skip
OPPOSITES = (
    {"hot": "cold", "up": "down", "big": "small", "yes": "no", "day": "night", "black": "white",
     "left": "right", "in": "out", "high": "low", "true": "false", "wet": "dry", "love": "hate"},
    {"open": "closed", "early": "late", "rich": "poor", "fast": "slow", "full": "empty", "old": "young",
     "north": "south", "strong": "weak", "heavy": "light", "begin": "end", "buy": "sell", "win": "lose"},
    {"deep": "shallow", "victory": "defeat", "ancient": "modern", "noisy": "quiet", "arrive": "depart",
     "rough": "smooth", "wide": "narrow", "sharp": "blunt", "forget": "remember", "guilty": "innocent"},
    {"scarce": "abundant", "optimist": "pessimist", "expand": "contract", "generous": "stingy",
     "temporary": "permanent", "maximum": "minimum", "artificial": "natural", "rigid": "flexible"},
)  # fmt: skip
PLURALS = (
    {"dog": "dogs", "book": "books", "car": "cars", "tree": "trees", "apple": "apples", "king": "kings",
     "hand": "hands", "road": "roads", "door": "doors", "song": "songs"},
    {"box": "boxes", "city": "cities", "bus": "buses", "baby": "babies", "church": "churches",
     "dish": "dishes", "story": "stories", "lady": "ladies", "fox": "foxes", "glass": "glasses"},
    {"child": "children", "man": "men", "foot": "feet", "mouse": "mice", "tooth": "teeth", "leaf": "leaves",
     "knife": "knives", "wolf": "wolves", "hero": "heroes", "life": "lives"},
    {"ox": "oxen", "sheep": "sheep", "crisis": "crises", "thief": "thieves", "thesis": "theses",
     "phenomenon": "phenomena", "goose": "geese", "criterion": "criteria", "deer": "deer", "louse": "lice"},
)  # fmt: skip
PASTS = (
    {"walk": "walked", "play": "played", "help": "helped", "call": "called", "look": "looked",
     "work": "worked", "ask": "asked", "open": "opened", "jump": "jumped", "wait": "waited"},
    {"make": "made", "see": "saw", "come": "came", "have": "had", "take": "took", "run": "ran",
     "say": "said", "give": "gave", "find": "found", "know": "knew", "eat": "ate", "write": "wrote"},
    {"carry": "carried", "stop": "stopped", "teach": "taught", "catch": "caught", "bring": "brought",
     "sell": "sold", "fall": "fell", "wear": "wore", "steal": "stole", "choose": "chose", "fly": "flew"},
    {"seek": "sought", "cut": "cut", "bind": "bound", "slay": "slew", "weave": "wove", "shrink": "shrank",
     "flee": "fled", "cling": "clung", "forsake": "forsook", "hit": "hit", "swear": "swore"},
)  # fmt: skip
FRENCH = (
    {"yes": "oui", "no": "non", "thank you": "merci", "cat": "chat", "hello": "bonjour", "water": "eau",
     "good": "bon", "love": "amour", "house": "maison", "day": "jour", "and": "et", "one": "un"},
    {"dog": "chien", "bread": "pain", "night": "nuit", "king": "roi", "woman": "femme", "red": "rouge",
     "white": "blanc", "friend": "ami", "big": "grand", "black": "noir", "three": "trois", "milk": "lait"},
    {"tree": "arbre", "book": "livre", "sun": "soleil", "moon": "lune", "fish": "poisson", "green": "vert",
     "horse": "cheval", "winter": "hiver", "child": "enfant", "window": "fenêtre", "key": "clé"},
    {"bridge": "pont", "knife": "couteau", "cloud": "nuage", "owl": "hibou", "shoulder": "épaule",
     "spoon": "cuillère", "hammer": "marteau", "grass": "herbe", "spider": "araignée", "belt": "ceinture"},
)  # fmt: skip
GROUP = by_level(0, 0, 1, 1, 2, 3, 3, 3)
_PEOPLE = ("Anna", "Ben", "Carl", "Dora", "Emil", "Fay", "Gus", "Hana")
_KINDS = {
    "an animal": ("dog", "cow", "horse", "tiger", "duck"),
    "a colour": ("green", "blue", "yellow", "black"),
    "a fruit": ("apple", "banana", "cherry", "lemon"),
    "a city": ("Paris", "Rome", "Tokyo", "Cairo", "London"),
    "a number": ("seven", "twelve", "three", "forty"),
    "a tool": ("hammer", "saw", "drill", "shovel"),
    "a piece of clothing": ("coat", "glove", "sock", "scarf"),
    "a part of the body": ("knee", "nose", "elbow", "ear"),
}
_ORDERS = (("taller", "tallest"), ("older", "oldest"), ("faster", "fastest"))


def _word(rng: Random, level: int) -> str:
    return rng.choice(_WORDS[_LONGER[level]])


def _exact(text: str, right: str) -> Question:
    return Question(text, right, partial(says_exactly, right=right))


FactTable = tuple[dict[str, str], ...]  # by difficulty


def _from(table: FactTable, form: str, rng: Random, level: int) -> Question:
    facts = table[GROUP[level]]
    asked = rng.choice(list(facts))
    return Question(form.format(asked), facts[asked], partial(states, right=facts[asked]))


def _reversed(rng: Random, level: int) -> Question:
    """A short list at first; a word is harder, since models see no letters."""
    if level < 5:
        words = rng.sample(_WORDS[0] + _WORDS[1], (2, 2, 3, 4)[level - 1])
        return _exact(f"Reverse: {' '.join(words)}", " ".join(reversed(words)))
    word = rng.choice(_WORDS[level - 5])
    return _exact(f"Reverse: {' '.join(word)}", " ".join(reversed(word)))


def _upper(rng: Random, level: int) -> Question:
    phrase = " ".join(
        rng.choice(_WORDS[rng.randrange(4)]) for _ in range(by_level(1, 1, 2, 2, 3, 5, 8, 12)[level])
    )
    return _exact(f"In capital letters: {phrase}", phrase.upper())


def _copy(rng: Random, level: int) -> Question:
    alphabet = "abcdefghijkmnopqrstuvwxyz" if level % 2 else "0123456789"
    code = "".join(rng.choice(alphabet) for _ in range(by_level(4, 6, 10, 14, 18, 24, 32, 48)[level]))
    return _exact(f"Repeat: {code}", code)


def _spelled(rng: Random, level: int) -> Question:
    word = _word(rng, level)
    return _exact(f"Spell: {word}", " ".join(word))


def _letter(rng: Random, level: int) -> Question:
    word = _word(rng, level)
    place = rng.randrange(by_level(1, 1, 2, 3, 4, 5, 5, 5)[level]) % (len(word) + 1)
    right = word[(0, -1, 1, 2, 3)[place]]
    return Question(f"The {_PLACES[place]} letter of {word}?", right, partial(states, right=right))


def _ranking(rng: Random, level: int) -> Question:
    people = rng.sample(_PEOPLE, by_level(5, 5, 5, 6, 6, 7, 8, 8)[level])
    more, most = rng.choice(_ORDERS)
    facts = [f"{a} is {more} than {b}." for a, b in pairwise(people)]
    if level > 3:
        rng.shuffle(facts)
    right, others = people[0], people[1:]
    text = f"{' '.join(facts)} Who is the {most}?"
    return Question(text, right, partial(chooses, right=right, others=tuple(others)))


def _initials(rng: Random, level: int) -> Question:
    words = [rng.choice(_WORDS[rng.randrange(4)]) for _ in range(by_level(2, 2, 3, 4, 5, 7, 9, 12)[level])]
    return _exact(f"Initials: {' '.join(words).title()}", "".join(word[0] for word in words).upper())


def _replaced(rng: Random, level: int) -> Question:
    many = by_level(2, 3, 3, 4, 6, 8, 11, 15)[level]
    *words, new = rng.sample(_WORDS[0] + _WORDS[1] + _WORDS[2], many + 1)
    old = rng.choice(words)
    right = " ".join(new if word == old else word for word in words)
    return _exact(f"Replace {old} with {new}: {' '.join(words)}", right)


def _kind(rng: Random, level: int) -> Question:
    """One word of a kind among others."""
    kind, *others = rng.sample(list(_KINDS), 4 + level // 2)
    words = [rng.choice(_KINDS[other]) for other in (*others, rng.choice(others))]
    right = rng.choice(_KINDS[kind])
    words.insert(rng.randrange(len(words) + 1), right)
    text = f"Which is {kind}: {', '.join(words)}?"
    return Question(text, right, partial(chooses, right=right, others=tuple(words)))


FAMILIES = (
    Family(
        "reversal",
        _reversed,
        (
            ("Reverse: tea salt", "salt tea"),
            ("Reverse: king blue road", "road blue king"),
            ("Reverse: big day", "day big"),
            ("Reverse: t e a", "a e t"),
        ),
    ),
    Family(
        "upper case",
        _upper,
        (
            ("In capital letters: blue", "BLUE"),
            ("In capital letters: old wine", "OLD WINE"),
            ("In capital letters: road", "ROAD"),
        ),
    ),
    Family("copying", _copy, (("Repeat: kptz", "kptz"), ("Repeat: 402917", "402917"))),
    Family(
        "spelling",
        _spelled,
        (("Spell: tea", "t e a"), ("Spell: road", "r o a d"), ("Spell: king", "k i n g")),
    ),
    Family(
        "letters",
        _letter,
        (
            ("The first letter of tea?", "t"),
            ("The third letter of star?", "a"),
            ("The first letter of road?", "r"),
            ("The last letter of king?", "g"),
            ("The first letter of apple?", "a"),
        ),
    ),
    Family(
        "countries",
        partial(_from, CAPITALS, "What is the capital of {}?"),
        (("What is the capital of Belgium?", "Brussels"), ("What is the capital of Ukraine?", "Kyiv")),
    ),
    Family(
        "opposites",
        partial(_from, OPPOSITES, "The opposite of {}?"),
        (
            ("The opposite of good?", "bad"),
            ("The opposite of summer?", "winter"),
            ("The opposite of hard?", "soft"),
            ("The opposite of first?", "last"),
        ),
    ),
    Family(
        "plurals",
        partial(_from, PLURALS, "The plural of {}?"),
        (
            ("The plural of house?", "houses"),
            ("The plural of woman?", "women"),
            ("The plural of cat?", "cats"),
        ),
    ),
    Family(
        "ranking",
        _ranking,
        (
            (
                "Ida is taller than Jon. Jon is taller than Kim. Kim is taller than Lea."
                " Lea is taller than Max. Who is the tallest?",
                "Ida",
            ),
            (
                "Kim is older than Lea. Max is older than Kim. Lea is older than Tom. Una is older than Max."
                " Who is the oldest?",
                "Una",
            ),
        ),
    ),
    Family(
        "past tense",
        partial(_from, PASTS, "The past tense of {}?"),
        (("The past tense of go?", "went"), ("The past tense of want?", "wanted")),
    ),
    Family(
        "French",
        partial(_from, FRENCH, "In French: {}"),
        (("In French: man", "homme"), ("In French: two", "deux"), ("In French: goodbye", "au revoir")),
    ),
    Family(
        "initials",
        _initials,
        (
            ("Initials: Blue Road", "BR"),
            ("Initials: Old King Tea", "OKT"),
            ("Initials: Wine Glass", "WG"),
        ),
    ),
    Family(
        "replacing",
        _replaced,
        (
            ("Replace king with queen: king tea", "queen tea"),
            ("Replace old with new: big old road", "big new road"),
            ("Replace wine with salt: blue wine", "blue salt"),
        ),
    ),
    Family(
        "kinds",
        _kind,
        (
            ("Which is an animal: tea, goat, red, shirt, two?", "goat"),
            ("Which is a colour: purple, ship, nine, Lima, cheese?", "purple"),
            ("Which is a city: ten, salad, hat, Boston, wolf?", "Boston"),
        ),
    ),
)
