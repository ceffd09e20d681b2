"""Fits data/abilities.json: known models from public outcomes of many, and those that were measured here.

    python scripts/fit_abilities.py ROUTING_DIR [RUN.json ...] [--write]

Public outcomes: `scores` of many models on the same prompts (ROUTING_DIR/*.jsonl.gz: MMLU-Pro, Apache-2.0;
ZeroEval's MATH level 5 and CRUX, Apache-2.0; LLMRouter's, MIT). In each file a Rasch model gives every prompt
a difficulty and every model an ability. Across files these are one ability with a loading and a shift a file
(one factor, by expectation and maximization), which for models of known size is normal around the classes of
core/abilities, with a fitted spread and a trend over the years of release that is itself held near none. What
is left around the line of sizes, for a model of whatever age, is SIZE_SPREAD.

Runs are those of `hroute bench ability --save`; their difficulties are read by the scout that ships now.
"""

import argparse
import gzip
import json
from collections.abc import Sequence
from dataclasses import dataclass
from math import hypot, sqrt
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from hroute.app.learn.abilities import TABLE_FILE
from hroute.app.own_files import SCOUT_FILE
from hroute.bench.ability.report import AbilityReport, DifficultyReader, report
from hroute.bench.ability.run import AbilityRun, read_run
from hroute.core.abilities.ability import Ability, Basis, of_size
from hroute.core.scout import BuiltinScout

Floats = NDArray[np.float64]
FILES = {"mmlu_pro": 0.1, "zeroeval_math-l5": 0.0, "zeroeval_crux": 0.0, "llmrouter_dc": 0.0}  # by guessing
ITEM_SPREAD = 2.0  # a priori, of difficulties within a file
NOW = 2024.7  # the release that the classes' models stand for: most files in use are of late 2024 or younger
ROUNDS = 300
# A priori, of a year's trend. A free trend takes 6.9 a year and stretches the scale, so that a 7B of 2023
# lands beside a 135M. A model's figure in one file, foretold from all others, is likeliest at 1.5: by .008
# nats before 1, .012 before a free trend, .11 before none. 1 finds 3.2 a year; "Densing Law of LLMs" (Xiao et
# al. 2024), half the size for the same in about a third of a year, comes to 3 on the line of sizes.
TREND_SPREAD = 1.0


@dataclass(frozen=True, slots=True)
class About:
    """`names` in the files; billions of weights (of a mixture: the geometric mean of all and active ones)."""

    name: str
    names: tuple[str, ...]
    billions: float | None
    released: float


def _about(name: str, billions: float | None, released: float, *names: str) -> About:
    return About(name, names or (name,), billions, released)


