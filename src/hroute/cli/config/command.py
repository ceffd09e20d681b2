"""`hroute config`: write, show, change and check the settings."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hroute.cli import completing
from hroute.cli.options import AsJson, Overrides, assigned
from hroute.cli.terminal import Terminal
from hroute.cli.words.remedies import remedy_words
from hroute.config.paths import Paths, shown
from hroute.config.presets import Preset

if TYPE_CHECKING:
    from hroute.config.edit import KeyChange

config_app = typer.Typer(
    no_args_is_help=True,
    help="Write, show, change and check the settings. No file is needed to start.",
    context_settings={"help_option_names": ["-h", "--help"]},
)

Key = Annotated[
    str,
    typer.Argument(
        metavar="KEY",
        help="E.g. routing.max_constraints or cloud.openai.model.",
        autocompletion=completing.setting_names_and_tables,
    ),
]


@config_app.command()
def init(
    presets: Annotated[
        list[Preset] | None,
        typer.Option(
            "--preset",
            metavar="NAME",
            help="Set up openai, deepseek, openrouter or a local server; repeatable.",
        ),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace the file, keeping a copy (.bak).")] = False,
) -> None:
    """Write a commented configuration file with every setting in it.

    An existing file is left alone unless --force is given.

    \b
    Examples:
      hroute config init
      hroute config init --preset deepseek
      hroute config init --preset server --preset openai
    """
    from hroute.cli.config.edit import HOW_ELSE
    from hroute.config.files import parsed
    from hroute.config.presets import BLOCKS
    from hroute.config.template import commented_file
    from hroute.config.write import back_up, replace
    from hroute.core.errors import ConfigError

    terminal = Terminal.current()
    file = _file()
    text = commented_file(presets or (), HOW_ELSE)
    parsed(shown(file), text).settings()
    if file.exists():
        if not force:
            raise ConfigError(f"{shown(file)} is there already", "--force replaces it and keeps a copy")
        terminal.note(f"the old file is now {shown(back_up(file))}")
    replace(file, text)
    terminal.note(f"wrote {shown(file)}")
    for preset in dict.fromkeys(presets or ()):
        block = BLOCKS[preset]
        then = f"   # then: {remedy_words(block.then)}" if block.then else ""
        terminal.note(f"next: {block.next_step}{then}")


@config_app.command()
def show(json: AsJson = False, overrides: Overrides = None) -> None:
    """Print the settings in effect, and where each that is not a default comes from.

    Order: defaults, the file, HROUTE_<SECTION>__<KEY> variables, flags; the last one wins.

    \b
    Examples:
      hroute config show
      hroute config show --json
      HROUTE_ROUTING__MAX_CONSTRAINTS=5 hroute config show
    """
    from hroute.config.files import merged
    from hroute.config.present import as_json, as_record, as_toml

    source = merged(Paths.find(os.environ), os.environ, assigned(overrides))
    settings, origins = source.settings(), source.origins()
    text = as_json(as_record(settings, origins)) if json else as_toml(settings, origins)
    Terminal.current().write(text)


@config_app.command()
def path(
    every: Annotated[
        bool, typer.Option("--all", help="Print the places of configuration, data, cache and log.")
    ] = False,
) -> None:
    """Print where the configuration file is, or would be.

    HROUTE_HOME moves configuration, data, cache and log under one folder; HROUTE_CONFIG the file alone.

    \b
    Examples:
      hroute config path
      hroute config path --all
      cat "$(hroute config path)"
    """
    found = Paths.find(os.environ)
    if not every:
        Terminal.current().write(f"{found.config_file}\n")
        return
    named = {
        "config": found.config_file,
        "data": found.data_dir,
        "cache": found.cache_dir,
        "log": found.log_file,
    }
    Terminal.current().write("".join(f"{name:<7}{place}\n" for name, place in named.items()))


@config_app.command()
def get(key: Key, json: AsJson = False, overrides: Overrides = None) -> None:
    """Print the value of one setting, or the settings of one table.

    A setting that is not set prints an empty line; with --json, null.

    \b
    Examples:
      hroute config get routing.max_constraints
      hroute config get cloud.openai.base_url
      hroute config get local.chat --json
    """
    from hroute.config.files import load
    from hroute.config.present import as_json, as_text, as_toml, is_setting, place_of, tree_of
    from hroute.config.values import at

    settings = load(Paths.find(os.environ), os.environ, assigned(overrides))
    tree = tree_of(settings)
    place = place_of(key, tree)
    value = at(tree, place)
    if json:
        text = as_json(value)
    else:
        text = as_text(value) if is_setting(place) else as_toml(settings, {}, under=place)
    Terminal.current().write(text)


# ignore_unknown_options: a value may begin with a dash; -1 deserves to be told what is allowed.
@config_app.command("set", context_settings={"ignore_unknown_options": True})
def set_(
    words: Annotated[
        list[str],
        typer.Argument(
            metavar="KEY VALUE",
            help="One or more pairs.",
            autocompletion=completing.settings_and_values,
        ),
    ],
    default: Annotated[
        bool, typer.Option("--default", help="Remove the KEYs, so that their defaults count again.")
    ] = False,
) -> None:
    """Change settings in the file and keep your comments.

    The whole file is validated first; a value that is not allowed changes nothing.
    cloud.NAME.model with a new NAME adds an endpoint.

    \b
    Examples:
      hroute config set routing.max_constraints 4
      hroute config set cloud.openai.model gpt-4o
      hroute config set local.chat.model ~/models/qwen.gguf
      hroute config set routing.max_constraints --default
    """
    from hroute.config.edit import with_values, without
    from hroute.config.files import read
    from hroute.config.write import replace

    file = _file()
    text = read(file) or ""
    edited = without(shown(file), text, words) if default else with_values(shown(file), text, _pairs(words))
    if edited.text != text:
        replace(file, edited.text)
    for change in edited.changes:
        _report(change, file)


@config_app.command()
def edit() -> None:
    """Open the file in $VISUAL or $EDITOR and check it before it counts.

    You edit a copy. When it has a mistake you can go on editing; what you wrote is never thrown away.

    \b
    Examples:
      hroute config edit
      EDITOR="code --wait" hroute config edit
    """
    from hroute.cli.config.edit import edit_checked

    edit_checked(_file(), Terminal.current())


@config_app.command()
def check(
    file: Annotated[
        Path | None, typer.Argument(metavar="FILE", help="Check this file instead of your own.")
    ] = None,
) -> None:
    """Validate the settings; exit 0 when they are right, 3 when not.

    What is valid but will not work here, such as a key that is not set, is a warning.

    \b
    Examples:
      hroute config check
      hroute config check ./config.toml
    """
    from hroute.config.files import load
    from hroute.config.present import sent_besides
    from hroute.config.warnings import warnings_of
    from hroute.core.errors import ConfigError

    terminal = Terminal.current()
    env = dict(os.environ)
    if file is not None:
        if not file.exists():
            raise ConfigError(f"there is no file {file}")
        env["HROUTE_CONFIG"] = str(file)
    paths = Paths.find(env)
    settings = load(paths, env)
    for doubt in warnings_of(settings, env):
        terminal.warn(f"warning: {doubt}")
    for line in sent_besides(settings):
        terminal.note(line)
    there = shown(paths.config_file) if paths.config_file.exists() else "no file, all defaults"
    terminal.write(f"ok: {there}\n")


def _file() -> Path:
    return Paths.find(os.environ).config_file


def _pairs(words: list[str]) -> list[tuple[str, str]]:
    from shlex import quote

    from hroute.core.errors import UsageError

    option = next((word for word in words if word.startswith("--")), None)
    if option:
        raise UsageError(f"there is no option {option}", "hroute config set --help")
    if len(words) % 2:
        key, equals, value = words[-1].partition("=")
        hint = f"{key} {quote(value)}" if equals and value else f"{key} VALUE, or --default"
        raise UsageError(f"{key} has no value", f"hroute config set {hint}")
    return list(zip(words[::2], words[1::2], strict=True))


def _report(change: "KeyChange", file: Path) -> None:
    """Says what changed, and when it has no effect here."""
    from hroute.config.outside import variable
    from hroute.config.problems import shown_value
    from hroute.config.secrecy import without_keys
    from hroute.config.template import toml_value

    def words(value: object) -> str:
        if isinstance(value, dict):
            return without_keys(toml_value(value))
        return "default" if value is None else shown_value(value)

    terminal = Terminal.current()
    was, now = words(change.before), words(change.after)
    if was == now:
        terminal.note(f"{change.key} is {now} in {shown(file)} already")
    else:
        terminal.note(f"{change.key}: {was} -> {now} in {shown(file)}")
    if os.environ.get(variable(change.key)):
        terminal.warn(f"{variable(change.key)} is set in this shell and wins over the file")
