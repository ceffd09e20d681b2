"""What a sentence does: it asks for something, tells, wonders, gives a reason, or takes a limit back."""

import re
from functools import cache

from hroute.core.segments.masking import BLANK

_ASKS = (
    r"\b(?:must|should|shall|ensur\w{1,4}|mak\w{1,3} sure|be sure|needs? to|ha(?:s|ve) to|please|"
    r"require[sd]?|i(?:'d| would)? (?:want|need|like|prefer|rather|love)|(?:can|could|would|will) you|let's|"
    r"remember to|do not|don't|never|avoid|necessary|important|essential|crucial|is to be)\b|"
    r"\A\W{0,3}(?:each|every|all) (?:bullets?|sentences?|lines?|paragraphs?|sections?|answers?|points?|"
    r"items?|entry|entries|words?|titles?|steps?|rows?|questions?|slides?|stanzas?|verses?|options?|"
    r"names?|headings?)\b"
)
# It states something of the answer, or forbids something in it, or says where in it something belongs.
_OF_ANSWER = (
    r"\A\W{0,3}(?:your (?:[a-z]{1,10} ){0,2}?(?:answer|response|reply|output)\b|(?:also,? )?you (?:are not|"
    r"aren't|cannot|can't|may not) (?:(?:allow|permitt)ed to )?(?:use|include|mention|write|say|add)\b|"
    r"at the (?:very )?(?:end|start|beginning|top|bottom) of (?:your|the) [a-z ]{3,25},|(?:the )?very (?:end|"
    r"last|first)\b|take\b)"
)
# What each of them holds: looked for first, since most sentences hold none.
_ASKING = (
    "must", "should", "shall", "ensur", " sure", "need", "has to", "have to", "please", "requir", "want",
    "like", "prefer", "rather", "love", "you", "let's", "remember to", "do not", "don't", "never", "avoid",
    "necessary", "important", "essential", "crucial", "is to be", "each ", "every ", "all ",
)  # fmt: skip
_OPENS_OF_ANSWER = ("your", "you ", "at the", "very", "take")
_FIRST_WORDS = 16  # characters in which one of these must come
# "the word moon appears at least twice", but not "the word moon does not appear in the Bible"
_OF_WORD = (
    r"\A\W{0,3}the (?:keyword|word|name|term|phrase|letter) \S{1,25} (?:(?:appear|occur)s? (?:at least|"
    r"at most|exactly|only|no more)\b|(?:does not|doesn't|never) (?:appear|occur)s?(?: at all)?(?: in your\b|"
    r"\W{0,3}\Z))"
)
# What may stand before an imperative: a word ("please", "also") or a phrase ("when answering, ...").
_FILLERS = frozenset(
    (
        "please", "also", "then", "and", "but", "so", "first", "next", "finally", "lastly",
        "additionally", "furthermore", "moreover", "addition", "just", "kindly", "now", "however",
        "request", "task", "hi", "hello", "hey",
    )
)  # fmt: skip
_PHRASES = frozenset(
    (
        "when", "to", "in", "as", "if", "while", "for", "using", "based", "from", "given", "with", "without",
        "after",
    )
)  # fmt: skip
IMPERATIVES = frozenset(
    (
        "act", "add", "adhere", "adopt", "aim", "alphabetize", "analyse", "analyze", "answer", "arrange",
        "ask", "assume", "avoid", "base", "be", "begin", "bold", "brainstorm", "break", "bring", "build",
        "calculate", "capitalise", "capitalize", "capture", "change", "check", "choose", "cite",
        "classify", "combine", "come", "compare", "compile", "complete", "compose", "compute",
        "conclude", "condense", "consider", "construct", "contain", "continue", "contrast", "convert",
        "copy", "correct", "count", "cover", "craft", "create", "cut", "debug", "define", "delete",
        "deliver", "describe", "design", "detail", "develop", "devise", "discuss", "divide", "do",
        "draft", "draw", "edit", "elaborate", "embody", "embrace", "emphasise", "emphasize", "employ",
        "end", "enumerate", "estimate", "evaluate", "examine", "exclude", "expand", "explain", "explore",
        "extract", "fill", "find", "finish", "fix", "focus", "follow", "format", "formulate", "frame",
        "generate", "give", "group", "help", "highlight", "identify", "illustrate", "imagine",
        "implement", "improve", "include", "incorporate", "indent", "infuse", "insert", "integrate",
        "introduce", "invent", "italicize", "keep", "label", "leave", "let", "limit", "link", "list",
        "lowercase", "maintain", "make", "mark", "mention", "mimic", "name", "number", "obey", "offer",
        "omit", "order", "organise", "organize", "outline", "output", "paraphrase", "pepper", "pick", "place",
        "plan", "play", "point", "portray", "prepare", "present", "pretend", "print", "produce",
        "proofread", "propose", "prove", "provide", "put", "quote", "rank", "read", "recommend",
        "refactor", "refer", "reference", "refrain", "remove", "rename", "repeat", "rephrase", "replace",
        "reply", "report", "respell", "respond", "response", "restate", "restrict", "return", "reverse",
        "review", "reword", "rewrite", "round", "say", "select", "send", "separate", "shorten", "show",
        "simplify", "skip", "solve", "sort", "speak", "specify", "split", "start", "state", "stay",
        "stick", "structure", "substantiate", "suggest", "sum", "summarise", "summarize", "support",
        "talk", "tell", "translate", "try", "turn", "uppercase", "use", "utilise", "utilize", "verify",
        "weave", "wrap", "write",
    )
)  # fmt: skip
_NARRATES = (
    r"\A\W{0,3}(?:(?:and|but|so|then|because|when|after|before|while) )?(?:(?:i|we|he|she|they|it)(?:'m|"
    r"'ve|'re|'s|'d)?|my [a-z]{2,15}|our [a-z]{2,15}|his [a-z]{2,15}|her [a-z]{2,15}|there) (?!(?:want|"
    r"need|like|prefer|rather|love|would|must|should|has to|have to|expect|require)\b)"
)
_TELLS = r"\b(?:i|we|he|she|they) (?:have|had|was|were|am|are|got|wrote|made|need to|have to|must)\b"
_INTERROGATIVE = (
    r"\A\W{0,3}(?:and |but |so |ok |hey )?(?:what|why|how|who|where|which|is|are|does|did|was|were|"
    r"should|would it|when (?!\w{2,14}ing\b|you\b)|do (?!not\b)|can i|has|have (?:you|i|they)|am|"
    r"(?:could|would|can|will|might) (?!you\b|we\b))\b"
)
_SHORT = 100  # characters of a sentence that only says to go on
_OPENING = 80  # characters in which an imperative must come
_DEMANDS = r"\bplease\b|\bensur|\bmake sure\b|\bmust\b|\byour (?:answer|response)"
_LIFTS = (
    r"\bno (?:strict |particular |specific |fixed |real |hard )?(?:[a-z]{1,10} ){0,2}(?:limits?|"
    r"restrictions?|constraints?|requirements?|minimum|maximum|preference|rules?)\b|"
    r"\bany (?:[a-z]{1,12} ){0,2}(?:format|length|style|language|order|tone|structure|number)\b|"
    r"\bdoesn't matter|\bdoes not matter|\bdon't care|\bdo not care|\bno need\b|\bneed not\b|"
    r"\bfeel free\b|\bdon't (?:worry|need|have to)\b|\bdo not (?:worry|need|have to)\b|\bdoesn't (?:need|"
    r"have) to\b|\bis (?:fine|ok|okay) (?:too|either way)|\boptional\b|\bup to you\b|\bas (?:long|many|"
    r"much) as you (?:like|want|need)|\bwhatever (?:format|length|style|order|tone|language)|"
    r"\bnot (?:required|needed|necessary)\b|\bignore the (?:\w{1,10} ){0,3}(?:limit|rule|format|"
    r"requirement)"
)
# Every alternative of _LIFTS holds one of these, and few sentences do.
_LIFTING = (
    "limit", "restriction", "constraint", "requirement", "minimum", "maximum", "preference", "rule", "any ",
    "matter", "n't", "not ", "need", "free", "is fine", "is ok", "optional", "up to you", "as you",
    "whatever ", "ignore the",
)  # fmt: skip
# "... to maintain a formal tone" is why, "make sure to maintain a formal tone" is what.
_PURPOSE = (
    r"\bto (?:\w+ )?(?:maintain|ensure|enhance|emphasi[sz]e|provide|keep|convey|create|achieve|highlight|"
    r"meet|make|suit|add|give)\b[^.,;]*\Z"
)
_NEEDED = (
    r"(?:sure|remember|needs?|have|has|want|try|required|important|essential|crucial|necessary|it|like|"
    r"you)\s\Z"
)


