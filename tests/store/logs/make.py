"""Makes the fixtures in this folder: each is written by the code of the commit that it is named for.

    python tests/store/logs/make.py

To be run by hand, in a clone that has those commits; a fixture is never made again once it is committed.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

# The last word of each is the commit whose code writes it; `user_version` follows from that code.
OF_PROMPTS = {
    "v1": "bb3c301",
    "v2": "29c0c0c",  # its turns have no tools
    "v2_tools": "b730373",
    "v3": "f3ff2c9",
    "v4": "5c033d9",
    "v5": "2563494",
    "v6": "7e80b0f",
}
OF_MESSAGES = {"v7": "4124827"}

HERE = Path(__file__).parent

VALUES = '''
import sqlite3, sys
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from hroute.core import types as t
from hroute.store.log import Log, Start

AT = datetime(2026, 11, 1, 12, 0, tzinfo=UTC)
URL = "https://api.example.com/v1"
SCHEMA = '{"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]}'


def known(kind, **values):
    """What this version knows of it."""
    names = {one.name for one in fields(kind)}
    return kind(**{name: value for name, value in values.items() if name in names})


READING = known(
    t.ScoutReading, label=t.Label.STANDARD, p_local=0.71, difficulty=0.1, model="builtin-1", latency_ms=0.6,
    moved_by=(("length", 0.25),), demands=("digits",) if hasattr(t, "Demand") else (),
)
ITEM = t.ConstraintItem("length", "under 50 words", 4, 18, {"unit": "words", "max": 50})


def signals(*items):
    bound = t.Context(41, 8192, t.CountMethod.BOUND, exceeded=False)
    return t.Signals(t.Constraints(len(items), items, 3), bound, READING)


def decision(route=t.Route.LOCAL, slot=t.Slot.CHAT):
    chances = t.Chances(0.71, 0.94, "scout") if hasattr(t, "Chances") else None
    is_cloud = route is t.Route.CLOUD
    return known(
        t.Decision, wanted=route, rule=t.Rule.FORCED if is_cloud else t.Rule.DEFAULT, route=route,
        degraded=None, slot=slot, policy="signals-1",
        reasons=("the route was chosen with --route" if is_cloud else "no signal asks for the cloud",),
        expected_cost=t.ExpectedCost(Decimal("0.41"), None), flips="add 4 strict constraints",
        chances=chances, propensity=1.0,
    )


def attempt(text, route=t.Route.LOCAL, outcome=t.Outcome.OK, **more):
    sent = {"endpoint": URL, "sent_bytes": 834} if route is t.Route.CLOUD else {}
    return known(
        t.Attempt, engine="acme" if sent else "local", route=route, model="big-1" if sent else "SmolLM2",
        outcome=outcome, text=text, wall_ms=900.0, ttft_ms=80.0, usage=t.Usage(12, 34, 5),
        cost_usd=Decimal("0.002") if sent else Decimal(0), **sent, **more,
    )


def write(log, minute, turn, *attempts, items=(), command="ask"):
    at = AT + timedelta(minutes=minute)
    last = attempts[-1]
    is_bound = any(getattr(turn, name, None) for name in ("tools", "schema", "expected"))
    slot = t.Slot.TOOLS if is_bound else t.Slot.CHAT
    decided = decision(last.route, slot)
    turn_id = log.open_turn(turn, signals(*items), decided, command=command, overhead_ms=1.4, at=at)
    for one in attempts:
        start = Start(one.engine, one.route, one.model, one.endpoint, one.sent_bytes)
        log.close_attempt(log.open_attempt(turn_id, start, at=at), one)
    answer = t.Answer(turn_id, decided, attempts, last) if last.outcome is t.Outcome.OK else None
    when = {"at": at} if "at" in Log.close_turn.__annotations__ else {}
    log.close_turn(turn_id, answer, **when)
    return turn_id
'''

PROMPTS = """
def place(session, parent=None, retry_of=None, history_turns=0):
    return t.Place(session, parent, retry_of, history_turns)


with Log(Path(sys.argv[1])) as log:
    plain = write(log, 0, t.Turn("Why is the sky blue? Say it in under 50 words."), attempt("Rayleigh."), items=(ITEM,))
    write(log, 1, t.Turn(
        "What broke?", system="Be brief.", attachments=(t.Attachment("err.log", "line 1\\n```\\nline 2"),),
        history=(t.Message(t.Role.USER, "Hello"), t.Message(t.Role.ASSISTANT, "Hi")),
        forced=t.Route.CLOUD, sampling=t.Sampling(64, 0.5, 7), category="ops",
    ), attempt("The disk.", t.Route.CLOUD))
    write(log, 2, t.Turn("Prove it."), attempt("", outcome=t.Outcome.ERROR, reason="crash", error="it died"))
    if "schema" in t.Turn.__dataclass_fields__:
        write(log, 3, t.Turn("Ada Lovelace", schema=SCHEMA), attempt('{"name": "Ada"}', result='{"name":"Ada"}'))
        # The tools of a log may be what the code of a later day refuses: two of one name.
        twice = '[{"name": "a", "parameters": {}}, {"name": "a", "parameters": {}}]'
        write(log, 4, t.Turn("Call a", tools=twice), attempt('{"name": "a", "arguments": {}}'))
    if hasattr(t, "Place"):
        session = log.sessions.open(at=AT)
        one = write(log, 5, t.Turn("one", system="Be kind.", place=place(session)), attempt("first"), command="chat")
        said = (t.Message(t.Role.USER, "one"), t.Message(t.Role.ASSISTANT, "first"))
        two = t.Turn("two", system="Be kind.", history=said, held=t.Route.LOCAL, place=place(session, one, None, 1),
                     dismissed=("under 50 words",))
        first = write(log, 6, two, attempt("second"), command="chat")
        again = t.Turn("two", system="Be kind.", history=said, held=t.Route.LOCAL, forced=t.Route.CLOUD,
                       place=place(session, one, first, 1))
        retried = write(log, 7, again, attempt("better", t.Route.CLOUD), command="chat")
        said = (*said, t.Message(t.Role.USER, "two"), t.Message(t.Role.ASSISTANT, "better"))
        write(log, 8, t.Turn("three", system="Be kind.", history=said, held=t.Route.CLOUD,
                             place=place(session, retried, None, 2)), attempt("third", t.Route.CLOUD), command="chat")
        log.verdicts.give(plain, t.Verdict(t.Judgement.GOOD), at=AT + timedelta(hours=1))
        log.verdicts.give(first, t.Verdict(t.Judgement.BAD, minutes=Decimal(3)), at=AT + timedelta(hours=1))
