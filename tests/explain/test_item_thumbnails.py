"""Small copies of explained items: they keep what a page draws, stay small, and are plain JSON."""

from __future__ import annotations

import base64
import json

import numpy as np
import pytest

from core.explain import item_thumbnails
from core.schema import Dataset

ROWS = np.arange(24)


def test_pictures_keep_their_pixels_and_large_ones_shrink() -> None:
    small = np.arange(24 * 8 * 8, dtype=np.uint8).reshape(24, 8, 8, 1)
    found = item_thumbnails.thumbnails(Dataset("d", "image", small), ROWS)
    assert (item_thumbnails.unpack_array(found[3]["pixels"], tuple(found[3]["shape"])) == small[3]).all()
    large = np.full((24, 130, 96, 3), 7, dtype=np.uint8)
    found = item_thumbnails.thumbnails(Dataset("d", "image", large), ROWS)
    assert max(found[0]["shape"]) <= item_thumbnails.SIDE
    assert item_thumbnails.unpack_array(found[0]["pixels"], tuple(found[0]["shape"])).mean() == 7
    assert len(json.dumps(found)) < 500_000


def test_a_tone_is_loud_in_its_band() -> None:
    rate = 8_000
    tone = np.sin(2 * np.pi * 1_000 * np.arange(4 * rate) / rate).astype(np.float32)
    shown = item_thumbnails.thumbnails(Dataset("d", "sound", np.stack([tone] * 24), facts={"rate": rate}), ROWS)
    loud = item_thumbnails.unpack_array(shown[0]["loud"], tuple(shown[0]["shape"]))
    assert shown[0]["hertz"][int(loud.mean(axis=1).argmax())] == pytest.approx(1_000, rel=0.12)
    assert len(base64.b64decode(shown[0]["clip"])) <= item_thumbnails.CLIP_SAMPLES
    assert shown[0]["seconds"] == 4
    assert len(json.dumps(shown)) < 500_000


def test_texts_are_cut_and_curves_thinned() -> None:
    texts = np.array(["word " * 400] * 24, dtype=object)
    assert all(
        len(item["text"]) == item_thumbnails.LETTERS
        for item in item_thumbnails.thumbnails(Dataset("d", "text", texts), ROWS)
    )
    window = np.zeros((24, 1_000, 9), dtype=np.float32)
    window[0, 0, 0] = np.nan
    shown = item_thumbnails.thumbnails(Dataset("d", "series", window), ROWS)
    assert len(shown[0]["curves"]) == item_thumbnails.CHANNELS
    assert len(shown[0]["curves"][0]) <= item_thumbnails.POINTS
    assert shown[0]["curves"][0][0] is None
    json.dumps(shown, allow_nan=False)


def test_the_outline_of_a_sound_touches_its_peaks() -> None:
    samples = np.array([0.0, 1.0, -2.0, 0.5, 4.0, 0.0, 0.0, -1.0])
    found = item_thumbnails.wave_envelope(samples, 4)
    assert found.starts.tolist() == [0, 2, 4, 6]
    assert found.high.tolist() == [0.25, 0.125, 1.0, 0.0] and found.low.tolist() == [0.0, -0.5, 0.0, -0.25]


@pytest.mark.parametrize("length", [1, 3, 500])
def test_an_outline_has_no_more_stretches_than_samples(length: int) -> None:
    found = item_thumbnails.wave_envelope(np.zeros(length), 120)
    assert len(found.starts) == min(length, 120) and not found.high.any() and not found.low.any()
