"""Which words and signs the answer has: to use, to leave out, first and last, case, punctuation."""

from hroute.core.constraints.rules import START, Needs, Q, Rank, WordingRule, words_of
from hroute.core.segments.masking import CODE, QUOTE

_PUNCTUATION = (
    "commas?|periods?|full stops?|punctuation(?: marks?)?|exclamation (?:marks?|points?)|"
    "question marks?|semicolons?|colons?|dashes|hyphens?|em[- ]dash(?:es)?|quotes|quotation marks|"
    "parenthes[ei]s|emojis?|trailing commas?"
)
_PUNCTUATION_WORDS = words_of(
    "comma|commas|period|periods|full|punctuation|exclamation|question|semicolon|semicolons|colon|"
    "colons|dashes|hyphen|hyphens|em|quotes|quotation|parenthesis|parentheses|emoji|emojis|trailing"
)
# What may follow a negation without being something to leave out of the answer.
_NOT_AVOIDED = (
    r"(?!more\b|less\b|fewer\b|longer\b|exceed|surpass|only\b|need\b|forget|hesitate|worry|matter|just\b|"
    r"(?!(?:us|mention|includ|say|repeat|add|writ|reveal|nam|giv)\w{0,4}ing\b)[a-z]{3,14}ing\b|"
    r"[a-z]+ing (?:away )?too)"
)
_USED = (
    r"(?:(?:be|use|using|include|including|contain|containing|mention|mentioning|the|any|a|words?|"
    r"keywords?) ?:? ?){0,6}"
)
_CLAUSE = rf"(?:\A|[\n.,;:!?)({Q[1:-1]}-] ?|\b(?:and|but|so|please|also|then|just|kindly|to) )"
_OBJECT = rf"{Q}(?:,? ?(?:and |or )?{Q}){{0,20}}|[^\s,.;:!?]{{1,20}}(?: (?!and )[^\s,.;:!?]{{1,20}}){{0,2}}"
# What an answer has, so that "and no …" in ordinary prose speaks of the answer and not of the world.
_ANSWER_PARTS = (
    "adjectives?|adverbs?|articles?|caveats?|cliches?|code|commentary|comments?|disclaimers?|emojis?|"
    "examples?|explanations?|extra (?:text|words?|keys|commentary|prose)|filler|fluff|footnotes?|"
    "formulas?|hashtags?|headers?|headings?|intro(?:duction)?s?|jargon|links?|lists?|"
    "bullets?(?: points?)?|markdown|metaphors?|numbers?|other (?:text|words?)|preamble|pronouns?|prose|"
    "repetitions?|rhymes?|sources|tables?|titles?|urls?|verbs?|yapping|buzzwords?|slang|quotes"
)

# "once", "at least 3 times", "5 to 7 times"
_HOW_OFTEN = (
    r"(?:(?:at|no|more|less|fewer|up|exactly|only|just|between)\b[a-z ]{0,12} )?(?:once|twice|thrice|"
    r"(?!many|several)[a-z0-9-]{1,9}(?: (?:to|or|and) [a-z0-9]{1,9})? times)\b"
)
# A single word after "the word": quotation marks are often left out.
_PLAIN_WORD = (
    r"(?!(?:appear|occur|use|mention|repeat|must|should|exactly|only|just|at|no|more|less|up|is|are|was|be|"
    r"that|which|in|to)s?d?\b)[a-z'-]{1,20}"
)
_WORD_NAMED = r"\b(?:keyword|word|name|term|phrase|letter)s? "

