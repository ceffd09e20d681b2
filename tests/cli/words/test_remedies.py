"""What can be done is said in the words of where it is read."""

import pytest

from hroute.cli.words import Surface
from hroute.cli.words.decision import flip_words, reason_words
from hroute.cli.words.errors import reported
from hroute.cli.words.remedies import hint_of, remedy_words
from hroute.core import remedies as m
from hroute.core.decision.decision import Degraded, Route
from hroute.core.decision.signals import Change
from hroute.core.errors import BudgetError, NoAnswerError, UsageError
from hroute.core.routing import reasons as r
from tests.support.logged import decision

RETRY = "/retry asks again, /route and /model say who"
BOTH = [
    (
        m.RetryTurn(7),
        "the prompt is kept: hroute ask --retry 7",
        "/retry asks again, /route and /model say who",
    ),
    (m.RetryTurn(7, is_kept=False), "", "/retry asks again, /route and /model say who"),
    (
        m.RetryTurn(7, Route.LOCAL),
        "the prompt is kept: hroute ask --retry 7 --route local",
        "/route local",
    ),
    (m.RetryTurn(7, Route.LOCAL, is_kept=False), "--route local", "/route local"),
    (m.RateBad(7, "3"), "hroute rate 7 bad --minutes 3", "/bad 3"),
    (m.ListSessions(), "See what there is: /sessions in hroute chat", "/sessions lists them"),
    (m.BeginChat(), "Begin one: hroute chat", "ask something first"),
    (m.AskSomething(), 'Ask something first: hroute ask "..."', "ask something first"),
]

SHELL = [
    (m.Advice("go online"), "go online"),
    (m.Argument("part", "all", "measure all of them"), "measure all of them: --part all"),
    (m.Argument("plain"), "--plain"),
    (m.GivePrompt(), 'hroute ask "your question", or pipe one in'),
    (m.ShowWhy(), "/why lists them"),
    (m.ConfigureCloud("openai"), "hroute config init --preset openai"),
    (m.ConfigureCloud(None), "hroute config init --preset NAME adds one"),
    (m.SetSetting("log.prompts", "hash"), "hroute config set log.prompts hash"),
    (m.SetSetting("a.b", "USD", "raise the limit"), "raise the limit: hroute config set a.b USD"),
    (m.ResetSetting("offline"), "hroute config set offline --default"),
    (m.ShowSettings(), "`hroute config show` prints every setting"),
    (m.InitConfig(), "`hroute config init` writes it"),
    (m.EditConfig(), "`hroute config edit` opens it"),
    (m.AddEntry(), "`hroute config set` adds one"),
    (m.PullModel("scout"), "hroute models pull scout"),
    (m.PullModel("scout", "get it again"), "get it again: hroute models pull scout"),
    (m.ListModels(catalogue=True), "see hroute models list --catalogue"),
    (m.ListModels(why="what is here"), "what is here: hroute models list"),
    (m.GetQ8(), "hroute models quantize makes a q8 of a source, hroute models pull NAME:q8_0 gets one"),
    (m.Measure("ability", "measure it"), "measure it: hroute bench ability --apply"),
    (
        m.Measure("ability", is_saved=True),
        "hroute bench ability --from the saved run --apply, or measure it again",
    ),
    (m.SaveRun("route", "save-cloud"), "hroute bench route --save-cloud FILE"),
    (m.Resume(), "what is done is kept: run the same with --resume to go on"),
    (m.Calibrate(), "hroute calibrate makes a new one; hroute calibrate --reset removes it"),
    (m.ListTurns(), "See what there is: hroute log list"),
    (m.ListTurns("It has turns 1 to 2"), "It has turns 1 to 2: hroute log list"),
    (m.ShowLogPath(), "See where it is: hroute log path"),
    (m.PruneLog(30), "remove old turns: hroute log prune --before 30d"),
]


@pytest.mark.parametrize(("remedy", "in_shell", "in_chat"), BOTH)
def test_the_shell_and_the_chat_have_words_of_their_own(
    remedy: m.Remedy, in_shell: str, in_chat: str
) -> None:
    assert remedy_words(remedy) == in_shell
    assert remedy_words(remedy, Surface.CHAT) == in_chat


@pytest.mark.parametrize(("remedy", "words"), SHELL)
def test_what_the_chat_has_no_command_for_is_said_as_the_shell_has_it(remedy: m.Remedy, words: str) -> None:
    assert remedy_words(remedy) == words
    assert remedy_words(remedy, Surface.CHAT) == words


def test_every_remedy_is_among_them() -> None:
    assert {type(row[0]) for row in (*BOTH, *SHELL)} == set(m.Remedy.__subclasses__())


def test_any_of_several_will_do_and_one_without_words_is_left_out() -> None:
    assert hint_of([m.Advice("free some space"), m.RetryTurn(1, is_kept=False), m.PruneLog(30)]) == (
        "free some space, or remove old turns: hroute log prune --before 30d"
    )


def test_a_wrong_argument_is_named_as_it_was_given() -> None:
    error = UsageError("3 is too short", "12 or more", argument="lengths")
    assert reported(error) == ("--lengths: 3 is too short", "12 or more")
    assert reported(error, Surface.CHAT)[0] == "/lengths: 3 is too short"
    assert str(error) == "lengths: 3 is too short"


def test_a_spent_budget_says_what_asked_for_the_cloud() -> None:
    error = BudgetError("budget.daily_usd is spent until tomorrow", because=r.RouteForced())
    assert (
        reported(error)[0]
        == "the route was chosen with --route, but budget.daily_usd is spent until tomorrow"
    )
    assert reported(error, Surface.CHAT)[0].startswith("the route was chosen with /route, but ")
    assert "route" not in error.message


def test_no_answer_in_a_chat_is_asked_for_again_there() -> None:
    error = NoAnswerError("no engine could answer", m.RetryTurn(3))
    assert reported(error, Surface.CHAT) == ("no engine could answer", RETRY)


# --- what a decision says in a chat -------------------------------------------


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ((r.LeaveRouteOpen(),), "/route auto"),
        ((r.OtherRouteOrChat(),), "/route, or /new"),
        ((r.OtherRouteOrPrices(),), "/route, or other prices or minutes in [cpst]"),
        ((r.LiftObstacle(Degraded.OFFLINE), r.AddTokens(3)), "go online, and add 3 tokens or more"),
        ((), ""),
    ],
)
def test_what_would_flip_a_turn_is_said_in_the_words_of_the_chat(
    changes: tuple[Change, ...], words: str
) -> None:
    assert flip_words(decision(flips=changes), Surface.CHAT) == words


def test_what_another_scout_lacks_is_said_with_how_to_get_it() -> None:
    broken = r.ScoutBroken("the weights are not here", (m.PullModel("scout"),))
    assert reason_words(broken) == (
        "the builtin scout reads: the weights are not here (hroute models pull scout)"
    )
    assert reason_words(r.ScoutLate("gguf", 80)) == (
        "the builtin scout reads: gguf took over 80 ms (scout.budget_ms)"
    )


@pytest.mark.parametrize(
    ("model", "missing"), [(None, "local.tools.model is not set"), ("m.gguf", "m.gguf is missing")]
)
def test_a_chat_model_that_serves_tools_says_why(model: str | None, missing: str) -> None:
    assert reason_words(r.SlotReplaced(model)) == (
        f"the chat model serves tools: {missing} (a q8 model drops fewer brackets)"
    )


def test_an_answer_that_no_limit_counts_says_so() -> None:
    assert reason_words(r.Uncounted("big")) == (
        "the price of big is unknown, so no limit in [budget] counts this answer"
    )
