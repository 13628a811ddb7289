"""The embedded sample of clips: real photographs of shoes and bags, moved by a program. Semi-synthetic by its name.

A class is a thing and its motion together: nine of them, of three things and three motions. One frame tells the thing,
the motion without the thing tells the motion, and neither tells the class.
"""

from __future__ import annotations

import numpy as np

from core.schema import Dataset
from core.storage.bundled_files import labelled_dataset, sample_path

NAME = "Moving clothes (semi-synthetic)"
SOURCE = "Fashion-MNIST, Zalando Research: real photos; the motion is made by a program"
THINGS = {"sneaker": "Sneaker", "ankle boot": "Ankle boot", "bag": "Bag"}
MOTIONS = ("moves left", "moves right", "turns")
EACH = 60
FRAMES, SIDE = 16, 40
NOISE = 12.0
# Of the whole way, about; and pixels that the camera shakes from frame to frame.
SPEED, SHAKE = (0.3, 0.9), 0.5


def load_moving_clothes() -> Dataset:
    """540 clips of 16 grey frames, 60 a class, the same at every call; every clip shows another photograph."""
    return make_moving_clothes(EACH)


def make_moving_clothes(each: int, seed: int = 0) -> Dataset:
    """Clips of photographs that move.

    Args:
        each: clips a class, at most 160. seed: of which photographs, how fast, and the noise.

    Returns:
        A data set with inputs uint8 (9 each, 16, 40, 40, 1).
    """
    draw = np.random.default_rng(seed)
    with np.load(sample_path("fashion.npz"), allow_pickle=False) as stored:
        photos, kinds, titles = stored["x"], stored["y"], [str(title) for title in stored["classes"]]
    chosen, things, motions = [], [], []
    for thing, title in enumerate(THINGS.values()):
        there = draw.permutation(np.flatnonzero(kinds == titles.index(title)))[: each * len(MOTIONS)]
        chosen.append(there)
        things.append(np.full(len(there), thing))
        motions.append(np.arange(len(there)) % len(MOTIONS))
    codes = np.concatenate(things) * len(MOTIONS) + np.concatenate(motions)
    clips = _moved(photos[np.concatenate(chosen)], np.concatenate(motions), draw)
    order = draw.permutation(len(codes))
    labels = tuple(f"{thing} {motion}" for thing in THINGS for motion in MOTIONS)
    return labelled_dataset(
        "video", NAME, clips[order], codes[order], labels, SOURCE,
        facts={"height": SIDE, "width": SIDE, "channels": 1, "frames": FRAMES, "semi_synthetic": True},
    )  # fmt: skip


def _moved(photos: np.ndarray, motions: np.ndarray, draw: np.random.Generator) -> np.ndarray:
    """Photographs (n, h, w) on a path of their own: start, speed, size, tilt, ground and noise differ by clip."""
    count = len(photos)
    speed, tilt = draw.uniform(*SPEED, count), draw.uniform(-0.4, 0.4, count)
    start, size = draw.uniform(-3.0, 3.0, (2, count)), draw.uniform(0.6, 0.85, count)
    ground, shake = draw.uniform(0.0, 40.0, count), draw.normal(0.0, SHAKE, (FRAMES, 2, count)).cumsum(axis=0)
    shake -= shake.mean(axis=0)
    clips = np.zeros((count, FRAMES, SIDE, SIDE, 1), dtype=np.uint8)
    way = np.select([motions == 0, motions == 1], [-1.0, 1.0], 0.0)
    for frame in range(FRAMES):
        moment = frame / (FRAMES - 1) - 0.5
        down = start[0] + shake[frame, 0]
        across = start[1] + way * moment * speed * 20.0 + shake[frame, 1]
        angle = tilt + np.where(motions == 2, moment * speed * 1.6, 0.0)
        shown = _placed(photos.astype(np.float32), (down, across), angle, size)
        lit = np.maximum(shown, ground[:, None, None]) + draw.normal(0.0, NOISE, shown.shape)
        clips[:, frame, :, :, 0] = np.clip(np.rint(lit), 0, 255).astype(np.uint8)
    return clips


def _placed(
    photos: np.ndarray, middle: tuple[np.ndarray, np.ndarray], angle: np.ndarray, size: np.ndarray
) -> np.ndarray:
    """Photographs turned, scaled and moved onto black frames by bilinear interpolation: (n, SIDE, SIDE).

    middle: pixels (n,) down and right of the frame's centre.
    """
    count, high, wide = photos.shape
    grid = np.arange(SIDE) - (SIDE - 1) / 2
    down = (grid[:, None] - middle[0][:, None, None]) / size[:, None, None]
    right = (grid[None, :] - middle[1][:, None, None]) / size[:, None, None]
    cosine, sine = np.cos(angle)[:, None, None], np.sin(angle)[:, None, None]
    row = cosine * down - sine * right + (high - 1) / 2
    column = sine * down + cosine * right + (wide - 1) / 2
    padded = np.pad(photos, ((0, 0), (1, 2), (1, 2)))
    row, column = np.clip(row + 1, 0, high + 1), np.clip(column + 1, 0, wide + 1)
    top, left = row.astype(int), column.astype(int)
    lower, righter = row - top, column - left
    which = np.arange(count)[:, None, None]
    upper = padded[which, top, left] * (1 - righter) + padded[which, top, left + 1] * righter
    under = padded[which, top + 1, left] * (1 - righter) + padded[which, top + 1, left + 1] * righter
    return upper * (1 - lower) + under * lower
