"""What counts as a strict constraint, and what only looks like one."""

import unicodedata

import pytest

from hroute.core.constraints import find_constraints


def kinds(prompt: str) -> list[str]:
    return [item.kind for item in find_constraints(prompt)]


def count(prompt: str) -> int:
    return len(find_constraints(prompt))


# --- where each item stands ----------------------------------------------------


def test_an_item_carries_its_kind_its_place_and_what_could_be_read_of_it() -> None:
    (item,) = find_constraints("Tell me a joke in under 50 words.")

    assert (item.kind, item.text, item.start, item.end) == ("length", "under 50 words", 18, 32)
    assert item.params["unit"] == "words"


def test_items_come_in_reading_order() -> None:
    items = find_constraints("json only, keys a and b, ints not strings, no whitespace")

    assert [item.kind for item in items] == ["format", "keys", "content", "avoid"]
    assert [item.start for item in items] == sorted(item.start for item in items)


# --- what counts ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("prompt", "kind"),
    [
        ("Explain tides in at most 40 words.", "length"),
        ("Answer in three sentences.", "length"),
        ("Return the answer as JSON.", "format"),
        ("Include the keyword 'harbour' in your answer.", "include"),
        ("Do not mention the price.", "avoid"),
        ("Write your answer in all lowercase letters.", "case"),
        ("Write the whole reply in French.", "language"),
        ("Begin your reply with a proverb.", "start"),
        ("End your reply with a question.", "end"),
        ("Do not use any commas.", "punctuation"),
        ("List the towns in alphabetical order.", "order"),
        ("Use a formal tone.", "tone"),
        ("Answer as if you were a pirate.", "role"),
        ("Explain it for a beginner.", "audience"),
        ("Write it in the past tense.", "tense"),
        ("Write in the second person.", "person"),
        ("Cite page 4 in your answer.", "reference"),
        ("Make every line rhyme.", "rhyme"),
        ("Repeat the request word for word first.", "repeat"),
        ("Add a postscript.", "sections"),
    ],
)
def test_every_family_is_found_in_prose(prompt: str, kind: str) -> None:
    assert kind in kinds(prompt)
    assert count(prompt) == 1


@pytest.mark.parametrize(
    ("rule", "kind"),
    [
        ("You are not allowed to use any commas.", "punctuation"),
        ("Your answer must not contain any commas.", "punctuation"),
        ("Use the word harbour at least twice.", "include"),
        ("The word harbour should appear 3 to 5 times.", "include"),
        ("Mention the name Sarah only once.", "include"),
        ("Make sure the letter q appears once.", "include"),
        ("Do not use the word harbour more than twice.", "avoid"),
        ("The word harbour doesn't appear at all.", "avoid"),
        ("Your response must have 3 sections.", "count"),
        ("Mark the beginning of each section with SECTION X.", "sections"),
        ("Put the name of the town in double angular brackets.", "sections"),
        ("At the end of your letter, add a postscript.", "sections"),
        ("The very end of your response should read exactly like: See you there.", "end"),
        ("Take the notes above and rewrite them as a list of exactly 4 bullet points.", "format"),
        ("Invent a name and put your whole response in double quotes.", "punctuation"),
    ],
)
def test_plain_words_do_without_quotation_marks_and_imperatives(rule: str, kind: str) -> None:
    assert kinds(f"Write about tides. {rule}") == [kind]


@pytest.mark.parametrize(
    "rules",
    [
        "Wrap your answer in double quotes and include the letter 'l' at least 15 times.",
        "Make sure the letter e appears at least 50 times and the word tide doesn't appear at all.",
        "Use no commas and add a postscript at the end.",
        "Use the word moon once. Mention the name Sarah twice.",
    ],
)
def test_wishes_that_share_a_sentence_count_apart(rules: str) -> None:
    assert count(f"Write about tides. {rules}") == 2


