"""The families that need few words in other languages: formats, lengths, lists, and some more.

German, French, Spanish, Italian, Portuguese, Chinese, Japanese.
"""

from hroute.core.constraints.rules import END, START, Looked, Needs, Q, Rank, WordingRule, compiled

_NUMBER = (
    r"(?:\d{1,5}|ein(?:e[mnrs]?)?|zwei|drei|vier|fünf|sechs|zehn|une?|deux|trois|quatre|cinq|dix|una?|"
    r"dos|tres|cuatro|cinco|diez|due|tre|quattro|cinque|dieci|dois|duas|três|quatro|dez)"
)
_LIMIT = (
    r"(?:max(?:imal|imum|imo)?\.?|höchstens|mindestens|weniger als|nicht mehr als|unter|genau|bis zu|in|"
    r"au (?:maximum|moins|plus)|moins de|pas plus de|exactement|en|(?:como )?(?:máximo|mínimo)|menos de|"
    r"no más de|exactamente|al menos|con|(?:al )?massimo|almeno|meno di|non più di|sotto (?:le|i)|"
    r"no máximo|até|pelo menos|exatamente|em|mit)"
)
_UNITS = (
    r"(?:wörtern?|worten?|sätzen?|zeilen|zeichen|absätzen?|stichpunkten?|punkten?|seiten?|beispielen?|"
    r"mots|phrases?|lignes|caractères|paragraphes?|puces|points|exemples|palabras|frases?|oraciones|"
    r"líneas|caracteres|párrafos?|viñetas|puntos|ejemplos|parole|frasi|righe|caratteri|paragrafi|punti|"
    r"esempi|palavras|linhas|parágrafos?|tópicos|pontos|exemplos)"
)
_TONGUE = (
    r"(?:deutsch|englisch|französisch|spanisch|italienisch|anglais|français|espagnol|allemand|italien|"
    r"inglés|español|francés|alemán|italiano|inglese|francese|spagnolo|tedesco|português|inglês|espanhol|"
    r"francês|alemão)"
)
_FORMATS = (
    r"(?:json|csv|xml|yaml|html|markdown|(?:nummerierte[rn]? )?liste|tabelle|stichpunkten?|aufzählung|"
    r"liste(?: à puces)?|tableau|puces|tabla|lista(?: numerada)?|viñetas|tabella|elenco(?: numerato|"
    r" puntato)?|tabela|tópicos|fließtext)"
)
_EUROPEAN = (
    WordingRule(
        "length",
        "length:{u}",
        (),
        rf"\b(?:{_LIMIT} (?:de |di |da |l[ae]s |le )?)?{_NUMBER}(?: ?(?:-|bis|à|a|"
        rf"y) ?\d{{1,5}})? (?P<u>{_UNITS})\b(?: (?:max(?:imum|imal|imo)?|máximo|au maximum|al massimo|"
        r"no máximo))?",
        Needs.ANYWHERE,
        Rank.QUANTITY,
    ),
    WordingRule(
        "count",
        "count:{u}",
        (),
        r"\b(?:höchstens|mindestens|maximal|au maximum|au moins|máximo|al menos|massimo|almeno|no máximo|"
        r"pelo menos) (?:de |di )?\d{1,4} (?P<u>[^\W\d]{3,20})",
        Needs.ANYWHERE,
    ),
    WordingRule(
        "language",
        "language:{l}",
        (),
        rf"\b(?:auf|en|in|em) (?P<l>{_TONGUE})\b",
        Needs.ANYWHERE,
    ),
    WordingRule(
        "format",
        "format:{f}",
        (),
        r"\b(?:als|in|im|in eine[rm]|sous (?:la )?forme? (?:de |d'(?:un |une )?)|en|dans un|como|"
        r"en (?:una|formato)|con un|come|in (?:una|un|formato)|em|em (?:uma|formato)|au format|im format|"
        rf"numa) (?P<f>{_FORMATS})(?:-format)?\b|\b(?P<w2>{_FORMATS})-format\b",
        Needs.ANYWHERE,
    ),
    WordingRule(
        "avoid",
        "avoid:{what}",
        (),
        rf"{START}(?P<x>(?:ohne|keine?[nmrs]?|sans|pas de|pas d'|sin|senza|niente|sem|nada de|"
        r"evita\w{0,3}|évite[rz]?|vermeide|non usare|"
        rf"no uses) ?(?P<what>[^\s,.;:!?]{{2,25}}(?: [^\s,.;:!?]{{1,20}}){{0,3}})){END}",
        Needs.TERSE,
        Rank.GENERIC,
    ),
    WordingRule(
        "avoid",
        "avoid:{what}",
        (),
        r"\b(?:ohne|sans|senza|sin|sem) (?P<what>[^\s,.;:!?]{3,25})",
        Needs.ANYWHERE,
        Rank.GENERIC,
    ),
    WordingRule(
        "tone",
        "tone",
        (),
        r"\b(?:ton[oe]?|tom) [^\W\d]{4,15}\b|\b[^\W\d]{4,15}e[mnr] ton\b|\b(?:förmlich\w{0,2}|"
        r"formell\w{0,2}|sachlich|siezen|duzen|formal|formelle?|formale|informale?|informelle?)\b",
        Needs.ANYWHERE,
    ),
    WordingRule(
        "end",
        "end",
        (),
        r"\b(?:schließe|beende|ende)\w? [^,.;\n]{0,30}?mit [^,.;\n]{1,40}|\b(?:termine[rz]?|finis\w*|"
        r"conclus) par [^,.;\n]{1,40}|\b(?:termina|acaba|finisci|concludi|termine) (?:con|"
        r"com) [^,.;\n]{1,40}",
        Needs.ANYWHERE,
    ),
    WordingRule(
        "start",
        "start",
        (),
        r"\b(?:beginne|starte)\w? [^,.;\n]{0,30}?mit [^,.;\n]{1,40}|\bcommence[rz]? par [^,.;\n]{1,40}|"
        r"\b(?:empieza|comienza|inizia|comece|comienza) (?:con|com) [^,.;\n]{1,40}",
        Needs.ANYWHERE,
    ),
    WordingRule(
        "include",
        "include:{what}",
        (),
        r"\b(?:erwähne|nenne|zitiere|mentionne[rz]?|cite[rz]?|inclu[sty]?\w{0,3}|menciona|menziona|"
        rf"cita|mencione|incluye|verwende|utilise) (?P<what>{Q}|[^,.;\n]{{3,40}})",
        Needs.ANYWHERE,
        Rank.WORDS,
    ),
    WordingRule(
        "keys",
        "keys",
        (),
        r"\b(?:clés|claves|chiavi|chaves|schlüsseln?|feldern?|champs|campos|colonnes|columnas|spalten|"
        r"colonne|colunas)\b:? [^.,;\n]{2,40}",
        Needs.ANYWHERE,
    ),
    WordingRule(
        "format",
        "format:{f}",
        (),
        r"\b(?:une?|eine?|una?|uma?|ein) (?P<f>json|csv|xml|yaml)\b",
        Needs.ANYWHERE,
    ),
    WordingRule(
        "audience",
        "audience",
        (),
        r"\b(?:für (?:ein(?:en?)?|meine?n?|die)? ?(?:kind(?:er)?|anfänger|laien|oma)|pour (?:un|des|"
        r"les) (?:enfants?|débutants?)|para (?:un |una |os |as |los |las )?(?:niñ[oa]s?|principiantes|"
        r"crianças?|iniciantes)|per (?:un |i )?(?:bambin[oi]|principianti))\b",
        Needs.ANYWHERE,
    ),
    WordingRule(
        "style",
        "only",
        (),
        r"\b(?:nur|uniquement|seulement|solo|solamente|soltanto|apenas|somente) (?:den|die|das|le|la|el|"
        r"il|o|a|code|mit|con|avec|com)\b[^,.;\n]{0,25}",
        Needs.ANYWHERE,
    ),
)

