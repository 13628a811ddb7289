"""Pictures, sounds and texts in archives: junk, torn files, odd modes, lying headers."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np

from tests.hostile.case import ERROR, FINE, LOAD, TELL, WARN, Built, Case
from tests.hostile.disguises import png, zipped

CHANCE = np.random.default_rng(5)
PER_CLASS = 12


def picture(kind: str = "PNG", mode: str = "RGB", side: int = 16, **more: Any) -> bytes:
    """One picture of noise in a format and mode."""
    from PIL import Image

    pixels = CHANCE.integers(0, 256, (side, side, 3), dtype=np.uint8)
    made = Image.fromarray(pixels)
    if mode == "I;16":
        made = Image.fromarray(pixels[..., 0].astype(np.uint16) * 257)
    elif mode == "F":
        made = Image.fromarray(pixels[..., 0].astype(np.float32))
    elif mode != "RGB":
        made = made.convert(mode)
    held = io.BytesIO()
    made.save(held, kind, **more)
    return held.getvalue()


def album(classes: tuple[str, ...] = ("cats", "dogs"), count: int = PER_CLASS, prefix: str = "") -> dict[str, bytes]:
    """A folder of pictures for each class."""
    return {f"{prefix}{name}/{number}.png": picture() for name in classes for number in range(count)}


def wav(seconds: float = 0.3, rate: int = 16_000, channels: int = 1, pitch: float = 440.0, bits: int = 16) -> bytes:
    """A tone with noise, PCM."""
    time = np.arange(int(seconds * rate)) / rate
    tone = 0.4 * np.sin(2 * np.pi * pitch * time) + 0.05 * CHANCE.normal(size=len(time))
    tone = np.repeat(tone[:, None], channels, axis=1)
    if bits == 16:
        data = (tone * 32_767).astype("<i2").tobytes()
    elif bits == 24:
        wide = (tone * 8_388_607).astype("<i4")
        data = b"".join(struct.pack("<i", value)[:3] for value in wide.ravel())
    else:
        data = (tone * 127 + 128).astype("u1").tobytes()
    return header(len(data), rate, channels, bits) + data


def header(size: int, rate: int, channels: int, bits: int, form: int = 1) -> bytes:
    """The 44 bytes before the samples, as told, true or not."""
    block = max(1, channels * bits // 8) & 0xFFFF
    return (
        b"RIFF" + struct.pack("<I", min(36 + size, 0xFFFFFFFF)) + b"WAVEfmt "
        + struct.pack("<IHHIIHH", 16, form, channels, rate, (rate * block) & 0xFFFFFFFF, block, bits)
        + b"data" + struct.pack("<I", size)
    )  # fmt: skip


def choir(count: int = PER_CLASS) -> dict[str, bytes]:
    """Two classes of sounds."""
    return {f"{name}/{number}.wav": wav(pitch=pitch + 5 * number)
            for name, pitch in (("low", 220.0), ("high", 880.0)) for number in range(count)}  # fmt: skip


def letters(count: int = PER_CLASS) -> dict[str, bytes]:
    """Two classes of texts."""
    words = {"spam": "win money now free offer click", "ham": "see you at dinner with the family"}
    return {
        f"{name}/{number}.txt": f"{text} number {number}".encode()
        for name, text in words.items()
        for number in range(count)
    }


def _odd_pictures() -> Iterator[tuple[str, dict[str, bytes], int]]:
    yield "torn", {"cats/torn.png": picture()[:200]}, 1
    yield "empty", {"cats/empty.png": b""}, 1
    yield "text as png", {"cats/x.png": b"hello there"}, 1
    yield "html as jpg", {"cats/x.jpg": b"<html><body>no</body></html>"}, 1
    yield "svg as png", {"cats/x.png": b'<svg xmlns="http://www.w3.org/2000/svg"/>'}, 1
    yield "heic as jpg", {"cats/x.jpg": b"\0\0\0\x18ftypheic" + bytes(100)}, 1
    yield "eps as png", {"cats/x.png": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n"}, 1
    yield "fits as png", {"cats/x.png": b"SIMPLE  =                    T" + b" " * 200}, 1
    yield "pickle as png", {"cats/x.png": b"\x80\x04\x95\x05\x00\x00\x00\x00\x00\x00\x00K\x01."}, 1
    yield "elf as png", {"cats/x.png": b"\x7fELF\x02\x01\x01" + bytes(90)}, 1
    yield (
        "bomb",
        {
            "cats/x.png": png(30_000, 1)[:33].replace(struct.pack(">II", 30_000, 1), struct.pack(">II", 30_000, 30_000))
            + png()[33:]
        },
        1,
    )
    yield "13,000 squared", {"cats/x.png": _flat(13_000, 13_000)}, 1


def _flat(width: int, height: int) -> bytes:
    """A real PNG of one colour, tiny packed, huge unpacked."""
    import zlib

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    pack = zlib.compressobj(9)
    line = bytes(1 + (width + 7) // 8)
    packed = b"".join(pack.compress(line) for _ in range(height)) + pack.flush()
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


def pictures() -> list[Case]:
    """Archives of pictures."""
    base = album()
    junk = {
        "__MACOSX/cats/._0.png": b"x",
        "cats/._1.png": b"x",
        ".DS_Store": b"x",
        "Thumbs.db": b"x",
        "README.md": b"hello",
    }
    modes = {f"cats/{mode.replace(';', '')}.{kind.lower()}": picture(kind, mode) for kind, mode in (
        ("JPEG", "CMYK"), ("PNG", "L"), ("PNG", "LA"), ("PNG", "P"), ("PNG", "RGBA"), ("PNG", "1"), ("PNG", "I;16"), ("TIFF", "F"),
        ("WEBP", "RGB"), ("BMP", "RGB"), ("GIF", "P"))}  # fmt: skip
    one = picture()
    plain = {"items": 24, "items_bad": 0, "classes": ("cats", "dogs")}
    cases = [
        Case("pictures", "a.zip", Built(partial(zipped, base)), LOAD, modality=None, **plain),
        Case("pictures wrapped", "a.zip", Built(partial(zipped, album(prefix="my photos/"))), LOAD, **plain),
        Case("pictures wrapped twice", "a.zip", Built(partial(zipped, album(prefix="a/b/"))), LOAD, **plain),
        Case("pictures train and test", "a.zip", Built(partial(zipped, {**album(count=8, prefix="train/"), **album(count=4, prefix="test/")})), FINE, **plain),
        Case("pictures with backslashes", "a.zip", Built(partial(zipped, {name.replace("/", "\\"): data for name, data in base.items()})), LOAD, **plain),
        Case("pictures with junk", "a.zip", Built(partial(zipped, {**base, **junk})), LOAD, **plain),
        Case("picture modes", "a.zip", Built(partial(zipped, {**base, **modes})), FINE, items=34, items_bad=0),
        Case("pictures no folders", "a.zip", Built(partial(zipped, {f"{i}.png": picture() for i in range(20)})), ERROR),
        Case("pictures one class", "a.zip", Built(partial(zipped, album(("cats",)))), ERROR, says="cats"),
        Case("pictures empty class", "a.zip", Built(partial(zipped, {**base, "birds/": b""})), FINE),
        Case("pictures one each", "a.zip", Built(partial(zipped, album(tuple("abcdefgh"), 1))), ERROR),
        Case("pictures class of junk", "a.zip", Built(partial(zipped, {**base, "birds/notes.txt": b"x"})), FINE, items=24),
        Case("pictures class of torn", "a.zip", Built(partial(zipped, {**base, "birds/1.png": b"x", "birds/2.png": b"y"})), WARN, says="birds"),
        Case("picture in two classes", "a.zip", Built(partial(zipped, {**base, "cats/same.png": one, "dogs/same.png": one})), WARN, says="two classes"),
        Case("picture copies", "a.zip", Built(partial(zipped, {**base, **{f"cats/copy{i}.png": one for i in range(10)}})), WARN, says="9 pictures"),
        Case("picture rotated", "a.zip", Built(partial(zipped, {**base, "cats/r.jpg": _rotated()})), FINE, items=25),
        Case("picture animated", "a.zip", Built(partial(zipped, {**base, "cats/a.gif": _animated()})), FINE, items=25),
        Case("only torn pictures", "a.zip", Built(partial(zipped, {f"{name}/{i}.png": b"no" for name in "ab" for i in range(9)})), ERROR),
    ]  # fmt: skip
    cases += [
        Case(
            f"picture {key}",
            "a.zip",
            Built(partial(zipped, {**base, **more})),
            WARN,
            items=24,
            items_bad=bad,
            security=True,
        )
        for key, more, bad in _odd_pictures()
    ]
    return cases


def _rotated() -> bytes:
    from PIL import Image

    turned = Image.Exif()
    turned[0x0112] = 6
    return picture("JPEG", exif=turned)


def _animated() -> bytes:
    from PIL import Image

    frames = [Image.fromarray(CHANCE.integers(0, 256, (16, 16, 3), dtype=np.uint8)) for _ in range(4)]
    held = io.BytesIO()
    frames[0].save(held, "GIF", save_all=True, append_images=frames[1:])
    return held.getvalue()


def sounds() -> list[Case]:
    """Archives of recordings."""
    base = choir()
    fine = {
        "stereo": wav(channels=2),
        "24 bit": wav(bits=24),
        "8 bit": wav(bits=8),
        "44 kHz": wav(rate=44_100),
        "8 kHz": wav(rate=8_000),
    }
    nans = header(4_000, 16_000, 1, 32, 3) + np.full(1_000, np.nan, "<f4").tobytes()
    odd = {
        "no samples": header(0, 16_000, 1, 16), "0 Hz": header(2_000, 0, 1, 16) + bytes(2_000),
        "1 Hz": header(2_000, 1, 1, 16) + bytes(2_000), "4 GHz": header(2_000, 4_000_000_000, 1, 16) + bytes(2_000),
        "0 channels": header(2_000, 16_000, 0, 16) + bytes(2_000), "30,000 channels": header(60_000, 16_000, 30_000, 16) + bytes(60_000),
        "not a sound": b"hello", "empty": b"", "pickle": b"\x80\x04K\x01.", "nan": nans,
    }  # fmt: skip
    cases = [Case("sounds", "a.zip", Built(partial(zipped, base)), LOAD, items=24, items_bad=0)]
    cases += [
        Case(f"sound {key}", "a.zip", Built(partial(zipped, {**base, "low/x.wav": data})), FINE, items=25, items_bad=0)
        for key, data in fine.items()
    ]
    cases += [
        Case(f"sound {key}", "a.zip", Built(partial(zipped, {**base, "low/x.wav": data})), WARN, security=True)
        for key, data in odd.items()
    ]
    lying = header(0xFFFFFFF0, 16_000, 1, 16) + wav()[44:]
    law = b"RIFF" + struct.pack("<I", 4_036) + b"WAVEfmt " + struct.pack("<IHHIIHH", 16, 7, 1, 8_000, 8_000, 1, 8) + b"data" + struct.pack("<I", 4_000) + bytes(
        CHANCE.integers(0, 256, 4_000, dtype=np.uint8))  # fmt: skip
    return [
        *cases,
        Case("sound 4 GB header", "a.zip", Built(partial(zipped, {**base, "low/x.wav": lying})), FINE, security=True),
        Case("sound mu-law", "a.zip", Built(partial(zipped, {**base, "low/x.wav": law})), FINE),
        Case(
            "sound silent",
            "a.zip",
            Built(partial(zipped, {**base, "low/x.wav": header(9_600, 16_000, 1, 16) + bytes(9_600)})),
            FINE,
        ),
        Case(
            "sound long",
            "a.zip",
            zipped({**base, "low/x.wav": header(40_000_000, 8_000, 1, 16) + bytes(40_000_000)}),
            WARN,
            items=24,
            says="200 times",
        ),
        Case(
            "sound of 2 hours",
            "a.zip",
            lambda: zipped({**base, "low/x.wav": header(230_400_000, 16_000, 1, 16) + bytes(230_400_000)}),
            WARN,
            items=24,
            says="100 MB",
        ),
    ]


def texts() -> list[Case]:
    """Archives of texts."""
    base = letters()
    long = b"word after word " * 130_000
    return [
        Case("texts", "a.zip", Built(partial(zipped, base)), LOAD, items=24, items_bad=0, classes=("ham", "spam")),
        Case("text empty", "a.zip", Built(partial(zipped, {**base, "ham/x.txt": b""})), WARN, items=24, items_bad=1),
        Case("text of dots", "a.zip", Built(partial(zipped, {**base, "ham/x.txt": b"... !!! ???"})), WARN, items=24),
        Case("text of 2 million", "a.zip", Built(partial(zipped, {**base, "ham/x.txt": long})), WARN, items=25, says="cut"),
        Case("text cjk", "a.zip", Built(partial(zipped, {**base, "ham/x.txt": "今日は天気がいいですね".encode()})), FINE, items=25),
        Case("text zalgo", "a.zip", Built(partial(zipped, {**base, "ham/x.txt": ("h̴̢e" * 300).encode()})), FINE, items=25),
        Case("text html", "a.zip", Built(partial(zipped, {**base, "ham/x.txt": b"<script>alert(1)</script> hello"})), FINE),
        Case("text person", "a.zip", Built(partial(zipped, {**base, "ham/x.txt": b"Ann Miller, +49 170 1234567, ann@example.org"})), FINE, items=25),
        Case("text pickle", "a.zip", Built(partial(zipped, {**base, "ham/x.txt": b"\x80\x04\x95\x05\x00\x00\x00\x00\x00\x00\x00K\x01."})), TELL, security=True),
    ]  # fmt: skip


def cases() -> list[Case]:
    """All of this file."""
    return [*pictures(), *sounds(), *texts()]