@pytest.mark.parametrize(
    ("prompt", "expected"),
    [
        ("haiku about rain, no season words, lowercase", 2),
        ("yaml, no comments, max 20 lines, two-space indent", 4),
        ("pytest, no mocks, max 5 tests, type hints", 4),
        ("product blurb / max 40 words / second person / no superlatives / mention waterproof", 4),
        ("regex only. no explanation", 2),
        ("keep it under 100 words\nno exclamation marks\nthank Maria by name\nBritish spelling", 4),
    ],
)
def test_terse_notes_count_piece_by_piece(prompt: str, expected: int) -> None:
    assert count(prompt) == expected


def test_a_list_of_requirements_counts_entry_by_entry() -> None:
    entries = ["max 120 words", "no jargon", "salary in the first line", "link to /jobs", "friendly tone"]
    prompt = "Draft the job ad:\n" + "\n".join(f"- {entry}" for entry in entries)

    assert count(prompt) == 5


def test_conditions_announced_by_their_header_count_even_when_no_family_knows_them() -> None:
    header = "Name three painters who satisfy ALL of the following conditions:\n"
    prompt = header + "1. female;\n2. not alive;\n3. left-handed"

    assert count(prompt) == 3


def test_other_languages_are_read_for_formats_lengths_and_lists() -> None:
    german = "Antworte als Liste, höchstens 40 Wörter, ohne Fachbegriffe"

    assert kinds(german) == ["format", "length", "avoid"]
    assert count("Réponds en anglais, en 3 puces, sans jargon, et cite l'article 12.") == 4
    assert count("Responde en inglés, máximo 3 frases, sin tecnicismos") == 3
    assert count("Rispondi in italiano, massimo 60 parole, senza elenchi puntati") == 3
    assert count("Responda em português, no máximo 5 linhas, em formato JSON") == 3
    assert count("用中文回答,不超过50字") == 2
    assert count("日本語で、100文字以内、箇条書き") == 3


# --- one constraint, said in many words ------------------------------------------


@pytest.mark.parametrize(
    ("prompt", "expected"),
    [
        ("no emojis. write a birthday wish. seriously, no emojis!", 1),
        ("Write between 100 and 150 words about bees.", 1),
        ("Write about bees. It must be at least 100 words and at most 150 words.", 1),
        ("Use the words 'apple', 'river' and 'storm' in a story.", 1),
        ("Put the results in a table with at most 5 rows.", 1),
        ("Answer with a table. The table must not exceed 5 rows.", 1),
        ("Format the answer in Markdown with at least two heading levels.", 1),
        ("Write exactly 3 paragraphs, separated by ***.", 1),
        ("Answer in exactly 3 bullet points. Use bullet points.", 1),
        ("Mention the word 'sky' at least 8 times.", 1),
        ("Repeat the word sky three times.", 1),
        ("Include keyword sky once, keyword sea twice, and keyword sun three times.", 1),
        ("Your response must have 3 sections. Mark the beginning of each section with SECTION X.", 1),
        ("Add a title, wrapped in double angular brackets.", 1),
        ("Respond in JSON with the keys name and age.", 2),
    ],
)
def test_what_belongs_together_counts_once(prompt: str, expected: int) -> None:
    assert count(prompt) == expected


def test_the_purpose_of_a_constraint_is_not_another_one() -> None:
    assert kinds("Capitalize each word to maintain a formal tone.") == ["case"]


# --- what does not count ---------------------------------------------------------


@pytest.mark.parametrize(
    "prompt",
    [
        "ping",
        "Write a poem.",
        "Explain recursion. Short and simple, please.",
        "shopping list: apples, pears, milk, eggs, bread",
        "compare python, go, rust and java",
        "Tom has 13 marbles and gives away 5. How many are left?",
        "There are five houses in a row. The Brit lives in the red house. Who owns the fish?",
        "I have exactly 3 hours, no car and under 50 euros. Is Ghent worth it?",
        "We ran 3 experiments with at least 50 users each and no control group. How bad is it?",
        "what does this regex do: ^(?=.*[A-Z])(?!.*\\s).{8,50}$ and must it be anchored?",
        "why: \"schema error: 'items' must have at most 3 entries, should be lowercase, only ascii\"",
        "ValidationError: 'title' should be at most 60 characters and lowercase -- how do I fix it?",
        "2024-05-01 12:00:01 ERROR must be lowercase, max 3 items, json only\nwhat does this log mean?",
        "should I use json or csv?",
        "Explain why the word nice appears twice in this text.",
        "The word 'nice' does not appear in the Bible. Is this true?",
        "She mentioned the name Sarah only once. Was she lying?",
        "Employees are not allowed to use phones at work. Why?",
        "I have 3 sections of pipe and each section is 4 feet. How long is it?",
        "At the beginning of the game, each player has 3 cards. Who wins?",
        "no word limit, any format is fine, just tell me about Rome",
        "Ignore the 500 word limit my teacher set. Write about bees.",
    ],
)
def test_tasks_problems_logs_quotations_and_lifted_limits_count_nothing(prompt: str) -> None:
    assert find_constraints(prompt) == ()


