"""Tells what the user says from what was pasted to be worked on, block by block.

People put what they ask before or after what they paste, and leave an empty line between the two.
"""

import re
from functools import cache
from typing import NamedTuple

from hroute.core.segments.masking import BLANK, CODE, QUOTE, Span

_TRANSFORMS = (
    r"\b(?:fix|correct|proofread|edit|rewrite|rephrase|paraphrase|translate|summari[sz]e|tl;?dr|shorten|"
    r"simplify|improve|polish|explain|classify|review|analy[sz]e|extract|convert|reformat|refactor|debug|"
    r"reply|respond|answer|comment|critique|expand|enhance|annotate|spell ?check|clean up|reword|"
    r"condense|summary|sum up|tidy|sort|parse|check|complete|turn|pull|list|read|split|label|tag|merge|"
    r"übersetz|fass|korrigier|kürz|erklär|verbesser|formulier|antwort|resum|résum|tradui|corrig|expliqu|"
    r"reformul|extrai|tradu|explic|saca|reescrib|riassum|riscriv|spieg|estrai|reescrev|przetłumacz|"
    r"streść|popraw|wyjaśnij|перевед|сократ|исправ|объясн|кратко|vertaal|vat|verbeter|leg uit|"
    r"översätt|sammanfatta|rätta|förklara|çevir|özetle|düzelt|açıkla)\w{0,5}\b|"
    r"翻译|翻譯|总结|總結|改写|修改|解释|润色|概括|訳し|要約|直し|添削|説明|まとめ|번역|요약|고쳐|설명|바꿔|"
    r"अनुवाद|सारांश|ठीक कर|समझा|ترجم|لخص|لخّص|صحح|اشرح"
)
_POINTS_AHEAD = (
    r"\b(?:following|below|this|these|attached|given|next)\b|[:：]\Z|\b(?:text|passage|article|email|"
    r"message|code|log|letter|paragraph|sentence|transcript|document|review|note|story|abstract)\b"
)
_POINTS_BACK = (
    r"\b(?:the above|above|this|that|these|it|the (?:\w+ )?(?:text|passage|article|email|message|code|"
    r"log|letter|thread|transcript|document|review|note|story|mail|ticket))\b"
)
_LABELLED = (
    r"\A[*# ]{0,4}(?:my |the |original |input |source )?(?:text|passage|article|email|message|input|"
    r"context|document|transcript|log|code|source|draft|data|content|paragraph|quote|notes?|body|error|"
    r"output|stack ?trace|subject|from|re|fwd|betreff|von|objet|asunto|oggetto|assunto|minutes|"
    r"comments|reviews|ad|cv|mail)(?: \d{1,2}| below| follows)?:"
)
_GREETS = (
    r"\A(?:dear|hi|hello|hey|hallo|lieber?|liebe|sehr geehrte\w?|bonjour|chère?|hola|buenas|estimad\w{1,2}|"
    r"ciao|gentile|olá|oi|prezad\w|cześć|dzień dobry|здравствуйте|привет|hej|hoi|beste|merhaba)\b"
    r"[^\n]{0,40}[,:!][ \n]"
)
_RULES_AHEAD = (
    r"\b(?:requirements?|rules?|constraints?|conditions?|guidelines?|specs?|criteria|must|should|format|"
    r"instructions?|details|please|notes?|with|needs?|tone|style|make sure|ensure|output|restrictions|"
    r"limits|anforderungen|regeln|vorgaben|bedingungen|exigences|règles|contraintes|consignes|requisitos|"
    r"reglas|condiciones|requisiti|regole|condizioni|regras|wymagania|zasady|warunki|требования|правила|"
    r"условия|eisen|regels|voorwaarden|krav|regler|kurallar|koşullar|şartlar)\b[^:\n]{0,40}:\W{0,3}\Z|"
    r"(?:要求|规则|條件|条件|要件|ルール|조건|규칙|요구|शर्तें|नियम|الشروط|القواعد|المطلوب)[^:\n]{0,10}:\W{0,3}\Z"
)
# One \b for all alternatives: most places are none, and are passed over by looking once.
_DIRECTS = (
    r"\b(?:(?:your|the|each|entire) (?:\w+ )?(?:answer|response|output|reply|summary|text|translation|"
    r"essay)\b[^.\n]{0,60}\b(?:must|should|in)\b|(?:ensure|make sure|please|do not (?:use|include|"
    r"mention|translate)|don't use)\b|(?:max|at most|no more than|exactly|under) \d|(?:bitte|höchstens|"
    r"antworte|schreibe?|verwende|réponds|répondez|écris|utilise|au plus|maximum|"
    r"responde|escribe|máximo|por favor|rispondi|scrivi|massimo|per favore|responda|escreva|antwoord|"
    r"schrijf|gebruik|maximaal|odpowiedz|napisz|maks\w{0,8}|najwyżej|ответь\w{0,2}|напиши\w{0,2}|не более|"
    r"svara|skriv|högst|cevap\w{0,5}|en fazla)\b)|\A\W{0,3}(?:translate|put|output|present|write|include|"
    r"use|there should|keep|first,? repeat|highlight|separate|wrap|italicize|at the end|answer|reply|"
    r"give|return|list|format|rules|requirements|constraints|tone|length|style|show|emit|respond|label|"
    r"(?:one|two|three|\d{1,2}|a single) (?:short )?(?:words?|lines?|sentences?|paragraphs?|letters?)|"
    r"(?!the |an? |my |this |it |not |was |is )[a-z]{2,12} (?:only|first))\b|"
    r"请|不要|不超过|必须|てください|て下さい|で答え|주세요|이내|하지 마|लिखो|लिखें|लिखिए|जवाब दो|أجب|اكتب"
)
_ASKS = (
    r"[?？؟]\W{0,3}\Z|[?？؟](?= |\n)|\A\W{0,3}(?:how|what|why|which|who|where|when|is|are|does|"
    r"can|tell)\b"
)
_DOCUMENT = (
    r"(?:readme|ticket|issue|text|passage|article|e-?mail|message|code|script|log|letter|paragraph|sentence|"
    r"transcript|document|review|notes?|story|abstract|spec(?:ification)?|policy|contract|clause|post|thread|"
    r"minutes|memo|report|guidelines?|manual|instructions?|recipe|ad|page|chat|job ad|terms|faq|changelog|"
    r"poem|comment|function|file|excerpt|snippet|announcement|notice|mail|essay|speech|summary|prompt|"
    r"listing|rental ad|advert(?:isement)?|flyer|sign|rule|bio|profile|cv|resume|"
    r"anleitung|nachricht|artikel|brief|texte?|lettre|courriel|texto|correo|mensaje|carta|testo|messaggio|"
    r"mensagem|bericht|tekst|wiadomość|текст|письмо|сообщение|metin|mesaj|anzeige|inserat|aushang|annonce|"
    r"annuncio|anuncio|anúncio|aviso|avviso)"
)
_NAMES_IT = (
    rf"\b(?:this|these|my|our|following|below|diese\w?|folgende\w?|meine?|unsere?|cet(?:te)?|ce|mon|ma|notre|"
    rf"este|esta|questo|questa|deze|dit|tę|ten|этот|это|bu|şu)\b[^.:?!\n]{{0,40}}\b{_DOCUMENT}s?\b|"
    rf"\b{_DOCUMENT}s?\b[^.:?!\n]{{0,30}}\b(?:below|"
    r"unten|ci-dessous|abajo|sotto|abaixo|hieronder|poniżej|ниже|aşağıda\w{0,3})\b|"
    r"(?:次の|以下の?)(?:文|文章|メール|テキスト|内容|記事)|(?:下面|以下)(?:的|这)?(?:[一-鿿]{0,2})?(?:文字|文章|邮件|句子|段|文本|"
    r"内容)|这(?:段|篇|封)|(?:다음|아래) (?:글|문장|메일|텍스트|내용|문자)|(?:النص|الرسالة|الفقرة) التالي"
)
# "Sum up this log in one line, neutral tone:" ends with a wish and hands the log over.
_LAST_OF_WISHES = r",[^:,\n]{0,30}\b(?:tone|style|format|output|please|notes|details)\W{0,3}\Z"
_WORKS_ON = rf"\b(?:the|my|our|these|those|die|meine?|les|mes|las|mis|le|de|mijn) (?:\w+ )?{_DOCUMENT}s?\b"
_BULLET_WISH = (
    r"^[ ]?[-*•] (?:no|not|without|max|at most|at least|exactly|under|only|keep|use|make|add|do|don't|avoid|"
    r"give|return|"
    r"output|include|mention|end|start|write|in|as|ohne|nur|sans|sin|must|should|each|every|\d+ |one|two|"
    r"three)\b"
)
_HANDS_OVER_HERE = rf"(?:{_NAMES_IT})[^.:?!\n]{{0,60}}: (?=[^\n]{{40}})"
_WISHES_FIRST = (
    r"\A\W{0,3}(?:no|not|without|max\w*|at most|at least|exactly|under|only|just|in|as|keep|use|with|make|"
    r"one|two|three|four|five|\d+|json|csv|yaml|table|bullets?|short|each|every|add|put|do|don't|avoid|mark|"
    r"give|"
    r"return|list|output|name|say|write|tell|what|who|how|why|when|where|which|first|then|and|ohne|mit|"
    r"nur|max|sans|avec|sin|con|senza|sem|com|zonder|bez|без|utan)\b|\A[^.!?\n]{0,60}\?"
)
_LAST_WISH = (
    r"(?:\A|[.!?] )(?:please |just )?(?:answer|reply|respond|give|return|output|keep|use|no|only|max)\b"
)
_ANSWERS = (
    r"\A(?![ ]?[-*#•] )\W{0,3}(?:please |just )?(?:answer|reply|respond|return|output|give|max|one|only)\b"
)
_WISHES = (
    r"\A\W{0,3}(?:please|pls|answer|reply|respond|give|tell|keep it|use|only (?:the|yes|answer)|max|just|"
    r"bitte|antworte|nur|réponds|répondez|responde|rispondi|responda|antwoord|odpowiedz|ответь\w{0,2}|svara|"
    r"cevap\w{0,5}|explain|rewrite|list|write|in (?:one|two|three|\d))\b|请|回答"
)
_HEADING = r"^#{1,4} "
_STRUCTURED = rf"\A[ ]?[-*•] |{_HEADING}"
_SPEAKER = r"^[^\W\d_][\w .]{0,20}:(?= )"
_TABLE_ROW = r"^[^\n|]{0,80}\|[^\n|]{0,80}\|[^\n]*$|^[^\n,;]{1,40}(?:[,;][^\n,; ][^\n,;]{0,40}){2,}$"
_LIST_ROW = r"^[ ]?(?:[-*+•–]|\(?\d{1,2}[.):]|#\d{1,4})[ ]"
_SHORT = 500  # characters of a block that only says what to do with the others
_LABELS = 80
_SHORTEST_PASTED = 80  # characters of what stands below a line that names it without a colon
_OPENING = 12  # characters of a last block in which its verb must begin


