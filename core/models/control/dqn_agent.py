"""Deep Q-learning on many episodes side by side: a replay memory, double targets, and the best weights kept.

Reference: Mnih et al. 2015 (DQN); van Hasselt, Guez & Silver 2016 (double targets).
"""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.models.control import cartpole as worlds
from core.models.control import policy_search as searching
from core.models.control import rollouts
from core.models.training import trainer as training
from core.schema import Budget, Dataset, ProgressCallback
from core.workers import devices

NUM_ENVS = 16
BUFFER_SIZE = 20_000
BATCH = 64
DISCOUNT = 0.98
LEARNING_RATE = 2e-3
TARGET_UPDATE = 0.02
WARMUP_STEPS = 320
EVALUATIONS = 16
WIDTH = 64
EXPLORATION_SHARE = 0.2
MIN_EPSILON = 0.03
MOST_STEPS = 60_000


@dataclass
class ReplayBuffer:
    """The latest transitions: what was seen, pushed, seen next, and whether it fell."""

    seen: np.ndarray
    pushed: np.ndarray
    after: np.ndarray
    fallen: np.ndarray
    size: int = 0
    place: int = 0

    def keep(self, seen: np.ndarray, pushed: np.ndarray, after: np.ndarray, fallen: np.ndarray) -> None:
        """Stores transitions, over the oldest ones once it is full."""
        rows = (self.place + np.arange(len(seen))) % len(self.seen)
        self.seen[rows], self.pushed[rows], self.after[rows], self.fallen[rows] = seen, pushed, after, fallen
        self.place = int((self.place + len(seen)) % len(self.seen))
        self.size = min(len(self.seen), self.size + len(seen))


def empty_buffer(width: int) -> ReplayBuffer:
    """An empty memory for what is ``width`` numbers wide."""
    size = BUFFER_SIZE if width <= 16 else BUFFER_SIZE // 2
    return ReplayBuffer(
        np.zeros((size, width), np.float32), np.zeros(size, np.int64), np.zeros((size, width), np.float32),
        np.zeros(size, np.float32),
    )  # fmt: skip


def build_network(width: int) -> Any:
    """What is seen (n, width) -> value of pushing left and right (n, 2)."""
    from torch import nn

    return nn.Sequential(
        nn.Linear(width, WIDTH), nn.ReLU(), nn.Linear(WIDTH, WIDTH), nn.ReLU(), nn.Linear(WIDTH, 2)
    )  # fmt: skip


@dataclass
class DqnAgent:
    """A network in training with its slowly following twin and its memory."""

    online: Any
    twin: Any
    optimizer: Any
    kept: ReplayBuffer
    draw: np.random.Generator

    def improve(self) -> float:
        """One step of gradient descent on a batch from the memory; the loss."""
        import torch

        rows = self.draw.integers(0, self.kept.size, BATCH)
        seen, after = torch.from_numpy(self.kept.seen[rows]), torch.from_numpy(self.kept.after[rows])
        pushed, going = torch.from_numpy(self.kept.pushed[rows]), torch.from_numpy(1 - self.kept.fallen[rows])
        with torch.no_grad():
            chosen = self.online(after).argmax(dim=1, keepdim=True)
            goal = 1 + DISCOUNT * going * self.twin(after).gather(1, chosen)[:, 0]
        value = self.online(seen).gather(1, pushed[:, None])[:, 0]
        missed = torch.nn.functional.smooth_l1_loss(value, goal)
        self.optimizer.zero_grad(set_to_none=True)
        missed.backward()
        torch.nn.utils.clip_grad_norm_(self.online.parameters(), 10.0)
        self.optimizer.step()
        with torch.no_grad():
            torch._foreach_lerp_(list(self.twin.parameters()), list(self.online.parameters()), TARGET_UPDATE)
        return float(missed.detach())


def new_agent(width: int, seed: int) -> DqnAgent:
    """A fresh one."""
    import torch

    torch.manual_seed(seed)
    online = build_network(width)
    optimizer = torch.optim.AdamW(online.parameters(), lr=LEARNING_RATE, weight_decay=0.0, fused=True)
    return DqnAgent(online, copy.deepcopy(online), optimizer, empty_buffer(width), np.random.default_rng((seed, 51)))


def weight_arrays(made: Any) -> list[np.ndarray]:
    """Weights and biases of the network in turn, as arrays."""
    return [parameter.detach().numpy().copy() for parameter in made.parameters()]


def hidden_layer(weights: list[np.ndarray], seen: np.ndarray) -> np.ndarray:
    """The network's last hidden layer (n, 64), in plain arrays: on small batches faster than torch."""
    first = np.maximum(seen @ weights[0].T + weights[1], 0.0)
    return np.maximum(first @ weights[2].T + weights[3], 0.0)


def greedy_policy(weights: list[np.ndarray]) -> rollouts.Policy:
    """Value of pushing right minus value of pushing left."""
    last, bias = weights[4][1] - weights[4][0], float(weights[5][1] - weights[5][0])
    return lambda seen: hidden_layer(weights, seen) @ last + bias


