"""Whether an answer is in a language: by its script, and by its commonest words."""

import re
from collections.abc import Mapping

from hroute.core.checks.finding import Finding, broken, kept, unchecked

_SCRIPTS = {
    "cyrillic": "\u0400-\u04ff",
    "greek": "\u0370-\u03ff",
    "hebrew": "\u0590-\u05ff",
    "arabic": "\u0600-\u06ff\u0750-\u077f",
    "devanagari": "\u0900-\u097f",
    "bengali": "\u0980-\u09ff",
    "gurmukhi": "\u0a00-\u0a7f",
    "gujarati": "\u0a80-\u0aff",
    "tamil": "\u0b80-\u0bff",
    "telugu": "\u0c00-\u0c7f",
    "kannada": "\u0c80-\u0cff",
    "thai": "\u0e00-\u0e7f",
    "hangul": "\uac00-\ud7af\u1100-\u11ff",
    "kana": "\u3040-\u30ff",
    "han": "\u3400-\u9fff",
    "latin": "A-Za-z\u00c0-\u024f\u1e00-\u1eff",
}
_LANGUAGES_OF = {
    "cyrillic": "ru uk bg",
    "greek": "el",
    "hebrew": "he",
    "arabic": "ar ur fa",
    "devanagari": "hi mr ne",
    "bengali": "bn",
    "gurmukhi": "pa",
    "gujarati": "gu",
    "tamil": "ta",
    "telugu": "te",
    "kannada": "kn",
    "thai": "th",
    "hangul": "ko",
    "kana": "ja",
    "han": "zh",
}
_SCRIPT_OF = {
    language: script for script, languages in _LANGUAGES_OF.items() for language in languages.split()
}
# What tells languages of one script apart: common words, or letters that only one of them has.
_WORDS = {
    "en": "the and of to is in that it for with as was on are this be by you not have from your",
    "fr": "le la les des et est une dans que pour qui sur pas au avec ce il du sont nous vous",
    "de": "der die das und ist nicht ein eine zu den mit von auf für sich dem auch wir sie ich",
    "es": "el los las una que en es por para con del se no su como más pero son al lo",
    "it": "il che di per un una non con sono della le gli si è ma anche nel dei alla come",
    "pt": "o os um uma que em não para com é do da se por mais as dos como mas ao",
    "nl": "de het een van en is dat niet op te met voor zijn aan ook er maar door naar",
    "sv": "och att det som en är på för med av den till inte ett har om jag men",
    "tr": "ve bir bu için ile da de çok olarak daha gibi olan ne ama en var",
    "pl": "i w na nie się z jest do to że jak po ale co od za przez są dla",
    "sw": "na ya wa kwa ni katika za la kama hii cha kuwa yake hiyo watu sana lakini",
    "ro": "și de la în o cu pe este nu un care din să mai ce pentru sunt",
    "fi": "ja on ei se että hän oli mutta ovat kun myös joka tai niin kuin",
    "vi": "và của là có một trong được cho không các với những này người để khi",
    "hi": "है हैं का की के में और नहीं से को यह एक पर",
    "mr": "आहे आणि आहेत मध्ये नाही एक हे ते या ची चा करणे",
    "ne": "छ छन् र को मा गर्न हुन्छ पनि लागि यो एक हो",
}
_OWN_LETTERS = {"ru": "ыэъё", "uk": "іїєґ", "ur": "ےںٹڈڑ", "fa": "پچژگ", "ar": "ةىأإ"}
MIN_LETTERS = 20


def check_language(params: Mapping[str, object], answer: str) -> Finding:
    language = str(params.get("language"))
    counts = {name: len(re.findall(f"[{letters}]", answer)) for name, letters in _SCRIPTS.items()}
    total = sum(counts.values())
    if total < MIN_LETTERS:
        return unchecked("too short to tell its language")
    script = _SCRIPT_OF.get(language, "latin")
    share = (counts[script] + (counts["han"] if script == "kana" else 0)) / total
    if share < 0.2:
        return broken(f"{share:.0%} of its letters are of {language}'s script")
    if share < 0.8:
        return unchecked(f"{share:.0%} of its letters are of {language}'s script")
    return _within(language, script, counts, answer)


def _within(language: str, script: str, counts: Mapping[str, int], answer: str) -> Finding:
    """The script is right: which of its languages is it?"""
    if list(_SCRIPT_OF.values()).count(script) == 1:
        doubt = (script == "han" and counts["kana"]) or (script == "kana" and not counts["kana"])
        return unchecked("Chinese or Japanese") if doubt else kept(f"in {language}")
    if language in _OWN_LETTERS:
        return _by_letters(language, answer)
    return _by_words(language, answer)


def _by_letters(language: str, answer: str) -> Finding:
    own = sum(map(answer.count, _OWN_LETTERS[language]))
    others = sum(
        sum(map(answer.count, letters)) for name, letters in _OWN_LETTERS.items() if name != language
    )
    sure = own >= 2 and (own > 3 * others or language == "ur")
    return kept(f"in {language}") if sure else unchecked("one of the languages of this script")


def _by_words(language: str, answer: str) -> Finding:
    """By the commonest words; broken only where another language is beyond doubt."""
    words = re.findall(r"[^\s\d.,;:!?\"'“”()*_#।-]+", answer.lower()[:20_000])
    hits = {name: sum(word in known for word in words) for name, known in _known().items()}
    own = hits.get(language, 0)
    name, other = max(((name, n) for name, n in hits.items() if name != language), key=lambda pair: pair[1])
    if own >= 3 and own >= 0.08 * len(words) and own >= 2 * other:
        return kept(f"in {language}")
    if language in hits and other >= 5 and other >= 0.12 * len(words) and own * 4 <= other:
        return broken(f"in {name}, not in {language}")
    return unchecked("the language is not clear")


def _known() -> dict[str, frozenset[str]]:
    return {name: frozenset(words.split()) for name, words in _WORDS.items()}