MODELS = (
    _about("llama-3.1-8b-instruct", 8.0, 2024.55, "Meta-Llama-3_1-8B-Instruct", "Meta-Llama-3.1-8B-Instruct",
           "llama-3.1-8b-instruct"),
    _about("llama-3.1-70b-instruct", 70.6, 2024.55, "Meta-Llama-3_1-70B-Instruct",
           "Meta-Llama-3.1-70B-Instruct"),
    _about("llama-3.1-405b-instruct", 405.0, 2024.55, "Llama-3.1-405B-Inst@sambanova",
           "Llama-3.1-405B-Inst-fp8",
           "Meta-Llama-3.1-405B-Instruct@hyperbolic"),
    _about("llama-3-8b-instruct", 8.0, 2024.3, "Meta-Llama-3-8B-Instruct"),
    _about("llama-3-70b-instruct", 70.6, 2024.3, "Meta-Llama-3-70B-Instruct"),
    _about("llama-3.1-nemotron-51b-instruct", 51.5, 2024.7),
    _about("mistral-7b-instruct-v0.1", 7.2, 2023.75, "Mistral-7B-Instruct-v0.1"),
    _about("mistral-7b-instruct-v0.2", 7.2, 2023.95, "Mistral-7B-Instruct-v0.2"),
    _about("mistral-7b-instruct-v0.3", 7.2, 2024.4),
    _about("mixtral-8x7b-instruct-v0.1", 24.5, 2023.95, "Mixtral-8x7B-Instruct-v0.1"),
    _about("mistral-large-2", 123.0, 2024.55, "Mistral-Large-2"),
    _about("phi-3-mini-4k-instruct", 3.8, 2024.3, "Phi-3-mini-4k-instruct"),
    _about("phi-3.5-mini-instruct", 3.8, 2024.6, "Phi-3.5-mini-instruct"),
    _about("qwen1.5-7b-chat", 7.7, 2024.1, "Qwen1.5-7B-Chat"),
    _about("qwen1.5-72b-chat", 72.3, 2024.1, "Qwen1.5-72B-Chat"),
    _about("qwen2-7b-instruct", 7.6, 2024.45, "Qwen2-7B-Instruct"),
    _about("qwen2-72b-instruct", 72.7, 2024.45, "Qwen2-72B-Instruct"),
    _about("qwen2.5-3b-instruct", 3.1, 2024.7, "Qwen2.5-3B-Instruct"),
    _about("qwen2.5-7b-instruct", 7.6, 2024.7, "Qwen2.5-7B-Instruct", "qwen2.5-7b-instruct"),
    _about("qwen2.5-32b-instruct", 32.8, 2024.7, "Qwen2.5-32B-Instruct"),
    _about("qwen2.5-72b-instruct", 72.7, 2024.7, "Qwen2.5-72B-Instruct"),
    _about("yi-6b-chat", 6.1, 2023.9, "Yi-6b-Chat"),
    _about("yi-1.5-9b-chat", 8.8, 2024.4, "Yi-1.5-9B-Chat"),
    _about("yi-1.5-34b-chat", 34.4, 2024.4, "Yi-1.5-34B-Chat"),
    _about("gemma-2-2b-it", 2.6, 2024.55, "gemma-2-2b-it"),
    _about("gemma-2-9b-it", 9.2, 2024.5, "gemma-2-9b-it"),
    _about("gemma-2-27b-it", 27.2, 2024.5, "gemma-2-27b-it"),
    _about("command-r-v01", 35.0, 2024.2, "c4ai-command-r-v01"),
    _about("mathstral-7b", 7.2, 2024.55, "mathstral-7B"),
    _about("jamba-1.5-large", 193.0, 2024.65, "jamba-1.5-large"),
    _about("athene-70b", 70.6, 2024.55, "Athene-70B"),
    _about("deepseek-v2.5", 70.0, 2024.7, "deepseek-v2.5-0908", "deepseek-v2-chat-0628"),
    _about("deepseek-coder-v2", 70.0, 2024.55, "deepseek-v2-coder-0724"),
    _about("gpt-3.5-turbo", None, 2024.05, "gpt-3.5-turbo-0125"),
    _about("gpt-4", None, 2023.2, "gpt-4-0314"),
    _about("gpt-4-turbo", None, 2024.3, "gpt-4-turbo-2024-04-09"),
    _about("gpt-4o", None, 2024.6, "gpt-4o-2024-08-06", "gpt-4o-2024-05-13"),
    _about("chatgpt-4o-latest", None, 2024.7, "chatgpt-4o-latest-24-09-07"),
    _about("gpt-4o-mini", None, 2024.55, "gpt-4o-mini-2024-07-18"),
    _about("o1-mini", None, 2024.7, "o1-mini-2024-09-12"),
    _about("o1-preview", None, 2024.7, "o1-preview-2024-09-12"),
    _about("claude-3-haiku", None, 2024.2, "claude-3-haiku-20240307"),
    _about("claude-3-sonnet", None, 2024.2, "claude-3-sonnet-20240229"),
    _about("claude-3-opus", None, 2024.2, "claude-3-opus-20240229"),
    _about("claude-3-5-haiku", None, 2024.8, "claude-3-5-haiku-20241022"),
    _about("claude-3-5-sonnet", None, 2024.8, "claude-3-5-sonnet-20241022", "claude-3-5-sonnet-20240620"),
    _about("gemini-1.5-flash", None, 2024.7, "gemini-1.5-flash-002", "gemini-1.5-flash-exp-0827"),
    _about("gemini-1.5-pro", None, 2024.7, "gemini-1.5-pro-002", "gemini-1.5-pro-exp-0827"),
    _about("reka-core", None, 2024.3, "reka-core-20240501"),
    _about("reka-flash", 21.0, 2024.15, "reka-flash-20240226"),
    _about("yi-large", None, 2024.4, "yi-large", "yi-large-preview"),
    _about("grok-2", None, 2024.95, "grok-2-1212"),
)  # fmt: skip
# Names of today that the files do not have: as able as their sizes say, and the wider for it.
BY_SIZE = {"deepseek-chat": 157.0, "deepseek-reasoner": 400.0, "deepseek-v3": 157.0}
GENERATIONS_SPREAD = 1.2
STARTERS = {"starter": ("starter", "SmolLM2-135M-Instruct.Q4_1")}  # one file, two names


