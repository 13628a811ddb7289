"""The cart with a pole to balance, many episodes at once: gymnasium's CartPole-v1 in arrays, and a tiny picture of it.

Reference: Barto, Sutton & Anderson 1983; Towers et al. 2024 (gymnasium). The equations, limits and starting states are
those of gymnasium; a test holds both side by side.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from core.schema import LoadError

STEPS = 500
FORCE, GRAVITY, CART, POLE, HALF, TICK = 10.0, 9.8, 1.0, 0.1, 0.5, 0.02
MAX_POSITION, MAX_ANGLE = 2.4, 12 * 2 * np.pi / 360
SCALES = np.array([1.0, 1.5, 0.1, 1.5])
ROWS, COLUMNS = 4, 32
HEIGHTS = np.array([0.0, 0.5, 1.0, 1.5]) * 2 * HALF
FINENESS = 512
BLUR = 0.8


@dataclass(frozen=True)
class Environment:
    """An environment for many episodes at once.

    starts: seeds (n,) -> states (n, 4). step: (states (n, 4), actions (n,) of 0 or 1) -> (states, fallen (n,)).
    see: (states now, states one tick before) -> what a controller is shown, float32 (n, width).
    """

    name: str
    observation: str
    width: int
    initial_states: Callable[[np.ndarray], np.ndarray]
    step: Callable[[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]
    observe: Callable[[np.ndarray, np.ndarray], np.ndarray]
    max_steps: int = STEPS


def initial_states(seeds: Sequence[int] | np.ndarray) -> np.ndarray:
    """The states in which gymnasium's CartPole-v1 starts.

    Args:
        seeds: n seeds.

    Returns:
        float (n, 4): position (m), velocity (m/s), angle (rad), angular velocity (rad/s).
    """
    drawn = [np.random.Generator(np.random.PCG64(np.random.SeedSequence(int(seed)))) for seed in seeds]
    return np.array([draw.uniform(-0.05, 0.05, 4) for draw in drawn]).reshape(len(drawn), 4)


def step(states: np.ndarray, actions: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """One step of .02 seconds of the CartPole-v1 equations.

    Args:
        states: float (n, 4). actions: int (n,), 1 pushes right.

    Returns:
        The next states (n, 4), and which episodes terminated, bool (n,).

    Reference: Barto, Sutton & Anderson 1983.
    """
    place, speed, angle, turning = states.T
    force = np.where(np.asarray(actions) == 1, FORCE, -FORCE)
    cosine, sine, mass = np.cos(angle), np.sin(angle), CART + POLE
    pushed = (force + POLE * HALF * turning**2 * sine) / mass
    tilt = (GRAVITY * sine - cosine * pushed) / (HALF * (4.0 / 3.0 - POLE * cosine**2 / mass))
    slide = pushed - POLE * HALF * tilt * cosine / mass
    moved = np.stack(
        [place + TICK * speed, speed + TICK * slide, angle + TICK * turning, turning + TICK * tilt], axis=1
    )  # fmt: skip
    return moved, (np.abs(moved[:, 0]) > MAX_POSITION) | (np.abs(moved[:, 2]) > MAX_ANGLE)


def observe_state(states: np.ndarray, before: np.ndarray) -> np.ndarray:
    """The four numbers of the state, brought to comparable scales.

    Args:
        states: float (n, 4). before: the states one step earlier; not used.

    Returns:
        float32 (n, 4).
    """
    return (states / SCALES).astype(np.float32)


def render(states: np.ndarray) -> np.ndarray:
    """A small image of each state: the lowest row shows the cart, the others the pole at three heights.

    Each is a dark spot .8 pixels wide. The pole is drawn steeper than in the equations, so that its tilt is visible.

    Args:
        states: float (n, 4).

    Returns:
        float32 (n, 4, 32), in [0, 1].
    """
    across = states[:, :1] + np.sin(states[:, 2:3]) * HEIGHTS
    where = (across + MAX_POSITION) / (2 * MAX_POSITION) * (COLUMNS - 1)
    fine = np.clip(np.rint(where * FINENESS).astype(np.int64), 0, (COLUMNS - 1) * FINENESS)
    return _spot_table()[fine]


def observe_pixels(states: np.ndarray, before: np.ndarray) -> np.ndarray:
    """The image of the state, and ten times its change since one step before.

    Args:
        states, before: float (n, 4).

    Returns:
        float32 (n, 2 * 4 * 32).
    """
    now = render(states)
    return np.concatenate([now, 10 * (now - render(before))], axis=1).reshape(len(states), -1)


def state_from_pixels(observations: np.ndarray) -> np.ndarray:
    """Position, velocity, angle and turning read off images by hand, on the scales of ``observe_state``.

    Args:
        observations: (n, 256) from ``observe_pixels``.
    """
    both = observations.reshape(len(observations), 2, ROWS, COLUMNS).astype(float)
    axis = (np.arange(COLUMNS) / (COLUMNS - 1) - 0.5) * 2 * MAX_POSITION
    ink = np.maximum(both[:, 0].sum(axis=2), 1e-6)
    now = (both[:, 0] @ axis) / ink
    moved = (both[:, 1] @ axis - now * both[:, 1].sum(axis=2)) / (10 * ink)
    lever = HEIGHTS - HEIGHTS.mean()
    tilt, turn = now @ lever / (lever @ lever), moved @ lever / (lever @ lever)
    place, speed = now.mean(axis=1) - tilt * HEIGHTS.mean(), moved.mean(axis=1) - turn * HEIGHTS.mean()
    return np.stack([place, speed / TICK, tilt, turn / TICK], axis=1) / SCALES


_TABLE: dict[str, np.ndarray] = {}


def _spot_table() -> np.ndarray:
    """A row of pixels for every fine place of the spot: float32 (31 * 512 + 1, 32)."""
    if "spots" not in _TABLE:
        places = np.arange((COLUMNS - 1) * FINENESS + 1) / FINENESS
        _TABLE["spots"] = np.exp(-0.5 * ((np.arange(COLUMNS) - places[:, None]) / BLUR) ** 2).astype(np.float32)
    return _TABLE["spots"]


def find_environment(name: str) -> Environment:
    """A world by name.

    Raises:
        LoadError: there is none of that name.
    """
    if name not in ENVIRONMENTS:
        raise LoadError(f"There is no environment {name!r}.", "", f"Choose among: {', '.join(ENVIRONMENTS)}.")
    return ENVIRONMENTS[name]


ENVIRONMENTS = {
    "states": Environment("CartPole-v1", "four numbers", 4, initial_states, step, observe_state),
    "pixels": Environment("CartPole-v1", "pixels", 2 * ROWS * COLUMNS, initial_states, step, observe_pixels),
}