def train_agent(
    train: Dataset, valid: Dataset, budget: Budget, on_progress: ProgressCallback
) -> tuple[list[np.ndarray], searching.SearchLog]:
    """Weights that drove best on the inner episodes, and the log of the training.

    Raises:
        TrainingError: the loss stopped being a number before any weights were judged.
    """
    devices.configure_torch("cpu", budget.threads, budget.seed)
    width = worlds.find_environment(str(valid.facts["world"])).width
    # A throw-away step first: what torch loads on its first one is no time of learning.
    spare = new_agent(width, budget.seed)
    spare.kept.keep(spare.kept.seen[:4], spare.kept.pushed[:4], spare.kept.after[:4], spare.kept.fallen[:4])
    spare.improve()
    made = new_agent(width, budget.seed)
    log = searching.start_log(valid, budget, on_progress)
    ride = VectorEnv(log.world, np.asarray(train.inputs), made.draw)
    best, most, looks = weight_arrays(made.online), -np.inf, 0
    while True:
        share = max(log.clock.elapsed() / budget.seconds, log.steps / MOST_STEPS)
        if looks < int(share * EVALUATIONS) or share >= 1:
            looks = int(share * EVALUATIONS)
            weights = weight_arrays(made.online)
            found = log.judge(greedy_policy(weights), looks, EVALUATIONS)
            if found >= most:
                best, most = weights, found
            if share >= 1 or most >= log.world.steps:
                break
        ride.on(made, max(MIN_EPSILON, 1 - share / EXPLORATION_SHARE))
        log.steps += NUM_ENVS
        if made.kept.size >= WARMUP_STEPS and not np.isfinite(made.improve()):
            raise training.TrainingError("did not converge: the loss is no longer a number")
    return best, log


class VectorEnv:
    """Episodes under way, side by side; a fallen or finished one starts again from another training seed."""

    def __init__(self, world: worlds.Environment, seeds: np.ndarray, draw: np.random.Generator) -> None:
        self.world, self.draw = world, draw
        self.fresh = world.starts(seeds)
        self.states = self.fresh[draw.integers(0, len(self.fresh), NUM_ENVS)]
        self.before, self.age = self.states.copy(), np.zeros(NUM_ENVS)
        self.seen = world.see(self.states, self.before)

    def on(self, made: DqnAgent, chance: float) -> None:
        """One step of every episode, pushing at random with this chance."""
        wanted = greedy_policy(weight_arrays(made.online))(self.seen) > 0
        blind = self.draw.random(NUM_ENVS) < chance
        pushed = np.where(blind, self.draw.integers(0, 2, NUM_ENVS), wanted).astype(np.int64)
        moved, fallen = self.world.step(self.states, pushed)
        if not np.isfinite(moved).all():
            raise ValueError("the environment gave a state that is no number")
        after = self.world.see(moved, self.states)
        made.kept.keep(self.seen, pushed, after, fallen.astype(np.float32))
        self.age += 1
        over = fallen | (self.age >= self.world.steps)
        self.before, self.states = self.states.copy(), moved
        if over.any():
            self.states[over] = self.fresh[self.draw.integers(0, len(self.fresh), int(over.sum()))]
            self.before[over], self.age[over] = self.states[over], 0
            after = self.world.see(self.states, self.before)
        self.seen = after


def fit_dqn(train: Dataset, valid: Dataset, budget: Budget, on_progress: ProgressCallback) -> rollouts.Controller:
    """The trained network as a controller."""
    weights, log = train_agent(train, valid, budget, on_progress)
    facts = {
        "kind": "deep Q-network", "layers": [log.world.width, WIDTH, WIDTH, 2],
        "environment_steps": log.steps, "curve": log.curve,
    }  # fmt: skip
    named = {f"layer{place // 2}.{'bias' if place % 2 else 'weight'}": part for place, part in enumerate(weights)}
    return rollouts.Controller(log.world, greedy_policy(weights), named, sum(part.size for part in weights), facts)


def fit_hybrid(train: Dataset, valid: Dataset, budget: Budget, on_progress: ProgressCallback) -> rollouts.Controller:
    """The network's hidden layer as features, its last layer searched anew by the cross-entropy method."""
    from dataclasses import replace

    weights, log = train_agent(train, valid, replace(budget, seconds=0.7 * budget.seconds), on_progress)
    log.budget = budget
    last = np.r_[weights[4][1] - weights[4][0], weights[5][1] - weights[5][0]].astype(float)

    def features(seen: np.ndarray) -> np.ndarray:
        found = hidden_layer(weights, seen)
        return np.column_stack([found, np.ones(len(found))])

    before = max(found for _, found in log.curve)
    if before < log.world.steps:
        size = float(np.abs(last).mean()) + 1e-3
        searched = searching.cross_entropy_search(features, (last, size), np.asarray(train.inputs), log)
        # The search only counts where it did better on the inner episodes than the network it started from.
        last = searched if max(found for _, found in log.curve) > before else last
    facts = {
        "kind": "linear controller on a Q-network's hidden layer", "network_alone": before,
        "environment_steps": log.steps, "curve": log.curve,
    }  # fmt: skip
    named = {f"part{place}": part for place, part in enumerate([*weights[:4], last])}
    size_of = sum(part.size for part in named.values())
    return rollouts.Controller(log.world, lambda seen: features(seen) @ last, named, size_of, facts)
