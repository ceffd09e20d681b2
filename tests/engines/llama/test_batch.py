from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

import pytest

from hroute.core.tools.definitions import Choice, Toolset, read_tools
from hroute.core.tools.judge import judge
from hroute.engines.llama.batch import Batch, BatchAnswer, Forking, Time, Wanted
from hroute.engines.llama.grammar import Grammar, Vocabulary
from hroute.engines.llama.native import Model
from hroute.engines.llama.recipe import Recipe

ZONES = '{"properties": {"zone": {"enum": ["utc", "cet"]}}, "required": ["zone"]}'
CLOCK = f'{{"name": "clock", "parameters": {ZONES}}}'
GREEDY = Recipe(8, 0, 1.0, 1.0, 1)


@pytest.fixture(scope="module")
def model(starter_path: Path) -> Iterator[Model]:
    with closing(Model(starter_path, vocab_only=False)) as model:
        yield model


@pytest.fixture(scope="module")
def q8(q8_path: Path) -> Iterator[Model]:
    """Its kernels add up each row alone; those of other types may take several rows together."""
    with closing(Model(q8_path, vocab_only=False)) as model:
        yield model


def tokens(model: Model, text: str) -> tuple[int, ...]:
    return tuple(model.vocab.tokenize(text, marks=False))


def text(model: Model, written: BatchAnswer) -> str:
    return b"".join(map(model.vocab.piece, written.tokens)).decode()


def answers(model: Model, forkings: Sequence[Forking], slots: int = 4) -> list[tuple[BatchAnswer, ...]]:
    cells = max(len(forking.prompt) for forking in forkings) + 64
    done: dict[int, tuple[BatchAnswer, ...]] = {}
    with closing(Batch(model, cells=cells, sequences=slots, threads=1)) as batch:
        batch.answer(forkings, done.__setitem__)
    return [done[place] for place in range(len(forkings))]


def test_answers_in_one_batch_are_those_of_single_runs(model: Model) -> None:
    prompts = [tokens(model, text) for text in ("One, two, three,", "The capital of France is")]
    forkings = [Forking(prompt, (Wanted(GREEDY), Wanted(GREEDY))) for prompt in prompts]
    together = answers(model, forkings)
    alone = [answers(model, [Forking(prompt, (Wanted(GREEDY),))], slots=1)[0] for prompt in prompts]
    assert [[a.tokens for a in pair] for pair in together] == [[w.tokens] * 2 for (w,) in alone]


def test_the_odds_in_a_full_batch_are_those_of_a_single_answer_to_the_last_bit(q8: Model) -> None:
    """Wrong positions, mixed memory or a gap between sequences would all show here."""
    texts = ("One, two, three,", "The capital of France is", "Dear Sir or Madam,", "A list of fruit:")
    forkings = [
        Forking(tokens(q8, text), tuple(Wanted(Recipe(length, 0, 1.0, 1.0, 1)) for length in (3, 11)))
        for text in texts
    ]
    together = answers(q8, forkings, slots=5)
    alone = [
        answers(q8, [Forking(forking.prompt, (wanted,))], slots=1)[0][0]
        for forking in forkings
        for wanted in forking.answers
    ]
    assert [(w.tokens, w.odds) for pair in together for w in pair] == [(w.tokens, w.odds) for w in alone]


def test_what_a_grammar_dictates_is_computed_as_in_a_single_answer(q8: Model) -> None:
    constrained = Wanted(
        Recipe(40, 0, 1.0, 1.0, 1), (), Grammar(Toolset(read_tools(CLOCK), Choice.REQUIRED), Vocabulary(q8))
    )
    prompts = [tokens(q8, text) for text in ("What time is it?", "Clock!", "In Paris?")]
    together = answers(q8, [Forking(prompt, (constrained,)) for prompt in prompts])
    alone = [answers(q8, [Forking(prompt, (constrained,))], slots=1) for prompt in prompts]
    assert [pair[0].odds for pair in together] == [pair[0].odds for [pair] in alone]


