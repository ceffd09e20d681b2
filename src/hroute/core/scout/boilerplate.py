"""What people paste around any ask: it says how to answer, and nothing of how hard the ask is."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from functools import cache

from hroute.core.scout.remarks import remarks, signed
from hroute.core.scout.unmarked import with_starts

# Each alternative is bounded and starts a line or a sentence, so that one pass is linear.
_SIGN = r"[.!?:;,\n(。！？]"
_START = r"(?:^|(?<=[.!?:;,\n(。！？])|(?<=[.!?:;,] ))[ \t]*"
# Not beyond a colon, what is asked may follow it; nor out of a bracket.
_END = r"[^.!?:)\n]{0,90}(?:[.!?:]+['\"]?[.]?|(?=\))|$)"
_STEPS = r"\b(?:step[ -]by[ -]step|one step at a time|in steps|before (?:you )?answer(?:ing)?)\b"
_POLITE = (
    r"(?:please |kindly |now |first,? |so |and |then |let'?s |let us |make sure (?:to |you |that you )"
    r"|be sure to |you (?:should|must) )*"
)
_ROLE = (
    r"\b(?:assistant|ai|expert|tutor|model|chatbot|bot|llm|professor|genius|problem[ -]solver|teacher|mentor"
    r"|specialist|mathematician|scientist|scholar|chatgpt|gpt-?\d?)\b"
)
_ASK = r"\b(?:question|problem|task|query|request|prompt|exercise|instruction)s?\b"
_OWN = r"\b(?:answer|work|result|reasoning|response)\b"
_THOUGHT = r"\b(?:work(?:ing)?|reasoning|thinking|steps|thought process)\b"
# What a text must hold one of, and the pattern: most texts hold none, and the pattern is not compiled.
_SENTENCES: tuple[tuple[tuple[str, ...], str], ...] = (
    (
        ("step", "before "),
        rf"{_POLITE}(?:think|reason|proceed|(?:work|go|solve|break|do|answer|explain)\b[^.!?\n]{{0,12}}"
        rf"\b(?:this|it|that|the (?:problem|question|task))|work|go)\b[^.!?,\n]{{0,70}}{_STEPS}{_END}",
    ),
    (
        ("carefully", "hard", "deeply", "thorough", "aloud", "through"),
        rf"{_POLITE}(?:think|reason)\b[^.!?,\n]{{0,30}}"
        rf"\b(?:carefully|hard|deeply|thoroughly|aloud|through)\b{_END}",
    ),
    (
        ("boxed",),
        rf"[^.!?\n]{{0,60}}\banswer\b[^.!?\n]{{0,40}}\\+boxed ?\{{[^}}\n]{{0,12}}\}}{_END}",
    ),
    (
        ("work", "reasoning", "thinking", "steps", "thought"),
        rf"{_POLITE}(?:show|explain|write (?:down|out)|include|give)\b[^.!?\n]{{0,12}}"
        rf"\b(?:your|all|the|full)\b[^.!?\n]{{0,20}}{_THOUGHT}{_END}",
    ),
    (
        ("explain",),
        rf"{_POLITE}explain\b[^.!?:\n]{{0,20}}\b(?:step[ -]by[ -]step|how you)\b{_END}",
    ),
    (
        ("you're", "you are"),
        rf"you(?:'re| are)\b[^.!?\n]{{0,60}}{_ROLE}{_END}",
    ),
    (
        ("as a",),
        rf"as an? [^.!?:,\n]{{0,30}}{_ROLE}[^.!?:,\n]{{0,30}}[,:]",
    ),
    (
        ("search", "look", "google", "brows", "internet", "explain", "overthink", "guess", "lookup"),
        r"(?:please |just |and |there is |there's )*"
        r"(?:no need|not necessary|you (?:do not|don't) (?:need|have)|no|do not|don't|never|without"
        r"|rather than|instead of)(?: to)?(?: \w+){0,2}?"
        rf" (?:search|look|google|brows|internet|explain|overthink|guess)\w*\b{_END}",
    ),
    (
        ("act as a",),
        rf"act as an? [^.!?\n]{{0,40}}{_ROLE}{_END}",
    ),
    (
        ("breath", "your time"),
        rf"{_POLITE}take\b[^.!?\n]{{0,20}}\b(?:deep breath|your time)\b{_END}",
    ),
    (
        ("check", "verify", "review"),
        rf"{_POLITE}(?:double[- ]?check|check|verify|review)\b[^.!?\n]{{0,30}}{_OWN}{_END}",
    ),
    (
        ("question", "problem", "task", "query", "request", "prompt", "exercise", "instruction"),
        rf"{_POLITE}(?:answer|solve|respond to|read|consider|complete|address)\b[^.!?\n]{{0,20}}"
        rf"\b(?:following|below|next|given|this)\b[^.!?:\n]{{0,12}}{_ASK}[^.!?:\n]{{0,60}}(?:[.!?:]+|$)",
    ),
    (
        ("your best",),
        rf"{_POLITE}(?:do|try) your best{_END}",
    ),
    (
        ("best of your",),
        rf"(?:please )?(?:answer|respond)[^.!?\n]{{0,20}}best of your (?:ability|knowledge){_END}",
    ),
    (
        ("important",),
        rf"(?:this|it) is (?:very |extremely |really )?important (?:to|for) (?:me|my)\b{_END}",
    ),
    (
        ("tip you", "give you"),
        rf"i(?:'ll| will) (?:tip you|give you \$) ?\$?\d{_END}",
    ),
    (
        ("be careful", "be accurate", "be precise", "be thorough", "be concise", "be as"),
        r"(?:please )?be (?:careful|accurate|precise|thorough|concise|as helpful as possible)\b"
        r"[^.!?\n]{0,30}(?:[.!?]+|$)",
    ),
    (
        ("final answer",),
        rf"{_POLITE}(?:state|give|put|write|provide|end with|conclude with|finish with|report)\b"
        rf"[^.!?\n]{{0,24}}\bfinal answer\b{_END}",
    ),
    (
        ("thank", "thx", "tia", "cheers", "appreciate"),
        r"(?:many |a million |big )?(?:thanks|thank you|thx|tia|cheers|much appreciated"
        r"|i(?:'d| would) appreciate)\b[^.!?\n]{0,50}(?:[.!?]+|$)",
    ),
    (
        ("regards", "have a "),
        rf"(?:kind|best|warm)? ?regards\b{_END}|have a (?:nice|great|good) \w+\b{_END}",
    ),
    (
        ("hi", "hello", "hey", "dear", "greetings", "good "),
        r"(?:hi|hello|hey|dear|greetings|good (?:morning|afternoon|evening|day))"
        r"(?: there| all| everyone| ai| team)? ?[,!.]+",
    ),
    (
        ("hope ",),
        rf"(?:i )?hope (?:you|this|all)\b{_END}",
    ),
    (
        ("quick ",),
        r"(?:hey,? |just )?(?:a )?quick (?:one|question|q)\b[^.!?:\n-]{0,30}[.!?:,-]+",
    ),
    (
        ("help", "assist"),
        r"(?:can|could|would|will) you (?:please )?(?:help|assist)\b(?: me)?(?: out)?"
        r"(?: with (?:this|that|it|something))?(?: please)? ?[?.!:]+",
    ),
    (
        ("help me",),
        r"(?:please )?help me(?: out)?(?: with (?:this|that|it|the following))? ?[?.!:]+",
    ),
    (
        ("i need",),
        rf"i need (?:some |your )?help\b{_END}"
        r"|i (?:really |only |just )?need (?:this|it|that|(?:an?|the|your) [^.!?:\n]{0,20}\banswer)"
        r"(?: back| done)?(?: by| before| for| in| as| to be| quickly| now| today| tonight| soon| asap)?\b"
        rf"[^.!?:\n]{{0,30}}(?:[.!?:]+|(?=\))|$)",
    ),
    (
        ("if you ",),
        rf"if you (?:do not|don't|are not|are unsure|aren't|cannot|can't|can not)\b[^.!?\n]{{0,40}}"
        rf"\b(?:say so|tell me|just ask|let me know)\b{_END}",
    ),
    (
        ("respond to", "reply to", "answer to"),
        rf"{_POLITE}(?:respond|reply|answer) to (?:the|this|my)\b[^.!?\n]{{0,40}}"
        rf"\b(?:above|below|following)\b{_END}",
    ),
    (
        ("response",),
        rf"{_POLITE}(?:complete|write|give|provide|generate)[^.!?\n]{{0,12}}\bresponse\b[^.!?\n]{{0,20}}"
        rf"\b(?:that|which|to|for)\b{_END}",
    ),
    (
        ("question", "problem", "task", "query", "request", "prompt", "exercise", "instruction"),
        rf"(?:(?:below|above|here|the following) (?:is|are|comes)|here'?s)\b[^.!?:\n]{{0,30}}{_ASK}"
        r"[^.!?:\n]{0,60}(?:[.!?:]+|$)",
    ),
    (
        ("question", "problem", "task", "query", "request", "prompt", "exercise", "instruction"),
        rf"(?:this is )?(?:my|your|the)\b[^.!?:\n]{{0,20}}{_ASK}[^.!?:\n]{{0,20}}"
        r"\b(?:is|as follows|for you|below|now)(?:\b[^.!?:\n]{0,12})?[.:]+(?=\s)",
    ),
    (
        ("ignore", "forget", "disregard"),
        r"(?:ignore|forget|disregard) (?:everything|all|anything|whatever|the)\b[^.!?\n]{0,40}"
        rf"\b(?:before|above|previous|earlier|so far)\b{_END}",
    ),
    (
        ("begin", "go", "start", "ready"),
        r"(?:begin|go|start|go ahead|ready|let'?s (?:go|begin|start))[.!]+(?=\s|$)",
    ),
    (
        ("rush", "hurry", "as long as"),
        rf"(?:there is |there's )?no (?:rush|hurry)\b[^.!?:\n]{{0,30}}[.!?:,]+|take as long as\b{_END}",
    ),
    (
        (":",),
        r"(?:#{1,3} ?)?(?:question|problem|task|instruction|input|q|query|user|human|prompt|system|context"
        r"|exercise)s? ?(?:\d{1,3} ?)?:(?= ?\S|\n)",
    ),
    (
        (":",),
        r"(?:#{1,3} ?)?(?:answer|response|solution|output|a|assistant|ai|bot|reply)s? ?:[ \t]*$",
    ),
    (
        ('"""', "'''", "---", "==="),
        r"(?:\"{3}|'{3}|-{3,}|={3,})[ \t]*$",
    ),
    (
        ("<", "["),
        r"(?:<\|?/?[a-z_]{2,20}\|?>(?:(?<=\|>)(?:system|user|assistant)\b)?|\[/?(?:inst|sys|system|user)\]|<</?sys>>)",
    ),
    (
        ("break ", "do you think", "any "),
        rf"{_POLITE}break (?:it|this|that) down\b{_END}"
        r"|(?:so,? )?(?:what do you think|any (?:ideas?|thoughts|suggestions|clue))(?: on this)?[?.!]*"
        r"(?=\s|$)",
    ),
    (
        ("my life", "lazy", "placeholder", "make things up", "made up", "sent from", "restate", "before you"),
        rf"(?:answer |respond )?(?:as if|like) my life depends\b{_END}"
        rf"|{_POLITE}(?:do not|don't) be lazy\b{_END}|(?:use |and )?no placeholders\b{_END}"
        rf"|{_POLITE}(?:do not|don't|never) make (?:things|anything|it) up\b{_END}"
        rf"|sent from my \w+{_END}|before you (?:answer|reply|respond|begin|start)\b{_END}"
        rf"|{_POLITE}(?:restate|rephrase|repeat) the (?:question|problem|task)\b{_END}",
    ),
    (
        ("<answer>", "</answer>", "tags"),
        r"(?:your |the |put (?:your|the) )(?:final )?(?:answer|response|output)\b[^.!?:\n]{0,40}"
        rf"(?:<\w{{1,12}}>|\btags?\b){_END}",
    ),
    (
        (":",),
        r"(?:date|time|conversation id|session(?: id)?|id|locale|knowledge cutoff) ?: ?[^\n]{0,60}\n",
    ),
    # German
    (
        ("schritt",),
        rf"(?:bitte |nun )?(?:denke?|überlege?|löse?|geh|arbeite)\b[^.!?\n]{{0,40}}"
        rf"\bschritt für schritt\b{_END}",
    ),
    (
        ("beantwort", "löse", "prüfe", "begründe", "erkläre"),
        r"(?:bitte |und )?(?:beantworte?|löse?|prüfe?|begründe?|erkläre?)\b[^.!?:\n]{0,20}"
        r"\b(?:folgende|nächste|diese|deine|ihre)\w?\b[^.!?:\n]{0,30}(?:[.!?:]+|$)",
    ),
    (
        ("hallo", "guten ", "servus", "moin"),
        r"(?:hallo|guten (?:tag|morgen|abend)|servus|moin)(?: zusammen)? ?[,!.]+",
    ),
    (
        ("du bist ein",),
        rf"du bist ein\w? [^.!?\n]{{0,60}}\b(?:assistent|experte|ki)\w{{0,3}}\b{_END}",
    ),
    (
        ("dank", "grüße", "helfen"),
        r"(?:vielen dank|danke|besten dank|mit freundlichen grüßen|liebe grüße"
        rf"|kannst du mir (?:bitte )?helfen)\b{_END}",
    ),
    # French
    (
        ("étape",),
        r"(?:s'il (?:te|vous) pla[iî]t,? )?(?:réfléchis|réfléchissez|pense|raisonne|procède)\b"
        rf"[^.!?\n]{{0,40}}\bétapes?\b{_END}",
    ),
    (
        ("répond",),
        r"réponds(?:ez)?\b[^.!?:\n]{0,20}\bquestions? (?:suivante|ci-dessous)s?"
        r"\b[^.!?:\n]{0,30} ?(?:[.!?:]+|$)",
    ),
    (
        ("merci", "cordialement", "bonjour", "salut", "aider"),
        rf"(?:merci|cordialement|bonjour|salut|peux-tu m'aider|pouvez-vous m'aider)\b{_END}",
    ),
    (
        ("tu es un",),
        rf"tu es un[^.!?\n]{{0,60}}\b(?:assistant|expert)\w?\b{_END}",
    ),
    # Spanish, Italian, Portuguese
    (
        ("pas",),
        r"(?:por favor,? )?(?:piensa|razona|resuelve|resuélvelo|pensa|ragiona|raciocine|pense)\b"
        rf"[^.!?\n]{{0,40}}\bpass?[oi]\b{_END}",
    ),
    (
        ("siguiente", "seguente", "seguinte"),
        r"(?:responde|contesta|rispondi|responda)\b[^.!?:\n]{0,20}\b(?:siguiente|seguente|seguinte)\b"
        r"[^.!?:\n]{0,30}(?:[.!?:]+|$)",
    ),
    (
        ("ayudar", "aiutar", "ajudar"),
        r"¿?(?:me )?(?:puedes|podrías|podes|pode|puoi|potresti|você pode)\b[^.!?:\n]{0,12}"
        r"\b(?:ayudar|aiutar|ajudar)\w{0,3}\b[^.!?:\n]{0,30}[?.!:]+",
    ),
    (
        ("hola", "buen", "ciao", "salve", "buongiorno", "olá", "oi", "bom dia"),
        r"¡?(?:hola|buenos días|buenas|ciao|salve|buongiorno|olá|oi|bom dia)(?: a todos)? ?[,!.]+",
    ),
    (
        ("gracias", "grazie", "obrigad", "saluti", "abraços", "saludo"),
        rf"¡?(?:muchas |mil )?(?:gracias|grazie|obrigad[oa]|saluti|abraços|un saludo)\b{_END}",
    ),
    # Dutch, Polish, Swedish, Turkish, Russian
    (
        ("stap", "steg", "krok", "adım", "шаг"),
        r"(?:denk|werk|tänk|resonera|myśl|pomyśl|rozumuj|думай|рассуждай|подумай)\b[^.!?\n]{0,20}"
        rf"(?:\bstap voor stap\b|\bsteg för steg\b|\bkrok po kroku\b|шаг){_END}|adım adım\b{_END}",
    ),
    (
        ("bedankt", "dank je", "dziękuję", "dzięki", "tack", "teşekkür", "спасибо"),
        r"(?:bedankt|dank je|alvast bedankt|dziękuję|z góry dzięki|tack|teşekkür\w*|спасибо)\b"
        rf"{_END}",
    ),
    # Chinese, Japanese, Korean, Arabic, Hindi
    (
        ("一步", "逐步", "仔细"),
        r"(?:请|請)?(?:你)?(?:一步一步|逐步|一步步|仔细)[^。！？,，\n]{0,20}(?:[。！？:：,，]|$)"
        r"(?:(?:然后|再)回答[^。！？:：\n]{0,12}[。！？:：])?",
    ),
    (
        ("回答",),
        r"(?:请|請)?回答(?:下面|以下)的?(?:问题|問題)[^。！？\n]{0,6}[。！？:：]?",
    ),
    (
        ("谢", "謝", "你好"),
        r"(?:谢谢|謝謝|多谢)[^。！？\n]{0,8}[。！!]?|你好[,，!！。]+",
    ),
    (
        ("以下", "次の"),
        r"(?:以下|次)の(?:質問|問題|問い)に[^。！？\n]{0,20}[。！？:：]?",
    ),
    (
        ("お願い", "ありがとう"),
        r"(?:よろしく)?お願い(?:します|いたします|致します)[。！!]?|ありがとうございます[。！!]?",
    ),
    (
        ("ステップ", "段階", "順を追"),
        r"(?:ステップバイステップ|段階的に|順を追って)[^。\n]{0,20}[。]?",
    ),
    (
        ("단계별", "다음 질문"),
        r"단계별로[^.!?\n]{0,20}[.!?]?|다음 질문에[^.!?:\n]{0,16}[.!?:]?",
    ),
    (
        ("감사", "고맙", "부탁", "안녕"),
        r"(?:감사합니다|고맙습니다|부탁드립니다)[.!]?|안녕하세요[,.!]?",
    ),
    (
        ("شكر", "من فضلك", "خطوة"),
        r"(?:شكرا|شكرًا|من فضلك|فكر خطوة بخطوة)[^.!؟\n]{0,20}[.!؟،]?",
    ),
    (
        ("धन्यवाद", "कृपया"),
        r"(?:धन्यवाद|कृपया चरण दर चरण)[^।!?\n]{0,24}[।!?]?",
    ),
)


