"""What can be done about an error or a finding: values, of which `cli` makes the words that can be pasted.

`why`: what it is good for, where that does not follow from the remedy itself; a sentence's beginning.
"""

from typing import TYPE_CHECKING

from hroute.core.frozen import Value

if TYPE_CHECKING:
    from hroute.core.decision.decision import Route


class Remedy(Value):
    """One way out; where an error has several, any of them will do."""


class Advice(Remedy):
    """A sentence that names nothing of hroute's commands."""

    text: str


# --- answers -----------------------------------------------------------------


class Argument(Remedy):
    """Of what was called, to be given this value; without one, to be given at all."""

    name: str
    value: str = ""
    why: str = ""


class RetryTurn(Remedy):
    """`is_kept`: the log has its prompt."""

    turn_id: int
    route: "Route | None" = None
    is_kept: bool = True


class AskSomething(Remedy):
    pass


class GivePrompt(Remedy):
    pass


class BeginChat(Remedy):
    pass


class ShowWhy(Remedy):
    """The turn with its constraints and their numbers."""


class RateBad(Remedy):
    turn_id: int
    minutes: str


# --- settings ----------------------------------------------------------------


class ConfigureCloud(Remedy):
    """`preset` None: any of them."""

    preset: str | None


class SetSetting(Remedy):
    """A value in capitals stands for one of the user's choice."""

    key: str
    value: str
    why: str = ""


class ResetSetting(Remedy):
    """To its default."""

    key: str


class ShowSettings(Remedy):
    pass


class InitConfig(Remedy):
    pass


class EditConfig(Remedy):
    pass


class AddEntry(Remedy):
    """To a list in the settings, by setting a key of it."""


# --- models and what was learnt ----------------------------------------------


class PullModel(Remedy):
    name: str
    why: str = ""


class ListModels(Remedy):
    """Those that are here, or the catalogue."""

    catalogue: bool = False
    why: str = ""


class GetQ8(Remedy):
    """A model of eight bits a weight, made here or fetched."""


class Measure(Remedy):
    """With this bench, and what it finds is put to use; or what it has found is, where a run is saved."""

    bench: str
    why: str = ""
    is_saved: bool = False


class SaveRun(Remedy):
    """Measure with this bench, and keep the run in a file. `kept_by`: the argument that says where."""

    bench: str
    kept_by: str = "save"


class Resume(Remedy):
    """The measurement that was interrupted."""


class Calibrate(Remedy):
    """Both routes' chances anew, or forget what was learnt of them."""


# --- the log -----------------------------------------------------------------


class ListTurns(Remedy):
    why: str = ""


class ListSessions(Remedy):
    pass


class ShowLogPath(Remedy):
    pass


class PruneLog(Remedy):
    """Turns that are older than this."""

    days: int
