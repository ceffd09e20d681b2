import json
from pathlib import Path

import pytest

from hroute.app.chat.setup import Setup
from hroute.app.chat.transcript import as_json, as_markdown
from hroute.core.errors import NoAnswerError
from hroute.core.render import rendered
from tests.support.talking import Talk
from tests.support.world import CRASH, Make


@pytest.fixture
def talk(make: Make, tmp_path: Path) -> Talk:
    """One turn that was answered, one that was interrupted, one that failed."""
    talk = Talk.in_(make(with_cloud=False), "# Answer\n\n- one", ["Half ", "of it."], CRASH)
    talk.chat.setup = Setup(system="Be brief.\nBe kind.")
    (tmp_path / "notes.md").write_text("Buy milk.")
    talk.chat.attach(tmp_path / "notes.md")
    talk.say("What is\nthis?")
    talk.interrupt("Go on.", after_pieces=1)
    with pytest.raises(NoAnswerError):
        talk.say("More.")
    return talk


def test_a_conversation_reads_as_a_document(talk: Talk) -> None:
    assert as_markdown(talk.chat) == (
        "# What is this?\n\n"
        "> System: Be brief.\n> Be kind.\n\n"
        "## You\n\n*File: notes.md*\n\nWhat is\nthis?\n\n"
        "## scripted (local), turn 1\n\n# Answer\n\n- one\n\n"
        "## You\n\nGo on.\n\n"
        "## scripted (local), turn 2\n\nHalf\n\n*(interrupted)*\n\n"
        "## You\n\nMore.\n\n"
        "## scripted (local), turn 3\n\n*(failed)*\n"
    )


def test_as_json_a_program_can_go_on_with_it(talk: Talk) -> None:
    document = json.loads(as_json(talk.chat))
    draft = talk.chat.draft("x")
    messages = [(m["role"], m["content"]) for m in document["messages"]]
    assert messages == [(m.role, m.text) for m in rendered(draft.messages).messages[:-1]]
    turns = document["turns"]
    assert [(t["id"], t["prompt"], t["answer"], t["ending"]) for t in turns] == [
        ("1", "What is\nthis?", "# Answer\n\n- one", "answered"),
        ("2", "Go on.", "Half ", "interrupted"),
        ("3", "More.", None, "failed"),
    ]
    assert turns[0]["files"] == ["notes.md"]
    assert turns[0]["cost_usd"] == "0"


def test_a_text_that_was_not_kept_is_said_to_be_missing(make: Make) -> None:
    talk = Talk.in_(make(log={"prompts": "off"}), "First.")
    talk.say("one")
    assert "First." in as_markdown(talk.chat)
    assert as_markdown(talk.again().chat).count("(its text was not kept)") == 2
