"""What engines that know neither calls nor results are told of them."""

from hroute.core.decision.decision import Need, Slot
from hroute.core.render import rendered
from hroute.core.tools.definitions import Choice, read_toolset
from hroute.core.tools.schema.read import read_schema
from hroute.core.turn.message import Message, Role, Text, ToolCall, ToolResult
from hroute.core.turn.turn import Turn

TOOLS = '[{"name": "look", "parameters": {}}, {"name": "act", "parameters": {}}]'


def reported(*messages: Message) -> list[tuple[str, str]]:
    return [(message.role.value, message.text) for message in rendered(messages).messages]


def test_calls_and_results_are_told_by_turns() -> None:
    asked = Message.of(Role.USER, "Where?")
    calls = Message(Role.ASSISTANT, (Text("Hm."), ToolCall("1", "look", '{"at": "it"}')))
    result = Message(Role.TOOL, (ToolResult("1", "nothing"),))
    assert reported(asked, calls, result) == [
        ("user", "Where?"),
        ("assistant", 'Hm.\n\n{"name": "look", "arguments": {"at": "it"}}'),
        ("user", "Result of look (1):\nnothing"),
    ]


def test_results_and_what_the_user_says_after_them_are_one_message() -> None:
    calls = Message(Role.ASSISTANT, (ToolCall("1", "look", "{}"), ToolCall("2", "act", "{}")))
    results = [Message(Role.TOOL, (ToolResult(one, "no", is_error=one == "2"),)) for one in ("1", "2")]
    assert reported(Message.of(Role.USER, "Go."), calls, *results, Message.of(Role.USER, "And?"))[1:] == [
        ("assistant", '[{"name": "look", "arguments": {}}, {"name": "act", "arguments": {}}]'),
        ("user", "Result of look (1):\nno\n\nError of act (2):\nno\n\nAnd?"),
    ]


def test_several_system_messages_are_one() -> None:
    one, two = Message.of(Role.SYSTEM, "Be kind."), Message.of(Role("developer"), "Be brief.")
    assert reported(one, two, Message.of(Role.USER, "Hi"))[0] == ("system", "Be kind.\n\nBe brief.")


def test_with_the_choice_none_tools_are_not_spoken_of() -> None:
    turn = Turn.of("Go.", expected=read_toolset(TOOLS, choice=Choice.NONE))
    reported = rendered(turn.messages, turn.bound_to, frozenset(Need))
    assert (turn.slot, [message.text for message in reported.messages], reported.tools) == (
        Slot.CHAT,
        ["Go."],
        None,
    )


def test_the_one_tool_to_call_is_the_only_one_spoken_of() -> None:
    turn = Turn.of("Go.", expected=read_toolset(TOOLS, only="act", is_parallel=False))
    system, _ = rendered(turn.messages, turn.bound_to).messages
    assert '"act"' in system.text
    assert '"look"' not in system.text
    assert system.text.endswith("Call at most one. Always call a function.")


def test_what_an_engine_takes_stays_what_it_is() -> None:
    tools = read_toolset(TOOLS)
    call = Message(Role.ASSISTANT, (ToolCall("1", "look", "{}"),))
    result = Message(Role.TOOL, (ToolResult("1", "nothing"),))
    talk = (Message.of(Role.SYSTEM, "Be kind."), Message.of(Role.USER, "Go."), call, result)
    sent = rendered(talk, tools, frozenset({Need.TOOLS}))
    assert (sent.messages, sent.tools, sent.schema) == (talk, tools, None)


def test_a_schema_is_told_in_words_to_an_engine_that_takes_tools_alone() -> None:
    schema = read_schema("age: int")
    asked = (Message.of(Role.USER, "How old?"),)
    reported, known = (rendered(asked, schema, frozenset({need})) for need in (Need.TOOLS, Need.SCHEMAS))
    assert (reported.schema, '"age"' in reported.messages[0].text) == (None, True)
    assert (known.schema, known.messages) == (schema, asked)


def test_what_a_tokenizer_reads_has_tools_calls_and_results_in_it() -> None:
    call = Message(Role.ASSISTANT, (ToolCall("1", "look", '{"at": "it"}'),))
    result = Message(Role.TOOL, (ToolResult("1", "nothing"),))
    talk = (Message.of(Role.USER, "Go."), call, result)
    texts = rendered(talk, read_toolset(TOOLS), frozenset(Need)).texts
    assert all(not message.calls and not message.results for message in texts)
    whole = "\n".join(message.text for message in texts)
    assert all(part in whole for part in ('"act"', '{"at": "it"}', "nothing"))


def test_a_call_that_is_kept_and_one_that_is_told_may_follow_each_other() -> None:
    kept = Message(Role.ASSISTANT, (ToolCall("1", "look", "{}"),))
    result = Message(Role.TOOL, (ToolResult("1", "nothing"),))
    lost = Message(Role.ASSISTANT, (ToolCall("2", "act", "{}"),))
    talk = (Message.of(Role.USER, "Go."), kept, result, lost, Message.of(Role.USER, "And?"))
    sent = rendered(talk, None, frozenset({Need.TOOLS})).messages
    assert sent[1:3] == (kept, result)
    assert [(m.role, m.text) for m in sent[3:]] == [
        (Role.ASSISTANT, '{"name": "act", "arguments": {}}'),
        (Role.USER, "And?"),
    ]