# Whoever says it is not the one who asks: a rule at work, a law, a teacher.
_REPORTS = (
    r"\b(?:(?:my|our|the|his|her|their|your|some|most|many) (?:[\w'-]{1,15} ){0,3}(?:says?|said|tells?|told|"
    r"wants?|wanted|insists?|"
    r"insisted|demands?|demanded|requires?|required|forbids?|forbade|allows?|wrote|claims?|thinks?|expects?|"
    r"keeps)|"
    r"(?:he|she|they|hr|people) (?:says?|said|told|wants?|insists?|wrote|claims?)|according to|"
    r"(?:sagt|sagte|meint|verlangt|verlangte|schreibt vor|besagt|fordert|laut|steht)|(?:dit que|exige|"
    r"impose|selon|stipule)|"
    r"(?:dice que|exige|según|obliga)|(?:dice che|dice|impone|secondo)|(?:diz que|diz|exige|segundo)|"
    r"(?:zegt|eist|volgens)|(?:säger|kräver|enligt)|(?:mówi|wymaga|według)|"
    r"(?:говорит|требует|сказал\w?|согласно|велит)|(?:diyor|istiyor|göre|söyledi))\b|"
    r"规定|要求我|说过|老板要|规则是|ルールでは|決まり|と言って|규정|"
    r"라고 (?:합니|했|해|하)|하라고|يقول|قال|تقول|حسب|"
    r"कहते|कहा|के अनुसार|anasema|kwa mujibu"
)


