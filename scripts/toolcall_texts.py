"""Scenarios of the built-in tool-call suite whose difficulty lies in the texts: scripts, escapes, length."""

from collections.abc import Mapping
from typing import Any

from toolcall_scenarios import Scenario, one

UNICODE = (
    [
        one("unicode", f"Add {name} from {city} to my contacts.", "add_contact", name=name, city=city)
        for name, city in [
            ("Zoë Kübler", "Zürich"),
            ("Łukasz Wójcik", "Łódź"),
            ("Çağla Öztürk", "İzmir"),
            ("Nguyễn Thị Hạnh", "Huế"),
            ("Дмитрий Орлов", "Томск"),
            ("Ελένη Παππά", "Πάτρα"),
            ("田中花子", "京都"),
            ("김민준", "부산"),
        ]
    ]
    + [
        one(
            "unicode",
            f"Save a note titled '{title}' with the text '{text}'.",
            "save_note",
            title=title,
            text=text,
        )
        for title, text in [
            ("Einkauf", "3 × Äpfel, ½ kg Käse – für Müßiggänger"),
            ("お土産", "抹茶と和菓子を買う"),
            ("📌 Trip", "✈️ 08:40, 🏨 check-in 15:00"),
            ("πρόγραμμα", "Δευτέρα: γυμναστήριο"),
            ("العمل", "اجتماع الساعة العاشرة"),
            ("Quotes", "« Être ou ne pas être »"),
            ("Preis", "ca. 12,50 € – 15 €"),
            ("עברית", "לקנות לחם"),
        ]
    ]
    + [
        one("unicode", f"Search for the place {query}", "search_places", query=query)
        for query in [
            "Café Größenwahn",
            "東京駅",
            "Красная площадь",
            "São João da Madeira",
            "Þingvellir",
            "Plaça de Sant Jaume",
            "दिल्ली गेट",
            "Škofja Loka",
        ]
    ]
)

_FILES = [
    ("greet.txt", 'She said "hello" and left.'),
    ("path.txt", "C:\\Users\\mia\\notes"),
    ("two.txt", "first line\nsecond line"),
    ("quote.json", '{"a": [1, {"b": "c"}]}'),
    ("tab.tsv", "id\tname\n1\tOla"),
    ("page.html", '<a href="/x?y=1&z=2">go</a>'),
]
_COMMANDS = [
    'grep -rn "TODO" src | wc -l',
    "echo 'it''s done' > out.txt",
    'find . -name "*.py" -exec wc -l {} \\;',
    "printf '%s\\n' \"$HOME\"",
    "awk '{print $1 \"\\t\" $2}' data.csv",
    "sed -i 's/\\/old\\//\\/new\\//g' conf",
]
_PATTERNS = [
    (r"\bdef\s+\w+\(", "src"),
    (r"^\d{4}-\d{2}-\d{2}$", "logs"),
    (r'"[^"\\]*(\\.[^"\\]*)*"', "lib"),
    (r"[\[\]{}]", "tests"),
    (r"https?://[^\s\"']+", "docs"),
    (r"\\section\{.*\}", "paper"),
]
_QUERIES = [
    "SELECT name FROM users WHERE city = 'St. John''s'",
    'SELECT "order" FROM "t 1" LIMIT 5',
    "SELECT * FROM logs WHERE line LIKE '%\\_tmp%' ESCAPE '\\'",
    "UPDATE notes SET body = '{\"done\": true}' WHERE id = 7",
    "SELECT '[' || tag || ']' FROM tags",
    "DELETE FROM paths WHERE path = 'D:\\tmp\\x'",
]
ESCAPING = [
    *(
        one(
            "escaping",
            f"Write a file {path} with exactly this content:\n{content}",
            "write_file",
            path=path,
            content=content,
        )
        for path, content in _FILES
    ),
    *(
        one("escaping", f"Run this command as it is:\n{command}", "run_command", command=command)
        for command in _COMMANDS
    ),
    *(
        one(
            "escaping",
            f"Search the folder {folder} for the regular expression {pattern}",
            "search_regex",
            pattern=pattern,
            folder=folder,
        )
        for pattern, folder in _PATTERNS
    ),
    *(one("escaping", f"Run the query: {sql}", "run_query", sql=sql) for sql in _QUERIES),
]