# --- one file ------------------------------------------------------------------


def rasch(scores: Floats, chance: float) -> tuple[Floats, Floats]:
    """Abilities of the models (columns) and their errors; nan: not asked."""
    seen = ~np.isnan(scores)
    right = np.where(seen, scores, 0.0)
    ability, difficulty = np.zeros(scores.shape[1]), np.zeros(scores.shape[0])
    information = np.ones(scores.shape[1])
    for _ in range(60):
        for axis in (0, 1):
            s = 1 / (1 + np.exp(-(ability[None, :] - difficulty[:, None])))
            p = np.clip(chance + (1 - chance) * s, 1e-9, 1 - 1e-9)
            rise = (1 - chance) * s * (1 - s)
            pull = np.where(seen, rise * (right - p) / (p * (1 - p)), 0.0)
            weight = np.where(seen, rise**2 / (p * (1 - p)), 0.0)
            if axis == 0:
                information = weight.sum(0)
                ability = ability + np.clip(pull.sum(0) / information, -1, 1)
            else:
                prior = 1 / ITEM_SPREAD**2
                gradient = -pull.sum(1) - prior * difficulty
                difficulty = difficulty + np.clip(gradient / (weight.sum(1) + prior), -1, 1)
                difficulty = difficulty - difficulty.mean()
    return ability, 1 / np.sqrt(information)


def outcomes(path: Path) -> tuple[list[str], Floats]:
    with gzip.open(path, "rt") as file:
        rows = [json.loads(line)["scores"] for line in file]
    names = sorted({name for row in rows for name in row})
    return names, np.array([[row.get(name, np.nan) for name in names] for row in rows])


# --- across files --------------------------------------------------------------


@dataclass(slots=True)
class Factor:
    """What the files have in common. `observed`: models x files, nan where a file does not have a model."""

    observed: Floats
    line: Floats  # by size, nan for models of unknown size
    months: Floats  # since NOW, in years
    loading: Floats
    shift: Floats
    noise: Floats
    trend: float = 0.0
    spread: float = 0.7

    @property
    def transfer(self) -> float:
        """How far an ability on one kind of prompts is from that on another: the files' noise."""
        return sqrt(float(((self.noise / self.loading) ** 2).mean()))

    def step(self) -> tuple[Floats, Floats]:
        """One round; returns each model's ability and its error."""
        known = ~np.isnan(self.line)
        prior = np.where(known, np.nan_to_num(self.line) + self.trend * self.months, 1.2)
        width = np.where(known, self.spread, 1.5)
        seen = ~np.isnan(self.observed)
        weight = np.where(seen, (self.loading / self.noise) ** 2, 0.0)
        placed = np.where(seen, (np.nan_to_num(self.observed) - self.shift) / self.loading, 0.0)
        precision = weight.sum(1) + 1 / width**2
        mean = ((weight * placed).sum(1) + prior / width**2) / precision
        variance = 1 / precision
        for place in range(self.observed.shape[1]):
            self._file(place, seen[:, place], mean, variance)
        off = (mean - np.nan_to_num(self.line))[known]
        years = self.months[known]
        self.trend = float(years @ off / (years @ years + (self.spread / TREND_SPREAD) ** 2))
        self.spread = sqrt(float(((off - self.trend * years) ** 2 + variance[known]).mean()))
        return mean, np.sqrt(variance)

    def _file(self, place: int, seen: NDArray[np.bool_], mean: Floats, variance: Floats) -> None:
        theta, doubt, y = mean[seen], variance[seen], self.observed[seen, place]
        centre = theta.mean()
        self.loading[place] = ((theta - centre) @ (y - y.mean())) / (
            ((theta - centre) ** 2).sum() + doubt.sum()
        )
        self.loading[place] = max(self.loading[place], 0.1)
        self.shift[place] = y.mean() - self.loading[place] * centre
        left = y - self.shift[place] - self.loading[place] * theta
        self.noise[place] = max(0.2, sqrt(float((left**2 + self.loading[place] ** 2 * doubt).mean())))


