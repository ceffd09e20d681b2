"""Writes what is generated from the code: man/, completions/ and the README's command list.

Run without arguments after a change to a command or a setting; a test fails when it was forgotten.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer
from typer.completion import get_completion_script  # type: ignore[attr-defined]  # not in its __all__

from hroute.cli.main import COMPLETION_VARIABLE, app
from hroute.config.reference import Setting, settings_reference, tables
from hroute.config.template import toml_value

ROOT = Path(__file__).resolve().parent.parent
README_MARKS = ("<!-- commands: generated -->\n", "<!-- /commands -->\n")
# What Typer's scripts lack. To bash a word ends at a colon, so that it would complete only what follows hf:
# of a model's name. zsh calls the file itself when it is the first to be completed, and gets nothing.
BEFORE = {"bash": "COMP_WORDBREAKS=${COMP_WORDBREAKS//:}\n\n"}
AFTER = {"zsh": '\n[[ $funcstack[1] == _hroute ]] && _hroute_completion "$@"\n'}
COMPLETIONS = {"bash": "hroute.bash", "zsh": "_hroute", "fish": "hroute.fish"}


def generated() -> dict[str, str]:
    """Every generated file: its path in the repository and its text."""
    root = typer.main.get_command(app)
    pages = {f"man/man1/{page_name(names)}.1": command_page(names, command) for names, command in walk(root)}
    scripts = {f"completions/{file}": completion(shell) for shell, file in COMPLETIONS.items()}
    return {**pages, "man/man5/hroute.toml.5": settings_page(), **scripts, "README.md": readme(root)}


def completion(shell: str) -> str:
    text = get_completion_script(prog_name="hroute", complete_var=COMPLETION_VARIABLE, shell=shell).strip()
    return BEFORE.get(shell, "") + text + "\n" + AFTER.get(shell, "")


def walk(command: Any, names: tuple[str, ...] = ("hroute",)) -> Iterator[tuple[tuple[str, ...], Any]]:
    """The command and all below it, each with its full name. Typer carries its own click: no type fits."""
    yield names, command
    for name, child in children_of(command):
        yield from walk(child, (*names, name))


def children_of(command: Any) -> list[tuple[str, Any]]:
    """The commands below a group that --help shows."""
    if not hasattr(command, "list_commands"):
        return []
    context = command.context_class(command)
    found = [(name, command.get_command(context, name)) for name in command.list_commands(context)]
    return [(name, child) for name, child in found if not child.hidden]


def page_name(names: tuple[str, ...]) -> str:
    return "-".join(names)


def command_page(names: tuple[str, ...], command: Any) -> str:
    summary, *rest = paragraphs(command.help)
    lines = [
        header(page_name(names), 1),
        ".SH NAME",
        f"{roff(page_name(names))} \\- {roff(summary.rstrip('.'))}",
    ]
    lines += [".SH SYNOPSIS", synopsis(names, command), ".SH DESCRIPTION", roff(summary)]
    for paragraph in rest:
        lines += description(paragraph)
    lines += listing("ARGUMENTS", parameters(command, "argument"))
    lines += listing("OPTIONS", parameters(command, "option"))
    children = children_of(command)
    lines += listing("COMMANDS", [(" ".join((*names, name)), first_line(child)) for name, child in children])
    if names == ("hroute",):
        lines += [".SH SEE ALSO", ".BR hroute.toml (5)"]
    return "\n".join(lines) + "\n"


def parameters(command: Any, kind: str) -> list[tuple[str, str]]:
    """Each parameter of a kind as --help shows it: its form and its help."""
    context = command.context_class(command)
    shown = [p for p in command.params if p.param_type_name == kind and not p.hidden]
    return [record for p in shown if (record := p.get_help_record(context)) is not None]


def synopsis(names: tuple[str, ...], command: Any) -> str:
    usage = " ".join(command.collect_usage_pieces(command.context_class(command)))
    return f".B {roff(' '.join(names))}\n{roff(usage)}"


def first_line(command: Any) -> str:
    return paragraphs(command.help)[0]


def paragraphs(text: str | None) -> list[str]:
    return [part.strip("\n") for part in re.split(r"\n\s*\n", (text or "").strip())]


def description(paragraph: str) -> list[str]:
    """Prose, or after a \\b line text that keeps its lines."""
    if not paragraph.startswith("\b"):
        return [".PP", roff(" ".join(paragraph.split()))]
    title, *lines = [line for line in paragraph.split("\n") if line.strip("\b ")]
    if title.strip() == "Examples:":
        return [".SH EXAMPLES", ".nf", *(roff(line.strip()) for line in lines), ".fi"]
    return [".PP", ".nf", *(roff(line) for line in (title, *lines)), ".fi"]


def listing(title: str, rows: list[tuple[str, str]]) -> list[str]:
    if not rows:
        return []
    return [
        f".SH {title}",
        *(line for term, text in rows for line in (".TP", f"\\fB{roff(term)}\\fR", roff(text))),
    ]


def settings_page() -> str:
    lines = [
        header("hroute.toml", 5),
        ".SH NAME",
        "hroute.toml \\- configuration of hroute",
        ".SH DESCRIPTION",
    ]
    lines += [
        "The file is called config.toml; hroute config path prints where it is. Every setting is optional.",
        "An environment variable such as HROUTE_ROUTING__MAX_CONSTRAINTS overrides the file, and",
        "\\-\\-set routing.max_constraints=4 overrides both.",
    ]
    sections = {"": "", **{table.name: table.description for table in tables()}}
    for name, about in sections.items():
        settings = [s for s in settings_reference() if s.section == name]
        if not settings:
            continue
        is_list = settings[0].repeated
        lines += [
            f".SH {roff(('[[%s]]' if is_list else '[%s]') % name if name else 'TOP LEVEL')}",
            roff(about),
        ]
        lines += [line for setting in settings for line in setting_entry(setting)]
    return "\n".join(line for line in lines if line) + "\n"


def setting_entry(setting: Setting) -> list[str]:
    unset = "required" if setting.required else "not set"
    default = unset if setting.default is None else f"default {toml_value(setting.default)}"
    facts = f"({roff(setting.allowed or setting.kind)}; {roff(default)})"
    return [".TP", f"\\fB{roff(setting.key)}\\fR {facts}", roff(setting.description)]


def header(name: str, section: int) -> str:
    return f'.TH "{roff(name).upper() if section == 1 else roff(name)}" {section}'


def roff(text: str) -> str:
    """Text safe in a man page: no control line, real hyphens and backslashes."""
    safe = text.replace("\\", "\\e").replace("-", "\\-")
    return f"\\&{safe}" if safe.startswith((".", "'")) else safe


def readme(root: Any) -> str:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    before, _, rest = text.partition(README_MARKS[0])
    _, _, after = rest.partition(README_MARKS[1])
    rows = [
        f"| `{' '.join(names)}` | {first_line(command)} |" for names, command in walk(root) if len(names) > 1
    ]
    table = "\n".join(["| command | what it does |", "| --- | --- |", *rows]) + "\n"
    return before + README_MARKS[0] + table + README_MARKS[1] + after


def main() -> None:
    wanted = generated()
    for folder in ("man", "completions"):
        for file in (ROOT / folder).rglob("*"):
            if file.is_file() and str(file.relative_to(ROOT)) not in wanted:
                file.unlink()
    for name, text in wanted.items():
        (ROOT / name).write_text(text, encoding="utf-8")
    sys.stdout.write(f"{len(wanted)} files written\n")


if __name__ == "__main__":
    main()
