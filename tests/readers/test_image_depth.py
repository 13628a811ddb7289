"""Pictures of 16 and 32 bits: one scale for the archive where part of the depth is used; true 16 bits as before."""

from __future__ import annotations

import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from core import ingest
from core.readers import image_decoder, image_depth
from tests.readers.archive_files import pack


def grey(values, form="PNG"):
    held = io.BytesIO()
    Image.fromarray(values).save(held, form)
    return held.getvalue()


def colour(values):
    """A PNG of three channels of 16 bits (h, w, 3)."""
    height, width, _ = values.shape
    return png(height, width, 2, b"".join(b"\0" + row.astype(">u2").tobytes() for row in values))


def png(height, width, kind, rows):
    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, 16, kind, 0, 0, 0)
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
    assert data.inputs.shape[3] == 3 and data.inputs.max() == 255 and len(np.unique(data.inputs)) == 256
    assert any("scaled by 4,095" in text for text in data.warnings)
    assert np.abs(data.inputs - np.array(values) / 4_095 * 255).max() <= 1


@pytest.mark.parametrize(("top", "paint"), [(65_535, grey), (40_000, grey), (20_000, grey), (65_535, colour)])
def test_true_sixteen_bits_are_divided_by_the_whole_range(tmp_path, top, paint):
    data, values = archive(tmp_path, top, paint=paint)
    found = data.inputs if paint is colour else data.inputs[..., 0]
    assert np.abs(found - np.array(values) / 257).max() <= 1 and data.warnings == ()


def test_eight_bits_stay_as_they_are(tmp_path):
    data, values = archive(tmp_path, 60, dtype=np.uint8)
    np.testing.assert_array_equal(data.inputs[..., 0], values)
    assert data.warnings == ()


def scaled(pictures):
    scale = image_depth.find_scale(pictures)
    return [scale.to_bytes(one) for one in pictures], image_depth.describe_scale(scale, pictures, ["a", "b"])


def test_fractions_share_their_scale():
    low, high = np.full((2, 2, 1), 0.2, np.float32), np.full((2, 2, 1), 0.8, np.float32)
    made, told = scaled([low, high])
    assert made[0].max() == 51 and made[1].max() == 204 and told == []
    made, told = scaled([low * 255, high * 255])
    assert made[0].max() == 51 and made[1].max() == 204 and told == []
    made, told = scaled([low * 1_000, high * 1_000])
    assert made[0].max() == 0 and made[1].min() == 255 and "2 pictures such as “a”" in told[0]


def test_black_pictures_are_no_division_by_nothing():
    made, _ = scaled([np.zeros((2, 2, 1), np.uint16)])
    assert made[0].max() == 0


@pytest.mark.parametrize("margin", [None, 0, 65_535])
@pytest.mark.parametrize(("low", "high"), [(31_000, 34_000), (20_000, 21_000), (1_000, 1_060)])
def test_a_narrow_band_is_stretched_and_margins_do_not_count(low, high, margin):
    draw = np.random.default_rng(0)
    pictures = [draw.integers(low, high + 1, (40, 40, 1)).astype(np.uint16) for _ in range(2)]
    expected = [(one - float(low)) / (high - low) * 255 for one in pictures]
    if margin is not None:
        for one in pictures:
            one[:6] = margin
    made, told = scaled(pictures)
    assert np.abs(made[0][6:] - expected[0][6:]).max() <= 5 and len(told) == 1 and " to " in told[0]
    assert margin is None or (made[0][:6] == (255 if margin else 0)).all()


def test_labels_in_full_white_do_not_set_the_scale_of_twelve_bits():
    pictures = [np.random.default_rng(n).integers(0, 4_096, (40, 40, 1)).astype(np.uint16) for n in range(2)]
    for one in pictures:
        one[:3, :10] = 65_535
    made, _ = scaled(pictures)
    assert len(np.unique(made[0])) > 200 and made[0][0, 0, 0] == 255


def test_masks_of_sixteen_bits_keep_black_and_white():
    mask = (np.arange(64).reshape(8, 8, 1) % 2).astype(np.uint16)
    assert set(np.unique(scaled([mask, mask])[0][0])) == {0, 255} == set(np.unique(scaled([mask * 65_535])[0][0]))


def test_pictures_of_two_depths_are_told():
    draw = np.random.default_rng(0)
    pictures = [draw.integers(0, top, (30, 30, 1)).astype(np.uint16) for top in (4_096, 65_536) * 4]
    scale = image_depth.find_scale(pictures)
    told = image_depth.describe_scale(scale, pictures, list("abcdefgh"))
    assert scale.whole == (0, 65_535) and len(told) == 1 and "4 pictures of 8 such as “a”" in told[0]


def test_the_scale_is_kept_for_new_pictures(tmp_path):
    data, _ = archive(tmp_path, 1_023)
    again = image_depth.scale_of(data.facts)
    assert again.to_bytes(np.full((2, 2, 1), 511, np.uint16)).max() in (127, 128)
    assert image_depth.scale_of({}).to_bytes(np.full((2, 2, 1), 65_535, np.uint16)).min() == 255


def deep_tiff(values):
    """An uncompressed TIFF of three channels of 16 bits (h, w, 3), the lower byte first."""
    height, width, _ = values.shape
    body = values.astype("<u2").tobytes()
    tags = [(256, 4, width), (257, 4, height), (258, 3, 0), (259, 3, 1), (262, 3, 2), (273, 4, 0), (277, 3, 3)]
    tags += [(278, 4, height), (279, 4, len(body))]
    start = 8 + 2 + 12 * len(tags) + 4
    places = {258: (3, start), 273: (1, start + 6)}
    entries = b"".join(
        struct.pack("<HHII", tag, kind, *places.get(tag, (1, value))) for tag, kind, value in sorted(tags)
    )
    head = b"II*\0" + struct.pack("<I", 8) + struct.pack("<H", len(tags)) + entries + struct.pack("<I", 0)
    return head + struct.pack("<HHH", 16, 16, 16) + body


@pytest.mark.parametrize("paint", [colour, deep_tiff])
def test_colours_keep_both_bytes(paint):
    values = np.random.default_rng(0).integers(0, 65_536, (12, 10, 3)).astype(np.uint16)
    pixels, _ = image_decoder.decode(paint(values))
    assert pixels.dtype == np.uint16 and np.array_equal(pixels, values)


def test_colours_that_differ_in_the_lower_byte_are_no_copies(tmp_path):
    base = np.full((12, 12, 3), 2_000, np.uint16)
    made = {}
    for n in range(12):
        values = base + np.random.default_rng(n).integers(0, 40, base.shape).astype(np.uint16)
        made[f"{'ab'[n % 2]}/{n}.png"] = colour(values)
    data = ingest.read(pack(tmp_path / "a.zip", made))
    assert len(data) == 12 and len(np.unique(data.inputs)) >= 35


def test_transparent_colours_of_sixteen_bits_lie_on_white():
    values = np.zeros((4, 4, 4), np.uint16)
    values[:2, :, 3] = 65_535
    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in values)
    pixels, _ = image_decoder.decode(png(4, 4, 6, rows))
    assert pixels.dtype == np.uint16 and pixels[:2].max() == 0 and pixels[2:].min() == 65_535