# Every alternative of _REPORTS that is ASCII holds one of these, and few sentences do.
_REPORTING = (
    "say", "said", "tell", "told", "want", "insist", "demand", "require", "forb", "allow", "wrote", "claim",
    "think", "expect", "keeps", "according", "sagt", "meint", "verlangt", "schreibt", "fordert", "laut",
    "steht",
    "dit que", "exige", "impo", "selon", "stipule", "dice", "obliga", "secondo", "diz", "segundo", "zegt",
    "eist",
    "volgens", "enligt", "wymaga", "diyor", "istiyor", "anasema", "kwa mujibu",
)  # fmt: skip
# A question that is a task: "Can you write it?"
_REQUESTS = (
    r"\b(?:(?:can|could|would|will) you|help me|write|kannst du|können sie|könntest|peux-tu|pouvez-vous|"
    r"puedes|podrías|"
    r"puoi|può|pode|kun je|kan du|możesz|можешь|можете)\b|帮我|能不能|してくれ|해 ?줄"
)
# The answer goes on with a tale, or tells it anew.
_TELLS_ON = (
    r"\b(?:(?:continue|finish|carry on|go on) (?:with |writing )?(?:this|the|my|that|it|from)\b|"
    r"what happen(?:s|ed) next\b|"
    r"(?:write|tell) (?:the next|what happens|on)\b|(?:erzähl|schreib)\w{0,3} (?:\w+ ){0,3}weiter\b|"
    r"(?:continúa|sigue|continue|continua|fortsätt|vervolg|продолжи\w{0,2})\b)|续写|接着写|続きを|이어서 써"
)
# Every alternative of _TELLS_ON that is ASCII holds one of these.
_TELLING_ON = (
    "contin", "finish", "carry on", "go on", "what happen", "the next", "write on", "tell on", "weiter",
    "sigue", "vervolg",
)  # fmt: skip
_TOLD = (
    r"\b(?:stor(?:y|ies)|tale|chapter|opening|next|scene|weiter|cuento|relato|historia|histoire|récit|racconto|"
    r"história)"
)

# English: somebody did something. What was without, at most or never is then of the tale.
_DID = (
    r"\A\W{0,3}(?:(?:and|but|so|then|when|once|later|one day|long ago|years ago|in the end|at last)\W{1,2})?"
    r"(?:(?:the|an?|my|our|his|her|their|this|that|these|those|two|three|some|many) (?:[\w'-]{1,20} ){1,4}?|"
    r"(?:i|we|he|she|they|it|there|nobody|everyone) (?:[a-z]{2,12}ly |never )?|(?:[\w'-]{2,20} ){1,2}?)?"
    r"(?:left(?![-]| (?:align|side|margin|column|join|pad))|went|came|lived|died|walked|"
    r"sailed|rode|ran|flew|fled|set (?:out|off|sail)|crossed|climbed|took|had|was|were|arrived|"
    r"returned|wandered|travell?ed|moved|kept|knew|said|told|spoke|gave|got|sat|stood|slept|woke|ate|drank|sold|bought|carried|wore|married|worked|"
    r"fought|won|lost|hid|became|began|followed|met|saw|found|stayed|waited|opened|entered|owned|dreamt|"
    r"dreamed|swore)\b"
)
_OF_ANSWERS = (
    r"\b(?:please|must|should|needs? to|make sure|you|your|words|sentences|lines|paragraphs|characters|"
    r"pages|answer|reply|response|output|text|format|json|csv|bullets?|bullet points?|table|code|tone|style|"
    r"version|draft|essay|summary|poem|function|script|tests?)\b"
)


