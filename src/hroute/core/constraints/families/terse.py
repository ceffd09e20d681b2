"""What people type between separators, where a word or two is a whole constraint."""

from hroute.core.constraints.rules import END, START, Needs, Rank, WordingRule, words_of

# Verbs that open a wish in a list of wishes; at the very start of a prompt they open the task.
_MUST_VERBS = (
    "include|mention|mentions|add|cite|quote|link|keep|thank|say|says|use|cover(?! letter)|comment|sign|"
    "call|number|label|round|group|wrap|give(?! your| the answer| me)|show|leave|preserve|alias|"
    "reference|credit"
)
# Gate of the versions and dialects a program is asked in.
_TOOLS = words_of(
    "python|node|java|kotlin|rust|go|swift|c|typescript|ts|javascript|js|ruby|php|react|vue|django|"
    "flask|postgres|postgresql|mysql|sqlite|version|es|es6|bash|zsh|powershell|pytest|jest|tailwind|"
    "dialect|syntax"
)

_UNITS = words_of(
    "km|miles|kg|gram|grams|usd|eur|euro|euros|dollars|metric|celsius|minutes|hours|percent|cm|meters|metres|"
    "utc|parens|brackets|bold|italics|caps|quotes"
)

TERSE = (
    WordingRule(
        "style",
        "nothing more",
        ("no other ",),
        r"\bno other (?:text|words?|language|output)s?\b",
        rank=Rank.GENERIC,
    ),
    WordingRule(
        "include",
        "include:{what}",
        frozenset(_MUST_VERBS.replace("(?! letter)", "").replace("(?! your| the answer| me)", "").split("|")),
        rf"{START}(?P<x>(?!\A)(?:must |should |has to |"
        rf"needs to )?(?:{_MUST_VERBS}) (?P<what>[^,.;:!?\n]{{3,60}}))",
        Needs.TERSE,
        Rank.GENERIC,
    ),
    WordingRule(
        "style",
        "only:{what}",
        ("only",),
        rf"{START}(?P<x>(?P<what>[a-z' -]{{2,40}}) only){END}",
        Needs.TERSE,
        Rank.GENERIC,
    ),
    WordingRule(
        "style",
        "only:{what}",
        ("only",),
        rf"{START}(?P<x>only (?P<what>[a-z' -]{{2,40}})){END}",
        Needs.TERSE,
        Rank.GENERIC,
    ),
    WordingRule(
        "order",
        "order",
        ("sort", "first", "order"),
        rf"{START}(?P<x>(?:sort|order)(?:ed)? [a-z ]{{2,30}}|[a-z -]{{3,30}} (?:first|last|order)){END}",
        Needs.TERSE,
    ),
    WordingRule(
        "number",
        "number:{n}",
        _UNITS,
        r"\b[a-z]{3,15} in (?P<n>km|miles|kg|grams?|usd|eur|euros?|dollars|metric|celsius|minutes|"
        rf"hours|percent|cm|meters|metres|utc|parens|brackets|bold|italics|caps|quotes){END}",
        Needs.TERSE,
    ),
    WordingRule(
        "sections",
        "sections:named",
        ("section", "headings", "parts"),
        rf"{START}(?P<x>(?:sections|headings|parts)(?: for)?:? [^.\n;]{{3,60}})",
        Needs.TERSE,
    ),
    WordingRule(
        "length",
        "size:{n}",
        ("x", "wrap", "-space", "-char", "-line", "-word"),
        r"\b(?P<n>\d{2,4} ?x ?\d{2,4}|wrap(?:ped)? (?:at|to) \d{1,3}|\d-(?:space|char|line|word)[a-z]*)\b",
        Needs.TERSE,
    ),
    WordingRule(
        "format",
        "format:{f}",
        ("as a",),
        r"\bas an? (?P<f>dialogue|letter|poem|list|tweet|script|email|story|faq|haiku|song|rap|quiz|"
        r"checklist|table|conversation|headline|memo)\b",
    ),
    WordingRule(
        "style",
        "version:{v}",
        _TOOLS,
        rf"{START}(?P<x>(?:in |use |using )?(?P<v>(?:python|node|java|kotlin|rust|go|swift|c\+\+|"
        r"typescript|ts|javascript|js|ruby|php|react|vue|django|flask|postgres\w*|version|"
        r"es) ?v?\d[\d.]{0,6}\+?|(?:bash|zsh|powershell|postgres\w*|mysql|sqlite|es6|typescript|pytest|"
        rf"jest|tailwind|[a-z]{{3,12}} (?:dialect|syntax)))){END}",
        Needs.TERSE,
    ),
    WordingRule(
        "count",
        "count:bare",
        (", ", ": "),
        r"\d(?<=[a-z][,:] \d)\d?(?= ?, ?[a-z])",  # the digit first: few characters are one
        Needs.TERSE,
    ),
    WordingRule(
        "keys",
        "keys:columns",
        (" | ",),
        r"(?<=: )[a-z]{2,20}(?: \| [a-z]{2,20}){1,9}\b",
        Needs.TERSE,
    ),
    WordingRule(
        "format",
        "delimiter",
        ("separat", "delimit"),
        r"\b(?:tab|comma|semicolon|pipe|space|newline|line)s?[- ](?:as (?:a )?)?(?:separat|"
        r"delimit)\w{1,3}\b",
        Needs.TERSE,
    ),
    WordingRule(
        "include",
        "keep:{what}",
        ("keep ", "preserve "),
        r"(?<!to )\b(?:keep|preserve) (?:the|all|my|every) (?![^,.;!?\n]{0,40}(?:concise|short|simple|"
        r"clear|brief|focused|relevant|discussion|tone))(?P<what>[^,.;:!?\n]{3,40})",
        Needs.DIRECTIVE,
        Rank.GENERIC,
    ),
    WordingRule(
        "format",
        "format:one-liner",
        ("liner",),
        r"\b(?:[a-z]+ )?one[- ]?liner\b",
        Needs.TERSE,
    ),
    WordingRule(
        "format",
        "format:{f}",
        (" format", " form"),
        rf"{START}(?P<x>(?P<f>(?!this|that|the |any |same|following|which|"
        rf"specific)[a-z-]{{3,15}} (?:[a-z]{{3,12}} )?format)(?: only)?){END}",
        Needs.TERSE,
    ),
    WordingRule(
        "style",
        "plain",
        ("plain ", "layman", "lay terms"),
        rf"{START}(?P<x>plain (?:english|language)|in layman'?s terms|in lay terms){END}",
        Needs.TERSE,
    ),
)
