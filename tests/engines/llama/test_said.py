from hroute.engines.llama.said import Said, Spoken


def spoken(said: Said, *pieces: tuple[list[int], str]) -> Spoken:
    answer = said.begin()
    for tokens, piece in pieces:
        answer.add(tokens, piece)
    return answer


def test_an_answer_comes_back_in_the_tokens_it_was_written_in() -> None:
    said = Said()
    spoken(said, ([7], "Hel"), ([8], "lo"))
    assert said.tokens("Hello") == [7, 8]


def test_an_interrupted_answer_comes_back_as_far_as_it_was_heard() -> None:
    said = Said()
    spoken(said, ([7], "Hel"), ([8], "lo"))
    assert said.tokens("Hel") == [7]
    assert said.tokens("He") is None


def test_half_a_character_belongs_to_no_text() -> None:
    said = Said()
    spoken(said, ([7], "ca"), ([8], ""), ([9], "é"))
    assert said.tokens("ca") == [7]
    assert said.tokens("caé") == [7, 8, 9]


def test_tokens_that_came_together_are_not_parted() -> None:
    said = Said()
    spoken(said, ([7, 8], '{"a"'), ([9], ": 1"))
    assert said.tokens('{"a"') == [7, 8]


def test_the_whole_answer_goes_before_one_that_only_begins_alike() -> None:
    said = Said()
    spoken(said, ([1, 2], "Yes"))
    spoken(said, ([3], "Yes"), ([4], ", sir"))
    assert said.tokens("Yes") == [1, 2]


def test_what_was_never_said_is_unknown() -> None:
    said = Said()
    said.begin()
    assert said.tokens("Hello") is None
    assert said.tokens("") is None
