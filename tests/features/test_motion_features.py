"""Block motion finds the displacement that was made, and its histograms say which way things move."""

from __future__ import annotations

import numpy as np
import pytest

from core.features import motion_features
from core.features.torch_modules import clip


def shifted(down: int, right: int, frames: int = 5, side: int = 32) -> np.ndarray:
    """A clip of smooth noise that moves as a whole by so many pixels a frame."""
    ground = np.random.default_rng(3).normal(size=(side + 40, side + 40))
    for axis in (0, 1):
        for _ in range(3):
            ground = ground + np.roll(ground, 1, axis) + np.roll(ground, -1, axis)
    ground = 120 + 60 * ground / ground.std()
    begin = [(20 - k * down, 20 - k * right) for k in range(frames)]
    made = np.stack([ground[i : i + side, j : j + side] for i, j in begin])
    return made.clip(0, 255).astype(np.uint8)[None, ..., None]


@pytest.mark.parametrize("step", [(0, 0), (1, 0), (-2, 1), (0, 3)])
def test_block_motion_is_the_displacement(step):
    found = motion_features.block_motion(shifted(*step))
    assert found.shape == (1, 4, 4, 4, 2)
    assert np.abs(np.median(found, axis=(0, 1, 2, 3)) - step).max() < 0.3


def test_histograms_tell_directions_and_rest_apart():
    rows = [motion_features.flow_features(shifted(*step))[0] for step in ((0, 2), (0, -2), (2, 0), (0, 0))]
    each, cells = motion_features.EACH, motion_features.CELLS
    whole = [row[cells * each : (cells + 1) * each] for row in rows]
    assert [int(part.argmax()) for part in whole] == [0, 4, 2, 8]
    assert all(len(row) == motion_features.FLOW_WIDTH for row in rows)
    means = [row[-2:] for row in rows]
    assert np.abs(np.array(means) - [[0, 2], [0, -2], [2, 0], [0, 0]]).max() < 0.4


def test_pooled_gradients_see_change_over_time_only_where_there_is_some():
    still, moving = shifted(0, 0), shifted(0, 3)
    width = sum(motion_features.gradient_widths(still))
    rest, change = (motion_features.pooled_gradients(one)[0] for one in (still, moving))
    assert len(rest) == width and not rest[width // 2 :].any() and np.abs(change[width // 2 :]).max() > 0.1


def test_coarse_clips_and_inputs_are_what_they_say():
    import torch

    clips = np.random.default_rng(0).integers(0, 255, (3, 4, 12, 12, 1), dtype=np.uint8)
    module = clip.coarse_module(clips.shape[1:])
    made = module(torch.from_numpy(clips).float()).numpy().reshape(3, 6, 6, 4)
    told = clips.reshape(3, 4, 6, 2, 6, 2).mean(axis=(3, 5)) / 255.0
    assert np.allclose(np.moveaxis(made, 3, 1).mean(), told.mean(), atol=1e-5)
    assert sorted(np.round(made.ravel(), 4)) == pytest.approx(sorted(np.round(told.ravel(), 4)), abs=2e-4)
    scaling = clip.fit_scaling(clips, 2)
    assert clip.to_tensor(clips, scaling).shape == (3, 1, 4, 6, 6)
