"""What to do about an error, as it can be typed into the shell or the chat."""

from collections.abc import Iterable

from hroute.cli.words import Surface
from hroute.core import remedies as r


def hint_of(remedies: Iterable[r.Remedy], surface: Surface = Surface.SHELL) -> str:
    """Empty where nothing is known that would help."""
    return ", or ".join(filter(None, (remedy_words(remedy, surface) for remedy in remedies)))


def remedy_words(remedy: r.Remedy, surface: Surface = Surface.SHELL) -> str:
    in_chat = _chat_words(remedy) if surface is Surface.CHAT else None
    return _shell_words(remedy) if in_chat is None else in_chat


def _chat_words(remedy: r.Remedy) -> str | None:
    """None: there is no command of the chat for it."""
    match remedy:
        case r.RetryTurn(_, None):
            return "/retry asks again, /route and /model say who"
        case r.RetryTurn(_, route):  # it never began, so there is nothing to retry
            return f"/route {route}"
        case r.AskSomething() | r.BeginChat():
            return "ask something first"
        case r.RateBad(_, minutes):
            return f"/bad {minutes}"
        case r.ListSessions():
            return "/sessions lists them"
    return None


def _shell_words(remedy: r.Remedy) -> str:  # noqa: C901, PLR0911, PLR0912  one case a class
    match remedy:
        case r.Advice(text):
            return text
        case r.Argument(name, value, why):
            return _after(why, f"--{name} {value}".rstrip())
        case r.RetryTurn(turn_id, route, is_kept):
            return _retry_words(turn_id, f" --route {route}" if route else "", is_kept=is_kept)
        case r.AskSomething():
            return 'Ask something first: hroute ask "..."'
        case r.GivePrompt():
            return 'hroute ask "your question", or pipe one in'
        case r.BeginChat():
            return "Begin one: hroute chat"
        case r.ShowWhy():
            return "/why lists them"
        case r.RateBad(turn_id, minutes):
            return f"hroute rate {turn_id} bad --minutes {minutes}"
        case r.ConfigureCloud(None):
            return "hroute config init --preset NAME adds one"
        case r.ConfigureCloud(preset):
            return f"hroute config init --preset {preset}"
        case r.SetSetting(key, value, why):
            return _after(why, f"hroute config set {key} {value}")
        case r.ResetSetting(key):
            return f"hroute config set {key} --default"
        case r.ShowSettings():
            return "`hroute config show` prints every setting"
        case r.InitConfig():
            return "`hroute config init` writes it"
        case r.EditConfig():
            return "`hroute config edit` opens it"
        case r.AddEntry():
            return "`hroute config set` adds one"
        case r.PullModel(name, why):
            return _after(why, f"hroute models pull {name}")
        case r.ListModels(catalogue, why):
            command = "hroute models list --catalogue" if catalogue else "hroute models list"
            return _after(why, command) if why else f"see {command}"
        case r.GetQ8():
            return "hroute models quantize makes a q8 of a source, hroute models pull NAME:q8_0 gets one"
        case r.Measure(bench, _, True):
            return f"hroute bench {bench} --from the saved run --apply, or measure it again"
        case r.Measure(bench, why):
            return _after(why, f"hroute bench {bench} --apply")
        case r.SaveRun(bench, kept_by):
            return f"hroute bench {bench} --{kept_by} FILE"
        case r.Resume():
            return "what is done is kept: run the same with --resume to go on"
        case r.Calibrate():
            return "hroute calibrate makes a new one; hroute calibrate --reset removes it"
        case r.ListTurns(why):
            return f"{why or 'See what there is'}: hroute log list"
        case r.ListSessions():
            return "See what there is: /sessions in hroute chat"
        case r.ShowLogPath():
            return "See where it is: hroute log path"
        case r.PruneLog(days):
            return f"remove old turns: hroute log prune --before {days}d"
    raise AssertionError(f"no words for {remedy!r}")


def _retry_words(turn_id: int, route: str, *, is_kept: bool) -> str:
    if is_kept:
        return f"the prompt is kept: hroute ask --retry {turn_id}{route}"
    return route.strip()


def _after(why: str, command: str) -> str:
    return f"{why}: {command}" if why else command
