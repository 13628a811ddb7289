"""Tables of which is known what can be learnt, played by the real contestants: who may win there, and who may not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from core import api, arena, registry
from core.evaluation import refitting, tasks
from core.schema import Budget, Comparison, Contest, Dataset, Plan, Task

CONTESTANTS = ("table_linear", "table_xgboost", "table_deep", "dummy")
PLAN = Plan(contestants=CONTESTANTS, budget_seconds=20.0, fits=5, explain=False)
FRESH_ROWS = 4_000
Draw = Callable[[np.random.Generator, int], pd.DataFrame]


def _features(draw: np.random.Generator, rows: int, columns: int = 6) -> np.ndarray:
    return draw.normal(size=(rows, columns))


def _frame(features: np.ndarray, answer: np.ndarray) -> pd.DataFrame:
    frame = pd.DataFrame(features, columns=[f"x{place}" for place in range(features.shape[1])])
    return frame.assign(answer=answer)


def _classes(draw: np.random.Generator, logit: np.ndarray) -> np.ndarray:
    return np.where(draw.random(len(logit)) < 1 / (1 + np.exp(-logit)), "yes", "no")


def linear(draw: np.random.Generator, rows: int) -> pd.DataFrame:
    """The log-odds are a weighted sum: logistic regression is the right model, and nothing can beat it for long."""
    features = _features(draw, rows)
    return _frame(features, _classes(draw, features @ np.array([1.5, -1.0, 0.7, 0.0, 0.0, 0.4])))


def additive(draw: np.random.Generator, rows: int) -> pd.DataFrame:
    """A number that is a sum of bent curves, one per column."""
    features = _features(draw, rows)
    value = np.abs(features[:, 0]) + np.sin(2 * features[:, 1]) + np.maximum(features[:, 2], 0)
    return _frame(features, value + 0.3 * draw.normal(size=rows))


def interaction(draw: np.random.Generator, rows: int) -> pd.DataFrame:
    """The class depends on the product of two columns: no weighted sum tells anything."""
    features = _features(draw, rows)
    return _frame(features, _classes(draw, 4 * features[:, 0] * features[:, 1]))


def periodic(draw: np.random.Generator, rows: int) -> pd.DataFrame:
    """The class changes twelve times along one column."""
    features = draw.uniform(-1, 1, size=(rows, 5))
    return _frame(features, _classes(draw, 6 * np.sign(np.sin(6 * np.pi * features[:, 0]))))


def label_noise(draw: np.random.Generator, rows: int) -> pd.DataFrame:
    """The linear table with three of ten answers turned."""
    frame = linear(draw, rows)
    turned = draw.random(rows) < 0.3
    other = frame["answer"].map({"yes": "no", "no": "yes"})
    return frame.assign(answer=frame["answer"].where(~turned, other))


def noise(draw: np.random.Generator, rows: int) -> pd.DataFrame:
    """Columns and answers have nothing to do with each other."""
    return _frame(_features(draw, rows), np.where(draw.random(rows) < 0.5, "yes", "no"))


def repeated(draw: np.random.Generator, rows: int) -> pd.DataFrame:
    """Noise of which each row stands there three times."""
    return pd.concat([noise(draw, rows // 3)] * 3, ignore_index=True).sample(
        frac=1, random_state=int(draw.integers(99))
    )


def near_copies(draw: np.random.Generator, rows: int) -> pd.DataFrame:
    """Noise of which each row stands there three times, its numbers moved by a thousandth."""
    frame = repeated(draw, rows)
    numbers = [name for name in frame if name != "answer"]
    return frame.assign(**{name: frame[name] + 1e-3 * draw.normal(size=len(frame)) for name in numbers})


def interpolated(draw: np.random.Generator, rows: int) -> pd.DataFrame:
    """Noise whose rarer class is filled up by rows between two of its own (SMOTE)."""
    from sklearn.neighbors import NearestNeighbors

    features = _features(draw, rows)
    rare = draw.random(rows) < 0.25
    few = features[rare]
    near = NearestNeighbors(n_neighbors=6).fit(few).kneighbors(few, return_distance=False)[:, 1:]
    count = rows - 2 * int(rare.sum())
    first = draw.integers(len(few), size=count)
    second = near[first, draw.integers(5, size=count)]
    made = few[first] + draw.random((count, 1)) * (few[second] - few[first])
    answer = np.array(["yes" if one else "no" for one in rare] + ["yes"] * count)
    return _frame(np.concatenate([features, made]), answer).sample(frac=1, random_state=int(draw.integers(99)))


@dataclass(frozen=True)
class KnownTable:
    """A table by its draw. nothing: nothing can be learnt. never: families that cannot truly be better."""

    draw: Draw
    rows: int
    nothing: bool = False
    never: tuple[str, ...] = ()


TABLES = {
    "linear": KnownTable(linear, 600, never=("deep",)),
    "additive": KnownTable(additive, 600),
    "interaction": KnownTable(interaction, 600),
    "periodic": KnownTable(periodic, 600),
    "label noise": KnownTable(label_noise, 600, never=("deep",)),
    "110 rows": KnownTable(linear, 110, never=("deep",)),
    "noise": KnownTable(noise, 600, nothing=True),
    "repeated rows": KnownTable(repeated, 600, nothing=True),
    "near copies": KnownTable(near_copies, 600, nothing=True),
    "interpolated rows": KnownTable(interpolated, 600, nothing=True),
}


def load(name: str, seed: int, folder: Path) -> tuple[Dataset, Task]:
    """The table as a user would upload it, and its task."""
    table = TABLES[name]
    frame = table.draw(np.random.default_rng((seed, len(name))), table.rows)
    path = folder / f"{name.replace(' ', '_')}_{seed}.csv"
    frame.to_csv(path, index=False)
    dataset = api.load(path)
    return dataset, tasks.infer_task(dataset, "answer")


def play(name: str, seed: int, folder: Path, plan: Plan = PLAN) -> Contest:
    """The contest of the real contestants on one such table."""
    dataset, task = load(name, seed, folder)
    return arena.tournament(
        dataset, task, replace(plan, seed=seed), lambda progress: None, worker_mode="inline", measured=False
    )


def primary(contest: Contest) -> Comparison:
    """Deep against classical on skill."""
    return next(one for one in contest.comparisons if one.measurement == "skill")


def winning_family(contest: Contest) -> str:
    """The family that the contest names, or "tie" or "undecided"."""
    found = primary(contest)
    return {run.contestant: run.family for run in contest.runs}.get(found.winner, found.winner)  # type: ignore[return-value]


def true_gap(contest: Contest, name: str, folder: Path, draws: int = 3) -> float:
    """Deep minus classical in points of skill: the pair of the verdict trained on fresh tables of the same size, each
    scored on 4,000 fresh rows; the mean over the draws."""
    pair, gaps = primary(contest), []
    for draw in range(draws):
        dataset, task = load(name, 10_000 + draw, folder)
        ready, fresh = tasks.prepare(dataset, task), _fresh(name, draw, folder, task)
        order = np.random.default_rng(draw).permutation(len(ready))[: int(0.8 * len(ready))]
        valid, train = ready.take(order[: len(order) // 5]), ready.take(order[len(order) // 5 :])
        skills = []
        for key in (pair.left, pair.right):
            budget = Budget(seconds=contest.fit_seconds_allowed or 1.0, seed=draw)
            model = registry.find("contestants", key).fit(train, valid, task, budget, lambda progress: None)
            answers = tasks.predict(task, model, fresh)
            skills.append(refitting.skill(task, ready.take(order).target, fresh.target, answers))
        gaps.append(skills[0] - skills[1])
    return float(np.mean(gaps))


def _fresh(name: str, draw: int, folder: Path, task: Task) -> Dataset:
    frame = TABLES[name].draw(np.random.default_rng((77, draw)), FRESH_ROWS)
    path = folder / f"fresh_{draw}.csv"
    frame.to_csv(path, index=False)
    return tasks.prepare(api.load(path), task)