_SENTENCES = [
    "The delivery arrived two days late, and one of the three boxes had been opened on the way.",
    "Nobody at the front desk could tell us who had signed for it.",
    "We counted the parts twice and found that eleven screws and the smaller bracket were missing.",
    "On Tuesday the technician called, apologised, and promised a replacement by the end of the week.",
    "Until then the machine in hall four stays switched off, which costs us about six hours a day.",
    "Please let us know whether the new bracket fits the older frame as well.",
    "Our own measurements say that it is half a centimetre too wide.",
    "The invoice lists a discount of five percent that was never agreed upon in writing.",
    "If the numbers are right, we owe you less than the reminder of last month claims.",
    "I would rather settle this by telephone than through another round of letters.",
    "Your colleague in Rotterdam was helpful and deserves to hear that.",
    "The manual describes the red lever, but the machine that we bought has only a green one.",
    "After the update the display shows the time of a city that none of us has ever visited.",
    "We have attached nothing to this message, because the pictures are too large to send.",
    "It would help to know how long the guarantee covers parts that wear out by nature.",
    "Two of the volunteers asked for smaller gloves and a second pair of goggles.",
    "The garden behind the school is ready, except for the fence along the northern side.",
    "Rain kept us indoors on both afternoons, so the painting took longer than planned.",
    "Thank you for your patience, and for the cake that appeared without a name on Friday.",
    "We shall write again as soon as the committee has met and the date is certain.",
]


def _passage(number: int, sentences: int) -> str:
    """A text of this many sentences; the stride visits all of them in an order of its own."""
    stride = (3, 7, 9, 11, 13, 17)[number % 6]
    return " ".join(_SENTENCES[(number + i * stride) % len(_SENTENCES)] for i in range(sentences))


_SUBJECTS = ["Late delivery", "Missing parts", "Invoice 4410", "Guarantee", "Garden day", "Display fault"]
LONG = [
    *(
        one(
            "long_argument",
            f"E-mail service{i}@shop.example with the subject '{_SUBJECTS[i % 6]}' and exactly this body: "
            f"{_passage(i, 6 + i % 9)}",
            "send_email",
            to=f"service{i}@shop.example",
            subject=_SUBJECTS[i % 6],
            body=_passage(i, 6 + i % 9),
        )
        for i in range(12)
    ),
    *(
        one(
            "long_argument",
            f"Save a note 'Log {i}' with this text, word for word: {_passage(i, 8 + i % 7)}",
            "save_note",
            title=f"Log {i}",
            text=_passage(i, 8 + i % 7),
        )
        for i in range(12, 18)
    ),
    *(
        one(
            "long_argument",
            f"Post a review of the Bracket X{i}, {i % 5 + 1} stars, with this text: {_passage(i, 5)}",
            "post_review",
            product=f"Bracket X{i}",
            stars=i % 5 + 1,
            text=_passage(i, 5),
        )
        for i in range(18, 24)
    ),
]


def _several(prompt: str, tool: str, *arguments: Mapping[str, Any]) -> Scenario:
    return Scenario("parallel", prompt, tuple((tool, dict(given)) for given in arguments))


