"""What verdicts make of the abilities of local models, as a table and words."""

from typing import TYPE_CHECKING, Any

from hroute.cli.format.aligned import number, show_aligned
from hroute.cli.format.figures import figure_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hroute.app.learn.calibrate_ability import MovedAbility
    from hroute.cli.terminal import Terminal
    from hroute.core.abilities.ability import Ability


def show_abilities(moved: "Sequence[MovedAbility]", terminal: "Terminal", *, dry_run: bool) -> None:
    """Nothing for models on whose answers no user has given a verdict."""
    if not moved:
        return
    columns = ["model", "n", "good", "ability before", "after", "Brier before", "after"]
    terminal.line(("", ""))
    rows = [_row(one) for one in moved if one.after]
    show_aligned("Abilities of local models, and how well they foretold verdicts", columns, rows, terminal)
    for one in moved:
        if one.verdicts.unread:
            words = f"- {_verdicts(one.verdicts.unread)} left out: the prompt's text was not kept."
            terminal.line((words, "dim"))
        terminal.line(_outcome(one, dry_run=dry_run))


def abilities_json(moved: "Sequence[MovedAbility]", *, dry_run: bool) -> list[dict[str, Any]]:
    """`after` and all that is judged are null where there were too few verdicts."""
    return [_one_json(one, dry_run=dry_run) for one in moved]


def _one_json(one: "MovedAbility", *, dry_run: bool) -> dict[str, Any]:
    judged = one.after is not None
    before, after = one.brier
    return {
        "model": one.verdicts.name,
        "installed": _is_installed(one) and not dry_run,
        "verdicts": len(one.verdicts.judged),
        "right": one.verdicts.right,
        "unread": one.verdicts.unread,
        "before": _ability_json(one.before),
        "after": _ability_json(one.after) if one.after else None,
        "better": one.is_better if judged else None,
        "gain": {"value": one.gain.value, "low": one.gain.low, "high": one.gain.high} if judged else None,
        "brier": {"before": before.brier.value, "after": after.brier.value} if judged else None,
    }


def _ability_json(ability: "Ability") -> dict[str, Any]:
    return {"value": ability.value, "spread": ability.spread, "slope": ability.slope, "basis": ability.basis}


def _is_installed(one: "MovedAbility") -> bool:
    return one.is_better and one.measured is not None


def _row(one: "MovedAbility") -> list[str]:
    n, (before, after) = len(one.verdicts.judged), one.brier
    figures = (figure_text(before.brier), figure_text(after.brier))
    abilities = (_text(one.before), _text(one.after) if one.after else "")
    return [one.verdicts.name, str(n), number(one.verdicts.right / n, 2), *abilities, *figures]


def _text(ability: "Ability") -> str:
    return f"{ability.value:+.2f} ± {ability.spread:.2f}"


def _outcome(one: "MovedAbility", *, dry_run: bool) -> tuple[str, str]:
    if one.after is None:
        return _too_few(one), "yellow"
    change = f"Brier's score is lower by {figure_text(one.gain)}"
    if not one.is_better:
        words = f"Not installed: no better than the ability {one.before.words}, for certain ({change})."
        return words, "yellow"
    if one.measured is None:
        return f"Not installed: {one.verdicts.name} is not here any more.", "yellow"
    if dry_run:
        words = f"Better than the ability {one.before.words}: {change}. Not installed, as --dry-run asks."
        return words, "green"
    return f"Installed: the ability of {one.verdicts.name} is {_text(one.after)}; {change}.", "green"


def _too_few(one: "MovedAbility") -> str:
    from hroute.app.learn.calibrate import LEAST_VERDICTS
    from hroute.app.learn.calibrate_answers import LEAST_OF_EACH

    n, right = len(one.verdicts.judged), one.verdicts.right
    return (
        f"{_verdicts(n)} of yours on answers of {one.verdicts.name}, {right} good and {n - right} bad:"
        f" {LEAST_VERDICTS} are needed, {LEAST_OF_EACH} of each kind, to move its ability."
    )


def _verdicts(n: int) -> str:
    return f"{n} verdict{'' if n == 1 else 's'}"
