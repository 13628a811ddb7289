"""A replay buffer of transitions for Q-learning.

Reference: Mnih et al. 2015 (DQN).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

BUFFER_SIZE = 20_000


@dataclass
class ReplayBuffer:
    """The latest transitions: what was seen, pushed, seen next, and whether it fell."""

    observations: np.ndarray
    actions: np.ndarray
    next_observations: np.ndarray
    terminated: np.ndarray
    size: int = 0
    position: int = 0

    def add(
        self, observations: np.ndarray, actions: np.ndarray, next_observations: np.ndarray, terminated: np.ndarray
    ) -> None:
        """Stores transitions, over the oldest ones once the buffer is full.

        Args:
            observations, next_observations: float32 (n, width). actions: int (n,). terminated: bool (n,).
        """
        rows = (self.position + np.arange(len(observations))) % len(self.observations)
        self.observations[rows], self.actions[rows], self.next_observations[rows], self.terminated[rows] = (
            observations,
            actions,
            next_observations,
            terminated,
        )
        self.position = int((self.position + len(observations)) % len(self.observations))
        self.size = min(len(self.observations), self.size + len(observations))


def empty_buffer(width: int) -> ReplayBuffer:
    """A replay buffer without transitions.

    Args:
        width: numbers an observation.

    Returns:
        The buffer.
    """
    size = BUFFER_SIZE if width <= 16 else BUFFER_SIZE // 2
    return ReplayBuffer(
        np.zeros((size, width), np.float32), np.zeros(size, np.int64), np.zeros((size, width), np.float32),
        np.zeros(size, np.float32),
    )  # fmt: skip