_ASIAN_LIMIT = r"(?:不超过|不超過|不多于|少于|至少|最多|控制在|限制在|约|大约)"
_ASIAN_NUMBER = r"(?:\d{1,5}|[一二三四五六七八九十两百]{1,4})"
# "第三句", "最后一句" and "上一行" name a place, "一段" and "一条" alone are the article.
_NOT_ORDINAL = r"(?<![第后後末首这那同另上下前一二三四五六七八九十两百\d])"
_NO_ARTICLE = rf"{_NOT_ORDINAL}(?:\d{{1,5}}|(?!一(?![一二三四五六七八九十百])){_ASIAN_NUMBER})"
_ASIAN = (
    WordingRule(
        "keys",
        "keys",
        (),
        r"(?:字段|键|フィールド|キー)[^\s,.;]{1,20}",
        Needs.ANYWHERE,
    ),
    WordingRule(
        "length",
        "length:{u}",
        (),
        rf"(?:{_ASIAN_LIMIT} ?{_ASIAN_NUMBER}|{_NO_ARTICLE}) ?(?:个|個)?(?P<u>文字|字|词|"
        r"句话|句|段|行|文|页|ページ)(?:以内|以下|以上|之内|左右|程度|まで)?|"
        r"一(?:个|個)?(?P<w2>句|段|行|文|页|字)(?:话|以内|之内|以下|で)",
        Needs.ANYWHERE,
        Rank.QUANTITY,
    ),
    WordingRule(
        "count",
        "count:{u}",
        (),
        rf"(?:{_NO_ARTICLE}|{_NOT_ORDINAL}一(?=つ(?!ずつ))) ?"
        r"(?:(?:个|個|条|點)(?P<u>要点|重点|例子|步骤|理由|点)|"
        r"つの?(?P<w2>ポイント|例|理由|点)?|(?:個の?|項目)(?P<w3>ポイント|例|理由|項目|点)?)",
        Needs.ANYWHERE,
    ),
    WordingRule(
        "count",
        "count:",
        (),
        rf"{_NO_ARTICLE} ?[个条點]",
        Needs.ANYWHERE,
        Rank.GENERIC,
    ),
    WordingRule(
        "language",
        "language:{l}",
        (),
        r"(?:用|以|使用)(?P<l>中文|英文|英语|日语|法语|德语|西班牙语|简体中文|繁體中文)|(?P<w2>日本語|英語|中国語|フランス語|ドイツ語)で",
        Needs.ANYWHERE,
    ),
    WordingRule(
        "format",
        "format:{f}",
        (),
        r"(?:以|用|采用|使用|按)? ?(?P<f>json|csv|xml|yaml|html|"
        r"markdown|表格|列表|表|リスト|箇条書き|要点列表)(?:的?(?:格式|形式)|で|"
        r"フォーマット)|箇条書き",
        Needs.ANYWHERE,
    ),
    WordingRule(
        "avoid",
        "avoid:{what}",
        (),
        r"(?:不要|不用|避免|(?<![分区特类级性个差判识])别(?![的处人])|禁止|不得|不能)(?:使用|出现|包含|用|提到)?(?P<what>[^\s,.;:]{1,10})|"
        r"(?P<w2>[^\s,.;:]{1,10})(?:は使わ|を使わ|を含め|なしで|抜きで)",
        Needs.ANYWHERE,
        Rank.GENERIC,
    ),
    WordingRule(
        "include",
        "include:{what}",
        (),
        rf"(?:必须|请|要|需)?(?:包含|包括|提到)(?P<what>{Q}|[^\s,.;:]{{1,12}})|(?P<w2>[^\s,.;:]{{1,10}})を(?:含め|入れ|使っ)",
        Needs.ANYWHERE,
        Rank.WORDS,
    ),
    WordingRule(
        "tone",
        "tone",
        (),
        r"(?:用|以|采用|保持)[^\s,.;:]{1,8}(?:语气|口吻|風格|风格)|敬語|です・ます調|である調|丁寧に",
        Needs.ANYWHERE,
    ),
)

