"""Classical controllers: linear ones found by the cross-entropy method, and hand-made feedback tuned by random search.

Reference: Rubinstein 1999; Szita & Lorincz 2006 (cross-entropy search); Mania, Guy & Recht 2018 (linear policies).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from core.models.control import cartpole as worlds
from core.models.control import rollouts
from core.schema import Budget, Dataset, Progress, ProgressCallback
from core.workers.cpu_clock import BudgetClock

POPULATION = 32
ELITE = 6
EPISODES = 4
ROUNDS = 25
COMPONENTS = 8
DRAWS = 40


@dataclass
class SearchLog:
    """What a search tells on its way: curve of [environment steps, return on inner episodes]."""

    world: worlds.Environment
    inner: np.ndarray
    on_progress: ProgressCallback
    budget: Budget
    curve: list[list[float]]
    steps: float = 0.0
    clock: BudgetClock = field(default_factory=BudgetClock)

    def judge(self, policy: rollouts.Policy, step: int, of: int) -> float:
        """Mean return on the inner episodes, told and kept; those steps are not counted as training."""
        found = float(rollouts.rollout(policy, self.world, self.inner).mean())
        self.curve.append([self.steps, found])
        self.on_progress(Progress("fit", step, of, score=found, cpu_seconds=self.clock.cpu_seconds()))
        return found

    @property
    def over(self) -> bool:
        """Whether the seconds are used up."""
        return self.clock.elapsed() > self.budget.seconds


def start_log(valid: Dataset, budget: Budget, on_progress: ProgressCallback) -> SearchLog:
    """A log whose clocks start now."""
    world = worlds.find_environment(str(valid.facts["world"]))
    return SearchLog(world, np.asarray(valid.inputs), on_progress, budget, [])


def cross_entropy_search(
    features: Callable[[np.ndarray], np.ndarray], start: tuple[np.ndarray, float], seeds: np.ndarray, log: SearchLog
) -> np.ndarray:
    """Weights (d,) of a linear controller over features, by the cross-entropy method, best on the inner episodes.

    Args:
        features: what is seen (n, width) -> (n, d). start: middle (d,) and spread of the first draws.
    """
    draw = np.random.default_rng((log.budget.seed, 41))
    middle, spread = start[0].copy(), np.full(len(start[0]), start[1])
    best, most = middle, -np.inf
    for turn in range(ROUNDS):
        drawn = middle + spread * draw.normal(size=(POPULATION, len(middle)))
        chosen = draw.choice(seeds, EPISODES)
        returns = returns_of_population(drawn, features, chosen, log.world)
        log.steps += float(returns.sum())
        elite = drawn[np.argsort(-returns.mean(axis=1))[:ELITE]]
        middle, spread = elite.mean(axis=0), elite.std(axis=0) + start[1] * 0.2 / (turn + 1)
        weights = middle.copy()
        found = log.judge(lambda seen, weights=weights: features(seen) @ weights, turn + 1, ROUNDS)  # type: ignore[misc]
        if found > most:
            best, most = weights, found
        if most >= log.world.steps or log.over:
            break
    return best


def returns_of_population(
    drawn: np.ndarray, features: Callable, chosen: np.ndarray, world: worlds.Environment
) -> np.ndarray:
    """Returns (controllers, episodes) of several linear controllers driven side by side in one set of episodes."""
    count, each = len(drawn), len(chosen)
    states = np.tile(world.starts(chosen), (count, 1))
    owner = np.repeat(np.arange(count), each)
    before, returns, alive = states, np.zeros(len(states)), np.arange(len(states))
    for _ in range(world.steps):
        seen = features(world.see(states[alive], before[alive]))
        wanted = (seen * drawn[owner[alive]]).sum(axis=1)
        moved, fallen = world.step(states[alive], (wanted > 0).astype(np.int64))
        before = states.copy()
        states[alive] = moved
        returns[alive] += 1
        alive = alive[~fallen]
        if not len(alive):
            break
    return returns.reshape(count, each)


def fit_linear_controller(
    train: Dataset, valid: Dataset, budget: Budget, on_progress: ProgressCallback
) -> rollouts.Controller:
    """A linear controller on what is seen; pictures are first brought to eight principal components."""
    log = start_log(valid, budget, on_progress)
    seeds = np.asarray(train.inputs)
    axes, centre = observation_basis(log, seeds)
    weights = cross_entropy_search(lambda seen: (seen - centre) @ axes, (np.zeros(axes.shape[1]), 1.0), seeds, log)
    whole = axes @ weights
    facts = {
        "kind": "linear controller, cross-entropy search", "weights": [float(w) for w in weights],
        "inputs": log.world.width, "environment_steps": log.steps, "curve": log.curve,
    }  # fmt: skip
    arrays = {"weights": whole, "centre": centre}
    size = len(weights) if log.world.sees != "pixels" else int(axes.size + centre.size + len(weights))
    return rollouts.Controller(log.world, lambda seen: (seen - centre) @ whole, arrays, size, facts)


def observation_basis(log: SearchLog, seeds: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Axes (width, d) and centre (width,): the numbers as they are, or principal components of pictures seen under
    random pushes, scaled to unit variance."""
    world = log.world
    if world.width <= COMPONENTS:
        return np.eye(world.width), np.zeros(world.width)
    draw = np.random.default_rng((log.budget.seed, 42))
    seen: list[np.ndarray] = []

    def aimless(view: np.ndarray) -> np.ndarray:
        seen.append(view)
        return draw.normal(size=len(view))

    log.steps += float(rollouts.rollout(aimless, world, seeds[:50]).sum())
    rows = np.concatenate(seen).astype(float)
    centre = rows.mean(axis=0)
    _, strength, axes = np.linalg.svd(rows - centre, full_matrices=False)
    scale = strength[:COMPONENTS] / np.sqrt(len(rows))
    return axes[:COMPONENTS].T / np.maximum(scale, 1e-6), centre


def fit_pd_controller(
    train: Dataset, valid: Dataset, budget: Budget, on_progress: ProgressCallback
) -> rollouts.Controller:
    """Proportional-derivative feedback on place and angle; its gains are the best of 40 random draws.

    From pixels place and angle are read off by hand: centres of the dark spots, and their change in a tick.
    """
    log = start_log(valid, budget, on_progress)
    read = worlds.state_from_pixels if log.world.sees == "pixels" else lambda seen: seen
    draw = np.random.default_rng((budget.seed, 43))
    seeds = np.asarray(train.inputs)
    gains = draw.uniform([0.0, 0.0, 0.5, 0.2], [1.0, 1.0, 1.5, 1.5], (DRAWS, 4))
    returns = returns_of_population(gains, read, draw.choice(seeds, EPISODES, replace=False), log.world)
    log.steps += float(returns.sum())
    order = np.argsort(-returns.mean(axis=1), kind="stable")[:3]
    judged = [log.judge(lambda seen, k=k: read(seen) @ gains[k], place, 3) for place, k in enumerate(order)]  # type: ignore[misc]
    best = gains[order[int(np.argmax(judged))]]
    names = ("place", "speed", "angle", "turning")
    facts: dict[str, Any] = {
        "kind": "proportional-derivative feedback", "gains": dict(zip(names, map(float, best), strict=True)),
        "reads": "centres of dark spots" if log.world.sees == "pixels" else "the state",
        "environment_steps": log.steps, "curve": log.curve,
    }  # fmt: skip
    return rollouts.Controller(log.world, lambda seen: read(seen) @ best, {"gains": best}, 4, facts)
