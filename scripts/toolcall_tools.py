"""The tools of the built-in tool-call suite, each with its parameters in hroute's short form."""

from typing import Any

from hroute.core.tools.schema.short_form import parse_short_form

_EVENT = (
    "title: str, when: {date: str, start: str, end: str}, attendees: list[{name: str, email: str}],"
    " room?: str"
)
_ORDER = (
    "customer: {name: str, address: {street: str, city: str, zip: str}},"
    " items: list[{sku: str, quantity: int}]"
)
_DEPLOY = "service: str, resources: {cpu: int, memory_mb: int}, environment: list[{key: str, value: str}]"
_TICKET = "project: str, ticket: {title: str, labels: list[str], estimate: {hours: int, confident: bool}}"
_FLIGHTS = (
    "origin: str, destination: str, departure_date: str, return_date: str, adults: int, children: int,"
    " cabin: economy|premium|business|first, max_stops: int, bags: int, max_price: float, currency: str,"
    " flexible: bool"
)
_ACCOUNT = (
    "first_name: str, last_name: str, email: str, username: str, age: int, country: str, language: str,"
    " newsletter: bool, plan: free|pro|team, seats: int, referral_code: str"
)
_TRAINING = (
    "model: str, dataset: str, epochs: int, batch_size: int, learning_rate: float, optimizer: adam|sgd|adamw,"
    " warmup_steps: int, seed: int, mixed_precision: bool, save_every: int"
)
_CAR = (
    "pickup_city: str, dropoff_city: str, pickup_date: str, days: int, car_class: small|medium|large|van,"
    " automatic: bool, driver_age: int, insurance: none|basic|full, child_seats: int, unlimited_km: bool"
)

# name: what it does, its parameters
CATALOGUE = {
    "get_weather": ("The weather forecast of a city.", "city: str, days: int"),
    "set_timer": ("Starts a countdown.", "minutes: int, label: str"),
    "convert_currency": (
        "Converts an amount of money.",
        "amount: float, from_currency: str, to_currency: str",
    ),
    "translate_text": ("Translates a text.", "text: str, target_language: str"),
    "add_reminder": ("Reminds the user of something.", "text: str, date: str"),
    "get_stock_price": ("The last price of a share.", "symbol: str"),
    "play_song": ("Plays a song.", "title: str, artist: str"),
    "get_route": (
        "The way from one place to another.",
        "start: str, destination: str, mode: walk|bike|car|train",
    ),
    "define_word": ("The dictionary entry of a word.", "word: str"),
    "convert_length": ("Converts a length between units.", "value: float, from_unit: str, to_unit: str"),
    "send_sms": ("Sends a short message.", "phone: str, text: str"),
    "track_parcel": ("Where a parcel is.", "tracking_number: str"),
    "random_number": ("A random whole number.", "minimum: int, maximum: int"),
    "split_bill": ("What each person pays.", "total: float, people: int, tip_percent: float"),
    "create_event": ("Puts an event into the calendar.", _EVENT),
    "place_order": ("Orders articles for a customer.", _ORDER),
    "deploy_service": ("Rolls a service out.", _DEPLOY),
    "open_ticket": ("Opens a ticket in a project.", _TICKET),
    "search_flights": ("Searches flights.", _FLIGHTS),
    "create_account": ("Creates a user account.", _ACCOUNT),
    "start_training": ("Starts the training of a model.", _TRAINING),
    "rent_car": ("Reserves a rental car.", _CAR),
    "set_thermostat": ("Sets the heating.", "room: str, mode: heat|cool|eco|off, celsius: int"),
    "set_light": ("Switches a lamp.", "room: str, state: on|off, color: white|warm|red|blue|green"),
    "move_card": ("Moves a card on a board.", "card: str, column: backlog|doing|review|done"),
    "ship_parcel": ("Sends a parcel.", "order_id: str, speed: standard|express|overnight, insured: bool"),
    "rate_film": ("Rates a film.", "title: str, stars: 1|2|3|4|5"),
    "set_volume": ("Sets the volume of a device.", "device: tv|radio|phone, percent: int"),
    "add_contact": ("Adds a contact.", "name: str, city: str"),
    "save_note": ("Saves a note.", "title: str, text: str"),
    "search_places": ("Searches places by name.", "query: str"),
    "write_file": ("Writes a file.", "path: str, content: str"),
    "run_command": ("Runs a shell command.", "command: str"),
    "search_regex": ("Searches files by a regular expression.", "pattern: str, folder: str"),
    "run_query": ("Runs a database query.", "sql: str"),
    "send_email": ("Sends an e-mail.", "to: str, subject: str, body: str"),
    "post_review": ("Publishes a review.", "product: str, stars: int, text: str"),
}
NAMES = tuple(CATALOGUE)


def definition(name: str) -> dict[str, Any]:
    """The tool in OpenAI's form."""
    description, parameters = CATALOGUE[name]
    function = {
        "name": name,
        "description": description,
        "parameters": parse_short_form(parameters, name),
    }
    return {"type": "function", "function": function}
