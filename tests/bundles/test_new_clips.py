"""New clips for a model that was trained on clips: brought to its shape, and why some are left out."""

from __future__ import annotations

import numpy as np

from core.bundles import new_items, row_reasons
from core.bundles.input_schema import InputSchema, item_summaries
from tests.readers.clips.toy_clips import archive, frame_zip, frames, packed

SCHEMA = InputSchema("video", "binary", "classification", 20, "class", ("left", "right"), shape=(16, 12, 12, 1))


def test_clips_of_a_zip_a_folder_of_frames_and_a_single_file_take_the_shape_of_training(tmp_path):
    still = {
        "a.gif": packed(frames(1, 6)),
        "b.webp": packed(frames(2, 20), "WEBP"),
        "c.png": packed(frames(3, 1), "PNG"),
    }
    source = new_items.open_items(archive(tmp_path / "a.zip", still), "a.zip", SCHEMA)
    read = next(source.blocks)
    assert read.shape == (2, 16, 12, 12, 1) and read.dtype == np.uint8 and source.names == ["a.gif", "b.webp"]
    assert "still picture" in source.left_out["c.png"] and source.resized == 2
    folders = new_items.open_items(frame_zip(tmp_path / "b.zip"), "b.zip", SCHEMA)
    assert next(folders.blocks).shape == (6, 16, 12, 12, 1) and folders.total == 6
    (tmp_path / "one.gif").write_bytes(packed(frames(4, 5)))
    alone = new_items.open_items(tmp_path / "one.gif", "one.gif", SCHEMA)
    assert next(alone.blocks).shape == (1, 16, 12, 12, 1)


def test_reasons_of_a_clip_name_its_frames_and_its_place():
    clip = np.full((16, 12, 12, 1), 20, dtype=np.uint8)
    clip[4:8, 4:8, 8:12] = 250
    bright = row_reasons.item_reasons(
        lambda found: np.stack([1 - (share := found[:, 4:8, 4:8, 8:12].mean((1, 2, 3, 4)) / 300), share], axis=1),
        SCHEMA, clip,
    )  # fmt: skip
    assert bright.startswith("frames 5-8, row 2, column 3 +")
    assert set(item_summaries(clip[None], "video")) == {"brightness", "contrast"}
