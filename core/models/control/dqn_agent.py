"""Deep Q-learning on many episodes side by side: a replay memory, double targets, and the best weights kept.

Reference: Mnih et al. 2015 (DQN); van Hasselt, Guez & Silver 2016 (double targets).
"""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.models.control import cartpole, policy_search, rollouts
from core.models.control.replay_buffer import ReplayBuffer, empty_buffer
from core.models.training import trainer
from core.schema import Budget, Dataset, ProgressCallback
from core.workers import devices, work_clock

if TYPE_CHECKING:
    import torch
    from torch import nn

NUM_ENVS = 16
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


def build_network(width: int) -> torch.nn.Module:
    """The Q-network, a perceptron with two hidden layers.

    Args:
        width: numbers an observation.

    Returns:
        A torch Module, (n, width) -> action values (n, 2).
    """
    from torch import nn

    return nn.Sequential(
        nn.Linear(width, WIDTH), nn.ReLU(), nn.Linear(WIDTH, WIDTH), nn.ReLU(), nn.Linear(WIDTH, 2)
    )  # fmt: skip


@dataclass
class DqnAgent:
    """A network in training with its slowly following twin and its memory."""

    online: nn.Module
    target_network: nn.Module
    optimizer: torch.optim.Optimizer
    buffer: ReplayBuffer
    rng: np.random.Generator

    def gradient_step(self) -> float:
        """One step of gradient descent on a batch from the replay buffer.

        Returns:
            The loss of the batch.
        """
        import torch

        rows = self.rng.integers(0, self.buffer.size, BATCH)
        seen, after = (
            torch.from_numpy(self.buffer.observations[rows]),
            torch.from_numpy(self.buffer.next_observations[rows]),
        )
        pushed, going = torch.from_numpy(self.buffer.actions[rows]), torch.from_numpy(1 - self.buffer.terminated[rows])
        with torch.no_grad():
            chosen = self.online(after).argmax(dim=1, keepdim=True)
            goal = 1 + DISCOUNT * going * self.target_network(after).gather(1, chosen)[:, 0]
        value = self.online(seen).gather(1, pushed[:, None])[:, 0]
        missed = torch.nn.functional.smooth_l1_loss(value, goal)
        self.optimizer.zero_grad(set_to_none=True)
        missed.backward()
        torch.nn.utils.clip_grad_norm_(self.online.parameters(), 10.0)
        self.optimizer.step()
        with torch.no_grad():
            torch._foreach_lerp_(list(self.target_network.parameters()), list(self.online.parameters()), TARGET_UPDATE)
        return float(missed.detach())


def new_agent(width: int, seed: int) -> DqnAgent:
    """An untrained agent with an empty replay buffer.

    Args:
        width: numbers an observation. seed: of its weights and its random actions.

    Returns:
        The agent.
    """
    import torch

    torch.manual_seed(seed)
    online = build_network(width)
    optimizer = torch.optim.AdamW(online.parameters(), lr=LEARNING_RATE, weight_decay=0.0, fused=True)
    return DqnAgent(online, copy.deepcopy(online), optimizer, empty_buffer(width), np.random.default_rng((seed, 51)))


def weight_arrays(agent: nn.Module) -> list[np.ndarray]:
    """Weights and biases of the Q-network in turn.

    Args:
        agent: a trained agent.

    Returns:
        Arrays, layer by layer.
    """
    return [parameter.detach().numpy().copy() for parameter in agent.parameters()]


def hidden_layer(weights: list[np.ndarray], observations: np.ndarray) -> np.ndarray:
    """The last hidden layer of the Q-network, in NumPy: on small batches faster than torch.

    Args:
        weights: from ``weight_arrays``. observations: float32 (n, width).

    Returns:
        float32 (n, 64).
    """
    first = np.maximum(observations @ weights[0].T + weights[1], 0.0)
    return np.maximum(first @ weights[2].T + weights[3], 0.0)


def greedy_policy(weights: list[np.ndarray]) -> rollouts.Policy:
    """The greedy policy of a Q-network: value of pushing right minus value of pushing left.

    Args:
        weights: from ``weight_arrays``.

    Returns:
        observations (n, width) -> (n,); positive pushes right.
    """
    last, bias = weights[4][1] - weights[4][0], float(weights[5][1] - weights[5][0])
    return lambda observations: hidden_layer(weights, observations) @ last + bias