WORDING = (
    WordingRule(
        "include",
        "include:{what}",
        (QUOTE, CODE),
        r"\b(?:includ\w{1,3}|incorporat\w{1,3}|contain\w{0,3}|us(?:e|es|ing)|mention\w{0,3}|"
        r"featur\w{1,3}|insert|adds?|address(?:es)?|employ\w{0,3}|has|have|repeat|say|"
        r"with) (?:(?!and (?:sign|end|start|do|use|avoid|not|then|keep|make|write|"
        r"say|include|mention|add|insert|wrap|put)\b)[a-z'/-]{1,15},? ){0,7}?(?:\(?:? ?)?"
        rf"(?P<what>(?:\[?{Q}\]?)(?:(?:,? ?(?:and |or )?){Q}){{0,40}})",
        rank=Rank.WORDS,
    ),
    WordingRule(
        "include",
        "include:{what}",
        ("keyword", "term", "word", "phrase"),
        rf"\bkeywords? ?:? (?P<what>{Q}(?:(?:,? ?(?:and |or )?){Q}){{0,40}})|(?<!why the )\b"
        rf"(?:terms?|words?|phrases?|letters?) (?P<w3>{Q}(?:(?:,? ?(?:and |or )?){Q}){{0,40}}) "
        r"(?:must|should|shall|has to|needs to|have to|at least|appears?|exactly)\b(?: not\b)?",
        rank=Rank.WORDS,
    ),
    WordingRule(
        "include",
        "include:{what}",
        ("keyword", "words", "terms", "phrases", "names"),
        rf"(?P<what>{Q}) (?:\w+ )?as (?:a |the )?keywords?|\bkeywords? (?!is\b|are\b|to\b|in\b|should|"
        r"must|within|for\b|that|and\b|or\b|as\b|which|density|$)(?P<w2>[a-z,' ]{3,80})",
        rank=Rank.WORDS,
    ),
    WordingRule(
        "include",
        "include:{what}",
        frozenset(("once", "twice", "thrice", "times")),
        # Letters that appear so many times are a count; ", keyword b twice" goes on with an enumeration.
        rf"(?<!why the )(?<!repeat the )(?<!, )(?<!, and )(?!letters? [^.\n]{{0,40}} times)"
        rf"{_WORD_NAMED}(?P<what>{_PLAIN_WORD})(?: (?:must|should|has to|needs to|to))?(?: be)?"
        r"(?: (?:appears?|occurs?|used|mentioned|included|repeated))?(?: in (?:the|your) [a-z]{3,12})?"
        rf"(?= {_HOW_OFTEN})",
        rank=Rank.WORDS,
    ),
    WordingRule(
        "avoid",
        "absent:{what}",
        ("appear", "occur", "be used", "be mentioned", "be included"),
        rf"{_WORD_NAMED}(?P<what>{Q}|{_PLAIN_WORD}) (?P<x>(?:[a-z]{{2,6}}(?: not|n't)|can't|"
        r"cannot|never) (?:to )?(?:be )?(?:appears?|occurs?|used|mentioned|included)\b(?: at all)?)",
    ),
    WordingRule(
        "include",
        "translate:{what}",
        ("translate",),
        rf"\btranslate (?P<what>{Q}) (?:into|as|to) {Q}",
    ),
    WordingRule(
        "start",
        "start",
        ("start", "begin", "commenc", "open", "first"),
        r"\b(?:start|begin|commenc|open)\w{0,5}(?: (?:each|every|your|the|it|off|"
        r"all)(?: \w+){0,4}?)? (?:with|by)\b(?! an? (?:capital|upper|lower))(?:(?! - )[^,.;!?\n]){0,60}|"
        r"\b(?:first|opening) (?:word|sentence|line)(?: of [a-z ]{3,30})? (?:must|should|is|has to|"
        r"starts|begins)\b[^,.;!?\n]{0,40}",
    ),
    WordingRule(
        "end",
        "end",
        ("end", "conclud", "finish", "clos", "last"),
        r"\b(?:end|conclud|finish|clos)(?:e|s|es|ed|ing)?(?: (?:each|every|your|the|it|off|"
        r"all) ?(?:\w+ ){0,4}?)? ?(?:with|in|by|on)\b[^,.;!?\n]{0,60}|"
        r"\bend of (?:your|the) (?:[a-z]+ ){1,3}(?:must|should) (?:read|be|say)\b[^,.;!?\n]{0,40}|"
        r"\bending punctuation\b[^,.;!?\n]{0,40}|\b(?:last|final|closing) (?:word|letter|sentence|"
        r"line)\b[^,.;!?\n]{0,40}",
    ),
    WordingRule(
        "end",
        "at end",
        ("at the end", "at the very end"),
        r"\bat the (?:very )?end(?: of (?:your|the) (?:answer|response|output|reply|text|email|poem|"
        r"letter|story|essay|entire)\b|(?= ?(?:[.,;:)\n]|\Z)))",
    ),
    WordingRule(
        "start",
        "prefix",
        ("prefix", "suffix"),
        r"\b(?:prefix|suffix)(?:ed)?\b[^,.;!?\n]{0,30}",
    ),
    WordingRule(
        "case",
        "case:{c}",
        ("case", "capital", "caps"),
        r"\b(?P<c>lower[- ]?cased?|upper[- ]?cased?|(?:no |not any |without )?(?:capitali[sz]\w{0,6}|"
        r"capitals|capital letters?|caps|uppercase)|title[- ]case|sentence[- ]case|camel[- ]?case|"
        r"snake[_ -]case|kebab[- ]case|pascal[- ]?case)\b",
    ),
    WordingRule(
        "punctuation",
        "punctuation:{p}",
        _PUNCTUATION_WORDS,
        r"\b(?:no|without|avoid\w*|don't use|do not use|not use|any|use|only|contain|zero|never use|"
        r"using|omit|skip|in|with) (?:(?:any|a|an|the|single|double|all|standard|every|"
        rf"of) ){{0,3}}(?P<p>{_PUNCTUATION})\b",
    ),
    WordingRule(
        "punctuation",
        "punctuation:quotation",
        ("quotation", "quote"),
        r"\b(?:wrap\w*|put|enclos\w*|surround\w*|in|with) (?:\w+ ){0,6}?(?:double |single )?(?:quotes|"
        r"quotation marks)\b",
    ),
    WordingRule(
        "repeat",
        "repeat",
        ("repeat", "word for word", "verbatim"),
        r"\brepeat (?:the|this|your|my|it|back)\b|\bword[- ](?:for|by)[- ]word\b|\bverbatim\b",
    ),
    WordingRule(
        "avoid",
        "avoid:{what}",
        ("not ", "n't ", "never "),
        rf"{_CLAUSE}(?P<x>(?:do not|don't|never|not to) {_USED}{_NOT_AVOIDED}(?P<what>{_OBJECT}))",
        rank=Rank.GENERIC,
    ),
    WordingRule(
        "avoid",
        "avoid:{what}",
        ("not ", "n't "),
        r"\b(?:(?:must|should|shall|may|can|ca)(?: not|n't)|cannot|(?:does|do)(?: not|n't) (?=(?:use|"
        rf"include|contain|mention|have|reveal|repeat)\b)) ?{_USED}{_NOT_AVOIDED}(?P<what>{_OBJECT})",
        rank=Rank.GENERIC,
    ),
    WordingRule(
        "avoid",
        "avoid:{what}",
        ("avoid", "exclud", "omit", "refrain", "without ", "free "),
        r"\b(?:avoid(?:s|ing)?|exclud(?:e|es|ing)|omit(?:ting)?|refrain(?:ing)? from|without|free (?:of|"
        r"from)) (?:using |the use of |including |containing |mentioning |any |the |a |words? |"
        rf"keywords? ?:? ?){{0,6}}{_NOT_AVOIDED}(?P<what>{_OBJECT})",
        rank=Rank.GENERIC,
    ),
    WordingRule(
        "avoid",
        "avoid:not {what}",
        (", not ", "; not "),
        r"[,;] (?P<x>not (?P<what>[^\W\d][^\s,.;:!?()]{1,25}(?: (?!and )[^\s,.;:!?()]{1,20}){0,3}))",
        Needs.TERSE,
        rank=Rank.GENERIC,
    ),
    WordingRule(
        "avoid",
        "avoid:{what}",
        ("no ", "nothing ", "without ", "zero ", "skip ", "not ", "n't ", "avoid ", "never "),
        rf"{START}(?P<x>(?:no|without|with no|zero|skip|nothing|avoid|don't|do not|never|"
        rf"but not) (?=[^\W\d]|{Q})(?!more\b|less\b|fewer\b|longer\b|exceed|need\b|forget|worry|matter|"
        r"problem|idea\b|state\b)(?P<what>[^\s,.;:!?()]{1,25}(?: (?!and |"
        r"[/+-] )[^\s,.;:!?()]{1,20}){0,4}))",
        Needs.TERSE,
        rank=Rank.GENERIC,
    ),
    WordingRule(
        "avoid",
        "avoid:{what}",
        (" no ",),
        rf"\b(?P<x>(?:with )?no (?:added |other |additional )?(?P<what>{_ANSWER_PARTS}))\b(?! of\b)",
        rank=Rank.GENERIC,
    ),
    WordingRule(
        "avoid",
        "avoid:{what}",
        (" no ",),
        r"\b(?:with|(?:should|must|can|shall|may) (?:be|have|contain|use|include)|contains?|contain|"
        r"use) no (?:other )?(?P<what>[a-z-]{3,20}(?: [a-z]{3,15})?)",
        rank=Rank.GENERIC,
    ),
)