def tells_tale(sentence: str) -> bool:
    """It says what somebody did, and speaks of no text: "she left with at most three coins"."""
    return _opens_with(_DID, sentence) and not commands(sentence) and not _has(_OF_ANSWERS, sentence)


def requests(sentence: str) -> bool:
    """It asks to do something rather than what is so."""
    return _has(_REQUESTS, sentence)


def tells_on(sentence: str) -> bool:
    """ "Continue the story.": what stands before it is the tale."""
    return (
        len(sentence) < _SHORT
        and (not sentence.isascii() or any(part in sentence for part in _TELLING_ON))
        and _has(_TELLS_ON, sentence)
        and (not sentence.isascii() or _has(_TOLD, sentence))
    )


def asks(sentence: str) -> bool:
    if commands(sentence) or _has_one(_ASKING, _ASKS, sentence) or _speaks_of_answer(sentence):
        return True
    return ("appear" in sentence or "occur" in sentence) and _opens_with(_OF_WORD, sentence)


def _speaks_of_answer(sentence: str) -> bool:
    head = sentence.lstrip(BLANK)[:_FIRST_WORDS]
    return any(part in head for part in _OPENS_OF_ANSWER) and _opens_with(_OF_ANSWER, sentence)


def commands(sentence: str) -> bool:
    """It begins with an imperative."""
    words = _compiled(r"[^\W\d_][\w'-]*").findall(sentence.lstrip(BLANK)[:_OPENING])
    for i, word in enumerate(words):
        if word in IMPERATIVES:
            return True
        if word in _PHRASES:
            return not IMPERATIVES.isdisjoint(words[i + 1 :])
        if word not in _FILLERS:
            return False
    return False


def narrates(sentence: str) -> bool:
    """It tells of the world: "we have at most 3 days"."""
    return _opens_with(_NARRATES, sentence) and (not _has(_ASKS, sentence) or _has(_TELLS, sentence))


def wonders(sentence: str) -> bool:
    return _opens_with(_INTERROGATIVE, sentence) and not _has(_DEMANDS, sentence)


def reports(sentence: str) -> bool:
    """It passes on what others want: "my boss says mails must be short"."""
    if sentence.isascii():
        for part in _REPORTING:
            if part in sentence:
                return _has(_REPORTS, sentence)
        return False
    return _has(_REPORTS, sentence)


def is_formal(sentence: str) -> bool:
    """It is built like written prose, so commas in it do not separate notes."""
    return _has(r"\b(?:must|should|ensur\w*|make sure|additionally|furthermore|when|it is)\b", sentence)


def may_lift(sentence: str) -> bool:
    """A cheap look at the whole sentence, before `lifts` looks at the words around each place in it."""
    for part in _LIFTING:  # noqa: SIM110 - any() is twice as slow
        if part in sentence:
            return True
    return False


def lifts(words: str) -> bool:
    """It takes a constraint back: "no word limit", "any format is fine"."""
    return _has(_LIFTS, words)


def gives_reason(before: str) -> bool:
    """What follows these words is the purpose of something else."""
    match = _compiled(_PURPOSE).search(before) if "to " in before else None
    return match is not None and not _has(_NEEDED, before[: match.start()])


def _has(pattern: str, sentence: str) -> bool:
    """Looks at the beginning only: what a sentence does shows early, and the work stays bounded."""
    return _compiled(pattern).search(sentence.lstrip(BLANK)[:400]) is not None


def _has_one(parts: tuple[str, ...], pattern: str, sentence: str) -> bool:
    """As `_has`, of a pattern of which each alternative holds one of the parts."""
    for part in parts:
        if part in sentence:
            return _has(pattern, sentence)
    return False


def _opens_with(pattern: str, sentence: str) -> bool:
    """For a pattern that begins with \\A: a search would try it at every place."""
    return _compiled(pattern).match(sentence.lstrip(BLANK)[:400]) is not None


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)