"""  # noqa: E501

MESSAGES = """
from hroute.core.tools.definitions import Choice, Toolset, read_tools, read_toolset
from hroute.core.tools.schema.read import read_schema
from hroute.core.turn.message import Image, Message, Role, Text, ToolCall, ToolResult
from hroute.core.turn.options import Options, Sampling, SessionPlace
from hroute.core.turn.turn import Turn


def said(*texts):
    return [Message.of(role, text) for role, text in zip([Role.USER, Role.ASSISTANT] * len(texts), texts)]


with Log(Path(sys.argv[1])) as log:
    plain = write(log, 0, Turn.of("Why is the sky blue? Say it in under 50 words."), attempt("Rayleigh."), items=(ITEM,))
    options = Options(forced=t.Route.CLOUD, category="ops", sampling=Sampling(64, 0.5, 7, 0.9, ("END",)))
    write(log, 1, Turn.of(
        "What broke?", system="Be brief.", history=said("Hello", "Hi"),
        files=(Text("line 1\\n```\\nline 2", "err.log"),), options=options,
    ), attempt("The disk.", t.Route.CLOUD, wait_ms=12.0))
    write(log, 2, Turn.of("Prove it."), attempt("", outcome=t.Outcome.ERROR, reason="crash", error="it died"))
    by_schema = Turn.of("Ada Lovelace", expected=read_schema(SCHEMA, "a schema"))
    write(log, 3, by_schema, attempt('{"name": "Ada"}', result='{"name":"Ada"}'))
    # The tools of a log may be what the code of a later day refuses: two of one name.
    a_tool = '[{"name": "a", "parameters": {}}]'
    twice = Toolset(read_tools(a_tool), source='[{"name": "a", "parameters": {}}, {"name": "a", "parameters": {}}]')
    write(log, 4, Turn.of("Call a", expected=twice), attempt('{"name": "a", "arguments": {}}'))
    session = log.sessions.open(at=AT)
    place = lambda *where: SessionPlace(session, *where)
    one = write(log, 5, Turn.of("one", system="Be kind.", options=Options(place=place())), attempt("first"), command="chat")
    options = Options(held=t.Route.LOCAL, place=place(one, None, 1), dismissed=("under 50 words",))
    two = Turn.of("two", system="Be kind.", history=said("one", "first"), options=options)
    first = write(log, 6, two, attempt("second"), command="chat")
    options = Options(held=t.Route.LOCAL, forced=t.Route.CLOUD, place=place(one, first, 1))
    retried = write(log, 7, two.with_options(options), attempt("better", t.Route.CLOUD), command="chat")
    options = Options(held=t.Route.CLOUD, place=place(retried, None, 2))
    three = Turn.of("three", system="Be kind.", history=said("one", "first", "two", "better"), options=options)
    write(log, 8, three, attempt("third", t.Route.CLOUD), command="chat")
    parts = Turn((
        Message(Role.USER, (Image("image/png", b"PNG"), Text("What is it?"))),
        Message(Role.ASSISTANT, (ToolCall("1", "a", "{}"),)),
        Message(Role.TOOL, (ToolResult("1", "no", is_error=True),)),
    ), read_toolset(a_tool, choice=Choice.REQUIRED, only="a", is_parallel=False))
    write(log, 9, parts, attempt('{"name": "a", "arguments": {}}', t.Route.CLOUD))
    log.verdicts.give(plain, t.Verdict(t.Judgement.GOOD), at=AT + timedelta(hours=1))
    log.verdicts.give(first, t.Verdict(t.Judgement.BAD, minutes=Decimal(3)), at=AT + timedelta(hours=1))
"""  # noqa: E501

DUMP = """
connection = sqlite3.connect(sys.argv[1])
for name in ("application_id", "user_version"):  # which iterdump leaves out
    print(f"PRAGMA {name} = {connection.execute(f'PRAGMA {name}').fetchone()[0]};")
print("\\n".join(connection.iterdump()))
"""


def main() -> None:
    made_with = {name: (commit, PROMPTS) for name, commit in OF_PROMPTS.items()}
    made_with |= {name: (commit, MESSAGES) for name, commit in OF_MESSAGES.items()}
    for name, (commit, story) in made_with.items():
        with tempfile.TemporaryDirectory() as folder:
            archive = subprocess.run(
                ["git", "archive", commit, "src/hroute"], check=True, capture_output=True
            )
            subprocess.run(["tar", "x", "-C", folder], check=True, input=archive.stdout)
            command = [sys.executable, "-c", VALUES + story + DUMP, f"{folder}/log.sqlite"]
            environment = {"PYTHONPATH": f"{folder}/src"}
            made = subprocess.run(command, check=True, capture_output=True, text=True, env=environment)
            (HERE / f"{name}.sql").write_text(made.stdout)


if __name__ == "__main__":
    main()
