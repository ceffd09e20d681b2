from hroute.engines.llama.answer_tokens import AnswerTokens, WrittenAnswer


def written(answers: AnswerTokens, *pieces: tuple[list[int], str]) -> WrittenAnswer:
    answer = answers.begin()
    for tokens, piece in pieces:
        answer.add(tokens, piece)
    return answer


def test_an_answer_comes_back_in_the_tokens_it_was_written_in() -> None:
    answers = AnswerTokens()
    written(answers, ([7], "Hel"), ([8], "lo"))
    assert answers.tokens("Hello") == [7, 8]


def test_an_interrupted_answer_comes_back_as_far_as_it_was_heard() -> None:
    answers = AnswerTokens()
    written(answers, ([7], "Hel"), ([8], "lo"))
    assert answers.tokens("Hel") == [7]
    assert answers.tokens("He") is None


def test_half_a_character_belongs_to_no_text() -> None:
    answers = AnswerTokens()
    written(answers, ([7], "ca"), ([8], ""), ([9], "é"))
    assert answers.tokens("ca") == [7]
    assert answers.tokens("caé") == [7, 8, 9]


def test_tokens_that_came_together_are_not_parted() -> None:
    answers = AnswerTokens()
    written(answers, ([7, 8], '{"a"'), ([9], ": 1"))
    assert answers.tokens('{"a"') == [7, 8]


def test_the_whole_answer_goes_before_one_that_only_begins_alike() -> None:
    answers = AnswerTokens()
    written(answers, ([1, 2], "Yes"))
    written(answers, ([3], "Yes"), ([4], ", sir"))
    assert answers.tokens("Yes") == [1, 2]


def test_what_was_never_said_is_unknown() -> None:
    answers = AnswerTokens()
    answers.begin()
    assert answers.tokens("Hello") is None
    assert answers.tokens("") is None
