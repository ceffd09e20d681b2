"""Writes a conversation to a file, readable by its owner alone."""

from pathlib import Path

from hroute.app.chat.conversation import Conversation
from hroute.app.chat.transcript import as_json, as_markdown
from hroute.core.errors import UsageError
from hroute.disk import owner_only


def save(conversation: Conversation, path: Path, *, may_replace: bool = False) -> None:
    """The name's end says the form. Raises UsageError, also for a file that is there already."""
    forms = {".md": as_markdown, ".json": as_json}
    if path.suffix not in forms:
        raise UsageError(f"{path.name} does not say in which form", "/save FILE.md or /save FILE.json")
    if not conversation.exchanges:
        raise UsageError("nothing has been said yet")
    text = forms[path.suffix](conversation)
    try:
        mode = "w" if may_replace else "x"
        with open(path, mode, encoding="utf-8", errors="replace", opener=owner_only) as file:
            file.write(text)
    except FileExistsError as error:
        raise UsageError(f"{path} is there already", "Choose another name.") from error
    except OSError as error:
        raise UsageError(f"cannot write {path}: {error.strerror}") from error