class Block(NamedTuple):
    """A piece of the text between empty lines."""

    start: int
    end: int
    text: str

    @property
    def is_short(self) -> bool:
        return len(self.text) < _SHORT


def payload_spans(text: str) -> list[Span]:
    """Spans of masked text in which nothing asks; code, logs and examples are blank already."""
    blocks = _blocks(text)
    if len(blocks) == 1:
        return _handed_over(blocks[0]) or _handed_over_here(blocks[0])
    asking = _asking(blocks)
    spans: list[Span] = []
    for index, block in enumerate(blocks):
        spans += _handed_over(block) if index in asking else [(block.start, block.end)]
    return spans


def _asking(blocks: list[Block]) -> set[int]:
    """Which blocks are the user's own words."""
    first, last = blocks[0], blocks[-1]
    tail = _tail(blocks)
    opens = not _is_pasted_first(first, last if tail else None)
    asking = {index for index in range(len(blocks) - tail, len(blocks))}
    if opens:
        asking.add(0)
    given = opens and (_gives(first.text) or _asks_of_document(first.text) or _lists_what_it_works_on(blocks))
    if given and first.text.rstrip().endswith(":"):
        asking.discard(1)
    for index in range(1, len(blocks) - tail):
        block, before = blocks[index], blocks[index - 1]
        if announces_rules(before.text) and index - 1 in asking and not given:
            asking.add(index)  # what a line "Rules:" introduces
            given = False
        elif not given and not _is_material(block.text) and _speaks(block.text):
            asking.add(index)
            given = _gives(block.text)
    return asking or {0}


