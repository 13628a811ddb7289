"""Moving pictures as they are read from archives and made for the sample."""

from __future__ import annotations

import numpy as np
import pytest

from core import ingest, registry
from core.modalities.video.moving_clothes import make_moving_clothes
from core.schema import LoadError
from tests.readers.clips.toy_clips import archive, clip_zip, frame_zip, frames, packed


@pytest.mark.parametrize("form", ["GIF", "WEBP", "PNG", "AVIF"])
def test_an_archive_of_animations_is_read_as_clips(tmp_path, form):
    data = ingest.read(clip_zip(tmp_path / "a.zip", form))
    assert data.modality == "video" and data.inputs.shape == (6, 16, 16, 16, 3)
    assert data.labels == ("left", "right") and data.facts["shortest"] == 4
    assert any("fewer than 16 frames" in said for said in data.warnings)


def test_folders_of_frames_are_clips_by_their_names_or_by_their_likeness(tmp_path):
    for name in ("frame_{:03d}.png", "{:05d}.png"):
        data = ingest.read(frame_zip(tmp_path / "a.zip", name))
        assert data.modality == "video" and len(data) == 6 and data.facts["longest"] == 5
        assert any("--modality image" in said for said in data.warnings)
        assert data.facts["files"][0] == "left/take0"


def test_numbered_pictures_of_patients_stay_pictures(tmp_path):
    draw = np.random.default_rng(0)
    members = {
        f"{label}/patient{who}/{number:03d}.png": packed([draw.integers(0, 255, (16, 16, 3), dtype=np.uint8)], "PNG")
        for label in ("ill", "well") for who in range(3) for number in range(5)
    }  # fmt: skip
    assert ingest.read(archive(tmp_path / "a.zip", members)).modality == "image"
    numbered = {f"{label}/{label}.{number}.png": packed(frames(number + 50 * (label == "cat"), 1), "PNG")
                for label in ("cat", "dog") for number in range(12)}  # fmt: skip
    assert ingest.read(archive(tmp_path / "b.zip", numbered)).modality == "image"


def test_gifs_of_one_frame_are_still_pictures(tmp_path):
    members = {f"{k % 2}/{k}.gif": packed(frames(k, 1)) for k in range(12)}
    assert ingest.read(archive(tmp_path / "a.zip", members)).modality == "image"
    with pytest.raises(LoadError, match="No clip could be used"):
        ingest.read(archive(tmp_path / "b.zip", members), modality="video")


def test_still_pictures_among_clips_and_damaged_clips_are_told(tmp_path):
    whole = packed(frames(0, 6))
    members = {f"{k % 2}/{k}.gif": packed(frames(k, 4 + k, 16 + 8 * (k == 3))) for k in range(10)}
    members |= {"0/cover.jpg": packed(frames(0, 1), "JPEG"), "1/cut.gif": b"GIF89a" + whole[6:30]}
    data = ingest.read(archive(tmp_path / "a.zip", members))
    said = " ".join(data.warnings)
    assert data.modality == "video" and len(data) == 10 and data.facts["items_bad"] == 2
    assert "still picture" in said and "cover.jpg" in said and "differ in size" in said


def test_a_label_table_names_the_clips(tmp_path):
    members: dict[str, bytes | str] = {f"clips/{k}.gif": packed(frames(k, 4)) for k in range(8)}
    members["labels.csv"] = "file,label\n" + "\n".join(f"clips/{k}.gif,{'up' if k % 2 else 'down'}" for k in range(8))
    data = ingest.read(archive(tmp_path / "a.zip", members))
    assert data.modality == "video" and data.labels == ("down", "up") and data.facts["counts"] == {"down": 4, "up": 4}


def test_films_without_a_decoder_are_clips_that_say_what_to_install(tmp_path, monkeypatch):
    from core.readers.clips import film_decoder

    monkeypatch.setattr(film_decoder.util, "find_spec", lambda name: None)
    members = {f"{k % 2}/{k}.mp4": b"\0\0\0\x18ftypisom" + bytes([k]) * 40 for k in range(8)}
    with pytest.raises(LoadError, match=r"requirements-video\.txt"):
        ingest.read(archive(tmp_path / "a.zip", members))


def test_the_sample_mixes_things_and_motions_and_says_that_its_motion_is_made():
    one, again = make_moving_clothes(2), make_moving_clothes(2)
    assert np.array_equal(one.inputs, again.inputs) and one.inputs.shape == (18, 16, 40, 40, 1)
    assert sorted(np.bincount(one.target)) == [2] * 9 and len(one.labels) == 9
    sample = registry.modality("video").samples[0]
    assert all("semi-synthetic" in said for said in (one.name, sample.title)) and "program" in one.source
