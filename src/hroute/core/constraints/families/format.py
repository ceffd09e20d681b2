"""How the answer is laid out: tables, lists, JSON, headings, sections."""

from hroute.core.constraints.rules import END, START, Needs, WordingRule, words_of

_FORMAT = (
    "jsonl?|csv|tsv|ya?ml|xml|html|markdown|md|latex|toml|plain ?text|ascii|svg|sql|regex|mermaid|"
    "emojis?|code block|bullet(?:ed)?[- ](?:points?|list|form(?:at)?)|bullets|dot points|bullet lists?|"
    "numbered (?:list|steps)|ordered list|unordered list|hierarchical list|checklist|python (?:list|"
    "dict(?:ionary)?)|(?:[a-z]{3,12} )?table|tabular|prose|q&a|one[- ]liner|code only|diff|pseudocode|"
    "step[- ]by[- ]step"
)
_FORMAT_WORDS = words_of(
    "json|jsonl|csv|tsv|yaml|yml|xml|html|markdown|md|latex|toml|plain|plaintext|ascii|svg|sql|regex|"
    "mermaid|emoji|emojis|code|bullet|bulleted|bullets|dot|numbered|ordered|unordered|hierarchical|"
    "checklist|python|table|tabular|prose|q|one|diff|pseudocode|step"
)

