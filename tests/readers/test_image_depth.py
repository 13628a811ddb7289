"""Pictures of 16 and 32 bits: one scale for the archive where part of the depth is used; true 16 bits as before."""

from __future__ import annotations

import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from core import ingest
from core.readers import image_depth
from tests.readers.archive_files import pack


def grey(values, form="PNG"):
    held = io.BytesIO()
    Image.fromarray(values).save(held, form)
    return held.getvalue()


def colour(values):
    """A PNG of three channels of 16 bits (h, w, 3)."""
    height, width, _ = values.shape
    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in values)

    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, 16, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def archive(tmp_path, top, form="PNG", paint=grey, dtype=np.uint16, more=()):
    """24 pictures: values up to ``top``, the second class at most half as bright."""
    made, values = {}, {}
    for n in range(24):
        most = top if n % 2 else top // 2
        shape = (16, 16, 3) if paint is colour else (16, 16)
        pixels = np.random.default_rng(n).integers(0, most + 1, shape).astype(dtype)
        pixels.flat[:4] = most
        for place, value in more:
            pixels.flat[place + n] = value
        name = f"{('dim', 'bright')[n % 2]}/{n}.{form.lower()}"
        values[name], made[name] = pixels, paint(pixels, form) if paint is grey else paint(pixels)
    data = ingest.read(pack(tmp_path / "a.zip", made))
    assert len(data) == 24
    return data, [values[name] for name in data.facts["files"]]


@pytest.mark.parametrize(
    ("top", "form"),
    [(1_023, "PNG"), (4_095, "PNG"), (16_383, "PNG"), (255, "PNG"), (4_095, "TIFF"), (1_700, "TIFF"), (3, "PNG")],
)
def test_a_part_of_the_depth_is_scaled_alike_for_all(tmp_path, top, form):
    data, values = archive(tmp_path, top, form)
    used = np.quantile(np.concatenate([v.ravel() for v in values]), 0.999)
    expected = np.clip(np.rint(np.array(values) * (255 / used)), 0, 255)
    assert np.abs(data.inputs[..., 0] - expected).max() <= 1
    assert data.inputs.max() == 255 and len(np.unique(data.inputs)) == min(256, top + 1)
    dim = data.inputs[data.target == data.labels.index("dim")]
    assert abs(int(dim.max()) - (255 * (top // 2) / top)) <= 2
    told = [text for text in data.warnings if "scaled by" in text]
    assert len(told) == 1 and "24 pictures such as “dim/0." in told[0]


def test_stray_bright_pixels_do_not_set_the_scale(tmp_path):
    data, values = archive(tmp_path, 4_000)
    made = {name: grey(pixels) for name, pixels in zip(data.facts["files"], values, strict=True)}
    lit = values[0].copy()
    lit[3, 3] = 65_535
    again = ingest.read(pack(tmp_path / "b.zip", {**made, data.facts["files"][0]: grey(lit)}))
    np.testing.assert_array_equal(again.inputs[1:], data.inputs[1:])
    assert again.inputs[0, 3, 3, 0] == 255


def test_colours_of_twelve_bits_in_sixteen(tmp_path):
    data, values = archive(tmp_path, 4_095, paint=colour)
    assert data.inputs.shape[3] == 3 and data.inputs.max() == 255 and len(np.unique(data.inputs)) == 16
    assert any("scaled by 3,855" in text for text in data.warnings)
    assert np.abs(data.inputs - np.array(values) / 4_095 * 255).max() <= 17


@pytest.mark.parametrize(("top", "paint"), [(65_535, grey), (40_000, grey), (20_000, grey), (65_535, colour)])
def test_true_sixteen_bits_are_divided_by_the_whole_range(tmp_path, top, paint):
    data, values = archive(tmp_path, top, paint=paint)
    found = data.inputs if paint is colour else data.inputs[..., 0]
    assert np.abs(found - np.array(values) / 257).max() <= 1 and data.warnings == ()


def test_eight_bits_stay_as_they_are(tmp_path):
    data, values = archive(tmp_path, 60, dtype=np.uint8)
    np.testing.assert_array_equal(data.inputs[..., 0], values)
    assert data.warnings == ()


def test_fractions_share_their_scale():
    low, high = np.full((2, 2, 1), 0.2, np.float32), np.full((2, 2, 1), 0.8, np.float32)
    made, told = image_depth.scale_to_bytes([low, high], ["a", "b"])
    assert made[0].max() == 51 and made[1].max() == 204 and told == []
    made, told = image_depth.scale_to_bytes([low * 255, high * 255], ["a", "b"])
    assert made[0].max() == 51 and made[1].max() == 204 and told == []
    made, told = image_depth.scale_to_bytes([low * 1_000, high * 1_000], ["a", "b"])
    assert made[0].max() == 0 and made[1].min() == 255 and "2 pictures such as “a”" in told[0]


def test_black_pictures_are_no_division_by_nothing():
    made, _ = image_depth.scale_to_bytes([np.zeros((2, 2, 1), np.uint16)], ["a"])
    assert made[0].max() == 0