def fitted_models(folder: Path) -> list[dict[str, object]]:
    observed = np.full((len(MODELS), len(FILES)), np.nan)
    for place, (file, chance) in enumerate(FILES.items()):
        names, scores = outcomes(folder / f"{file}.jsonl.gz")
        abilities = dict(zip(names, rasch(scores, chance)[0], strict=True))
        for row, about in enumerate(MODELS):
            found = [abilities[name] for name in about.names if name in abilities]
            if found:
                observed[row, place] = np.mean(found)
    factor = Factor(
        observed,
        np.array([of_size(about.billions) if about.billions else np.nan for about in MODELS]),
        np.array([about.released - NOW for about in MODELS]),
        np.ones(len(FILES)),
        np.nanmean(observed, axis=0),
        np.ones(len(FILES)),
    )
    for _ in range(ROUNDS):
        value, error = factor.step()
    _tell(factor, value, error)
    return [
        _row(about.name, Ability(float(mean), hypot(float(doubt), factor.transfer), Basis.KNOWN))
        for about, mean, doubt in zip(MODELS, value, error, strict=True)
    ]


def _tell(factor: Factor, value: Floats, error: Floats) -> None:
    for about, mean, doubt, line in sorted(
        zip(MODELS, value, error, factor.line, strict=True), key=lambda row: row[1]
    ):
        print(f"{about.name:34} {mean:+.2f} ± {doubt:.2f}   by size {line:+.2f}")
    for file, loading, noise in zip(FILES, factor.loading, factor.noise, strict=True):
        print(f"{file:20} loading {loading:.2f}, noise {noise / loading:.2f} in abilities")
    sized = ~np.isnan(factor.line)
    around = sqrt(float(((value - factor.line)[sized] ** 2).mean()))
    both = hypot(around, factor.transfer)
    print(f"a year of release: {factor.trend:+.2f}; with it, {factor.spread:.2f} around the size line")
    print(f"{sized.sum()} models of all ages: {around:.2f} around the line")
    print(f"from one kind of prompts to another: {factor.transfer:.2f}; both: SIZE_SPREAD = {both:.2f}")


# --- measured here -------------------------------------------------------------


def measured_rows(run: AbilityRun, found: AbilityReport) -> list[dict[str, object]]:
    _tell_run(run, found)
    ability = found.ability
    names = STARTERS.get(run.model.name, (run.model.name,))
    return [_row(name, ability) for name in names]


def _tell_run(run: AbilityRun, found: AbilityReport) -> None:
    ability, here = found.ability, found.elsewhere[0]
    print(
        f"{run.model.name}: {ability.value:+.2f} ± {ability.spread:.2f}, slope {ability.slope:.2f};"
        f" offsets {', '.join(f'{demand} {offset:+.2f}' for demand, offset in ability.offsets) or 'none'};"
        f" by its size {found.prior.value:+.2f}; other kinds:"
        f" error {here.error.value:.3f} (floor {here.floor:.3f}),"
        f" Brier better by {here.gain.value:.3f}, AUROC {here.auroc.value:.3f}"
    )


def _row(name: str, ability: Ability) -> dict[str, object]:
    row: dict[str, object] = {
        "name": name,
        "ability": round(ability.value, 2),
        "spread": round(ability.spread, 2),
        "basis": ability.basis,
    }
    offsets = {demand: round(offset, 2) for demand, offset in ability.offsets if round(offset, 2)}
    slope = {"slope": round(ability.slope, 3)} if ability.slope != 1.0 else {}
    return row | slope | ({"offsets": offsets} if offsets else {})


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("routing", type=Path, help="the folder with the public outcomes")
    parser.add_argument("runs", type=Path, nargs="*", help="saved runs of hroute bench ability")
    parser.add_argument("--write", action="store_true", help="replace data/abilities.json")
    options = parser.parse_args(arguments)
    scout = BuiltinScout.from_bytes(SCOUT_FILE.read_bytes())
    reading = DifficultyReader(lambda prompt: scout.read(prompt).difficulty, scout.read("").model)
    rows = []
    for path in options.runs:
        run = read_run(path)
        rows += measured_rows(run, report(run, reading))
    rows += fitted_models(options.routing)
    rows += [
        _row(name, Ability(of_size(billions), GENERATIONS_SPREAD, Basis.ASSUMED))
        for name, billions in BY_SIZE.items()
    ]
    if options.write:
        about = {"scout": reading.name, "sources": "see scripts/fit_abilities.py"}
        lines = ",\n".join("  " + json.dumps(row) for row in rows)
        TABLE_FILE.write_text(
            f'{{"about": {json.dumps(about)}, "models": [\n{lines}\n]}}\n', encoding="utf-8"
        )


if __name__ == "__main__":
    main()
