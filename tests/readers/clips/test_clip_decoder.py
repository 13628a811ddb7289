"""Clips that nobody vouches for: formats, still pictures, damage, and more frames than are decoded."""

from __future__ import annotations

import struct

import numpy as np
import pytest

from core.readers.clips import clip_decoder, film_decoder, frame_count
from core.readers.clips.clip_decoder import ClipLimits
from core.readers.clips.clip_frames import UndecodableClip, fit_clip, frame_numbers
from tests.readers.clips.toy_clips import frames, packed


@pytest.mark.parametrize("form", ["GIF", "WEBP", "PNG", "AVIF"])
def test_every_frame_of_a_short_animation_is_read(form):
    made = frames(1, 5)
    clip = clip_decoder.decode(packed(made, form))
    assert clip.total == 5 and len(clip.frames) == 5
    for read, drawn in zip(clip.frames, made, strict=True):
        assert np.abs(read.astype(int) - drawn).mean() < 12


def test_sixteen_evenly_spaced_frames_of_a_long_clip_are_used():
    made = frames(2, 40)
    clip = clip_decoder.decode(packed(made, "WEBP"))
    assert clip.total == 40 and len(clip.frames) == 16
    assert list(frame_numbers(40)[[0, -1]]) == [0, 39] and np.ptp(np.diff(frame_numbers(40))) <= 1
    assert np.array_equal(clip.frames[-1], made[39])


def test_a_short_clip_repeats_its_frames_in_order():
    shaped = fit_clip(clip_decoder.decode(packed(frames(3, 4), "PNG")), (16, 16), 3)
    assert shaped.shape == (16, 16, 16, 3) and shaped.dtype == np.uint8
    assert all(np.array_equal(shaped[4 * k], shaped[4 * k + 3]) for k in range(4))
    assert not np.array_equal(shaped[3], shaped[4])


@pytest.mark.parametrize("form", ["GIF", "WEBP", "PNG", "AVIF", "JPEG"])
def test_one_frame_is_a_still_picture(form):
    with pytest.raises(UndecodableClip, match="a still picture"):
        clip_decoder.decode(packed(frames(0, 1), form))


@pytest.mark.parametrize(
    "data", [b"", b"no clip at all", b"GIF89a", b"\x89PNG\r\n\x1a\n" + bytes(40), b"RIFF\x10\0\0\0WEBPVP8X" + bytes(9)]
)
def test_rubbish_is_refused_in_words(data):
    with pytest.raises(UndecodableClip) as refused:
        clip_decoder.decode(data)
    assert str(refused.value)


@pytest.mark.parametrize("form", ["GIF", "WEBP", "PNG"])
def test_a_clip_cut_in_half_is_damaged_and_never_half_a_clip(form):
    whole = packed(frames(4, 12), form)
    for share in (0.3, 0.6, 0.9):
        try:
            assert clip_decoder.decode(whole[: int(share * len(whole))]).total < 12
        except UndecodableClip as refused:
            assert "damaged" in str(refused) or "still" in str(refused)


def test_more_frames_than_allowed_are_counted_without_decoding():
    whole = packed(frames(5, 12))
    with pytest.raises(UndecodableClip, match="more than 6 frames"):
        clip_decoder.decode(whole, ClipLimits(frames=6))
    with pytest.raises(UndecodableClip, match="million pixels"):
        clip_decoder.decode(whole, ClipLimits(pixels=1_000))
    # Ten bytes a frame: a bomb of a few kilobytes is counted up to the limit and no further.
    image = b"\x2c" + bytes(4) + struct.pack("<HH", 1, 1) + b"\0\x02\0"
    bomb = b"GIF89a" + struct.pack("<HH", 1, 1) + bytes(3) + image * 100_000 + b";"
    assert frame_count.count_frames(bomb, 2_001) == 2_001
    with pytest.raises(UndecodableClip, match="more than 2,000 frames"):
        clip_decoder.decode(bomb)


def test_a_number_of_frames_that_is_a_lie_is_no_clip():
    whole = packed(frames(6, 3), "PNG")
    at = whole.index(b"acTL") + 4
    with pytest.raises(UndecodableClip, match="more than 2,000 frames"):
        clip_decoder.decode(whole[:at] + struct.pack(">I", 4_000_000_000) + whole[at + 4 :])


def test_films_are_refused_with_the_command_or_outside_the_reader_process(monkeypatch):
    film = b"\0\0\0\x18ftypisom" + bytes(40)
    monkeypatch.setattr(film_decoder.util, "find_spec", lambda name: None)
    with pytest.raises(UndecodableClip, match=r"pip install -r requirements-video\.txt"):
        clip_decoder.decode(film)
    monkeypatch.setattr(film_decoder.util, "find_spec", lambda name: object())
    monkeypatch.setattr(film_decoder, "_is_bounded", lambda: False)
    with pytest.raises(UndecodableClip, match="bounded reader process"):
        clip_decoder.decode(film)
