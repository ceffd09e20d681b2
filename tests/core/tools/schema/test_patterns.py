import time
from contextlib import suppress

import pytest

from hroute.core.tools.schema.patterns import (
    MATCH_LIMIT_S,
    BadPatternError,
    is_ecma,
    matches,
    pattern_problem,
    translated,
)

DECIMAL = r"^(?!^[-+.]*$)[+-]?0*\d*\.?\d*$"  # of every Decimal field of pydantic


@pytest.mark.parametrize(
    ("pattern", "yes", "no"),
    [
        ("^abc$", "abc", "abc\n"),
        (r"^\d$", "7", "߀"),
        (r"^\D$", "߀", "7"),
        (r"^\w$", "a", "é"),
        (r"^[\W]$", "é", "_"),
        (r"^\s$", "\ufeff", "\x01"),
        (r"^[^\s]$", "\x01", "\u2003"),
        (r"\bfoo\b", "éfooé", "xfoo"),
        ("^.$", "\x85", "\u2028"),
        (r"^\p{Lu}+$", "ÉA", "é"),
        (r"^\p{Script=Greek}$", "λ", "l"),
        (r"^[\p{L}\d]+$", "é7", "-"),
        (r"^\cJ$", "\n", r"\cJ"),
        (r"^\x41\u0042\u{43}$", "ABC", "abc"),
        (r"^\ud83d\udc32+$", "🐲🐲", "🐉"),
        (r"^[\ud83d\udc32-\ud83d\udc35]$", "🐳", "🐉"),
        ("^[^]$", "\n", ""),
        ("a[]|b", "b", "a"),
        (r"^[\w-.]+$", "a-.", "a+"),
        (r"^[a\-z]$", "-", "b"),
        ("^[[&&]$", "&", "a"),
        (r"^a{,2}$", "a{,2}", "aa"),
        (r"^(?<x>a|b)\k<x>$", "bb", "ab"),
        (r"(?<=a+)b", "aab", "cb"),
        (DECIMAL, "-0.5", "-."),
        (r"\Aab\Z", "ab", "ab\n"),  # Python's anchors
        (r"^(?P<x>a|b)(?P=x)$", "aa", "ab"),
    ],
)
def test_a_pattern_means_what_ecma_says_or_what_python_meant(pattern: str, yes: str, no: str) -> None:
    assert matches(pattern, yes)
    assert not matches(pattern, no)


@pytest.mark.parametrize(
    "pattern", ["(", ")", "[a", "*a", r"\a", r"\p{Nope}", "[z-a]", r"\ud83d", "(?#note)", "(?R)", "a" * 1001]
)
def test_what_is_no_pattern_is_told(pattern: str) -> None:
    assert pattern_problem(pattern)
    with pytest.raises(BadPatternError):
        matches(pattern, "a")


@pytest.mark.parametrize("pattern", [r"\Aab", "(?P<x>a)", "(?i)a", "a++", "{"])
def test_other_languages_patterns_run_but_are_none_of_ecma(pattern: str) -> None:
    assert pattern_problem(pattern) is None
    assert not is_ecma(pattern)


@pytest.mark.parametrize("pattern", ["^(a+)+$", "^(a|a)*$", r"^(\w+\s?)*$", "^(?=(a|aa)+$)"])
def test_a_pattern_that_multiplies_its_work_is_stopped_or_sees_through(pattern: str) -> None:
    began = time.thread_time()
    with suppress(TimeoutError):
        assert not matches(pattern, "a" * 50_000 + "!")
    assert time.thread_time() - began < 10 * MATCH_LIMIT_S


@pytest.mark.parametrize(
    ("pattern", "grammar", "is_whole"),
    [
        (DECIMAL, r"^[\+\-]?0*[0-9]*\.?[0-9]*$", False),
        (r"^a\Z", "^a$", True),
        ("(?!a)", None, False),
        (r"(a)\1", None, True),
        (r"\ba", None, True),
        (r"(?=\ba)b{2}", "b{2}", False),
        ("x*?", "x*", True),
    ],
)
def test_a_grammar_gets_what_it_can_hold(pattern: str, grammar: str | None, is_whole: bool) -> None:
    found = translated(pattern)
    assert (found.grammar, found.is_whole) == (grammar, is_whole)
