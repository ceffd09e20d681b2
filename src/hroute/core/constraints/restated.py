"""Wishes that only say again what was wished: in other words, in digits, or in another language."""

from functools import cache, lru_cache

from hroute.core.constraints.rules import compiled

# A value and the words for it; what means several numbers ("sei", "once") is left out.
_NUMBER_WORDS = (
    "1 one single eins|2 two twice zwei deux dos due dois duas twee två dwa два iki|"
    "3 three drei trois tres tre três drie trzy три üç|4 four vier quatre cuatro quattro quatro fyra cztery "
    "четыре dört|5 five fünf cinq cinco cinque vijf fem pięć пять beş|6 six sechs seis zes sześć шесть altı|"
    "7 seven sieben sept siete sette sete zeven sju семь yedi|"
    "8 eight acht huit ocho otto oito åtta восемь sekiz|"
    "9 nine neun neuf nueve nove negen nio девять dokuz|10 ten zehn dix diez dieci dez tien tio десять on|"
    "12 twelve zwölf douze doce dodici doze|15 fifteen fünfzehn quinze quince quindici|"
    "20 twenty zwanzig vingt veinte venti vinte twintig tjugo двадцать yirmi|"
    "30 thirty dreißig trente treinta trenta trinta dertig trettio тридцать otuz|"
    "40 forty vierzig quarante cuarenta quaranta quarenta veertig fyrtio сорок kırk|"
    "50 fifty fünfzig cinquante cincuenta cinquanta cinquenta vijftig femtio пятьдесят elli|"
    "60 sixty sechzig soixante sesenta sessanta sessenta|80 eighty achtzig ochenta ottanta oitenta|"
    "100 hundred hundert cent cien cento cem honderd hundra сто yüz"
)
_UNIT_STEMS = (
    "word wort wört mot palabra parol palavra woord ord слов kelime słow|"
    "sentence satz sätz phrase frase frasi oraci zin mening предложен cümle zda|"
    "line zeile ligne línea riga righe linha regel rad строк satır|"
    "character zeichen caract caratter teken tecken символ karakter|"
    "paragraph absatz absätz párrafo paragraf parágrafo alinea stycke абзац|"
    "page seite página pagina sida страниц"
)
# What may stand around a number that is said again, and what says nothing but "I mean it".
_LIMITING_WORDS = (
    "a an again and at be exactly fewer i in just keep less limit longer max maximum mean more most no "
    "not only over please really remember strictly than that the to total under up below within words "
    "aber als auf bitte bis genau höchstens in maximal mehr nicht nur noch länger über unter wirklich au "
    "dans en grand jamais juste le maximum moins pas plus que seulement como con en más menos máximo no "
    "nunca que sólo solo al massimo meno mai non più solo até mais menos máximo não nunca só niet meer dan "
    "hooguit maximaal inte mer än högst не больше более максимум только"
)
_LIMITING = frozenset(_LIMITING_WORDS.split())
_INSISTS_WORDS = (
    "again any at all absolutely and i mean it more none not one really seriously single period zero ever "
    "no nothing nicht mehr kein keine einziger wirklich gar pas plus jamais aucun aucune du tout ninguno "
    "ninguna nada más cero nessuno nessuna zero mai più nenhum nenhuma mais niet meer geen inte mer ingen "
    "inga нет не больше"
)
_INSISTS = frozenset(_INSISTS_WORDS.split())
_INSISTING_HEADS_WORDS = (
    "none zero no not nothing nicht gar pas aucun aucune jamais ni ninguno nada cero nessuno mai nenhum "
    "niet inte"
)
_INSISTING_HEADS = frozenset(_INSISTING_HEADS_WORDS.split())
_TONGUES = (
    "english englisch anglais inglés inglese inglês engels engelska английск angielsk|"
    "french französisch français francés francese francês frans franska французск francusk|"
    "german deutsch allemand alemán tedesco alemão duits tyska немецк niemieck|"
    "spanish spanisch espagnol español spagnolo espanhol spaans spanska испанск hiszpańsk|"
    "italian italienisch italien italiano italiaans italienska итальянск włosk|"
    "portuguese portugiesisch portugais portugués portoghese português|"
    "dutch niederländisch néerlandais nederlands|"
    "russian russisch russe ruso русск|polish polnisch polonais polaco polsk|"
    "swedish schwedisch suédois svensk"
)
_ALL_OF_IT_WORDS = (
    "all alles everything only nur just entire entirely whole full fully completely exclusively please "
    "tout toute entièrement uniquement seulement todo toda solo sólo solamente únicamente tutto solamente "
    "só somente tudo alleen helemaal bara allt только всё"
)
_ALL_OF_IT = frozenset(_ALL_OF_IT_WORDS.split())
_NEGATING_WORDS = "no not kein keine pas sin nada nessun niente sem geen inga inte без"
_NEGATING = frozenset(_NEGATING_WORDS.split())
# What announces that something is said again.
_AGAIN_HEADS_WORDS = (
    "i e|that is|in other words|meaning|namely|or rather|d h|das heißt|mit anderen worten|c est à dire"
    "|autrement dit|es decir|o sea|cioè|vale a dire|ou seja|dat wil zeggen|dvs|det vill säga|czyli"
    "|то есть|yani"
)
_AGAIN_HEADS = tuple(head.split() for head in _AGAIN_HEADS_WORDS.split("|"))
_LONGEST = 9  # words of what is said again
_KEPT = 40  # words of a wish that are looked at