PARALLEL = [
    *(
        _several(
            f"Compare the weather of the next {days} days in {' and '.join(cities)}.",
            "get_weather",
            *({"city": city, "days": days} for city in cities),
        )
        for days, cities in [
            (2, ["Rome", "Athens"]),
            (5, ["Cairo", "Tunis"]),
            (1, ["Quito", "Lima", "Bogota"]),
            (3, ["Bern", "Basel", "Geneva"]),
            (7, ["Reykjavik", "Nuuk"]),
            (4, ["Hanoi", "Da Nang", "Hue", "Saigon"]),
        ]
    ),
    *(
        _several(
            f"Start timers: {', '.join(f'{minutes} minutes for {label}' for minutes, label in timers)}.",
            "set_timer",
            *({"minutes": minutes, "label": label} for minutes, label in timers),
        )
        for timers in [
            [(5, "eggs"), (8, "rice")],
            [(20, "oven"), (3, "tea"), (50, "wash")],
            [(15, "nap"), (90, "bread")],
            [(1, "plank"), (2, "rest")],
        ]
    ),
    *(
        _several(
            f"What are the prices of {', '.join(symbols)}?",
            "get_stock_price",
            *({"symbol": symbol} for symbol in symbols),
        )
        for symbols in [["AAPL", "IBM"], ["TSLA", "F", "GM"], ["SAP", "ASML"], ["KO", "PEP", "MCD", "SBUX"]]
    ),
    *(
        _several(
            f"Lights: {', '.join(f'{room} {state} in {color}' for room, state, color in lights)}.",
            "set_light",
            *({"room": room, "state": state, "color": color} for room, state, color in lights),
        )
        for lights in [
            [("hall", "on", "warm"), ("bath", "on", "white")],
            [("desk", "on", "blue"), ("bed", "off", "warm"), ("door", "on", "red")],
            [("stage", "on", "green"), ("bar", "on", "red")],
            [("lab", "off", "white"), ("store", "off", "white")],
        ]
    ),
    *(
        _several(
            f"Define the words {' and '.join(words)}.", "define_word", *({"word": word} for word in words)
        )
        for words in [["gist", "jest"], ["ebb", "flow", "tide"], ["stoic", "cynic"]]
    ),
    Scenario(
        "parallel",
        "Weather in Split for 2 days, and a reminder 'pack sunscreen' on 2027-07-04.",
        (
            ("get_weather", {"city": "Split", "days": 2}),
            ("add_reminder", {"text": "pack sunscreen", "date": "2027-07-04"}),
        ),
    ),
    Scenario(
        "parallel",
        "Price of ORCL please, and convert 70 GBP to USD.",
        (
            ("get_stock_price", {"symbol": "ORCL"}),
            ("convert_currency", {"amount": 70, "from_currency": "GBP", "to_currency": "USD"}),
        ),
    ),
    Scenario(
        "parallel",
        "Set the tv to 20 percent and start a 30 minute timer called film.",
        (("set_volume", {"device": "tv", "percent": 20}), ("set_timer", {"minutes": 30, "label": "film"})),
    ),
]

NO_CALL = [
    Scenario("no_call", prompt, (), offered)
    for prompt, offered in [
        ("Hello, who are you?", ("get_weather", "set_timer")),
        ("Thanks, that was all for today.", ("send_email", "add_reminder")),
        ("Why is the sky blue? Two sentences.", ("get_stock_price", "track_parcel")),
        ("What is seven times eight?", ("play_song", "set_light")),
        ("Write a haiku about moss.", ("place_order", "ship_parcel")),
        ("Is it 'fewer apples' or 'less apples'?", ("rent_car", "get_route")),
        ("Name three prime numbers above 50.", ("create_event", "move_card")),
        ("Explain recursion to a ten-year-old.", ("deploy_service", "run_query")),
        ("What is the opposite of 'generous'?", ("set_thermostat", "set_volume")),
        ("I feel a bit tired today.", ("convert_currency", "split_bill")),
        ("Give me a metaphor for patience.", ("search_regex", "write_file")),
        ("Who wrote Pride and Prejudice?", ("get_weather", "rate_film")),
        ("How many legs does a spider have?", ("add_contact", "send_sms")),
        ("Suggest a name for a grey cat.", ("start_training", "open_ticket")),
        ("What does HTTP stand for?", ("search_flights", "create_account")),
        ("Rewrite politely: 'Send it now.'", ("track_parcel", "set_timer")),
        ("Which is larger, 0.9 or 0.11?", ("define_word", "play_song")),
        ("Tell me a joke about bread.", ("get_stock_price", "convert_length")),
        ("What colour do blue and yellow make?", ("place_order", "run_command")),
        ("Is a tomato a fruit?", ("rent_car", "set_volume")),
        ("Give two reasons to learn the piano.", ("random_number", "get_route")),
        ("Complete the proverb: a stitch in time ...", ("create_event", "post_review")),
        ("What is the plural of 'ox'?", ("ship_parcel", "get_weather")),
        ("Nice! You are quick.", ("translate_text", "save_note")),
    ]
]