def _tail(blocks: list[Block]) -> int:
    """How many blocks at the end speak again, after what was pasted."""
    count = 0
    given = _names_what_it_gives(blocks[0].text) or _lists_what_it_works_on(blocks)
    asks_of_it = len(blocks) > 1 and _asks_of_document(blocks[0].text)
    for block in reversed(blocks[1:]):
        if given and _find(_STRUCTURED, block.text):
            break  # rules of a page that was pasted
        if asks_of_it and not _find(_WISHES, block.text):
            break  # a notice or an advertisement that the question before is about
        if _is_material(block.text) or not (directs(block.text[:200]) or (not count and _returns(block))):
            break
        count += 1
    return count


def _names_what_it_gives(block: str) -> bool:
    return _find(_NAMES_IT, block[:_SHORT]) is not None and _gives(block)


def _lists_what_it_works_on(blocks: list[Block]) -> bool:
    """A task on "the meeting notes", and entries below that read like notes rather than wishes."""
    if len(blocks) < 2 or not _find(_STRUCTURED, blocks[1].text) or announces_rules(blocks[0].text):
        return False
    head, entries = blocks[0].text, blocks[1].text
    if not _find(_TRANSFORMS, head[:_LABELS]) or not _find(_WORKS_ON, head[:_SHORT]):
        return False
    wishes = len(_pattern(_BULLET_WISH).findall(entries))
    return 3 * wishes < entries.count("\n") + 1


