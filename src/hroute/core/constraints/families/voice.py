"""How the answer sounds, to whom it speaks, in which language, and what it dwells on."""

from hroute.core.constraints.rules import END, START, Needs, Q, Rank, WordingRule, words_of

_LANGUAGES = (
    "english|french|spanish|german|italian|portuguese|dutch|russian|chinese|mandarin|japanese|korean|"
    "arabic|hindi|punjabi|marathi|bengali|tamil|telugu|gujarati|kannada|urdu|persian|farsi|turkish|"
    "polish|swedish|norwegian|danish|finnish|greek|hebrew|thai|vietnamese|swahili|nepali|bulgarian|"
    "ukrainian|czech|romanian|hungarian|latin|indonesian"
)
_TONES = (
    "formal|informal|casual|friendly|professional|humorous|funny|witty|sarcastic|serious|polite|playful|"
    "neutral|warm|upbeat|conversational|enthusiastic|persuasive|academic|dry|melancholic|inspirational|"
    "empathetic|assertive|ironic|deadpan|cheerful|poetic|romantic|dramatic|diplomatic|apologetic|angry|"
    "passive[- ]aggressive|whimsical|lighthearted|businesslike|confident|optimistic|pessimistic|"
    "satirical|respectful|sincere|urgent|excited|weird|laid[- ]back"
)
# One of the words in every way to name an audience: "old", or what "like I'm five" splits into.
_AUDIENCES = frozenset(
    (
        "kids", "child", "children", "toddler", "toddlers", "beginner", "beginners", "teen", "teens",
        "teenager", "teenagers", "students", "senior", "seniors", "elderly", "layperson", "laypeople",
        "lay", "grandma", "grandpa", "mom", "mum", "dad", "boss", "manager", "novice", "novices", "non",
        "expert", "experts", "executive", "executives", "ceo", "developers", "professionals", "old", "olds",
        "yearold", "yearolds", "yrold", "yrolds", "audience", "eli", "m", "am", "aimed", "targeted",
        "geared", "understandable",
    )
)  # fmt: skip
# "humor reminiscent of Mark Twain" is one wish.
_LIKE = r"(?:reminiscent of|akin to|characteristic of|typical of|indicative of)"

