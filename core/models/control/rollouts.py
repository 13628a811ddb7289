"""Episodes driven by a controller, all at once, and what a fitted controller is as a contestant's model."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np

from core.models.control import cartpole
from core.schema import Attribution, Dataset, Facts, Inputs, JsonObject, Task
from core.storage import model_archive
from core.workers import work_clock

Policy = Callable[[np.ndarray], np.ndarray]
TASK = Task(None, "control", "control", metric="episode_return")
CHANCE_EPISODES = 400
# What is seen costs as much as the step itself from so many numbers on.
NUMBERS_A_STEP = 64


def rollout(
    policy: Policy, environment: cartpole.Environment, seeds: np.ndarray, watch: list[np.ndarray] | None = None
) -> np.ndarray:
    """Returns of one episode a seed (n,): the steps until it fell, at most ``environment.steps``.

    Args:
        policy: what is seen, float32 (n, width) -> preference for pushing right (n,); right where it is above 0.
        watch: gets the states (n, 4) of every step, for an animation; of fallen episodes the last ones.

    Raises:
        ValueError: the environment or the controller gave something that is no number, and at which step.
    """
    states = environment.initial_states(seeds)
    before = states
    returns, alive = np.zeros(len(states)), np.arange(len(states))
    for tick in range(environment.max_steps):
        charge_steps(len(alive), environment)
        wanted = np.asarray(policy(environment.observe(states[alive], before[alive])), dtype=float)
        if not np.isfinite(wanted).all():
            raise ValueError(f"the controller answered something that is no number at step {tick + 1}")
        moved, fallen = environment.step(states[alive], (wanted > 0).astype(np.int64))
        if not np.isfinite(moved).all():
            raise ValueError(f"the environment gave a state that is no number at step {tick + 1}")
        before = states.copy()
        states[alive] = moved
        returns[alive] += 1
        if watch is not None:
            watch.append(states.copy())
        alive = alive[~fallen]
        if not len(alive):
            break
    return returns


def charge_steps(episodes: int, environment: cartpole.Environment) -> None:
    """Charges one step of several episodes side by side as reference seconds.

    Args:
        episodes: under way. environment: that is stepped and looked at.
    """
    work_clock.charge("control_tick")
    work_clock.charge("control_step", episodes * (1.0 + environment.width / NUMBERS_A_STEP))


def episode_dataset(name: str, count: int, seed: int) -> Dataset:
    """``count`` episodes of a world as a data set: its units are seeds, its scale goes from random pushes to 500.

    Raises:
        LoadError: there is no such world.
    """
    world = cartpole.find_environment(name)
    seeds = np.random.default_rng((seed, 31)).permutation(100_000)[:count].astype(np.int64)
    draw = np.random.default_rng((seed, 32))
    aimless = rollout(
        lambda observations: draw.normal(size=len(observations)), world, np.arange(CHANCE_EPISODES) + 200_000
    )
    facts = {
        "world": name,
        "environment": world.name,
        "sees": world.observation,
        "score_of_chance": float(aimless.mean()),
        "score_of_perfect": float(world.max_steps),
    }
    return Dataset(f"{world.name} from {world.observation}", "control", seeds, source="gymnasium, MIT", facts=facts)


def unsupported_reason(dataset: Dataset) -> str | None:
    """Why no controller can act here: the environment is unknown or fails on a first step.

    Args:
        dataset: names the environment.

    Returns:
        A sentence, or None if it works.
    """
    name = str(dataset.facts.get("world", ""))
    if name not in cartpole.ENVIRONMENTS:
        return f"there is no environment {name!r}; there are {', '.join(cartpole.ENVIRONMENTS)}"
    if len(dataset) < 10:
        return f"{len(dataset)} episodes are too few; it takes 10"
    try:
        rollout(
            lambda observations: np.ones(len(observations)), cartpole.ENVIRONMENTS[name], np.asarray(dataset.inputs[:2])
        )
    except Exception as error:
        return f"the environment fails: {error}"
    return None


@dataclass(frozen=True)
class Controller:
    """A fitted controller. ``policy`` as in ``rollout``; ``arrays`` is everything that would be shipped."""

    environment: cartpole.Environment
    policy: Policy
    arrays: Mapping[str, np.ndarray]
    parameters: int
    facts: Facts = field(default_factory=dict)
    suffix = "npz"

    def predict(self, inputs: Inputs) -> np.ndarray:
        """The return of one episode a seed (n,)."""
        return rollout(self.policy, self.environment, np.asarray(inputs))

    def margin(self, inputs: Inputs) -> np.ndarray:
        """The same as ``predict``."""
        return self.predict(inputs)

    def explain(self, inputs: Inputs, background: Inputs, outputs: np.ndarray | None = None) -> Attribution:
        """Not for a controller.

        Raises:
            ValueError: always; a return is earned by hundreds of pushes.
        """
        raise ValueError("an episode's return is no single decision to explain")

    def saved(self) -> bytes:
        """Arrays and facts as one npz without pickles."""
        return model_archive.pack(self.describe(), self.arrays)

    def describe(self) -> JsonObject:
        """Structure in numbers and words; ``curve`` has [environment steps, return on inner episodes] pairs."""
        return {"device": "cpu", "parameters": self.parameters, **self.facts}