def without_boilerplate(text: str) -> str:
    """The text without it; the text itself where nothing else is left."""
    stripped = text.strip()
    rest, marked = _without_sentences(stripped, with_starts(stripped))
    plain = _without(rest, remarks(marked))
    rest = plain if re.search(r"\w", plain) else rest
    if rest != stripped:
        rest = _tidied(rest)
    return rest if re.search(r"\w", rest) else stripped


def _without_sentences(text: str, marked: str) -> tuple[str, str]:
    """Both without what the patterns find in the second."""
    return _without(text, spans := [*_spans(marked, _patterns_for(marked))]), _without(marked, spans)


def _without(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """A space stands for each."""
    parts: list[str] = []
    done = 0
    for start, end in spans:
        parts += (text[done:start], " ")
        done = end
    return "".join((*parts, text[done:]))


def _tidied(text: str) -> str:
    """Without what a remark leaves of its brackets, its spaces and the comma before it."""
    whole = re.sub(r"[(\[{][ \t]*[)\]}][.!]*", " ", text)
    whole = re.sub(r"(?<=\S)[ \t]{2,}", " ", whole)
    return re.sub(r"\A[\s,;:.!–—-]+(?=\S)|[\s,;:–—-]+\Z", "", whole)


def _patterns_for(text: str) -> list[re.Pattern[str]]:
    lower = text.lower()
    if not text.isascii():  # these two are the same as i and s where case does not count
        lower = lower.replace("\u0131", "i").replace("\u017f", "s")
    opened: set[int] = set()
    for part, places in _gates().items():
        if part in lower:
            opened.update(places)
    return [_pattern(_SENTENCES[place][1]) for place in sorted(opened)]


@cache
def _gates() -> dict[str, list[int]]:
    """What opens which of the patterns, so that each part is looked for once."""
    gates: dict[str, list[int]] = {}
    for place, (parts, _) in enumerate(_SENTENCES):
        for part in parts:
            gates.setdefault(part, []).append(place)
    return gates


def _spans(text: str, patterns: list[re.Pattern[str]]) -> Iterator[tuple[int, int]]:
    """What one pattern of all alternatives would find: the first match, of equals the earlier's."""
    starts = _starts(text) if patterns else []
    found = [_first(pattern, text, starts) for pattern in patterns]
    while matches := [match for match in found if match]:
        first = min(matches, key=re.Match.start)
        yield first.span()
        starts = _from(first.end(), starts, text)
        found = [
            _first(pattern, text, starts) if match and match.start() < first.end() else match
            for pattern, match in zip(patterns, found, strict=True)
        ]


def _starts(text: str) -> list[int]:
    """Where _START can match first, in order: looked up once, in place of a search for each of the patterns.

    It can match behind the space after a sign too, but what does so matches before that space.
    """
    return [0, *(sign.end() for sign in signed(_SIGN, is_ascii=text.isascii()).finditer(text))]


def _from(place: int, starts: list[int], text: str) -> list[int]:
    later = starts[bisect_left(starts, place) :]
    is_behind_space = place > 1 and text[place - 1] == " " and text[place - 2] in ".!?:;,"
    return [place, *later] if is_behind_space else later


def _first(pattern: re.Pattern[str], text: str, starts: list[int]) -> re.Match[str] | None:
    for start in starts:
        if match := pattern.match(text, start):
            return match
    return None


@cache
def _pattern(sentence: str) -> re.Pattern[str]:
    return re.compile(f"{_START}(?:{sentence})", re.IGNORECASE | re.MULTILINE)
