"""Draws extraction to a schema, and tool calls."""

import json
from collections.abc import Callable, Mapping, Sequence
from random import Random
from typing import Any

from hroute.bench.route.checks import CallsAre, FieldsAre
from hroute.bench.route.tasks import Asked
from hroute.core.tools.definitions import Toolset, tools_of
from hroute.core.tools.grade import OPTIONAL, AcceptedCall

_NAMES = ("Ines Duarte", "Oskar Lind", "Mei Tanaka", "Paul Okafor", "Greta Simon", "Rafael Costa")
_CITIES = ("Lyon", "Graz", "Turin", "Bergen", "Leeds", "Porto", "Gdansk", "Basel")
_GOODS = ("desk lamp", "office chair", "water bottle", "keyboard", "rain jacket", "bookcase")
_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October")
_ARTISTS = ("Miles Davis", "Nina Simone", "Radiohead", "Bach", "Björk", "Fela Kuti")
_TEXT: dict[str, Any] = {"type": "string"}
_WHOLE: dict[str, Any] = {"type": "integer"}
_NUMBER: dict[str, Any] = {"type": "number"}


def _object(**properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _extraction(prompt: str, schema: dict[str, Any], right: Mapping[str, Any]) -> Asked:
    return Asked(prompt, json.dumps(right, ensure_ascii=False), FieldsAre(right), schema=json.dumps(schema))


def extraction(rng: Random, level: int) -> Asked:
    return _EXTRACTIONS[level](rng)


def _visitor(rng: Random) -> Asked:
    name, city, age = rng.choice(_NAMES), rng.choice(_CITIES), rng.randint(19, 74)
    reported = rng.choice(("I'm {0}, {2} years old, from {1}.", "My name is {0}. I live in {1} and I'm {2}."))
    return _extraction(
        f"Get name, city and age from this: {reported.format(name, city, age)}",
        _object(name=_TEXT, city=_TEXT, age=_WHOLE),
        {"name": name, "city": city, "age": age},
    )


def _order(rng: Random) -> Asked:
    item, count, price, number = (
        rng.choice(_GOODS),
        rng.randint(2, 9),
        rng.randint(12, 89),
        rng.randint(1000, 9999),
    )
    return _extraction(
        f"What was ordered? Order #{number}: {count} x {item}, {price} EUR each, standard shipping.",
        _object(order=_WHOLE, item=_TEXT, count=_WHOLE, price=_WHOLE),
        {"order": number, "item": item, "count": count, "price": price},
    )


def _meeting(rng: Random) -> Asked:
    day, month, hour = rng.randint(2, 28), rng.randrange(len(_MONTHS)), rng.randint(1, 6)
    who, city = rng.choice(_NAMES), rng.choice(_CITIES)
    return _extraction(
        f"Read the mail and give me who, where, the date as YYYY-MM-DD and the time as 24h HH:MM.\n\nHi,"
        f" {who} here. Let's meet in {city} on {day} {_MONTHS[month]} 2025, {hour}:30 in the afternoon. Bring"
        " the plans!",
        _object(who=_TEXT, where=_TEXT, date=_TEXT, time=_TEXT),
        {
            "who": [who, who.split(maxsplit=1)[0]],
            "where": city,
            "date": f"2025-{month + 1:02}-{day:02}",
            "time": f"{hour + 12}:30",
        },
    )


def _receipt(rng: Random) -> Asked:
    goods = rng.sample(_GOODS, 3)
    prices = [rng.randint(300, 9900) for _ in goods]
    lines = "\n".join(f"{item.upper()}  {price / 100:.2f}" for item, price in zip(goods, prices, strict=True))
    shop, pay = rng.choice(("Hallmann", "Nordshop", "Casa Viva")), rng.choice(("card", "cash"))
    total = sum(prices)
    return _extraction(
        f"Read this receipt; the prices in cents, please.\n\n{shop}\n{lines}\nTOTAL  {total / 100:.2f}\nPAID"
        f" BY {pay.upper()}\nTHANK YOU",
        _object(
            shop=_TEXT,
            items={"type": "array", "items": _object(name=_TEXT, cents=_WHOLE)},
            total_cents=_WHOLE,
            paid_by={"enum": ["card", "cash"]},
        ),
        {
            "shop": shop,
            "items": [{"name": item, "cents": price} for item, price in zip(goods, prices, strict=True)],
            "total_cents": total,
            "paid_by": pay,
        },
    )


def _changed_order(rng: Random) -> Asked:
    kept, dropped, added = rng.sample(_GOODS, 3)
    first, more, new, off = rng.randint(3, 6), rng.randint(2, 4), rng.randint(2, 7), rng.choice((10, 20, 25))
    old, city = rng.sample(_CITIES, 2)
    return _extraction(
        f"What is the order now, after all these mails? One entry an item with its quantity.\n\n1) {first} x"
        f" {kept} and 1 x {dropped}, to {old}.\n2) Please make that {more} more of the {kept}s, and leave the"
        f" {dropped} out.\n3) Oh, and {new} x {added}. You promised {off}% off everything!\n4) Wrong address,"
        f" sorry. It has to go to {city}.",
        _object(
            items={"type": "array", "items": _object(name=_TEXT, quantity=_WHOLE)},
            city=_TEXT,
            discount_percent=_NUMBER,
        ),
        {
            "items": [
                {"name": [kept, f"{kept}s"], "quantity": first + more},
                {"name": [added, f"{added}s"], "quantity": new},
            ],
            "city": city,
            "discount_percent": off,
        },
    )


_EXTRACTIONS: dict[int, Callable[[Random], Asked]] = {
    1: _visitor,
    2: _order,
    3: _meeting,
    4: _receipt,
    5: _changed_order,
}


# --- tool calls -------------------------------------------------------------


def _tool(name: str, description: str, **parameters: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "description": description, "parameters": _object(**parameters)}


_TIMER = _tool("set_timer", "Starts a timer.", minutes=_WHOLE)
_TOOLS = (
    _TIMER,
    _tool("get_weather", "The weather forecast of a city.", city=_TEXT, days=_WHOLE),
    _tool("play_music", "Plays music by an artist.", artist=_TEXT),
    _tool("set_light", "Dims a light, brightness from 0 to 100.", room=_TEXT, brightness=_WHOLE),
    _tool("send_money", "Sends euros to somebody.", to=_TEXT, euros=_NUMBER),
    _tool("set_thermostat", "Sets a room's temperature in degrees Celsius.", room=_TEXT, degrees=_WHOLE),
    _tool("book_train", "Books a train; the date as YYYY-MM-DD.", start=_TEXT, end=_TEXT, date=_TEXT),
)
_ROOMS = ("kitchen", "bedroom", "hall", "office")
WordedCall = tuple[str, str, dict[str, Any]]  # the words, the tool, its arguments


def calls(prompt: str, tools: Sequence[Mapping[str, Any]], accepted: Sequence[AcceptedCall]) -> Asked:
    """A task about tools, of which any subset may be called."""
    right = [{"name": call.name, "arguments": _first(call)} for call in accepted]
    return Asked(
        prompt,
        json.dumps(right[0] if len(right) == 1 else right, ensure_ascii=False),
        CallsAre(Toolset(tools_of(list(tools), "the workload")), accepted),
        tools=json.dumps(list(tools), ensure_ascii=False),
    )


def _first(call: AcceptedCall) -> dict[str, Any]:
    return {name: values[0] for name, values in call.arguments.items() if values[0] != OPTIONAL}


def tool_call(rng: Random, level: int) -> Asked:
    """More tools to choose from as it gets harder; and two calls at the upper levels."""
    wishes = [form(rng) for form in rng.sample(_WISHES[min(level, 4)], 1 if level < 4 else level - 2)]
    needed = [tool for tool in _TOOLS if tool["name"] in {name for _, name, _ in wishes}]
    others = [tool for tool in _TOOLS if tool not in needed]
    tools = needed + rng.sample(others, min(level, len(others)))
    rng.shuffle(tools)
    text = ", and ".join(words for words, _, _ in wishes)
    accepted = [
        AcceptedCall(name, {key: [value] for key, value in arguments.items()})
        for _, name, arguments in wishes
    ]
    return calls(text[0].upper() + text[1:] + rng.choice(("", ".", " please", ", thanks")), tools, accepted)


def _timer(rng: Random) -> WordedCall:
    minutes = rng.randint(3, 55)
    return f"set a timer for {minutes} minutes", "set_timer", {"minutes": minutes}


def _long_timer(rng: Random) -> WordedCall:
    hours = rng.randint(2, 4)
    return f"start a timer for {hours} and a half hours", "set_timer", {"minutes": 60 * hours + 30}


def _music(rng: Random) -> WordedCall:
    artist = rng.choice(_ARTISTS)
    return f"put on some {artist}", "play_music", {"artist": artist}


def _weather(rng: Random) -> WordedCall:
    city, days = rng.choice(_CITIES), rng.randint(2, 9)
    return (
        f"tell me the weather in {city} for the next {days} days",
        "get_weather",
        {"city": city, "days": days},
    )


def _week(rng: Random) -> WordedCall:
    city = rng.choice(_CITIES)
    return f"I need the forecast for {city}, the coming week", "get_weather", {"city": city, "days": 7}


def _light(rng: Random) -> WordedCall:
    room, brightness = rng.choice(_ROOMS), 5 * rng.randint(2, 18)
    return f"dim the {room} light to {brightness}%", "set_light", {"room": room, "brightness": brightness}


def _dark(rng: Random) -> WordedCall:
    room = rng.choice(_ROOMS)
    return f"make it completely dark in the {room}", "set_light", {"room": room, "brightness": 0}


def _money(rng: Random) -> WordedCall:
    to, euros, cents = rng.choice(_NAMES), rng.randint(4, 90), rng.choice((0, 0.5, 0.25))
    return f"transfer {euros + cents:g} euros to {to}", "send_money", {"to": to, "euros": euros + cents}


def _owed(rng: Random) -> WordedCall:
    to, each, people = rng.choice(_NAMES), rng.randint(6, 19), rng.randint(3, 5)
    words = (
        f"I owe {to} my part of a bill of {each * people} euros that {people} of us split evenly, so pay it"
    )
    return words, "send_money", {"to": to, "euros": each}


def _warmer(rng: Random) -> WordedCall:
    room, degrees, more = rng.choice(_ROOMS), rng.randint(17, 20), rng.randint(2, 4)
    words = f"it's {degrees} degrees in the {room}, make it {more} degrees warmer"
    return words, "set_thermostat", {"room": room, "degrees": degrees + more}


def _train(rng: Random) -> WordedCall:
    (start, end), day, month = rng.sample(_CITIES, 2), rng.randint(1, 28), rng.randrange(len(_MONTHS))
    return (
        f"book me a train to {end} from {start} for {_MONTHS[month]} {day}, 2025",
        "book_train",
        {"start": start, "end": end, "date": f"2025-{month + 1:02}-{day:02}"},
    )


_WISHES: dict[int, tuple[Callable[[Random], WordedCall], ...]] = {
    1: (_timer, _music),
    2: (_weather, _light, _money, _timer),
    3: (_week, _dark, _long_timer, _train),
    4: (_week, _dark, _warmer, _owed, _train, _long_timer),
}