VOICE = (
    WordingRule(
        "language",
        "language:{l}",
        words_of(_LANGUAGES),
        r"\b(?:answer|respond|reply|write|written|response|output|text|summary|be|entirely|only|"
        r"explain\w*|explanation|translation|it|is|using|use)\b(?: (?!plain)[\w,]{1,15}){0,5}? (?:in|"
        rf"only|using|use) (?:the |only )?(?P<l>{_LANGUAGES})\b(?! (?:to|into|class|teacher|exam|"
        r"version))(?: language)?",
    ),
    WordingRule(
        "language",
        "language:{l}",
        words_of(_LANGUAGES),
        rf"{START}(?P<x>(?:in |use |all in |reply in |answer in )?(?:the )?(?P<l>{_LANGUAGES})(?: only|"
        rf" please| language)?){END}",
        Needs.TERSE,
    ),
    WordingRule(
        "language",
        "spelling",
        ("british", "american", "uk ", "us "),
        r"\b(?:british|american|uk|us) (?:english|spelling)\b",
    ),
    WordingRule(
        "tone",
        "tone",
        ("tone", "voice", "mood"),
        r"\b(?:[a-z-]{3,20} (?:and |yet |but )?){0,2}tones?\b(?: of [a-z]+(?: and [a-z]+)?)?(?:"
        rf" {_LIKE} [^,.;!?\n]{{1,40}})?|\btone:? [a-z]+",
    ),
    WordingRule(
        "tone",
        "tone",
        words_of(_TONES),
        r"\b(?:in|with|using|be|keep it|make it|sound|more) (?:an? )?(?:\w+ and |very |more |"
        rf"rather )?(?:{_TONES})(?: (?:way|manner|style|voice|tone|language|register))",
    ),
    WordingRule(
        "tone",
        "tone",
        words_of(_TONES),
        rf"{START}(?P<x>(?:stay |remain |more |very |slightly |a bit |super |sound |"
        rf"be )?(?P<t>{_TONES})(?: and (?:{_TONES}))?(?: tone| style| please| voice)?){END}",
        Needs.TERSE,
    ),
    WordingRule(
        "style",
        "style:{s}",
        (
            "style",
            "reminiscent",
            "mimic",
            "emulat",
            "channel",
            "akin",
            "manner of",
            "spirit of",
            "voice of",
            "mirror",
            "characteristic of",
            "typical of",
            "indicative of",
        ),
        rf"\b(?:in the (?:\w+ )?(?:style|manner|voice|spirit) of|(?:style )?{_LIKE}|style of|mimic\w*|"
        r"emulat\w*|channel(?:l?ing)?|mirror the) (?P<s>[^,.;!?\n]{0,40})|"
        r"\bin (?:an? )?(?:[a-z-]{2,15} ){0,2}(?!language|writing|citation|this|that|same|"
        r"requested)[a-z-]{3,15} style\b(?! (?:of|reminiscent))",
        Needs.ANYWHERE,
    ),
    WordingRule(
        "style",
        "figure:{d}",
        (
            "alliterat",
            "metaphor",
            "simile",
            "anaphora",
            "irony",
            "humor",
            "humour",
            "imagery",
            "ambigu",
            "satire",
            "wit",
            "suspense",
            "symbolism",
            "rhetorical",
            "onomato",
            "personif",
            "hyperbole",
            "pun",
        ),
        r"\b(?P<d>alliterat\w+|metaphors?|similes?|anaphora|irony|humou?r|imagery|ambiguity|satire|wit|"
        r"suspense|symbolism|rhetorical questions?|onomatopoeia|personification|hyperbole|"
        rf"puns)\b(?:,? (?:and|or) [a-z]+)?(?: {_LIKE} [^,.;!?\n]{{1,40}})?",
    ),
    WordingRule(
        "style",
        "flavour:{d}",
        (
            "infus",
            "imbu",
            "pepper",
            "weav",
            "interspers",
            "sprinkl",
            "embod",
            "embrac",
            "evok",
            "touch of",
            "hint of",
            "interlac",
            "intertwin",
            "demeanor",
            "demeanour",
        ),
        r"\b(?:infus(?:e|ing)|imbu(?:e|ing)|pepper(?:ing)?|weav(?:e|ing)(?= (?:in|into|throughout|"
        r"elements|humou?r|a)\b)|interspers(?:e|ing)|sprinkl(?:e|ing)|embod(?:y|ying)|embrac(?:e|ing)|"
        r"interlac(?:e|ing)|intertwin(?:e|ing)|(?:maintain|uphold|preserv)(?:e|"
        r"ing)?(?= [^,.;!?\n]{1,40} demeanou?r)|evok(?:e|ing)|giv(?:e|ing) [^,.;!?\n]{3,25} a (?:touch|"
        r"hint) of) (?P<d>[^,.;!?\n]{5,25})",
        rank=Rank.GENERIC,
    ),
    WordingRule(
        "role",
        "role",
        (
            "act as",
            "acting as",
            "er as a",
            "nd as a",
            "ly as a",
            "ak as a",
            "te as a",
            "you are",
            "you're",
            "pretend",
            "as if you",
            "role of",
            "persona",
            "perspective",
            "imagine you",
            "as though you",
            "respond as",
            "point of view",
            " like a",
        ),
        r"\b(?:act(?:ing)?|answer|respond|reply|speak|write) as (?=an?\b|if\b|though\b|"
        r"my\b)(?!an? (?:[a-z-]+ )?(?:level|paragraphs?|lists?|table|json|csv|headings?|bullets?|"
        r"dialogue|letter|poem|story|single|series|python|whole|numbered|markdown|string|number|tweet|"
        r"script|email|one)\b)|\bact as\b|\byou(?: a|')re (?:an?|the|my) [a-z]+|\bpretend (?:you|"
        r"to be)\b|\bas (?:if|though) you\b|\brole of\b|\bpersona of\b|\bperspective of\b|"
        r"\bimagine (?:that )?you\b|\brespond as\b|\bpoint of view\b|\b(?:answer|talk|write|respond|"
        r"speak|sound|reply) like an? [a-z]+",
    ),
    WordingRule(
        "audience",
        "audience",
        _AUDIENCES,
        r"\b(?:for|explain [^,.;!?\n]{0,40}\bto) (?:an? |my |the |absolute |total |complete |"
        r"non-technical |young |elderly )*(?:kids|child(?:ren)?|toddlers?|beginners?|teens?|teenagers?|"
        r"students|seniors?|elderly|layperson|laypeople|lay audience|grandma|grandpa|mom|mum|dad|boss|"
        r"manager|novices?|non-technical|experts?|executives?|ceo|developers|professionals|"
        r"\d{1,2}[- ]?(?:year|yr)[- ]?olds?|(?:\w+ )?audience)\b|\beli5\b|\blike i(?:'m|"
        r" am) (?:a )?(?:\d|five|ten|child)|\b(?:target )?audience\b|\b(?:aimed|targeted|geared) (?:at|"
        r"to|towards?)\b|\bunderstandable (?:to|for|by)\b",
    ),
    WordingRule(
        "rhyme",
        "rhyme",
        ("rhym",),
        r"\brhym\w{1,4}\b",
    ),
    WordingRule(
        "tense",
        "tense",
        ("tense",),
        r"\b(?:past|present|future)(?: perfect| continuous| simple)?[- ]tense\b",
    ),
    WordingRule(
        "person",
        "person",
        ("person", "voice", "imperative"),
        r"\b(?:first|second|third|1st|2nd|3rd)[- ]person\b|\b(?:active|passive) voice\b|"
        r"\bimperative(?: mood| verbs?)?\b",
    ),
    WordingRule(
        "order",
        "order",
        ("sort", "order", "rank", "alphabet", "chronolog", "ascending", "descending", "first"),
        r"\b(?:sort|order|rank|arrang)(?:ed?|ing)? (?:\w+ ){0,4}?(?:by|from|in|alphabetically|"
        r"chronologically)\b[^,.;!?\n]{0,30}|\balphabetical(?:ly)?(?: order)?\b|"
        r"\bchronological(?:ly)?(?: order)?\b|\b(?:ascending|descending|reverse) order\b|\b(?:ascending|"
        r"descending)\b|\b(?:newest|oldest|largest|smallest|most \w+|cheapest|highest|lowest|"
        r"best) first\b",
    ),
    WordingRule(
        "number",
        "number:{n}",
        ("decimal", "significant", "units", "iso", "round", "numeral", "percent", "metric", "celsius"),
        r"\b(?P<n>(?:\w+ )?decimals?(?: places?)?|significant (?:figures|digits)|with units|"
        r"iso[- ]?(?:8601|dates?|format)|round(?:ed)? to [^,.;!?\n]{1,25}|roman numerals|metric units|"
        r"in celsius)\b",
    ),
    WordingRule(
        "reference",
        "reference:{r}",
        ("cit", "source", "page", "reference", "link to", "quote", "article", "section", "chapter"),
        r"\b(?P<r>cit(?:e|es|ing|ations?)\b[^,.;!?\n]{0,30}|with sources|(?:page|line) numbers?|quot(?:e|"
        r"es|ing) (?:verbatim|the|from|exact\w*)|link(?:s|ing)? to [^,;\n]{1,20}|(?:using |refer to |"
        r"reference |from |only |in |based |on )+(?:the )?(?:page|section|article|chapter|table|figure|"
        r"appendix)s? \d+(?: and \w+ \d+)?)",
    ),
    WordingRule(
        "keys",
        "keys:{n}",
        ("key", "field", "column", "header", "propert", "attribute"),
        r"\b(?:with|has|have|use|exactly|following|json|named?|the|only|and|two|three|four|allocating|"
        r"include|contain\w*)(?: (?:the|these|following|two|three|four|five|\d|exactly|separate|"
        r"designated|only)){0,3} (?P<n>keys|fields|columns|headers|properties|attributes)\b(?: named|"
        rf" called| designated| are)?:? (?:for )?[^.,\n;]{{1,40}}(?:, ?(?:and )?{Q}){{0,20}}",
    ),
    WordingRule(
        "keys",
        "keys:{n}",
        ("key", "field", "column", "header", "propert", "attribute"),
        rf"{START}(?P<x>(?P<n>keys|fields|columns|headers|properties|attributes|cols)(?: named| called|"
        r" are)?:? (?!sorted|in\b|as\b|must|should|lower|upper|snake|camel|alpha)[^.,\n;]{1,40})",
        Needs.TERSE,
    ),
    WordingRule(
        "style",
        "only",
        ("only", "just ", "nothing else", "nothing but", "anything else", "no other"),
        r"\b(?:only|just) (?:output|return|respond|reply|give|the|answer|print|provide|include|write|"
        r"show|contain)\b|\b(?:output|return|respond|reply|answer|give|print|send|write)(?: me| us| back|"
        r" with| in)* (?:only|just)\b[^,.;!?\n]{0,25}|\bnothing (?:else|but)\b|"
        r"\bnot (?:\w+ )?anything (?:else|except|other)\b|\b(?:code|answer|formulas?|number|output|text|"
        r"translation|list|sql|query) only\b",
        rank=Rank.GENERIC,
    ),
)

