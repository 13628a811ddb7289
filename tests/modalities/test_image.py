"""Zips of pictures, good and hostile: what is used, what is left out and said, and what is refused."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

import numpy as np
import pytest
from PIL import Image

from core.modalities import image
from core.schema import LoadError


def picture(seed: int = 0, size: tuple[int, int] = (20, 16), mode: str = "RGB", form: str = "PNG", **more) -> bytes:
    draw = np.random.default_rng(seed)
    pixels = draw.integers(0, 255, (size[1], size[0], 3), dtype=np.uint8)
    held = io.BytesIO()
    Image.fromarray(pixels).convert(mode).save(held, form, **more)
    return held.getvalue()


def packed(tmp_path, files: dict[str, bytes], name: str = "pictures.zip"):
    path = tmp_path / name
    with zipfile.ZipFile(path, "w") as out:
        for member, data in files.items():
            out.writestr(member, data)
    return path


def classes(count: int = 12, names: tuple[str, ...] = ("cat", "dog"), **more) -> dict[str, bytes]:
    return {f"{name}/{i}.png": picture(100 * k + i, **more) for k, name in enumerate(names) for i in range(count)}


def test_class_folders_become_codes(tmp_path):
    read = image.read(packed(tmp_path, classes()), "pictures.zip")
    assert read.inputs.shape == (24, 16, 20, 3) and read.inputs.dtype == np.uint8
    assert read.labels == ("cat", "dog") and read.target.tolist() == [0] * 12 + [1] * 12
    assert read.facts["items"] == 24 and read.facts["items_bad"] == 0 and read.warnings == ()


def test_wrapping_folder_train_test_and_junk_are_understood(tmp_path):
    files = {f"all/{part}/{name}": data for part in ("train", "test") for name, data in classes(6).items()}
    files = {name: picture(i) for i, name in enumerate(files)}
    files |= {"__MACOSX/all/._x.png": b"junk", "all/.DS_Store": b"junk", "all/README.md": b"read me"}
    read = image.read(packed(tmp_path, files), "p.zip")
    assert read.labels == ("cat", "dog") and len(read) == 24
    assert any("joined" in text for text in read.warnings) and read.facts["items_bad"] == 0


def test_table_inside_the_zip_names_classes_and_groups(tmp_path):
    files = {f"img/{i}.png": picture(i) for i in range(24)}
    rows = "\n".join(f"{i}.png,{'ab'[i % 2]},shop{i % 3}" for i in range(24))
    read = image.read(packed(tmp_path, {**files, "labels.csv": f"file,label,group\n{rows}\n".encode()}), "p.zip")
    assert read.labels == ("a", "b") and len(np.unique(read.groups)) == 3


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "empty"),
        (b"<svg xmlns='x'></svg>", "SVG"),
        (b"%!PS-Adobe-3.0 EPSF-3.0", "PostScript"),
        (b"SIMPLE  =                    T", "FITS"),
        (b"\x00\x00\x00\x18ftypheic", "HEIC"),
        (b"hello, this is text", "text"),
        (picture(5)[:200], "damaged"),
    ],
)
def test_what_is_no_picture_is_left_out_counted_and_named(tmp_path, data, why):
    read = image.read(packed(tmp_path, {**classes(), "cat/odd.png": data}), "p.zip")
    assert len(read) == 24 and read.facts["items_bad"] == 1
    assert why in read.facts["left_out"][0] and "odd.png" in read.facts["left_out"][0]
    assert any("1 file left out" in text for text in read.warnings)


def bomb(width: int, height: int) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("size", [(13_000, 13_000), (100_000, 100_000), (7_000, 7_000)])
def test_pictures_over_the_pixel_limit_are_left_out_before_decoding(tmp_path, size):
    read = image.read(packed(tmp_path, {**classes(), "dog/bomb.png": bomb(*size)}), "p.zip")
    assert read.facts["items_bad"] == 1 and "million" in read.facts["left_out"][0]


def solid(mode: str, value, form: str = "PNG", **more) -> bytes:
    held = io.BytesIO()
    Image.new(mode, (24, 24), value).save(held, form, **more)
    return held.getvalue()


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (solid("I;16", 65_535 // 2), 127),
        (solid("L", 127), 127),
        (solid("1", 1), 255),
        (solid("LA", (127, 255)), 127),
        (solid("RGBA", (0, 0, 0, 0)), 255),
        (solid("CMYK", (0, 0, 0, 0), "JPEG"), 255),
        (solid("F", 0.5, "TIFF"), 127),
        (solid("P", 3), None),
    ],
)
def test_every_mode_becomes_the_right_grey(tmp_path, data, expected):
    from core.readers import image_decoder, image_depth

    pixels, count = image_decoder.decode(data)
    pixels = image_depth.find_scale([pixels]).to_bytes(pixels)
    assert pixels.dtype == np.uint8 and count == 576
    assert expected is None or abs(int(pixels.mean()) - expected) <= 1


def test_camera_rotation_is_applied():
    from core.readers import image_decoder

    tall = Image.new("RGB", (30, 10), (255, 0, 0))
    exif = Image.Exif()
    exif[0x0112] = 6
    held = io.BytesIO()
    tall.save(held, "JPEG", exif=exif)
    assert image_decoder.decode(held.getvalue())[0].shape[:2] == (30, 10)


def test_animation_gives_its_first_frame():
    from core.readers import image_decoder

    frames = [Image.new("L", (20, 20), shade) for shade in (10, 200)]
    held = io.BytesIO()
    frames[0].save(held, "GIF", save_all=True, append_images=frames[1:])
    assert image_decoder.decode(held.getvalue())[0].max() < 50


def test_copies_and_contradictions_are_told(tmp_path):
    files = {**classes(), "cat/copy.png": picture(0), "cat/both.png": picture(999), "dog/both.png": picture(999)}
    read = image.read(packed(tmp_path, files), "p.zip")
    assert len(read) == 24
    assert any("copies" in text for text in read.warnings) and any("two classes" in text for text in read.warnings)


def test_a_class_of_junk_is_named(tmp_path):
    read = image.read(packed(tmp_path, {**classes(), "ghost/a.txt": b"words", "ghost/b.png": b""}), "p.zip")
    assert read.labels == ("cat", "dog") and any("ghost" in text for text in read.warnings)


@pytest.mark.parametrize(
    ("files", "word"),
    [
        (classes(names=("cat",)), "one class"),
        ({f"{i}.png": picture(i) for i in range(9)}, "folder"),
        ({f"c{i}/a.png": picture(i) for i in range(9)}, "single"),
        ({f"c{i % 2}/{i}.png": b"no" for i in range(9)}, "No picture"),
    ],
)
def test_nothing_to_learn_is_refused_in_words(tmp_path, files, word):
    with pytest.raises(LoadError, match=word):
        image.read(packed(tmp_path, files), "p.zip")


def test_sizes_are_brought_to_one(tmp_path):
    files = {f"{name}/{i}.png": picture(i + 50 * k, (30 + i, 40)) for k, name in enumerate("ab") for i in range(12)}
    read = image.read(packed(tmp_path, files), "p.zip")
    assert read.inputs.shape[1] == read.inputs.shape[2] and any("differ in size" in text for text in read.warnings)


def test_a_folder_reads_like_its_zip(tmp_path):
    for name, data in classes().items():
        (tmp_path / "up" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "up" / name).write_bytes(data)
    assert image.read(tmp_path / "up", "up").labels == ("cat", "dog")


@pytest.mark.parametrize("sample", image.SAMPLES, ids=lambda sample: sample.key)
def test_samples_load(sample):
    made = sample.load()
    assert made.modality == "image" and len(made) == len(made.target) > 1_000
    assert set(np.unique(made.target)) == set(range(len(made.labels))) and sample.licence
