"""What a scenario of the built-in tool-call suite is, and the short ones: one call, few arguments."""

from dataclasses import dataclass, field
from typing import Any


class Either(tuple[Any, ...]):
    """Several values are right."""

    __slots__ = ()


@dataclass(frozen=True)
class Scenario:
    kind: str
    prompt: str
    calls: tuple[tuple[str, dict[str, Any]], ...]
    offered: tuple[str, ...] = field(
        default=()
    )  # tools beside those of the calls; () lets the builder choose


def one(kind: str, prompt: str, tool: str, **arguments: Any) -> Scenario:
    return Scenario(kind, prompt, ((tool, arguments),))


EASY = [
    one(
        "easy",
        "What will the weather be like in Lisbon over the next 3 days?",
        "get_weather",
        city="Lisbon",
        days=3,
    ),
    one("easy", "Forecast for Oslo please, one week.", "get_weather", city="Oslo", days=7),
    one("easy", "Start a timer of 12 minutes called pasta.", "set_timer", minutes=12, label="pasta"),
    one("easy", "I need a 45 minute countdown, label it laundry", "set_timer", minutes=45, label="laundry"),
    one(
        "easy",
        "How much is 250 US dollars in euros? Use ISO codes.",
        "convert_currency",
        amount=250,
        from_currency="USD",
        to_currency="EUR",
    ),
    one(
        "easy",
        "Turn 99.5 Swiss francs (CHF) into Japanese yen (JPY).",
        "convert_currency",
        amount=99.5,
        from_currency="CHF",
        to_currency="JPY",
    ),
    one(
        "easy",
        "Translate 'good morning' into Italian.",
        "translate_text",
        text="good morning",
        target_language=Either(("Italian", "it")),
    ),
    one(
        "easy",
        "How do you say 'where is the station' in Polish?",
        "translate_text",
        text="where is the station",
        target_language=Either(("Polish", "pl")),
    ),
    one(
        "easy",
        "Remind me to water the plants on 2027-03-14.",
        "add_reminder",
        text=Either(("water the plants", "Water the plants.")),
        date="2027-03-14",
    ),
    one(
        "easy",
        "On 2027-01-02 I must renew my passport, set a reminder: renew passport",
        "add_reminder",
        text="renew passport",
        date="2027-01-02",
    ),
    one("easy", "What is the share price of MSFT?", "get_stock_price", symbol="MSFT"),
    one("easy", "Quote for ticker NVDA", "get_stock_price", symbol="NVDA"),
    one("easy", "Play Hurt by Johnny Cash.", "play_song", title="Hurt", artist="Johnny Cash"),
    one(
        "easy",
        "Put on the song Teardrop from Massive Attack",
        "play_song",
        title="Teardrop",
        artist="Massive Attack",
    ),
    one(
        "easy",
        "How do I get from Graz to Vienna by train?",
        "get_route",
        start="Graz",
        destination=Either(("Vienna", "Wien")),
        mode="train",
    ),
    one(
        "easy",
        "Bike route from the museum to the harbour",
        "get_route",
        start=Either(("museum", "the museum")),
        destination=Either(("harbour", "the harbour")),
        mode="bike",
    ),
    one("easy", "What does the word petrichor mean?", "define_word", word="petrichor"),
    one("easy", "Look up 'sonder' in the dictionary", "define_word", word="sonder"),
    one(
        "easy",
        "How many miles are 42.195 kilometres? Units as 'km' and 'mi'.",
        "convert_length",
        value=42.195,
        from_unit="km",
        to_unit="mi",
    ),
    one(
        "easy",
        "Convert 6 ft to cm (keep these unit names).",
        "convert_length",
        value=6,
        from_unit="ft",
        to_unit="cm",
    ),
    one(
        "easy",
        "Text +4366012345 that says: running late",
        "send_sms",
        phone="+4366012345",
        text="running late",
    ),
    one(
        "easy", "Send the SMS 'call me back' to 0151 9988", "send_sms", phone="0151 9988", text="call me back"
    ),
    one(
        "easy",
        "Where is my parcel? Tracking number ZX-4471-09.",
        "track_parcel",
        tracking_number="ZX-4471-09",
    ),
    one("easy", "Give me a random number from 1 to 20.", "random_number", minimum=1, maximum=20),
    one("easy", "Draw a number between -5 and 5", "random_number", minimum=-5, maximum=5),
    one(
        "easy",
        "We are 4 and the bill is 86.40, tip 10 percent. What does each pay?",
        "split_bill",
        total=86.4,
        people=4,
        tip_percent=10,
    ),
]

ENUM = (
    [
        one(
            "enum",
            f"Set the {room} to {mode} at {degrees} degrees.",
            "set_thermostat",
            room=room,
            mode=mode,
            celsius=degrees,
        )
        for room, mode, degrees in [
            ("bedroom", "heat", 21),
            ("office", "cool", 19),
            ("hall", "eco", 17),
            ("attic", "heat", 18),
        ]
    ]
    + [
        one(
            "enum",
            f"Switch the {room} light {state}, colour {color}.",
            "set_light",
            room=room,
            state=state,
            color=color,
        )
        for room, state, color in [
            ("kitchen", "on", "warm"),
            ("porch", "on", "red"),
            ("studio", "on", "blue"),
            ("cellar", "off", "white"),
        ]
    ]
    + [
        one("enum", prompt, "move_card", card=card, column=column)
        for prompt, card, column in [
            ("We start working on card 'Fix the footer' now, move it.", "Fix the footer", "doing"),
            ("Card 'Update logo' is ready to be reviewed.", "Update logo", "review"),
            ("Push 'Buy domain' back to the backlog", "Buy domain", "backlog"),
            ("'Write tests' is finished, put the card where it belongs.", "Write tests", "done"),
        ]
    ]
    + [
        one(
            "enum",
            f"Ship order {order}, {speed}, {'insured' if insured else 'not insured'}.",
            "ship_parcel",
            order_id=order,
            speed=speed,
            insured=insured,
        )
        for order, speed, insured in [
            ("R-1001", "express", True),
            ("R-1002", "standard", False),
            ("Q77", "overnight", True),
            ("Z-9", "standard", True),
        ]
    ]
    + [
        one("enum", f"Give the film {title} {stars} stars.", "rate_film", title=title, stars=stars)
        for title, stars in [("Arrival", 5), ("Cats", 1), ("Heat", 4), ("Dune", 3)]
    ]
    + [
        one(
            "enum",
            f"Volume of the {device} to {percent} percent",
            "set_volume",
            device=device,
            percent=percent,
        )
        for device, percent in [("tv", 35), ("radio", 60), ("phone", 0), ("tv", 100)]
    ]
)