_EUROPEAN_WORDS = frozenset(
    (
        "und", "oder", "nicht", "auf", "mit", "ohne", "bitte", "eine", "einen", "einem", "einer", "eines",
        "keine", "keinen", "keinem", "keiner", "keines", "als", "über", "wörter", "wörtern", "worte",
        "sätze", "sätzen", "deutsch", "französisch", "les", "des", "une", "sans", "avec", "pour", "dans",
        "sur", "du", "mots", "phrases", "français", "anglais", "puces", "el", "los", "las", "una", "con",
        "sin", "por", "para", "sobre", "palabras", "frases", "español", "inglés", "máximo", "il", "gli",
        "della", "senza", "per", "non", "parole", "frasi", "massimo", "italiano", "formato", "tono", "um",
        "uma", "sem", "com", "não", "em", "palavras", "linhas", "português", "inglês",
    )
)  # fmt: skip
_ENOUGH = 2000  # characters that show which language a prompt is in
_ASIAN_LETTER = r"[\u3040-\u30ff\u4e00-\u9fff]"


def foreign_rules(looked: Looked) -> tuple[WordingRule, ...]:
    """The rules of the languages that the text shows signs of: two words, or a letter of the Asian ones."""
    text = looked.text
    if text.isascii() and len(_EUROPEAN_WORDS & looked.words) < 2:
        return ()
    words = _EUROPEAN_WORDS.intersection(compiled(r"\w+").findall(text[:_ENOUGH]))
    european = _EUROPEAN if len(words) > 1 else ()
    is_asian = not text.isascii() and compiled(_ASIAN_LETTER).search(text)
    return (*european, *_ASIAN) if is_asian else european
