"""Asks sums through the real program, beside a cloud that calculates, and counts what each way costs.

Every answer is rated by arithmetic. Prints what became of right and wrong local answers, the cost per
successful task of this, of always local and of always cloud, and the program's own report. The model is
that of the run; the starter takes about 2 seconds a question.

    python scripts/arithmetic_end_to_end.py RUN.json [--n 120] [--min-confidence 0.5]

RUN.json is made by `hroute bench confidence --save RUN.json [--model MODEL]`.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import threading
from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from hroute.bench.confidence.tasks.asked import FAMILIES
from hroute.bench.confidence.tasks.draw import Question, tasks_of
from hroute.core.routing.cpst import failure_usd
from hroute.core.settings import Cpst

ARITHMETIC = [family for family in FAMILIES if family.name in ("asked sums", "asked products")]
SIGNS = {"+": "+", "plus": "+", "Add": "+", "*": "*", "x": "*", "times": "*", "Multiply": "*"}
CONFIG = """
[local.chat]
model = {model}

[[cloud]]
name = "sky"
model = "calculator"
base_url = "http://127.0.0.1:{port}/v1"
input_usd_per_mtok = 5
output_usd_per_mtok = 15
"""


def calculated(question: str) -> str:
    a, b = map(int, re.findall(r"\d+", question))
    sign = next(SIGNS[word] for word in re.findall(r"[A-Za-z]+|[+*]", question) if word in SIGNS)
    return str(a + b if sign == "+" else a * b)


class Cloud(BaseHTTPRequestHandler):
    """Speaks as much of the protocol as an answer needs."""

    def log_message(self, *_: object) -> None:
        pass

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        text = calculated(body["messages"][-1]["content"])
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.end_headers()
        for event in (
            {"choices": [{"index": 0, "delta": {"content": text}}]},
            {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]},
            {"choices": [], "usage": {"prompt_tokens": 40, "completion_tokens": 3}},
        ):
            self.wfile.write(b"data: " + json.dumps(event).encode() + b"\n\n")
        self.wfile.write(b"data: [DONE]\n\n")


@dataclass(frozen=True)
class Asked:
    local_is_right: bool
    route: str
    is_right: bool
    local_usd: Decimal
    usd: Decimal


def hroute(*args: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "hroute", *args], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(f"hroute {' '.join(args)}: {done.stderr}")
    return done.stdout


def ask(question: Question, *options: str) -> Asked:
    given: dict[str, Any] = json.loads(
        hroute("ask", question.text, "--json", "--max-tokens", "64", "--category", "arithmetic", *options)
    )
    first = json.loads(hroute("log", "show", str(given["id"]), "--json"))["attempts"][0]
    is_right = question.is_right(given["text"])
    hroute("rate", str(given["id"]), "good" if is_right else "bad")
    costs = [Decimal(attempt["cost_usd"]) for attempt in given["attempts"]]
    return Asked(question.is_right(first["text"]), given["route"], is_right, costs[0], sum(costs, Decimal(0)))


def show(name: str, spent: Decimal, successes: int, n: int) -> None:
    failures = n - successes
    total = spent + failures * failure_usd(Cpst())
    each = f"${total / successes:.5f}" if successes else "no success"
    print(f"{name:14} {successes:4} of {n} right  ${spent:.5f} for answers  {each} per successful task")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    options.add_argument("run", type=Path, help="a saved run of bench confidence")
    options.add_argument("--n", type=int, default=120, help="how many questions")
    options.add_argument("--min-confidence", default="0.5")
    options.add_argument("--seed", type=int, default=11)
    given = options.parse_args()
    model = json.loads(given.run.read_text())["model"]["path"]
    server = ThreadingHTTPServer(("127.0.0.1", 0), Cloud)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with tempfile.TemporaryDirectory() as home:
        os.environ["HROUTE_HOME"] = home
        config = CONFIG.format(model=json.dumps(model), port=server.server_port)
        (Path(home) / "config.toml").write_text(config)
        hroute("bench", "confidence", "--from", str(given.run), "--apply", "--yes")
        minimum = f"routing.min_confidence={given.min_confidence}"
        drawn = [task.question for task in tasks_of(ARITHMETIC, 4 * given.n, given.seed)]
        # By its prompt alone, the scout sends these to the cloud: they would say nothing of confidence.
        plain = [question for question in drawn if not question.text.endswith("only.")]
        asked = [ask(question, "--set", minimum) for question in plain[: given.n]]
        report = hroute("report")
    for (local_is_right, route), count in sorted(Counter((a.local_is_right, a.route) for a in asked).items()):
        print(f"local answer {'right' if local_is_right else 'wrong'}: {route:6} {count}")
    n = len(asked)
    show("by confidence", sum((a.usd for a in asked), Decimal(0)), sum(a.is_right for a in asked), n)
    show(
        "always local", sum((a.local_usd for a in asked), Decimal(0)), sum(a.local_is_right for a in asked), n
    )
    cloud = Decimal(40 * 5 + 3 * 15) / 1_000_000
    show("always cloud", n * cloud, n, n)
    print(report)


if __name__ == "__main__":
    main()
