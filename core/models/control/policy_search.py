"""Classical controllers: linear ones found by the cross-entropy method, and hand-made feedback tuned by random search.

Reference: Rubinstein 1999; Szita & Lorincz 2006 (cross-entropy search); Mania, Guy & Recht 2018 (linear policies).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from core.models.control import cartpole, rollouts
from core.schema import Budget, Dataset, JsonObject, Progress, ProgressCallback
from core.workers import work_clock
from core.workers.work_clock import WorkClock

POPULATION = 32
ELITE = 6
EPISODES = 4
ROUNDS = 25
COMPONENTS = 8
DRAWS = 40


@dataclass
class SearchLog:
    """What a search tells on its way: curve of [environment steps, return on inner episodes]."""

    environment: cartpole.Environment
    inner: np.ndarray
    on_progress: ProgressCallback
    budget: Budget
    curve: list[list[float]]
    steps: float = 0.0
    clock: WorkClock = field(default_factory=WorkClock)

    def evaluate(self, policy: rollouts.Policy, step: int, of: int) -> float:
        """Mean return on the inner episodes, reported and kept; these steps do not count as training.

        Args:
            policy: observations -> action values. step, of: progress of the search.

        Returns:
            Steps survived, on average.
        """
        found = float(rollouts.rollout(policy, self.environment, self.inner).mean())
        self.curve.append([self.steps, found])
        self.on_progress(Progress("fit", step, of, score=found, cpu_seconds=self.clock.cpu_seconds()))
        return found

    @property
    def over(self) -> bool:
        """Whether the budget is used up.

        Returns:
            True once the clock has passed the budget.
        """
        return self.clock.elapsed() > self.budget.seconds


def start_log(valid: Dataset, budget: Budget, on_progress: ProgressCallback) -> SearchLog:
    """A log whose clocks start now.

    Args:
        valid: seeds of the inner episodes. budget: of the fit. on_progress: called at every evaluation.

    Returns:
        The log.
    """
    world = cartpole.find_environment(str(valid.facts["world"]))
    return SearchLog(world, np.asarray(valid.inputs), on_progress, budget, [])


def cross_entropy_search(
    features: Callable[[np.ndarray], np.ndarray], middle: np.ndarray, wide: float, seeds: np.ndarray, log: SearchLog
) -> np.ndarray:
    """Weights (d,) of a linear controller over features, by the cross-entropy method, best on the inner episodes.

    Args:
        features: what is seen (n, width) -> (n, d). middle, wide: mean (d,) and spread of the first draws.
    """
    draw = np.random.default_rng((log.budget.seed, 41))
    middle, spread = middle.copy(), np.full(len(middle), wide)
    best, most = middle, -np.inf
    for turn in range(ROUNDS):
        drawn = middle + spread * draw.normal(size=(POPULATION, len(middle)))
        chosen = draw.choice(seeds, EPISODES)
        returns = returns_of_population(drawn, features, chosen, log.environment)
        log.steps += float(returns.sum())
        elite = drawn[np.argsort(-returns.mean(axis=1))[:ELITE]]
        middle, spread = elite.mean(axis=0), elite.std(axis=0) + wide * 0.2 / (turn + 1)
        weights = middle.copy()
        found = log.evaluate(lambda observations, weights=weights: features(observations) @ weights, turn + 1, ROUNDS)  # type: ignore[misc]
        if found > most:
            best, most = weights, found
        if most >= log.environment.max_steps or log.over:
            break
    cut = log.over and turn + 1 < ROUNDS and most < log.environment.max_steps
    work_clock.record_end("budget" if cut else "converged", ROUNDS / (turn + 1) if cut else 1.0)
    return best


def returns_of_population(
    drawn: np.ndarray, features: Callable, chosen: np.ndarray, environment: cartpole.Environment
) -> np.ndarray:
    """Returns of several linear controllers, rolled out side by side in one set of episodes.

    Args:
        drawn: weights of each controller. features: observations -> features. chosen: seeds. environment: to act in.

    Returns:
        float (controllers, episodes), steps survived.
    """
    count, each = len(drawn), len(chosen)
    states = np.tile(environment.initial_states(chosen), (count, 1))
    owner = np.repeat(np.arange(count), each)
    before, returns, alive = states, np.zeros(len(states)), np.arange(len(states))
    for _ in range(environment.max_steps):
        rollouts.charge_steps(len(alive), environment)
        seen = features(environment.observe(states[alive], before[alive]))
        wanted = (seen * drawn[owner[alive]]).sum(axis=1)
        moved, fallen = environment.step(states[alive], (wanted > 0).astype(np.int64))
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
    """A linear controller found by the cross-entropy method; images are first reduced to eight principal components.

    Args:
        train: seeds of training episodes. valid: seeds of the inner episodes. budget: of the fit.
        on_progress: called with the mean return of the inner episodes.

    Returns:
        The controller.

    Reference: Szita & Lorincz 2006.
    """
    log = start_log(valid, budget, on_progress)
    seeds = np.asarray(train.inputs)
    axes, centre = observation_basis(log, seeds)
    weights = cross_entropy_search(
        lambda observations: (observations - centre) @ axes, np.zeros(axes.shape[1]), 1.0, seeds, log
    )
    whole = axes @ weights
    facts = {
        "kind": "linear controller, cross-entropy search", "weights": [float(w) for w in weights],
        "inputs": log.environment.width, "environment_steps": log.steps, "curve": log.curve,
    }  # fmt: skip
    arrays = {"weights": whole, "centre": centre}
    size = len(weights) if log.environment.observation != "pixels" else int(axes.size + centre.size + len(weights))
    return rollouts.Controller(
        log.environment, lambda observations: (observations - centre) @ whole, arrays, size, facts
    )


def observation_basis(log: SearchLog, seeds: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The axes on which a linear controller works.

    The numbers of a state as they are, or principal components of images seen under random actions, scaled to unit
    variance.

    Args:
        log: of the search, for its environment and steps. seeds: of the random episodes.

    Returns:
        Axes float (width, d) and centre float (width,).
    """
    world = log.environment
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
    """Proportional-derivative feedback on position and angle; its gains are the best of 40 random draws.

    From pixels, position and angle are the centres of the dark spots, and their change in a step.

    Args:
        train: seeds of training episodes. valid: seeds of the inner episodes. budget: of the fit.
        on_progress: called with the mean return of the inner episodes.

    Returns:
        The controller.
    """
    log = start_log(valid, budget, on_progress)
    read = cartpole.state_from_pixels if log.environment.observation == "pixels" else lambda observations: observations
    draw = np.random.default_rng((budget.seed, 43))
    seeds = np.asarray(train.inputs)
    gains = draw.uniform([0.0, 0.0, 0.5, 0.2], [1.0, 1.0, 1.5, 1.5], (DRAWS, 4))
    returns = returns_of_population(gains, read, draw.choice(seeds, EPISODES, replace=False), log.environment)
    log.steps += float(returns.sum())
    order = np.argsort(-returns.mean(axis=1), kind="stable")[:3]

    def score(place: int, row: int) -> float:
        return log.evaluate(lambda observations: read(observations) @ gains[row], place, 3)

    judged = [score(place, int(row)) for place, row in enumerate(order)]
    best = gains[order[int(np.argmax(judged))]]
    names = ("place", "speed", "angle", "turning")
    facts: JsonObject = {
        "kind": "proportional-derivative feedback", "gains": dict(zip(names, map(float, best), strict=True)),
        "reads": "centres of dark spots" if log.environment.observation == "pixels" else "the state",
        "environment_steps": log.steps, "curve": log.curve,
    }  # fmt: skip
    return rollouts.Controller(
        log.environment, lambda observations: read(observations) @ best, {"gains": best}, 4, facts
    )
