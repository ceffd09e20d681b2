"""What leaves a conversation leaves in whole groups."""

from hypothesis import given
from hypothesis import strategies as st

from hroute.core.turn.groups import after, earlier_groups, split, with_last, without_earlier
from hroute.core.turn.message import Message, Role, Text, ToolCall, ToolResult
from hroute.core.turn.options import Options, SessionPlace
from hroute.core.turn.turn import Turn
from tests.support.turns import a_turn

SYSTEM = Message.of(Role.SYSTEM, "Be kind.")


def user(text: str) -> Message:
    return Message.of(Role.USER, text)


def said(text: str) -> Message:
    return Message.of(Role.ASSISTANT, text)


def call(*ids: str) -> Message:
    return Message(Role.ASSISTANT, tuple(ToolCall(one, "look", "{}") for one in ids))


def result(*ids: str) -> Message:
    return Message(Role.TOOL, tuple(ToolResult(one, "seen") for one in ids))


# Few ids, so that they repeat as those of some servers do, and results that come late or for no call.
ids = st.lists(st.sampled_from("abc"), min_size=1, max_size=2, unique=True)
messages = st.lists(
    st.one_of(
        st.just(SYSTEM),
        st.builds(user, st.sampled_from("xy")),
        st.builds(said, st.just("z")),
        ids.map(lambda names: call(*names)),
        ids.map(lambda names: result(*names)),
    ),
    max_size=14,
).map(tuple)


def answered(conversation: tuple[Message, ...]) -> set[tuple[int, int]]:
    """Where a call stands, and where its result does, counted from the end."""
    found: set[tuple[int, int]] = set()
    calls: dict[str, int] = {}
    length = len(conversation)
    for i, message in enumerate(conversation):
        found |= {
            (length - calls[one.call_id], length - i) for one in message.results if one.call_id in calls
        }
        calls |= {one.id: i for one in message.calls}
    return found


@given(messages)
def test_head_and_groups_put_together_are_the_messages(conversation: tuple[Message, ...]) -> None:
    whole = split(conversation)
    assert (*whole.head, *(message for group in whole.groups for message in group)) == conversation
    assert all(message.role is Role.SYSTEM for message in whole.head)
    assert all(whole.groups)


@given(messages, st.integers(0, 9))
def test_no_call_is_parted_from_its_result(conversation: tuple[Message, ...], n: int) -> None:
    kept = with_last(Turn(conversation), n).messages
    left_out = len(conversation) - len(kept)
    head = len(split(conversation).head)
    for of_call, of_result in answered(conversation):
        # Positions from the end: what is kept of the body is its end.
        is_kept = [place <= len(conversation) - head - left_out for place in (of_call, of_result)]
        assert is_kept[0] is is_kept[1]
    assert answered(kept) <= answered(conversation)


@given(messages, st.integers(0, 9))
def test_the_head_and_the_last_group_always_stay(conversation: tuple[Message, ...], n: int) -> None:
    turn = Turn(conversation)
    kept = with_last(turn, n)
    assert split(kept.messages).head == split(conversation).head
    assert split(kept.messages).last == split(conversation).last
    assert earlier_groups(kept) == min(n, earlier_groups(turn))
    assert with_last(kept, n) == kept
    assert with_last(turn, earlier_groups(turn)) == turn


@given(messages)
def test_a_turn_alone_after_what_was_before_it_is_the_turn(conversation: tuple[Message, ...]) -> None:
    turn = Turn(conversation)
    before = tuple(message for group in split(conversation).earlier for message in group)
    assert after(without_earlier(turn), before) == turn


def test_a_loop_of_calls_stays_with_the_question_that_began_it() -> None:
    loop = (user("one"), call("1"), result("1"), call("2"), result("2"), said("first"))
    assert split((SYSTEM, *loop, user("two"))).groups == (loop, (user("two"),))


def test_what_the_user_says_before_a_result_is_there_opens_no_group() -> None:
    talk = (user("one"), call("1"), user("hurry"), result("1"), said("first"))
    assert split((*talk, user("two"))).groups == (talk, (user("two"),))


def test_an_id_that_comes_again_is_that_of_the_nearest_call() -> None:
    first, second = (user("one"), call("1"), result("1")), (user("two"), call("1"), result("1"))
    assert split((*first, *second)).groups == (first, second)


def test_what_precedes_the_users_first_message_is_a_group_of_its_own() -> None:
    assert split((SYSTEM, said("Hello!"), user("one"))).groups == ((said("Hello!"),), (user("one"),))


def test_the_place_says_how_many_go_along() -> None:
    turn = Turn(
        (user("one"), said("1."), user("two")), options=Options(place=SessionPlace(1, history_turns=9))
    )
    assert with_last(turn, 0).options.place == SessionPlace(1, history_turns=0)


def test_the_ask_is_the_users_last_own_text_and_never_a_file_or_a_result() -> None:
    asked = Message(Role.USER, (Text("a page", "page.html"), Text("What is it?")))
    turn = Turn((SYSTEM, user("one"), said("1."), asked, call("1"), result("1")))
    assert (turn.ask, turn.files) == ("What is it?", (Text("a page", "page.html"),))
    assert a_turn("", history=(user("one"), said("1."))).ask == ""
    assert Turn((SYSTEM,)).ask == ""