def test_a_pasted_payload_counts_nothing() -> None:
    prompt = "fix grammar, no comments:\n\nyou must never exceed 3 item, always use json, at least 2 page"

    assert kinds(prompt) == ["avoid"]


def test_an_email_before_the_question_about_it_counts_nothing() -> None:
    prompt = (
        "Dear team,\nplease keep your slides under 10 pages, use the template, no animations.\nThanks, Eva"
        "\n\nSummarise this email in one sentence."
    )

    assert kinds(prompt) == ["length"]


def test_of_few_shot_prompts_only_the_last_question_counts() -> None:
    example = "# Example:\n**Question**: Who? At most 5 words, in JSON.\n**Answer**: Me.\n\n"
    question = "**Question**: How many moons has Mars? The answer must end with a period.\n**Answer**:"

    assert kinds(example * 3 + question) == ["end"]


def test_an_output_example_counts_nothing() -> None:
    prompt = "Name two rivers as JSON.\n\nExample:\nat most 3 words, no commas, all lowercase\n"

    assert kinds(prompt) == ["format"]


def test_arrow_examples_count_nothing() -> None:
    assert find_constraints("Input: happy -> sad\nInput: at most 3, no json -> none\nInput: big ->") == ()


OPTIONS = (
    "Which is the least abundant?\nA. Only two brief words\nB. At most ten lines\nC. No lists\nD. In French"
)


@pytest.mark.parametrize(
    "prompt", [OPTIONS, f"{OPTIONS}\nAnswer:", "Pick one: (a) no lists (b) in French (c) as JSON"]
)
def test_the_options_of_a_multiple_choice_question_ask_nothing(prompt: str) -> None:
    assert find_constraints(prompt) == ()


def test_a_lettered_list_of_requirements_still_counts() -> None:
    prompt = "Write a poem. Requirements:\na) under 50 words\nb) in French\nc) no rhymes\nd) as JSON"
    assert len(find_constraints(prompt)) == 4


@pytest.mark.parametrize("filler", ["The ferry left late and nobody minded. ", "```\nx = 1\n```\n", "word "])
def test_the_two_ends_of_a_long_prompt_are_read(filler: str) -> None:
    prompt = f"Write it in French, as JSON.\n\n{filler * 4000}\n\nUse at most 50 words and no adjectives."
    items = find_constraints(prompt)
    assert {item.kind for item in items} >= {"language", "format", "length", "avoid"}
    assert all(prompt[item.start : item.end] == item.text for item in items)


def test_a_code_block_that_is_cut_by_the_reading_stays_code() -> None:
    code = "\n".join(f"line {n}  # write at most {n} words in French, as JSON" for n in range(2000))
    assert find_constraints(f"What does this do?\n\n```\n{code}\n```\n") == ()


@pytest.mark.parametrize("prompt", ["ONLY WORDS:'0':", "only words: `x`:", "Use only words:'a b':"])
def test_a_quotation_where_a_word_may_stand_is_read_as_one(prompt: str) -> None:
    assert all(item.text in prompt for item in find_constraints(prompt))