def train_agent(
    train: Dataset, valid: Dataset, budget: Budget, on_progress: ProgressCallback
) -> tuple[list[np.ndarray], policy_search.SearchLog]:
    """Weights that drove best on the inner episodes, and the log of the training.

    Raises:
        TrainingError: the loss stopped being a number before any weights were judged.
    """
    devices.configure_torch("cpu", budget.threads, budget.seed)
    width = cartpole.find_environment(str(valid.facts["world"])).width
    made = new_agent(width, budget.seed)
    log = policy_search.start_log(valid, budget, on_progress)
    ride = VectorEnv(log.environment, np.asarray(train.inputs), made.rng)
    best, most, looks = weight_arrays(made.online), -np.inf, 0
    while True:
        share = min(1.0, max(log.clock.elapsed() / budget.seconds, log.steps / MOST_STEPS))
        if looks < int(share * EVALUATIONS) or share >= 1:
            looks = int(share * EVALUATIONS)
            weights = weight_arrays(made.online)
            found = log.evaluate(greedy_policy(weights), looks, EVALUATIONS)
            if found >= most:
                best, most = weights, found
            if share >= 1 or most >= log.environment.max_steps:
                break
        ride.step(made, max(MIN_EPSILON, 1 - share / EXPLORATION_SHARE))
        log.steps += NUM_ENVS
        rollouts.charge_steps(NUM_ENVS, log.environment)
        if made.buffer.size >= WARMUP_STEPS:
            work_clock.charge("control_gradient")
            if not np.isfinite(made.gradient_step()):
                raise trainer.TrainingError("did not converge: the loss is no longer a number")
    cut = log.steps < MOST_STEPS and most < log.environment.max_steps
    work_clock.record_end("budget" if cut else "converged", MOST_STEPS / max(log.steps, 1.0) if cut else 1.0)
    return best, log


class VectorEnv:
    """Episodes under way, side by side; a fallen or finished one starts again from another training seed."""

    def __init__(self, environment: cartpole.Environment, seeds: np.ndarray, rng: np.random.Generator) -> None:
        self.world, self.draw = environment, rng
        self.fresh = environment.initial_states(seeds)
        self.states = self.fresh[rng.integers(0, len(self.fresh), NUM_ENVS)]
        self.before, self.age = self.states.copy(), np.zeros(NUM_ENVS)
        self.seen = environment.observe(self.states, self.before)

    def step(self, agent: DqnAgent, chance: float) -> None:
        """One step of every episode.

        Args:
            agent: acts, and stores the transitions. chance: probability of a random action.
        """
        wanted = greedy_policy(weight_arrays(agent.online))(self.seen) > 0
        blind = self.draw.random(NUM_ENVS) < chance
        pushed = np.where(blind, self.draw.integers(0, 2, NUM_ENVS), wanted).astype(np.int64)
        moved, fallen = self.world.step(self.states, pushed)
        if not np.isfinite(moved).all():
            raise ValueError("the environment gave a state that is no number")
        after = self.world.observe(moved, self.states)
        agent.buffer.add(self.seen, pushed, after, fallen.astype(np.float32))
        self.age += 1
        over = fallen | (self.age >= self.world.max_steps)
        self.before, self.states = self.states.copy(), moved
        if over.any():
            self.states[over] = self.fresh[self.draw.integers(0, len(self.fresh), int(over.sum()))]
            self.before[over], self.age[over] = self.states[over], 0
            after = self.world.observe(self.states, self.before)
        self.seen = after


def fit_dqn(train: Dataset, valid: Dataset, budget: Budget, on_progress: ProgressCallback) -> rollouts.Controller:
    """A deep Q-network trained by double DQN, as a controller.

    Args:
        train: seeds of training episodes. valid: seeds of the inner episodes that pick the weights. budget: of the fit.
        on_progress: called with the mean return of the inner episodes.

    Returns:
        The controller.

    Reference: Mnih et al. 2015; van Hasselt, Guez & Silver 2016.
    """
    weights, log = train_agent(train, valid, budget, on_progress)
    facts = {
        "kind": "deep Q-network", "layers": [log.environment.width, WIDTH, WIDTH, 2],
        "environment_steps": log.steps, "curve": log.curve,
    }  # fmt: skip
    named = {f"layer{place // 2}.{'bias' if place % 2 else 'weight'}": part for place, part in enumerate(weights)}
    return rollouts.Controller(
        log.environment, greedy_policy(weights), named, sum(part.size for part in weights), facts
    )


def fit_hybrid(train: Dataset, valid: Dataset, budget: Budget, on_progress: ProgressCallback) -> rollouts.Controller:
    """A controller on the hidden layer of a DQN, its last layer searched anew by the cross-entropy method.

    Args:
        train: seeds of training episodes. valid: seeds of the inner episodes that pick the weights. budget: of the fit.
        on_progress: called with the mean return of the inner episodes.

    Returns:
        The controller.
    """
    from dataclasses import replace

    weights, log = train_agent(train, valid, replace(budget, seconds=0.7 * budget.seconds), on_progress)
    log.budget = budget
    last = np.r_[weights[4][1] - weights[4][0], weights[5][1] - weights[5][0]].astype(float)

    def features(observations: np.ndarray) -> np.ndarray:
        found = hidden_layer(weights, observations)
        return np.column_stack([found, np.ones(len(found))])

    before = max(found for _, found in log.curve)
    if before < log.environment.max_steps:
        size = float(np.abs(last).mean()) + 1e-3
        searched = policy_search.cross_entropy_search(features, last, size, np.asarray(train.inputs), log)
        # The search only counts where it did better on the inner episodes than the network it started from.
        last = searched if max(found for _, found in log.curve) > before else last
    facts = {
        "kind": "linear controller on a Q-network's hidden layer", "network_alone": before,
        "environment_steps": log.steps, "curve": log.curve,
    }  # fmt: skip
    named = {f"part{place}": part for place, part in enumerate([*weights[:4], last])}
    size_of = sum(part.size for part in named.values())
    return rollouts.Controller(
        log.environment, lambda observations: features(observations) @ last, named, size_of, facts
    )
