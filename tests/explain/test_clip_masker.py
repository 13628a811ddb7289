"""Patches of place and time: each changes its own pixels of its own frames, and heat lies over the strip of frames."""

from __future__ import annotations

import numpy as np

from core.explain import clip_masker, item_thumbnails
from pages.charts import heatmaps


def test_each_player_hides_its_patch_for_its_quarter_of_the_clip():
    draw = np.random.default_rng(0)
    own = draw.integers(0, 255, (2, 8, 12, 12, 1), dtype=np.uint8)
    background = draw.integers(0, 255, (5, 8, 12, 12, 1), dtype=np.uint8)
    masker = clip_masker.clip_patch_masker(own, background)
    assert len(masker.names) == 36 and masker.names[0] == "frames 1-2, row 1, column 1"
    present = np.ones((36, 36), dtype=bool)
    np.fill_diagonal(present, False)
    made = masker.mask(np.ones(36, dtype=int), present, np.zeros(36, dtype=int))
    changed = (made != own[1]).any(axis=4)
    stand_in = background.mean(axis=0).astype(np.uint8)
    for player, name in enumerate(masker.names):
        frame, row, column = player // 9, player // 3 % 3, player % 3
        inside = np.zeros((8, 12, 12), dtype=bool)
        inside[2 * frame : 2 * frame + 2, 4 * row : 4 * row + 4, 4 * column : 4 * column + 4] = True
        assert not (changed[player] & ~inside).any(), name
        assert np.array_equal(made[player][inside], stand_in[inside])
    everyone = masker.mask(np.arange(2), np.ones((2, 36), dtype=bool), np.zeros(2, dtype=int))
    assert np.array_equal(everyone, own)


def test_heat_of_a_clip_lies_over_its_strip():
    names = clip_masker.patch_names(16)
    values = np.zeros(36)
    values[2 * 9 + 5] = 1.0
    heat = heatmaps.patch_heatmap(names, values, 12, 48)
    assert heat is not None and heat.shape == (12, 48)
    where = np.argwhere(heat == 1.0)
    assert where.min(axis=0).tolist() == [4, 32] and where.max(axis=0).tolist() == [7, 35]


def test_a_thumbnail_is_a_strip_of_four_frames():
    clip = np.zeros((16, 20, 20, 1), dtype=np.uint8)
    clip += (10 * np.arange(16, dtype=np.uint8))[:, None, None, None]
    small = item_thumbnails.clip_thumbnail(clip, {})
    pixels = item_thumbnails.unpack_array(small["pixels"], tuple(small["shape"]))
    assert small["frames"] == 4 and pixels.shape == (20, 80, 1)
    assert pixels[0, ::20, 0].tolist() == [20, 60, 100, 140]