def test_time_is_shared_out_among_the_answers(model: Model) -> None:
    began = Time.now()
    [pair] = answers(model, [Forking(tokens(model, "Hello"), (Wanted(GREEDY), Wanted(GREEDY)))])
    took = Time.now() - began
    assert all(written.spent.wall_s > 0 for written in pair)
    assert sum(written.spent.wall_s for written in pair) < took.wall_s
    assert sum(written.spent.cpu_s for written in pair) <= took.cpu_s


def test_logits_after_a_prompt_are_those_of_the_whole_text(model: Model) -> None:
    prompt, more = tokens(model, "The capital of France is"), tokens(model, " Paris, which")
    with closing(Batch(model, cells=256, sequences=0, threads=1)) as batch:
        whole = batch.all_logits((*prompt, *more))
        after = batch.all_logits(more, prompt=prompt)
    assert after.argmax(axis=1).tolist() == whole[len(prompt) :].argmax(axis=1).tolist()


def test_a_seed_repeats_a_sampled_answer_and_another_gives_another(model: Model) -> None:
    sampled = [Wanted(Recipe(12, 1.5, 1.0, 1.0, seed)) for seed in (1, 1, 2)]
    [(first, same, other)] = answers(model, [Forking(tokens(model, "Once upon a time"), tuple(sampled))])
    assert first.tokens == same.tokens
    assert first.tokens != other.tokens


def test_what_two_prompts_share_is_read_once(model: Model) -> None:
    shared = tokens(model, "You are a helpful assistant. " * 5)
    forkings = [Forking(shared + tokens(model, end), (Wanted(GREEDY),)) for end in ("Hi", "Bye")]
    with closing(Batch(model, cells=1024, sequences=2, threads=1)) as batch:
        batch.answer(forkings, lambda _place, _answers: None)
        ends = sum(len(forking.prompt) - len(shared) for forking in forkings)
        assert batch.prompt_tokens == len(shared) + ends


def test_an_opening_begins_the_answer_and_counts_as_dictated(model: Model) -> None:
    opening = tokens(model, '{"name": "')
    [(written,)] = answers(model, [Forking(tokens(model, "Call a tool:"), (Wanted(GREEDY, opening),))])
    assert written.tokens[: len(opening)] == opening
    assert written.odds[: len(opening)] == (None,) * len(opening)
    assert len(written.tokens) == len(written.odds) == GREEDY.max_tokens


def test_a_greedy_token_is_at_least_as_likely_as_the_other_one(model: Model) -> None:
    [(written,)] = answers(model, [Forking(tokens(model, "Hello"), (Wanted(GREEDY),))])
    assert all(o and 1 >= o.probability >= o.other_probability > 0 for o in written.odds)


def test_a_grammar_keeps_one_answer_of_a_batch_and_leaves_the_other_free(model: Model) -> None:
    toolset = Toolset(read_tools(CLOCK), Choice.REQUIRED)
    constrained = Wanted(Recipe(40, 0, 1.0, 1.0, 1), (), Grammar(toolset, Vocabulary(model)))
    [(free, kept)] = answers(
        model, [Forking(tokens(model, "What time is it?"), (Wanted(GREEDY), constrained))]
    )
    assert not judge(text(model, free), toolset).counts
    assert judge(text(model, kept), toolset).counts
    assert not kept.cut


def test_an_answer_that_only_repeats_itself_is_cut_before_its_limit(model: Model) -> None:
    prompt = tokens(model, "la la la la la la la la la la la la la la la la")
    [(written,)] = answers(model, [Forking(prompt, (Wanted(Recipe(64, 0, 1.0, 1.0, 1)),))])
    assert written.cut
    assert written.looped
    assert len(written.tokens) < 64


def test_a_whole_sentence_that_stands_three_times_is_a_loop_and_twice_it_is_none(model: Model) -> None:
    sentence = tokens(model, " We have changed the address of the company, and are sorry for it.")
    wanted = tuple(Wanted(Recipe(60, 0, 1.0, 1.0, 1), sentence * times) for times in (3, 2))
    [(thrice, twice)] = answers(model, [Forking(tokens(model, "Hello."), wanted)])
    assert thrice.tokens == sentence * 3
    assert thrice.looped
    assert len(twice.tokens) > len(sentence) * 2
