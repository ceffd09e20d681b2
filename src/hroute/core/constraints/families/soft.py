"""Families of wishes in soft words: what somebody would rather have, or has explained as if to a child."""

from hroute.core.constraints.rules import Needs, Rank, WordingRule

# Of whom everybody knows how they talk.
_PLAYERS = (
    r"(?:[a-z-]{1,15} ){0,2}?(?:pirate|cowboy|sailor|poet|grandma|grandmother|grandfather|granny|robot|"
    r"rapper|bard|"
    r"wizard|detective|butler|comedian|commentator|coach|gangster|caveman|newsreader|viking|vampire|yoda|"
    r"shakespeare)"
)

SOFT = (
    WordingRule(
        "content",
        "wish:{w}",
        ("rather", "prefer", "clear of", "away from", "easy on"),
        r"\b(?:i(?:'d| would) (?:rather|prefer|really prefer)|i prefer|(?:we|i)(?:'d|"
        r" would) love) (?:(?:not|you|if|to|it|see|"
        r"have|get|read|didn't|don't|could|was|were|that) ){0,4}?(?P<w>(?!know|hear|learn|understand|be |"
        r"go |stay |"
        r"do |buy |eat |live |work |want|think|not\b|you\b|if\b|to\b|it\b|see\b|have\b|"
        r"get\b)[\w-]{1,20}(?: [\w-]{1,15}){0,3})|"
        r"\b(?:steer clear of|stay away from|go easy on|hold off on) (?P<x>[^,.;:!?\n]{2,40})",
        Needs.DIRECTIVE,
        Rank.WORDS,
    ),
    WordingRule(
        "role",
        "role:played",
        (" like ",),
        rf"\blike (?:an? |my |the )(?P<r>{_PLAYERS})(?=[.,;:!?\n]|\Z)",
        Needs.DIRECTIVE,
        Rank.WORDS,
    ),
    WordingRule(
        "audience",
        "audience",
        ("als wär", "comme si", "como si", "come se", "como se", "будто", "alsof ik", "som om jag", "jakbym"),
        r"\b(?:als wäre? ich|comme si j'avais|como si (?:yo )?(?:tuviera|fuera)|come se (?:io )?(?:avessi|"
        r"fossi)|"
        r"como se eu (?:tivesse|fosse)|(?:как )?будто (?:мне|я)|alsof ik|som om jag (?:var|är|vore)|jakbym "
        r"(?:miał|był)[ao]?) [^,.;:!?\n]{2,40}",
        Needs.ANYWHERE,
        Rank.WORDS,
    ),
    WordingRule(
        "format",
        "format:boxed",
        ("\\boxed",),
        r"\\boxed(?:\{[^}\n]{0,20}\})?",
        Needs.ANYWHERE,
    ),
)
