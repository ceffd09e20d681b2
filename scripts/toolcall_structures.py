"""Scenarios of the built-in tool-call suite with nested arguments or with many of them."""

from typing import Any

from toolcall_scenarios import Scenario, one

_TEAM = [
    ("Ada Byron", "ada@lab.example"),
    ("Kurt Weiss", "kurt@lab.example"),
    ("Mina Cho", "mina@lab.example"),
]


def _event(title: str, date: str, hours: tuple[str, str], people: int, room: str) -> Scenario:
    guests = [{"name": [name], "email": [email]} for name, email in _TEAM[:people]]
    invited = " and ".join(f"{name} ({email})" for name, email in _TEAM[:people])
    start, end = hours
    prompt = f"Schedule '{title}' on {date} from {start} to {end} in room {room}. Invite {invited}."
    when = {"date": [date], "start": [start], "end": [end]}
    return one("nested", prompt, "create_event", title=title, when=when, attendees=guests, room=room)


def _order(name: str, address: tuple[str, str, str], items: list[tuple[str, int]]) -> Scenario:
    street, city, code = address
    wanted = ", ".join(f"{quantity} of {sku}" for sku, quantity in items)
    prompt = f"Order {wanted} for {name}, to be delivered to {street}, {code} {city}."
    place = {"street": [street], "city": [city], "zip": [code]}
    lines = [{"sku": [sku], "quantity": [quantity]} for sku, quantity in items]
    return one("nested", prompt, "place_order", customer={"name": [name], "address": [place]}, items=lines)


def _deploy(service: str, cpu: int, memory: int, environment: dict[str, str]) -> Scenario:
    listed = ", ".join(f"{key}={value}" for key, value in environment.items())
    prompt = f"Deploy {service} with {cpu} CPUs and {memory} MB of memory, environment {listed}."
    pairs = [{"key": [key], "value": [value]} for key, value in environment.items()]
    resources = {"cpu": [cpu], "memory_mb": [memory]}
    return one("nested", prompt, "deploy_service", service=service, resources=resources, environment=pairs)


def _ticket(project: str, title: str, labels: list[str], hours: int, *, confident: bool) -> Scenario:
    sure = "I am confident about" if confident else "I am not confident about"
    prompt = (
        f"Open a ticket in {project}: '{title}', labels {', '.join(labels)}, {hours} hours;"
        f" {sure} the estimate."
    )
    estimate = {"hours": [hours], "confident": [confident]}
    return one(
        "nested",
        prompt,
        "open_ticket",
        project=project,
        ticket={"title": [title], "labels": [labels], "estimate": [estimate]},
    )


NESTED = [
    _event("Budget review", "2027-02-03", ("09:00", "10:30"), 2, "B12"),
    _event("Design sync", "2027-02-11", ("14:00", "14:45"), 1, "Attic"),
    _event("Retro", "2027-04-30", ("16:00", "17:00"), 3, "North"),
    _event("Interview panel", "2027-05-18", ("11:15", "12:00"), 2, "Glass"),
    _event("Release rehearsal", "2027-06-01", ("08:30", "09:00"), 3, "Ops 1"),
    _event("Lunch and learn", "2027-09-21", ("12:00", "13:00"), 1, "Kitchen"),
    _order("Jonas Rey", ("5 Mill Lane", "Leeds", "LS1 4AP"), [("A-100", 2)]),
    _order("Fatima Haddad", ("Rue Verte 18", "Brussels", "1030"), [("LAMP-7", 1), ("BULB-2", 6)]),
    _order("Tom Okafor", ("77 Ocean Drive", "Miami", "33139"), [("MUG-3", 4), ("TEE-L", 2), ("CAP-1", 1)]),
    _order("Greta Lund", ("Parkgatan 9", "Malmo", "211 43"), [("KB-61", 10)]),
    _order("Ivo Maric", ("Ilica 200", "Zagreb", "10000"), [("SSD-1T", 3), ("RAM-16", 3)]),
    _order("Lea Brandt", ("Hauptplatz 1", "Linz", "4020"), [("PEN-BL", 25), ("PAD-A5", 12)]),
    _deploy("billing", 2, 512, {"MODE": "live"}),
    _deploy("search-api", 8, 16384, {"INDEX": "v3", "LOG": "debug"}),
    _deploy("mailer", 1, 256, {"SMTP_HOST": "mail.internal", "RETRIES": "5", "TLS": "on"}),
    _deploy("thumbnailer", 4, 2048, {"QUALITY": "80"}),
    _deploy("gateway", 6, 4096, {"REGION": "eu-west", "TIMEOUT": "30s"}),
    _deploy("report-worker", 3, 1024, {"QUEUE": "nightly", "BATCH": "200"}),
    _ticket("WEB", "Login button is misaligned", ["bug", "css"], 2, confident=True),
    _ticket("API", "Paginate the orders endpoint", ["feature"], 12, confident=False),
    _ticket("OPS", "Rotate the signing keys", ["security", "chore"], 4, confident=True),
    _ticket("APP", "Crash when the camera is denied", ["bug", "android", "crash"], 8, confident=False),
    _ticket("DOC", "Explain the retry rules", ["docs"], 3, confident=True),
    _ticket("DATA", "Backfill the missing January rows", ["data", "urgent"], 16, confident=False),
]


