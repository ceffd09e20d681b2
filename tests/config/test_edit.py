import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hroute.config.edit import KeyChange, with_values, without
from hroute.config.template import commented_file
from hroute.core.errors import ConfigError

NAME = "config.toml"


def after_setting(text: str, *pairs: tuple[str, str]) -> str:
    return with_values(NAME, text, pairs).text


def test_a_changed_value_keeps_its_line_and_comments() -> None:
    text = "# mine\n[routing]  # why\n  max_constraints = 3   # three is enough\n\n# end\n"
    assert after_setting(text, ("routing.max_constraints", "5")) == text.replace("= 3", "= 5")


def test_a_new_value_goes_below_the_comment_that_shows_its_default() -> None:
    before = commented_file()
    changed = after_setting(before, ("routing.max_constraints", "5"), ("offline", "yes"))
    assert changed.replace("max_constraints = 5\n", "").replace("offline = true\n", "") == before
    assert "# max_constraints = 3\nmax_constraints = 5\n" in changed
    assert "# offline = false\noffline = true\n" in changed


def test_a_new_value_stays_above_the_comments_of_the_next_table() -> None:
    text = "[routing]\nmax_constraints = 3\n\n# about privacy\n[privacy]\n"
    assert after_setting(text, ("routing.answer_tokens", "99")) == (
        "[routing]\nmax_constraints = 3\nanswer_tokens = 99\n\n# about privacy\n[privacy]\n"
    )


def test_tables_are_made_when_they_are_missing() -> None:
    assert after_setting("", ("local.chat.model", "~/m.gguf")) == '[local.chat]\nmodel = "~/m.gguf"\n'
    assert after_setting("offline = true", ("log.prompts", "off")) == (
        'offline = true\n\n[log]\nprompts = "off"\n'
    )


def test_windows_line_ends_stay() -> None:
    changed = after_setting("[routing]\r\nmax_constraints = 3\r\n", ("routing.answer_tokens", "99"))
    assert changed == "[routing]\r\nmax_constraints = 3\r\nanswer_tokens = 99\r\n"


@pytest.mark.parametrize(
    "text",
    [
        "routing = { max_constraints = 3 }\n",
        "routing.max_constraints = 3\n",
        "[routing]\nmax_constraints = 3\n[log]\n",
        '"routing" = {}\n',
    ],
)
def test_other_ways_to_write_a_table_work_too(text: str) -> None:
    changed = after_setting(text, ("routing.answer_tokens", "99"), ("routing.max_constraints", "7"))
    assert tomllib.loads(changed)["routing"] == {"max_constraints": 7, "answer_tokens": 99}


def test_cloud_entries_are_set_by_index_or_name_and_added_by_a_new_name() -> None:
    text = after_setting("", ("cloud.openai.model", "gpt-4o"))
    text = after_setting(text, ("cloud.deepseek.model", "x"), ("cloud.deepseek.base_url", "https://d/v1"))
    text = after_setting(text, ("cloud.0.max_retries", "0"), ("cloud.deepseek.model", "y"))
    assert tomllib.loads(text)["cloud"] == [
        {"name": "openai", "model": "gpt-4o", "max_retries": 0},
        {"name": "deepseek", "model": "y", "base_url": "https://d/v1"},
    ]


def test_a_name_close_to_one_that_is_there_is_misspelt_and_not_new() -> None:
    with pytest.raises(ConfigError, match=r"no cloud entry named opena; did you mean openai\?"):
        after_setting('[[cloud]]\nname = "openai"\nmodel = "x"\n', ("cloud.opena.model", "y"))


def test_values_that_only_fit_together_are_set_together() -> None:
    text = '[[cloud]]\nmodel = "x"\n'
    prices = (("cloud.0.input_usd_per_mtok", "0.27"), ("cloud.0.output_usd_per_mtok", "1.10"))
    with pytest.raises(ConfigError, match="together"):
        after_setting(text, prices[0])
    assert tomllib.loads(after_setting(text, *prices))["cloud"][0]["output_usd_per_mtok"] == 1.1


def test_a_value_that_is_not_allowed_is_refused_without_a_line() -> None:
    with pytest.raises(ConfigError) as caught:
        after_setting("[routing]\nmax_constraints = 3\n", ("routing.max_constraints", "-1"))
    assert caught.value.message == "routing.max_constraints is -1, must be 0 to 50"


def test_a_mistake_elsewhere_in_the_file_is_named_with_its_line() -> None:
    with pytest.raises(ConfigError) as caught:
        after_setting("[log]\nprompts = 1\n", ("routing.max_constraints", "4"))
    assert caught.value.message.startswith("config.toml:2: log.prompts is 1")


def test_a_removed_key_gives_way_to_its_default_and_leaves_the_rest() -> None:
    text = "# a\n[routing]\n# b\nmax_constraints = 3 # c\nanswer_tokens = 99\n"
    edited = without(NAME, text, ["routing.max_constraints", "offline"])
    assert edited.text == "# a\n[routing]\n# b\nanswer_tokens = 99\n"
    assert edited.changes == (KeyChange("routing.max_constraints", 3, None), KeyChange("offline", None, None))


def test_a_key_that_is_needed_cannot_be_removed() -> None:
    with pytest.raises(ConfigError, match="model is missing"):
        without(NAME, '[[cloud]]\nmodel = "x"\n', ["cloud.0.model"])


comments = st.lists(
    st.text(alphabet=st.characters(exclude_categories=["Cc", "Cs"]), max_size=20), max_size=4
).map(lambda lines: "".join(f"# {line}\n" for line in lines))


@given(
    parts=st.tuples(comments, comments, comments),
    number=st.integers(0, 50),
    model=st.text(alphabet=st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20),
    has_key=st.booleans(),
)
def test_what_is_set_is_read_back_and_every_comment_stays(
    parts: tuple[str, str, str], number: int, model: str, has_key: bool
) -> None:
    key = "max_constraints = 7 # mine\n" if has_key else ""
    text = f"{parts[0]}[routing]\n{parts[1]}{key}{parts[2]}[log]\n"
    changed = after_setting(
        text, ("routing.max_constraints", str(number)), ("local.chat.model", f"'''x{model!r}'''")
    )
    tree = tomllib.loads(changed)
    assert tree["routing"] == {"max_constraints": number}
    assert [line for line in text.splitlines() if line.startswith("#")] == [
        line for line in changed.splitlines() if line.startswith("#")
    ]
    assert ("# mine" in changed) == ("# mine" in text)


@given(st.text(alphabet="[]=.\"'{}#\n routingclouda01-", max_size=60))
def test_an_edit_of_any_text_is_right_or_a_configuration_error(text: str) -> None:
    try:
        changed = after_setting(text, ("routing.max_constraints", "4"))
    except ConfigError:
        return
    assert tomllib.loads(changed)["routing"]["max_constraints"] == 4