@pytest.mark.parametrize(
    "prompt",
    [
        "Keep it short: under 50 words. Again: fewer than 50 words, please! No more than 50 words.",
        "Describe a fox in at most 3 sentences. No more than 3 sentences!",
        "Describe a fox in one paragraph, i.e. a single paragraph.",
        "Describe a fox in two lines, meaning exactly 2 lines.",
        "Beschreibe einen Fuchs in höchstens 20 Wörtern, das heißt: nicht mehr als 20 Wörter.",
    ],
)
def test_a_limit_said_again_in_other_words_counts_once(prompt: str) -> None:
    assert len(find_constraints(prompt)) == 1


def test_a_format_and_a_language_in_one_breath_are_two() -> None:
    found = find_constraints("Answer in JSON, in French, under 20 words.")
    assert [item.kind for item in found] == ["format", "language", "length"]


@pytest.mark.parametrize("prompt", ["\udcff what", "\ud800 hi, in French", "under 50 words caf\udce9"])
def test_a_byte_that_is_no_text_is_no_crash(prompt: str) -> None:
    assert all(prompt[item.start : item.end] == item.text for item in find_constraints(prompt))


# --- kinds that were read wrongly once --------------------------------------------


@pytest.mark.parametrize(
    "prompt",
    [
        "Why do recipes say no more than 3 eggs?",
        "How come editors insist on at most 80 characters per line?",
        "Why do airlines allow at most 100 ml of liquid and no scissors?",
        "Is it legal that my landlord requires at least 3 months' notice and no pets?",
        "Who was the general who never lost a battle, wrote without vowels and ate only figs?",
    ],
)
def test_a_question_about_limits_of_others_has_none(prompt: str) -> None:
    assert count(prompt) == 0


@pytest.mark.parametrize(
    "prompt",
    [
        "Summarise this README in one sentence:\n# zap\n## Rules\n- Never push\n- Use at most 2 workers",
        "What does this ticket ask in one line?\nUsers must not see names at all. Show at most 3 errors.",
        "Put this notice into German in one sentence: Guests must not smoke. At most 3 persons per lift.",
    ],
)
def test_rules_of_what_was_pasted_without_an_empty_line_do_not_count(prompt: str) -> None:
    assert count(prompt) == 1


@pytest.mark.parametrize(
    "prompt",
    [
        "Write about a river without adjectives and without commas.",
        "Tell a joke in one line, and without commas.",
        "Describe snow in at most 30 words and without the letter e.",
    ],
)
def test_a_wish_joined_by_and_is_another(prompt: str) -> None:
    assert count(prompt) == 2


@pytest.mark.parametrize(
    "prompt",
    [
        "Explain DNS in two sentences. Please keep it to two sentences.",
        "No emojis. Write a greeting for my boss. Again: please no emojis.",
        "Max 40 words. Describe a harbour. And remember, max 40 words please!",
    ],
)
def test_a_wish_said_again_in_other_words_counts_once(prompt: str) -> None:
    kept = [item for item in find_constraints(prompt) if item.kind != "audience"]

    assert len(kept) == 1


@pytest.mark.parametrize(
    ("prompt", "number"),
    [
        ("a birthday poem, 8 lines, leave out her age, like a pirate", 3),
        ("Stay within 60 words and leave out the price.", 2),
        ("csv, <=10 rows, no header, sorted by date", 4),
        ("5 taglines for a cafe, rhyming, max 6 words", 3),
        ("bash script to delete old logs, must exit 1 if the folder is missing, name it sweep.sh", 2),
        ("Python function for leap years, must raise ValueError below 1, no imports, call it is_leap", 3),
        ("go: parse a config, only the standard library, return an error on unknown keys, name it load", 3),
    ],
)
def test_softer_words_and_terse_lists_count(prompt: str, number: int) -> None:
    assert count(prompt) == number


@pytest.mark.parametrize(
    ("prompt", "number"),
    [
        ("اكتب رسالة اعتذار في ثلاث جمل، دون ذكر السبب، بأسلوب رسمي", 3),
        ("छुट्टी के लिए ईमेल लिखो, 60 शब्दों से कम, विनम्र लहजे में।", 2),
        ("Viết email xin nghỉ, dưới 60 từ, lịch sự, không nêu lý do.", 3),
        ("Kirjoita runo merestä, enintään neljä riviä, ilman riimejä.", 2),
    ],
)
def test_languages_that_were_undercounted_are_read(prompt: str, number: int) -> None:
    assert count(prompt) == number