# Shapes that any restriction can take: the last resort, they yield to every family.
PATTERNS = (
    WordingRule(
        "content",
        "focus:{d}",
        ("focus", "emphasis", "honing"),
        r"\b(?:(?:focusing|honing in) \w+ly|(?:special|primary|particular|strong) (?:focus|"
        r"emphasis)) on (?P<d>[^,.;!?\n]{3,40})",
        rank=Rank.GENERIC,
    ),
    WordingRule(
        "content",
        "content:{d}",
        ("additionally", "furthermore", "moreover", "in addition"),
        r"(?:\A|[.!?\n] ?)(?:additionally|furthermore|moreover|"
        r"in addition), (?P<x>(?P<d>[^.!?\n]{10,200}))",
        rank=Rank.GENERIC,
    ),
    WordingRule(
        "content",
        "content:{d}",
        (" one ",),
        r"\b(?:includ\w+|incorporat\w+|provid\w+|cit(?:e|ing)|with|highlight|"
        r"using) (?:at least )?one (?P<d>(?:\w+ )?(?:case study|examples?|anecdotes?|statistics?|quotes?|"
        r"sources?|expert opinion|consequence|repercussion|illustration|analogy|metaphor)s?)\b",
        rank=Rank.GENERIC,
    ),
    WordingRule(
        "style",
        "pattern:{p}",
        ("each ", "every ", "no two ", "only words", "ratio", "overlap", "constitute"),
        r"\b(?P<p>(?:each|every|no two|all)(?: [\w-]+){0,2}? (?:words?|sentences?|lines?|paragraphs?|"
        r"sections?|bullets?|items?|entry|entries|answers?|titles?|headings?|steps?|stages?|points?|"
        r"phrases?|letters?|stanzas?|verses?|rows?|columns?|questions?|examples?|options?|characters?|"
        r"quotes?|responses?)(?: [\w-]+)? (?:in your response |of your response )?(?:must|should|shall|"
        r"has to|needs to|can|cannot|may)\b[^.\n]{3,90}|(?:use |using )?only words\b[^.\n]{3,40}|"
        r"ratio of[^.\n]{3,60}|overlap of[^.\n]{3,40}|every \d{1,3}(?:st|nd|rd|th)[^.\n]{3,40})",
        rank=Rank.GENERIC,
    ),
)