def _flight(
    route: tuple[str, str], dates: tuple[str, str], people: tuple[int, int], rest: tuple[Any, ...]
) -> Scenario:
    cabin, stops, bags, price, currency, flexible = rest
    prompt = (
        f"Find flights from {route[0]} to {route[1]}, leaving {dates[0]}, back on {dates[1]}, for"
        f" {people[0]} adults and {people[1]} children in {cabin}, at most {stops} stops, {bags} bags,"
        f" no more than {price} {currency},"
        f" dates {'flexible' if flexible else 'not flexible'}."
    )
    return one(
        "many_parameter",
        prompt,
        "search_flights",
        origin=route[0],
        destination=route[1],
        departure_date=dates[0],
        return_date=dates[1],
        adults=people[0],
        children=people[1],
        cabin=cabin,
        max_stops=stops,
        bags=bags,
        max_price=price,
        currency=currency,
        flexible=flexible,
    )


def _account(
    name: tuple[str, str], login: tuple[str, str], person: tuple[int, str, str], rest: tuple[Any, ...]
) -> Scenario:
    (first, last), (email, username), (age, country, language) = name, login, person
    newsletter, plan, seats, code = rest
    prompt = (
        f"Create an account: first name {first}, last name {last}, email {email}, username {username},"
        f" age {age}, country {country}, language {language}, {'with' if newsletter else 'without'}"
        f" newsletter, {plan} plan, {seats} seats, referral code {code}."
    )
    return one(
        "many_parameter",
        prompt,
        "create_account",
        first_name=first,
        last_name=last,
        email=email,
        username=username,
        age=age,
        country=country,
        language=language,
        newsletter=newsletter,
        plan=plan,
        seats=seats,
        referral_code=code,
    )


def _training(what: tuple[str, str], steps: tuple[int, int, float], rest: tuple[Any, ...]) -> Scenario:
    (model, dataset), (epochs, batch, rate), (optimizer, warmup, seed, mixed, save) = what, steps, rest
    prompt = (
        f"Train {model} on {dataset} for {epochs} epochs: batch size {batch}, learning rate {rate},"
        f" {optimizer}, {warmup} warm-up steps, seed {seed}, mixed precision {'on' if mixed else 'off'},"
        f" save every {save} steps."
    )
    return one(
        "many_parameter",
        prompt,
        "start_training",
        model=model,
        dataset=dataset,
        epochs=epochs,
        batch_size=batch,
        learning_rate=rate,
        optimizer=optimizer,
        warmup_steps=warmup,
        seed=seed,
        mixed_precision=mixed,
        save_every=save,
    )