@pytest.mark.parametrize(
    "prompt",
    [
        "बारिश पर एक कविता लिखो, अंग्रेज़ी शब्द नहीं।",
        "เขียนกลอนเกี่ยวกับฝน ไม่เกิน 4 บรรทัด",
        "বৃষ্টি নিয়ে কবিতা লেখো, চার লাইনে, ইংরেজি শব্দ ছাড়া।",
        "اشرح الجاذبيّةَ لطفلٍ في جملتين، وبدون أرقام",
    ],
)
def test_no_item_is_cut_within_a_letter_and_its_marks(prompt: str) -> None:
    for item in find_constraints(prompt):
        assert not unicodedata.category(item.text[0]).startswith("M")
        assert item.end == len(prompt) or not unicodedata.category(prompt[item.end]).startswith("M")


@pytest.mark.parametrize(
    ("prompt", "text"),
    [
        ("Use only Python 3.11", "Use only Python 3.11"),
        ("Write a parser. Use only Python 3.12.", "Use only Python 3.12"),
        ("Write a scraper, only requests==2.31.0 allowed", "requests==2.31.0"),
        ("List the taxes. Keep the total below 12.50 EUR.", "12.50"),
        ("Convert this table. Save it as report.final.csv", "report.final.csv"),
        ("Explain pip. Mention version v1.2-beta", "v1.2-beta"),
    ],
)
def test_no_item_is_cut_within_a_version_a_number_or_the_name_of_a_file(prompt: str, text: str) -> None:
    (item,) = find_constraints(prompt)
    assert f"{text} " in f"{item.text} "


@pytest.mark.parametrize(
    "prompt",
    [
        *("एक कविता लिखो", "बारिश पर एक निबंध लिखो", "मुझे एक कहानी सुनाओ"),
        *("Scrivi una poesia", "Inventa una favola sul vento", "Skriv en dikt", "Skriv en saga om en björn"),
        *(
            "写一段关于山的文字",
            "给花店写一条朋友圈",
            "讲一个故事",
            "分别说说猫和狗",
            "詩を一つ書いてください",
        ),
        *(
            "바람에 대한 시 한 편 써 줘",
            "Bir şiir yaz",
            "Napisz wiersz o wietrze",
            "Напиши стих о ветре",
            "اكتب قصيدة",
        ),
    ],
)
def test_the_task_itself_counts_nothing_in_any_language(prompt: str) -> None:
    assert count(prompt) == 0


@pytest.mark.parametrize(
    ("prompt", "number"),
    [
        ("「夏」という字を使わずに俳句を作って", 1),
        ("'바람'이라는 말을 쓰지 말고 시를 써 줘", 1),
        ("写一首诗,第二句出现“风”字", 1),
        ("写一个函数,注释用中文,不超过20行", 2),
        ("用三句话介绍竹子、松树、梅花", 1),
    ],
)
def test_quotations_lists_and_places_in_scripts_without_spaces_are_no_wishes_of_their_own(
    prompt: str, number: int
) -> None:
    assert count(prompt) == number


@pytest.mark.parametrize(
    ("prompt", "text"),
    [
        ("Explain rain. The summary should be at most 90 words.", "at most 90 words"),
        ("Explain rain. Each paragraph must end with a question.", "end with a question"),
        ("Explain rain. Add a headline, enclosed in asterisks.", "Add a headline"),
    ],
)
def test_what_a_limit_is_said_of_and_how_a_part_looks_are_no_wishes_of_their_own(
    prompt: str, text: str
) -> None:
    (item,) = find_constraints(prompt)
    assert text in item.text


@pytest.mark.parametrize(
    ("prompt", "number"),
    [
        ("cover letter junior nurse, 200 words tops, no buzzwords, first person", 3),
        ("thank you note to my dentist, two sentences, no jokes", 2),
        ("Mail an die Nachbarn, höflich, drei Sätze", 2),
    ],
)
def test_the_task_at_the_head_of_a_terse_list_counts_nothing(prompt: str, number: int) -> None:
    assert count(prompt) == number