def _asks_of_document(block: str) -> bool:
    """A question about something written that follows: "Is this job ad legal?" """
    head = block.rstrip()
    return head.endswith("?") and _find(_NAMES_IT, head[-_SHORT:]) is not None


def _returns(last: Block) -> bool:
    """The last block comes back to what stands above it, or asks."""
    opens = _find(_TRANSFORMS, last.text[:_OPENING])
    return last.is_short and bool(_takes(last.text) or _find(_ASKS, last.text) or opens)


def _is_pasted_first(first: Block, asks_later: Block | None) -> bool:
    if asks_later is None:
        return False
    if _find(_GREETS, first.text[:_SHORT]) and asks_later.is_short and _takes(asks_later.text):
        return True
    if _is_material(first.text):
        return True
    return asks_later.is_short and _takes(asks_later.text) and not directs(first.text)


def _is_material(block: str) -> bool:
    """It has the form of something pasted: code, log, mail, talk, table, quotation."""
    head = block[:_LABELS]
    if _find(_LABELLED, head) and not announces_rules(head.partition("\n")[0]):
        return True
    if _find(_GREETS, head):
        return True
    lines = block.count("\n") + 1
    blank = block.count(BLANK)
    if (2 * blank > len(block) and not directs(block)) or block.strip(f" .\n{QUOTE}{CODE}{BLANK}") == "":
        return True
    if block.lstrip()[:1] == QUOTE and len(block) < 60:
        return True
    return lines > 1 and (_share(_TABLE_ROW, block, lines) or (lines > 2 and _share(_SPEAKER, block, lines)))


def _share(pattern: str, block: str, lines: int) -> bool:
    return 10 * len(_pattern(pattern).findall(block[:2000])) >= 7 * min(lines, block[:2000].count("\n") + 1)


def _speaks(block: str) -> bool:
    return directs(block) or announces_rules(block.partition("\n")[0]) or bool(_find(_ASKS, block[-200:]))


def announces_rules(block: str) -> bool:
    """It ends with what introduces rules: "Requirements:"."""
    return ":" in block[-4:] and bool(_find(_RULES_AHEAD, block[-120:]))


def _gives(block: str) -> bool:
    """It ends by handing something over: 'fix the grammar, no comments:'."""
    tail = block[-300:].rstrip()
    if announces_rules(tail) and not _ends_with_wish(block):
        return False
    return bool(_find(_TRANSFORMS, block[:300])) and bool(_find(_POINTS_AHEAD, tail))


