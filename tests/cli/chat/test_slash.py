from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hroute.cli.chat.slash import COMMANDS, Command, Kind, Prompt, SlashCommand, parse
from hroute.cli.words.remedies import hint_of
from hroute.core.errors import UsageError

EXAMPLES = {
    Kind.NOTHING: "",
    Kind.NUMBER: "12",
    Kind.MINUTES: "2.5",
    Kind.PATH: "notes of may.md",
    Kind.TEXT: "Be brief.\nBe kind.",
}


def refused(text: str) -> UsageError:
    with pytest.raises(UsageError) as caught:
        parse(text)
    return caught.value


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_every_command_of_the_table_is_understood_as_its_help_says(command: Command) -> None:
    for argument in command.choices or (EXAMPLES[command.kind],):
        parsed = parse(f"/{command.name} {argument}")
        assert isinstance(parsed, SlashCommand)
        assert (parsed.name, str(parsed.argument or "")) == (command.name, argument)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_only_what_stands_in_brackets_may_be_left_out(command: Command) -> None:
    if command.form and not command.form.startswith("["):
        assert hint_of(refused(f"/{command.name}").remedies) == command.usage
    else:
        assert parse(f"/{command.name}") == SlashCommand(command.name)


@pytest.mark.parametrize(
    ("text", "parsed"),
    [
        ("/WHY #3", SlashCommand("why", 3)),
        ("  /quit \n", SlashCommand("quit")),
        ("/bad 0.5", SlashCommand("bad", Decimal("0.5"))),
        ("/system Be brief.\nBe kind.", SlashCommand("system", "Be brief.\nBe kind.")),
        ("/file ~/a b.txt", SlashCommand("file", "~/a b.txt")),
    ],
)
def test_arguments_are_read_once_into_what_they_mean(text: str, parsed: SlashCommand) -> None:
    assert parse(text) == parsed


@pytest.mark.parametrize(
    "text",
    ["/usr/bin/env is missing", "/etc", "/v1/chat", "/* a comment */", "// note", "/", "1/2", "a /why"],
)
def test_a_slash_alone_does_not_make_a_command(text: str) -> None:
    if text == "/etc":
        assert "//etc" in hint_of(refused(text).remedies)
    else:
        assert parse(text) == Prompt(text)


def test_two_slashes_make_a_prompt_of_a_command() -> None:
    assert parse("//help me") == Prompt("/help me")
    assert parse("//nonsense") == Prompt("/nonsense")


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("/rout local", "did you mean /route?"),
        ("/hlep", "did you mean /help?"),
        ("/s", "did you mean /system or /schema or /save or /sessions?"),
        ("/exit", "did you mean /quit?"),
        ("/xyzzy\nmore", "/help lists them; as a prompt: //xyzzy"),
        ("/route clud", "did you mean /route cloud?"),
        ("/route mars", "/route [auto|local|cloud]"),
        ("/undo it", "as a prompt: //undo …"),
    ],
)
def test_a_mistake_is_told_what_was_near(text: str, hint: str) -> None:
    assert hint_of(refused(text).remedies) == hint


@pytest.mark.parametrize("text", ["/why 0", "/why x", "/why -1", "/why ²", "/open " + "1" * 30, "/not"])
def test_a_number_is_one_from_1(text: str) -> None:
    assert refused(text)


@pytest.mark.parametrize("text", ["/bad -1", "/bad NaN", "/bad 1e9", "/bad soon", "/bad Infinity"])
def test_minutes_are_a_sane_amount(text: str) -> None:
    assert refused(text)


@given(st.text())
def test_any_text_is_a_prompt_a_command_or_a_clear_error(text: str) -> None:
    try:
        understood = isinstance(parse("/" + text), SlashCommand | Prompt)
    except UsageError as error:
        understood = bool(hint_of(error.remedies))
    assert understood
