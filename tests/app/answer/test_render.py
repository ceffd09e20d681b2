"""What engines that know neither calls nor results are told of them."""

from hroute.app.answer.render import rendered
from hroute.core.decision.decision import Slot
from hroute.core.tools.definitions import Choice, read_toolset
from hroute.core.turn.message import Message, Role, Text, ToolCall, ToolResult
from hroute.core.turn.turn import Turn

TOOLS = '[{"name": "look", "parameters": {}}, {"name": "act", "parameters": {}}]'


def reported(*messages: Message) -> list[tuple[str, str]]:
    return [(message.role.value, message.text) for message in rendered(Turn(messages))]


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
    assert (turn.slot, [message.text for message in rendered(turn)]) == (Slot.CHAT, ["Go."])


def test_the_one_tool_to_call_is_the_only_one_spoken_of() -> None:
    system, _ = rendered(Turn.of("Go.", expected=read_toolset(TOOLS, only="act", is_parallel=False)))
    assert '"act"' in system.text
    assert '"look"' not in system.text
    assert system.text.endswith("Call at most one. Always call a function.")