def _ends_with_wish(block: str) -> bool:
    return bool(_find(_LAST_OF_WISHES, block[-_SHORT:].rstrip()) and _find(_NAMES_IT, block[:_LABELS]))


def _takes(block: str) -> bool:
    return bool(_find(_TRANSFORMS, block[:60])) and bool(_find(_POINTS_BACK, block[:200]))


def directs(block: str) -> bool:
    """It speaks about the answer, so it is not only material."""
    return bool(_find(_DIRECTS, block[:600]))


def _handed_over(block: Block) -> list[Span]:
    """What an asking block hands over below a line of its own: "Sum up this log:" and the log."""
    end = block.text.find("\n")
    if end < 0:
        return []
    head, rest = block.text[:end].rstrip(), block.text[end + 1 :]
    if _hands_over(head, rest):
        own_rules = head.endswith("?") or _find(_STRUCTURED, rest)
        stop = _last_said(rest, _ANSWERS if own_rules else _DIRECTS)
        return [(block.start + end + 1, block.start + end + 1 + stop)] if stop else []
    if not head.endswith((":", "?")) or announces_rules(head) or _find(_LIST_ROW, rest[:8]):
        return []
    if head.endswith(":") and not _find(_TRANSFORMS, head):
        return []
    stop = _last_said(rest)
    if not stop or directs(rest[:stop]) or (head.endswith("?") and not _is_material(rest[:stop])):
        return []
    return [(block.start + end + 1, block.start + end + 1 + stop)]


def _hands_over(head: str, rest: str) -> bool:
    """The line names the document that the lines below are, so that even rules among them are its own."""
    if announces_rules(head) and not _ends_with_wish(head):
        return False
    first = rest.partition("\n")[0]
    if head.endswith(":") and _find(_TRANSFORMS, head) and _is_title(first):
        return True
    if _find(_LIST_ROW, rest[:8]) or not _find(_NAMES_IT, head[-_SHORT:]):
        return False
    if head.endswith(":"):
        return bool(_find(_TRANSFORMS, head)) and not _find(_WISHES_FIRST, first)
    is_short = len(rest) < _SHORTEST_PASTED and not head.endswith("?")
    if (is_short and not _find(_HEADING, rest)) or _find(_WISHES_FIRST, first):
        return False
    return head.endswith("?") or not directs(first)


def _is_title(line: str) -> bool:
    """A page begins with it: "# Parcelo"; "# Requirements" begins what the answer must keep."""
    return bool(_pattern(_HEADING).match(line)) and not _find(_RULES_AHEAD, f"{line.rstrip()}:")


def _handed_over_here(block: Block) -> list[Span]:
    """What follows in the same line: "Translate this notice: Guests must not smoke." """
    head = block.text[: 2 * _SHORT]
    found = _find(_HANDS_OVER_HERE, head) if ": " in head else None
    if not found or not _find(_TRANSFORMS, block.text[: found.end()]):
        return []
    rest = block.text[found.end() :]
    if announces_rules(block.text[: found.end() - 1]) or _find(_WISHES_FIRST, rest):
        return []
    wish = _find(_LAST_WISH, rest)
    stop = wish.start() + 1 if wish else len(rest)
    return [(block.start + found.end(), block.start + found.end() + stop)] if stop > 1 else []


def _last_said(rest: str, speaks: str = _DIRECTS) -> int:
    """Where the lines at the end begin that speak again."""
    stop = len(rest)
    while stop:
        start = rest.rfind("\n", 0, stop) + 1
        line = rest[start:stop]
        if not _find(speaks, line[:600]):
            return stop
        stop = max(0, start - 1)
    return stop


def _blocks(text: str) -> list[Block]:
    blocks, start = [], 0
    while True:
        end = text.find("\n\n", start)
        stop = len(text) if end < 0 else end
        blocks.append(Block(start, stop, text[start:stop]))
        if end < 0:
            return blocks
        start = end + 2


def _find(pattern: str, text: str) -> re.Match[str] | None:
    return _pattern(pattern).search(text)


@cache
def _pattern(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.MULTILINE)