class EarlierWishes:
    """The wishes so far, as far as one that comes later may say them again."""

    def __init__(self) -> None:
        self._numbers: dict[int, set[str]] = {}
        self._tongues: set[int] = set()
        self._any = False

    def again(self, text: str) -> bool:
        """Whether these words, in lower case, add nothing to what was said; else they are kept."""
        words = compiled(r"[^\W\d_]+|\d+").findall(text)
        said_again = _without_head(words)
        is_head_alone = bool(words) and not said_again
        if self._any and len(said_again) <= _LONGEST and (is_head_alone or self._repeats(said_again)):
            return True
        self._keep(words)
        return False

    def _repeats(self, words: list[str]) -> bool:
        return _insists(words) or self._repeats_number(words) or self._repeats_tongue(words)

    def _repeats_number(self, words: list[str]) -> bool:
        """The same number, of the same unit or of none, and nothing else but how it limits."""
        numbers = [value for word in words if (value := _value(word)) is not None]
        units = {unit for word in words if (unit := _unit(word))}
        others = (w for w in words if _value(w) is None and not _unit(w) and w not in _LIMITING)
        if len(numbers) != 1 or len(units) > 1 or any(True for _ in others):
            return False
        said = self._numbers.get(numbers[0])
        return said is not None and (bool(units & said) if units else bool(said))

    def _repeats_tongue(self, words: list[str]) -> bool:
        """No other language once one was named for the whole answer, or the same one in its own words."""
        tongues = {tongue for word in words if (tongue := _tongue(word))}
        if len(tongues) != 1 or not self._tongues or len(words) > 5:
            return False
        if not _NEGATING.isdisjoint(words):
            return not tongues & self._tongues and len(words) <= 3
        return tongues <= self._tongues and not _ALL_OF_IT.isdisjoint(words)

    def _keep(self, words: list[str]) -> None:
        self._any = True
        units = {unit for word in words[:_KEPT] if (unit := _unit(word))}
        for word in words[:_KEPT]:
            if (value := _value(word)) is not None:
                self._numbers.setdefault(value, set()).update(units)
            elif (tongue := _tongue(word)) and _NEGATING.isdisjoint(words):
                self._tongues.add(tongue)


def _without_head(words: list[str]) -> list[str]:
    head = next((head for head in _AGAIN_HEADS if words[: len(head)] == head), [])
    return words[len(head) :]


def _insists(words: list[str]) -> bool:
    """ "none, zero", "no more", "pas plus": it stands for nothing alone."""
    if not words or len(words) > 5 or not all(word in _INSISTS for word in words):
        return False
    return (words[0] in _INSISTING_HEADS and len(words) <= 4) or words == ["i", "mean", "it"]


@lru_cache(maxsize=4096)
def _value(word: str) -> int | None:
    return int(word[:9]) if word.isdecimal() else _values().get(word)


@lru_cache(maxsize=4096)
def _unit(word: str) -> str:
    return _stem_of(word, _units())


@lru_cache(maxsize=4096)
def _tongue(word: str) -> int:
    return next((code for stem, code in _tongues().get(word[:3], ()) if word.startswith(stem)), 0)


def _stem_of(word: str, table: dict[str, list[tuple[str, str]]]) -> str:
    return next((name for stem, name in table.get(word[:2], ()) if word.startswith(stem)), "")


@cache
def _values() -> dict[str, int]:
    lines = (line.split() for line in _NUMBER_WORDS.split("|"))
    return {word: int(value) for value, *words in lines for word in words}


@cache
def _units() -> dict[str, list[tuple[str, str]]]:
    table: dict[str, list[tuple[str, str]]] = {}
    for name, *others in (line.split() for line in _UNIT_STEMS.split("|")):
        for stem in (name, *others):
            table.setdefault(stem[:2], []).append((stem, name))
    return table


@cache
def _tongues() -> dict[str, list[tuple[str, int]]]:
    table: dict[str, list[tuple[str, int]]] = {}
    for code, line in enumerate(_TONGUES.split("|"), 1):
        for stem in line.split():
            table.setdefault(stem[:3], []).append((stem, code))
    return table