def _car(cities: tuple[str, str], when: tuple[str, int], rest: tuple[Any, ...]) -> Scenario:
    (pickup, dropoff), (date, days), (size, automatic, age, insurance, seats, unlimited) = cities, when, rest
    prompt = (
        f"Rent a {size} car in {pickup} on {date} for {days} days and return it in {dropoff}."
        f" {'Automatic' if automatic else 'Manual'}, the driver is {age}, {insurance} insurance,"
        f" {seats} child seats, {'unlimited' if unlimited else 'limited'} kilometres."
    )
    return one(
        "many_parameter",
        prompt,
        "rent_car",
        pickup_city=pickup,
        dropoff_city=dropoff,
        pickup_date=date,
        days=days,
        car_class=size,
        automatic=automatic,
        driver_age=age,
        insurance=insurance,
        child_seats=seats,
        unlimited_km=unlimited,
    )


MANY = [
    _flight(("VIE", "JFK"), ("2027-05-02", "2027-05-16"), (2, 1), ("economy", 1, 3, 1800, "EUR", False)),
    _flight(("SEA", "NRT"), ("2027-08-01", "2027-08-20"), (1, 0), ("business", 0, 2, 4200, "USD", True)),
    _flight(("LIS", "GRU"), ("2027-03-10", "2027-03-28"), (4, 2), ("premium", 2, 6, 7500.5, "EUR", True)),
    _flight(("DEL", "LHR"), ("2027-11-05", "2027-11-25"), (2, 0), ("first", 1, 4, 950000, "INR", False)),
    _flight(("CPT", "AMS"), ("2027-01-15", "2027-02-01"), (3, 3), ("economy", 1, 5, 62000, "ZAR", True)),
    _flight(("OSL", "KEF"), ("2027-06-20", "2027-06-24"), (2, 2), ("economy", 0, 0, 9000, "NOK", False)),
    _account(
        ("Ruth", "Adler"),
        ("ruth@adler.example", "radler"),
        (34, "Austria", "German"),
        (True, "pro", 1, "SPRING7"),
    ),
    _account(
        ("Kofi", "Mensah"),
        ("kofi@mensah.example", "kmensah"),
        (27, "Ghana", "English"),
        (False, "free", 1, "NONE0"),
    ),
    _account(
        ("Yui", "Tanaka"),
        ("yui@kite.example", "yui_t"),
        (41, "Japan", "Japanese"),
        (True, "team", 12, "KITE-12"),
    ),
    _account(
        ("Marco", "Rossi"),
        ("m.rossi@uno.example", "mrossi99"),
        (19, "Italy", "Italian"),
        (False, "team", 5, "UNO"),
    ),
    _account(
        ("Sofia", "Lind"),
        ("sofia@lind.example", "slind"),
        (52, "Sweden", "Swedish"),
        (True, "free", 1, "AB12CD"),
    ),
    _account(
        ("Omar", "Said"), ("omar@said.example", "osaid"), (30, "Egypt", "Arabic"), (False, "pro", 3, "NILE3")
    ),
    _training(("tiny-bert", "reviews-v2"), (3, 32, 0.0001), ("adamw", 500, 42, True, 1000)),
    _training(("resnet18", "leaves"), (90, 256, 0.1), ("sgd", 0, 7, False, 5000)),
    _training(("whisper-nano", "calls-2026"), (12, 16, 0.00005), ("adam", 200, 1, True, 250)),
    _training(("lstm-2", "tides"), (40, 64, 0.002), ("adam", 100, 99, False, 400)),
    _training(("mixer-s", "satellite"), (25, 128, 0.0005), ("adamw", 2000, 2027, True, 1500)),
    _training(("gpt-mini", "plays"), (5, 8, 0.0003), ("sgd", 50, 3, False, 100)),
    _car(("Porto", "Faro"), ("2027-07-01", 6), ("small", False, 29, "basic", 0, True)),
    _car(("Denver", "Denver"), ("2027-02-14", 3), ("large", True, 45, "full", 2, False)),
    _car(("Nice", "Milan"), ("2027-09-09", 10), ("medium", True, 33, "none", 1, True)),
    _car(("Perth", "Broome"), ("2027-04-22", 14), ("van", False, 61, "full", 0, True)),
    _car(("Cork", "Dublin"), ("2027-10-30", 2), ("small", True, 24, "full", 1, False)),
    _car(("Bari", "Lecce"), ("2027-06-11", 5), ("medium", False, 38, "basic", 3, False)),
]
