"""Runs every hostile schema through definition, grammar and contract; one JSON line for each.

A program of its own: `python -m tests.support.servers.hostile`, so that a crash of native code is seen.
"""

import json
import time
from pathlib import Path
from typing import Any

from hroute.core.errors import HrouteError
from hroute.core.tools.judge import judge
from hroute.core.tools.schema.read import read_schema
from hroute.engines.llama.grammar import Grammar, GrammarState, Vocabulary
from hroute.engines.llama.native import Model
from hroute.engines.models import locate as models

STEPS = 40


def nested(levels: int, kind: str) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "string"}
    for _ in range(levels):
        schema = (
            {"type": "array", "items": schema}
            if kind == "array"
            else {"type": "object", "properties": {"a": schema}, "required": ["a"]}
        )
    return schema


def doubling(keyword: str) -> dict[str, Any]:
    """Sixty definitions, each of which refers twice to the next."""
    levels = {f"d{i}": {keyword: [{"$ref": f"#/$defs/d{i + 1}"}] * 2} for i in range(60)}
    return {"$defs": {**levels, "d60": {"type": "string"}}, "$ref": "#/$defs/d0"}


def a_string(**rules: Any) -> dict[str, Any]:
    return {"type": "string", **rules}


def an_object(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": [*properties]}


MANY_WORDS = [f"value {i}" for i in range(5000)]
HOSTILE: dict[str, Any] = {
    "empty": {},
    "true": True,
    "false": False,
    "boolean members": an_object(a=True) | {"additionalProperties": False},
    "a false member": {
        "type": "object",
        "properties": {"a": False, "b": {"type": "string"}},
        "required": ["b"],
    },
    "a required false member": an_object(a=False),
    "ref to itself": {"$ref": "#"},
    "a circle of refs": {
        "$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"$ref": "#/$defs/a"}},
        "$ref": "#/$defs/a",
    },
    "a circle through anyOf": {"anyOf": [{"$ref": "#"}, {"type": "string"}]},
    "a linked list": {"type": "object", "properties": {"v": {"type": "string"}, "next": {"$ref": "#"}}},
    "a list without end": an_object(next={"$ref": "#"}),
    "a tree": {"$defs": {"t": {"type": "array", "items": {"$ref": "#/$defs/t"}}}, "$ref": "#/$defs/t"},
    "ref to the network": {"$ref": "http://example.org/schema.json"},
    "ref to nothing": {"$ref": "#/nowhere"},
    "ref into an enum": {
        "type": "object",
        "properties": {"a": {"enum": [1]}, "b": {"$ref": "#/properties/a/enum/0"}},
    },
    "doubling allOf": doubling("allOf"),
    "doubling anyOf": doubling("anyOf"),
    "digits": a_string(pattern=r"^\d+$"),
    "words": a_string(pattern=r"\w+"),
    "unanchored": a_string(pattern="abc"),
    "catastrophic": a_string(pattern=r"^(a+)+$"),
    "nested repeats": a_string(pattern=r"^(a{1,1000}){1,1000}$"),
    "look-ahead": a_string(pattern=r"^(?=a)b"),
    "back-reference": a_string(pattern=r"(a)\1"),
    "unclosed group": a_string(pattern="(("),
    "unicode classes": a_string(pattern=r"\p{L}+\p{N}*"),
    "a dot many times": a_string(pattern=r"^.{1,5000}$"),
    "exponential automaton": a_string(pattern=r"^(.*a.{20})$"),
    "a long pattern": a_string(pattern="a?" * 5000),
    "the longest pattern": a_string(pattern="a?" * 500),
    "many alternatives": a_string(pattern="|".join(f"w{i}.*" for i in range(150))),
    "forty dots many times": an_object(
        **{f"p{i}": a_string(pattern=f"^.{{1,{4900 + i}}}$") for i in range(40)}
    ),
    "too many patterns": an_object(**{f"p{i}": a_string(pattern=f"^{i}$") for i in range(120)}),
    "maxLength 10^6": a_string(maxLength=10**6),
    "minLength 10^6": a_string(minLength=10**6),
    "maxLength 10^400": a_string(maxLength=10**400),
    "minLength over maxLength": a_string(minLength=5, maxLength=2),
    "maxItems 10^6": {"type": "array", "items": {"type": "string"}, "maxItems": 10**6},
    "minItems 10^4": {"type": "array", "items": {"type": "string"}, "minItems": 10**4},
    "nested maxItems": {"type": "array", "maxItems": 999, "items": {"type": "array", "maxItems": 999}},
    "5,000 values": {"enum": MANY_WORDS},
    "5,000 values in a list": {"type": "array", "items": {"enum": MANY_WORDS}},
    "50,000 values": {"enum": [*range(50_000)]},
    "300 levels": nested(300, "object"),
    "300 levels of lists": nested(300, "array"),
    "50,000 levels": '{"items":' * 50_000 + "{}" + "}" * 50_000,
    "50 levels": nested(50, "object"),
    "odd names": an_object(**{"": {}, 'a"b': {}, "\\": {}, "é🎉": {}, "::=": {}, "a b": {}, "$ref": {}}),
    "a name with a control character": an_object(**{"a\u0000b": {}}),
    "a long name": an_object(**{"x" * 100_000: {}}),
    "half a character": an_object(**{"\ud800": {}}),
    "300 properties": {"type": "object", "properties": {f"p{i}": {"type": "string"} for i in range(300)}},
    "5,000 properties": {"type": "object", "properties": {f"p{i}": {} for i in range(5000)}},
    "huge bounds": {"type": "integer", "minimum": -(10**30), "maximum": 10**30},
    "an infinite bound": {"type": "number", "maximum": 10**400},
    "tiny bounds": {"type": "number", "minimum": 1e-300, "maximum": 1e300},
    "an odd multiple": {"type": "integer", "multipleOf": 7919},
    "300 odd multiples": {
        "type": "object",
        "properties": {f"p{i}": {"type": "integer", "multipleOf": 7919 + i} for i in range(300)},
    },
    "a tiny multiple": {"type": "number", "multipleOf": 1e-9},
    "a zero multiple": {"type": "number", "multipleOf": 0},
    "not": {"not": {"type": "string"}},
    "if and then": {"type": "object", "if": {"required": ["a"]}, "then": {"required": ["b"]}},
    "oneOf that overlaps": {"oneOf": [{"type": "string"}, a_string(maxLength=3)]},
    "allOf of anyOf": {
        "allOf": [{"anyOf": [an_object(**{f"a{i}{j}": {}}) for j in range(4)]} for i in range(10)]
    },
    "uniqueItems": {"type": "array", "uniqueItems": True},
    "patterns for names": {
        "type": "object",
        "patternProperties": {"^a": {"type": "string"}, "b$": {"type": "null"}},
    },
    "a dynamic ref": {"$dynamicRef": "#node"},
    "unevaluated": {"type": "object", "unevaluatedProperties": False},
    "an unknown type": {"type": "banana"},
    "a type that is a number": {"type": 3},
    "properties that are a list": {"properties": []},
    "an unknown format": a_string(format="banana"),
    "an unknown keyword": a_string(requierd=True),
}


def outcome(schema: Any, vocabulary: Vocabulary) -> str:
    text = schema if isinstance(schema, str) else json.dumps(schema)
    try:
        checked = read_schema(text, "--schema")
        walk(Grammar(checked, vocabulary).begin(), vocabulary.size)
        for answer in ("{}", "[]", '"' + "a" * 2000 + '!"', '{"next":' * 60 + "{}" + "}" * 60, "5"):
            judge(answer, checked)
    except HrouteError as error:
        return f"{type(error).__name__}: {error.message}"
    return "ok"


def walk(constraint: GrammarState, vocabulary_size: int) -> None:
    """Writes what an uninspired model might."""
    import numpy as np

    random = np.random.default_rng(1)
    for _ in range(STEPS):
        tokens = constraint.forced()
        if not tokens:
            logits = random.standard_normal(vocabulary_size).astype(np.float32)
            constraint.mask(logits)
            tokens = [int(logits.argmax())]
        if constraint.is_complete_with(tokens):
            return


def main() -> None:
    vocabulary = Vocabulary(Model(models.locate(models.STARTER, Path("/nowhere")), vocab_only=True))
    for name, schema in HOSTILE.items():
        started_s = time.process_time()
        result = outcome(schema, vocabulary)
        print(
            json.dumps({"name": name, "result": result, "cpu_s": time.process_time() - started_s}), flush=True
        )


if __name__ == "__main__":
    main()