FORMAT = (
    WordingRule(
        "format",
        "table",
        ("table", "tabular"),
        r"\b(?:in|as|into|include|includes|including|use|using|with|present|presents|create|make|add|"
        r"build|any|an?|the|each|must|incorporate|of|html|markdown) (?:(?:an?|the|any|single|comparison|"
        r"structured|markdown|html|simple|well-organized|clear) ){0,3}tables?\b(?!-)(?: format|"
        r" form)?\b(?! of contents|spoon| \d)|\btabular\b|\btable (?:format|form)\b",
    ),
    WordingRule(
        "format",
        "heading",
        ("heading", "h2", "h1", "h3"),
        r"\b(?:level[- ]?(?:\d|one|two|three) )?(?:sub-?)?headings?(?: levels?)?(?: \d)?\b|\bh[1-6]\b",
    ),
    WordingRule(
        "format",
        "list",
        ("list", "bullet", "points", "numbered"),
        r"\b(?:bullet(?:ed)?|numbered|ordered|unordered|hierarchical|nested|dashed)[- ](?:point(?:s)?|"
        r"list|form|steps|items|format)(?: list| format| form)?\b|\bin (?:a )?list (?:format|form)\b|"
        r"\bas (?:a )?(?:list|bullets)\b|\bwith bullets\b|\bnumber markers\b|\bbullets\b",
    ),
    WordingRule(
        "format",
        "format:{f}",
        (
            "json",
            "csv",
            "yaml",
            "yml",
            "xml",
            "html",
            "markdown",
            "latex",
            "tsv",
            "toml",
            "plain",
            "python",
            "sql",
            "mermaid",
        ),
        r"\b(?:in|as|into|using|use|output|return|respond with|reply with|answer with|produce|give me|"
        r"valid|formatted as|to|only|just|with|be|of|is) (?:(?:an?|the|valid|raw|plain|strict|one|single|"
        r"proper|entire|only|github|pure|minified|python) ){0,3}(?P<f>jsonl?|csv|ya?ml|xml|html|markdown|"
        r"latex|tsv|toml|plain ?text|python list|mermaid)\b(?: (?:format|block|object|only|array|output|"
        r"file|syntax|document|string|list))?",
    ),
    WordingRule(
        "format",
        "format:{f}",
        ("json", "csv", "yaml", "yml", "xml", "html", "markdown", "latex", "tsv", "toml", "plain"),
        r"\b(?P<f>jsonl?|csv|ya?ml|xml|html|markdown|latex|tsv|toml|plain ?text)[- ](?:only|format(?:ted|"
        r"ting)?|syntax|output|array|please)\b",
    ),
    WordingRule(
        "format",
        "format:{f}",
        _FORMAT_WORDS,
        rf"{START}(?P<x>(?:valid |raw |minified |pretty |strict |only |just |as |in |use |output |return |"
        rf"a )?(?P<f>{_FORMAT})(?: only| format| output| please| array| object| list)?){END}",
        Needs.TERSE,
    ),
    WordingRule(
        "format",
        "code block",
        ("code block", "codeblock", "code fence"),
        r"\b(?:code ?blocks?|code fences?|fenced)\b",
    ),
    WordingRule(
        "format",
        "highlight",
        ("highlight", "bold", "italic", "underline"),
        r"\bhighlight(?:ing)?(?=(?:/bold)? (?:at least|exactly|\w+ (?:sections?|parts?|words?|phrases?)|"
        r"key (?:terms?|words?|phrases?))\b)|\bhighlighted (?:sections?|text|parts?|words?)\b|"
        r"\b(?:bold(?:ed|face)?|italici[sz]ed?|italics?|underlined)\b",
    ),
    WordingRule(
        "format",
        "hierarchy",
        ("hierarch",),
        r"\bhierarch\w{2,8}\b(?: (?:manner|fashion|format|order|structure|list format))?",
    ),
    WordingRule(
        "sections",
        "sections:title",
        ("title",),
        r"\btitles? ?,? (?:wrapped|contained|enclosed|surrounded|in double|in square|in (?:bold|caps)|"
        r"inside|at the (?:top|beginning))\b|\b(?:include|add|have|has|with|contain) (?:a|the) title\b",
    ),
    WordingRule(
        "sections",
        "sections:brackets",
        ("bracket",),
        r"\b(?:in|into|inside|within|with|by|using) (?:(?:double|single|square|angular|angle|curly|"
        r"round) ){1,2}brackets?\b",
    ),
    WordingRule(
        "sections",
        "postscript",
        ("p.s", "p.p.s", "postscript"),
        r"\bpost-?script\b|\bp\.(?:p\.)?s\b",
    ),
    WordingRule(
        "sections",
        "placeholder",
        ("placeholder",),
        r"\bplaceholders?\b",
    ),
    WordingRule(
        "sections",
        "sections:section",
        ("section",),
        r"\b(?:divided? |split |organi[sz]ed? |structured? |broken? )(?:\w+ ){0,5}?(?:into|in|"
        r"using) (?:\w+ ){0,3}?(?:sections?|parts|chapters)\b|\bsections?:? ?(?:\w+ ){0,2}(?:such as|"
        r"like|named|called|titled|marked)\b",
    ),
    WordingRule(
        "sections",
        "sections:section",
        ("mark the ", "mark each", "mark every", "mark all", "marking "),
        r"\bmark(?:ing)? (?:the (?:beginning|start) of )?(?:each|every|all) (?:[a-z]+ )?(?:section|part|"
        r"chapter)s? with\b[^.;,\n]{0,30}",
    ),
    WordingRule(
        "format",
        "marker",
        ("marker",),
        r"\b(?:using|with|use) (?:the |a |an )?(?:[a-z]+ )?markers?\b",
    ),
    WordingRule(
        "format",
        "separator",
        ("separat", "divider", "asterisk"),
        r"\bseparated? (?:\w+ ){0,8}?(?:by|with|using|from)\b|\bdividers?\b",
    ),
    WordingRule(
        "format",
        "newline",
        ("new line", "newline", "own line", "per line", "indent", "one line"),
        r"\b(?:on|in) (?:a |its |their |one )?(?:new|own|separate|single) lines?\b|"
        r"\bone (?:\w+ )?per line\b|\bindent\w*|\bno line ?breaks?\b",
    ),
    WordingRule(
        "format",
        "options",
        ("following options", "one of", "yes", "true"),
        r"\bone of the following(?: options)?\b|\banswer (?:with|only) (?:yes|no|true|false)\b|"
        r"\byes or no\b|\byes/no\b|\btrue/false\b",
    ),
)
