"""Hues and textures of colour pictures: what they see, what they do not, and that grey pictures go without."""

from __future__ import annotations

import numpy as np
import pytest

from core.features import image_features as features


def plain(*colour: int, side: int = 8) -> np.ndarray:
    return np.tile(np.array(colour, dtype=np.uint8), (1, side, side, 1))


def hues(pictures: np.ndarray) -> np.ndarray:
    """Shares (51,) of the whole picture."""
    found = features._hues(pictures.astype(np.float32) / 255.0)
    return found[0].reshape(5, -1)[4] ** 2


def test_a_hue_keeps_its_place_when_the_light_changes():
    for colour in ((200, 40, 20), (20, 200, 40), (30, 40, 220), (200, 20, 190)):
        bright, dim = hues(plain(*colour)), hues(plain(*(value // 2 for value in colour)))
        assert bright.argmax() == dim.argmax() < 2 * features.HUES and bright.max() == pytest.approx(1)
    places = {int(hues(plain(*colour)).argmax()) for colour in ((200, 0, 0), (0, 200, 0), (0, 0, 200), (200, 200, 0))}
    assert len(places) == 4, "different hues are told apart"


def test_colours_without_a_hue_are_greys_by_brightness():
    places = [int(hues(plain(level, level, level)).argmax()) - 2 * features.HUES for level in (0, 100, 255)]
    assert places == [0, 1, 2]


def test_a_texture_is_seen_whatever_its_brightness_and_a_plain_picture_has_none():
    draw = np.random.default_rng(0).integers(0, 100, (1, 12, 12, 3)).astype(np.uint8)
    one, other = (features._textures(picture.astype(np.float32) / 255.0) for picture in (draw, draw + 100))
    assert np.array_equal(one, other) and (one > 0).sum() > 20
    assert features._textures(plain(9, 9, 9).astype(np.float32) / 255.0)[0].tolist() == [1.0] + [0.0] * 255


def test_grey_pictures_are_described_as_before():
    grey, colour = (np.zeros((2, 8, 8, channels), dtype=np.uint8) for channels in (1, 3))
    assert len(features.feature_widths(grey)) == 2 and len(features.feature_widths(colour)) == 5
    assert sum(features.feature_widths(colour)) == features.picture_features(colour).shape[1]
    assert np.isfinite(features.picture_features(np.zeros((1, 2, 2, 3), dtype=np.uint8))).all(), "no inner pixel"
