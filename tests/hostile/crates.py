"""Archives, pictures, sounds and texts in many more variants: paths, junk, lying headers, modes, tricks."""

from __future__ import annotations

import io
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable
from typing import Any

import numpy as np

from tests.hostile.case import ERROR, FINE, LOAD, TELL, WARN, Built, Case
from tests.hostile.disguises import PICKLES, png, strangers, zipped
from tests.hostile.media import album, choir, header, letters, picture, wav
from tests.hostile.packages import overlapping, patched, with_modes

# fmt: off
CHANCE = np.random.default_rng(17)
PLAIN = {"items": 24, "items_bad": 0, "classes": ("cats", "dogs")}
LEFT = {"items": 24, "classes": ("cats", "dogs")}


def case(key: str, members: dict[str, bytes] | bytes | Callable[[], Any], outcome=FINE, **more: Any) -> Case:
    """A zip of these members; large ones are made when they are wanted."""
    if callable(members):
        return Case(f"crate {key}", "a.zip", lambda: _bytes(members()), outcome, **more)
    return Case(f"crate {key}", more.pop("name", "a.zip"), members if isinstance(members, bytes) else Built(lambda: zipped(members)), outcome, **more)


def _bytes(members: dict[str, bytes] | bytes) -> bytes:
    return members if isinstance(members, bytes) else zipped(members)


def shelves() -> list[Case]:
    """How people lay out class folders, and what operating systems put beside them."""
    base = album()
    junk = {"__MACOSX/._cats": b"x", "__MACOSX/cats/._1.png": b"x", "cats/.DS_Store": b"x", "dogs/Thumbs.db": b"x", "desktop.ini": b"x", "README.txt": b"hi", "LICENSE": b"mit", "cats/._2.png": b"x", ".gitignore": b"x", "readme.md": b"x"}
    parts = lambda names, **k: {f"{part}/{key}": data for part, count in names for key, data in album(count=count, **k).items()}
    return [
        case("junk alone", {**base, **junk}, LOAD, **PLAIN), case("wrapped with junk", {**album(prefix="set/"), **{f"set/{k}": v for k, v in junk.items()}}, LOAD, **PLAIN), case("wrapped beside junk", {**album(prefix="set/"), **junk}, LOAD, **PLAIN),
        case("train and test", parts((("train", 8), ("test", 4))), FINE, **PLAIN), case("Train Val Test", parts((("Train", 6), ("Val", 3), ("Test", 3))), FINE, **PLAIN), case("wrapped train and test", {f"set/{k}": v for k, v in parts((("training", 8), ("testing", 4))).items()}, FINE, **PLAIN), case("train alone", parts((("train", 12),)), FINE, **PLAIN),
        case("backslashes", {k.replace("/", "\\"): v for k, v in album(prefix="set/").items()}, LOAD, **PLAIN), case("dots in path", {"./" + k: v for k, v in base.items()}, FINE, **PLAIN), case("folder entries", {"cats/": b"", "dogs/": b"", **base}, LOAD, **PLAIN), case("deeper", {k.replace("/", "/2020/may/"): v for k, v in base.items()}, FINE, **PLAIN),
        case("capital suffixes", {k.replace(".png", ".PNG"): v for k, v in base.items()}, LOAD, **PLAIN), case("no suffixes", {k.removesuffix(".png"): v for k, v in base.items()}, TELL + LOAD), case("mixed formats", {**base, "cats/a.jpg": picture("JPEG"), "cats/b.webp": picture("WEBP"), "dogs/c.gif": picture("GIF", "P"), "dogs/d.bmp": picture("BMP"), "dogs/e.tiff": picture("TIFF")}, FINE, items=29, items_bad=0),
        case("accents", {k.replace("cats", "kätzchen").replace("dogs", "犬"): v for k, v in base.items()}, FINE, items=24, classes=("kätzchen", "犬")), case("blanks in classes", {k.replace("cats", "big cats"): v for k, v in base.items()}, FINE, items=24, classes=("big cats", "dogs")), case("hostile classes", {k.replace("cats", "![x](http:h)"): v for k, v in base.items()}, FINE, items=24),
        case("loose beside folders", {**base, "loose.png": picture()}, WARN, items_bad=1, **LEFT), case("no folders", {f"{i}.png": picture() for i in range(30)}, ERROR, says="folder"), case("one class", album(("cats",)), ERROR, says="cats"), case("one class wrapped", album(("cats",), prefix="set/"), ERROR), case("one each", album(tuple("abcdef"), 1), ERROR),
        case("empty class", {**base, "birds/": b""}, FINE, **LEFT), case("class with one", {**base, "birds/1.png": picture()}, WARN, says="birds"), case("class of text", {**base, "birds/1.txt": b"a", "birds/2.txt": b"b"}, WARN, says="birds", items_bad=2, **LEFT), case("class of torn", {**base, "birds/1.png": picture()[:60], "birds/2.png": b"\x89PNG\r\n\x1a\n"}, WARN, says="birds", items_bad=2, **LEFT),
        case("copies", {**base, **{f"cats/c{i}.png": base["cats/0.png"] for i in range(5)}}, WARN, says="5 pictures", items_bad=5, **LEFT), case("in two classes", {**base, "dogs/0x.png": base["cats/0.png"]}, WARN, says="two classes"), case("labels csv", {**{f"p/{k.replace('/', '_')}": v for k, v in base.items()}, "labels.csv": ("file,label\n" + "\n".join(f"p/{k.replace('/', '_')},{k[:4]}" for k in base)).encode()}, FINE, **PLAIN),
        case("only junk", junk, ERROR), case("nothing", {}, ERROR), case("folders", {"a/": b"", "b/": b""}, ERROR), case("tables", {"a.csv": b"a,b\n1,2\n", "b.csv": b"a,b\n1,2\n"}, ERROR, says="table"), case("pdfs", {"a/1.pdf": b"%PDF-1.7", "b/1.pdf": b"%PDF-1.7"}, ERROR), case("250 classes", {f"c{i}/{j}.png": picture(side=8) for i in range(250) for j in range(2)}, TELL, says="200|250"),
    ]  # fmt: skip


def strays() -> list[Case]:
    """Members that are no pictures, under a picture's name: counted, named, never decoded by anything rare."""
    base = album()
    more = {
        **{key: data for key, data in strangers().items() if key not in ("jpeg", "png", "zip")}, "heic": b"\0\0\0\x18ftypheic" + bytes(99), "avif": b"\0\0\0\x18ftypavif" + bytes(99), "eps": b"%!PS-Adobe-3.0 EPSF-3.0\n", "fits": b"SIMPLE  =                    T" + b" " * 99, "ico": b"\0\0\1\0\1\0" + bytes(99),
        "pcx": b"\x0a\x05\x01\x08" + bytes(140), "tga": bytes(2) + b"\x02" + bytes(90), "psd": b"8BPS\0\1" + bytes(99), "dds": b"DDS |\0\0\0" + bytes(140), "icns": b"icns\0\0\0\x40" + bytes(99), "jpeg2000": b"\0\0\0\x0cjP  \r\n\x87\n" + bytes(99), "ppm": b"P6\n2 2\n255\n" + bytes(12), "xbm": b"#define x_width 8\n#define x_height 1\nstatic char x[]={0};",
        "empty": b"", "zeros": bytes(500), "torn png": picture()[:300], "torn jpeg": picture("JPEG")[:200], "jpeg head": b"\xff\xd8\xff\xe0" + bytes(90), "gif head": b"GIF89a" + bytes(20), "bmp of nothing": b"BM" + bytes(60), "webp head": b"RIFF\x24\0\0\0WEBPVP8 " + bytes(20), "tiff loop": b"II*\0\x08\0\0\0\x01\0" + b"\0" * 12 + b"\x08\0\0\0",
        "wrong crc png": png()[:40] + b"\1\2\3\4" + png()[44:], "zero sides": png().replace(struct.pack(">II", 4, 4), struct.pack(">II", 0, 0)), 
    }  # fmt: skip
    found = [case(f"stray {key}", {**base, "cats/x.png": data}, WARN, items_bad=1, security=True, **LEFT) for key, data in more.items()]
    sides = {"90 Mpx": (10_000, 9_000), "13,000": (13_000, 13_000), "line": (60_000_000, 1)}
    found += [case(f"stray {key}", lambda s=size: {**base, "cats/x.png": _huge(*s)}, WARN, items_bad=1, security=True, **LEFT) for key, size in sides.items()]
    forty = lambda: {**base, **{f"dogs/h{i}.png": _huge(9_434 + i, 9_434) for i in range(40)}}
    return [*found, case("forty of 89 Mpx", forty, TELL, security=True)]


def _huge(width: int, height: int) -> bytes:
    """A real PNG of one colour."""
    pack, line = zlib.compressobj(9), bytes(1 + (width + 7) // 8)
    body = b"".join(pack.compress(line) for _ in range(height)) + pack.flush()
    chunk = lambda kind, data: struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def tricks() -> list[Case]:
    """What an attacker does with a zip."""
    base, safe = album(), {"security": True}
    full = zipped(base)
    end = full.rfind(b"PK\x05\x06")
    climbs = ("../x.png", "../../../../etc/x.png", "cats/../../x.png", "..\\x.png", "cats\\..\\..\\x.png", "/etc/x.png", "\\x.png", "C:/x.png", "c:\\x.png", "\\\\host\\share\\x.png", "cats/\0/x.png", "cats/..", "~/x.png")
    modes = {"link": stat.S_IFLNK | 0o777, "pipe": stat.S_IFIFO | 0o644, "char device": stat.S_IFCHR | 0o644, "block device": stat.S_IFBLK | 0o644, "socket": stat.S_IFSOCK | 0o644, "setuid": stat.S_IFREG | stat.S_ISUID | 0o755, "setgid": stat.S_IFREG | stat.S_ISGID | 0o755}
    return [
        *(case(f"path {name!r}", {**base, name: picture()}, TELL + LOAD if name in ("~/x.png", "cats/\0/x.png", "cats/..") else TELL, **safe) for name in climbs), *(case(f"mode {name}", with_modes({"cats/x.png": mode}), TELL, says="left out|refus", **safe) for name, mode in modes.items()),
        *(case(f"nested {suffix}", {**base, f"cats/in.{suffix}": data}, TELL, **safe) for suffix, data in (("zip", full), ("tar", b"x" * 600), ("7z", b"7z\xbc\xaf\x27\x1c"), ("gz", b"\x1f\x8b\x08"), ("rar", b"Rar!\x1a\x07"))), case("nested under a picture's name", {**base, "cats/x.png": full}, WARN, items_bad=1, **LEFT, **safe),
        case("flat bomb", lambda: {**base, "cats/x.png": bytes(90_000_000)}, ERROR, **safe), case("many flat", lambda: {f"c{i % 2}/{i}.png": bytes(9_000_000) for i in range(30)}, ERROR, **safe), case("text bomb", lambda: {"a/1.txt": b"a" * 90_000_000, "b/1.txt": b"b" * 90_000_000}, ERROR, **safe), case("overlap 3", overlapping(3), ERROR, **safe), case("overlap 2000", overlapping(2_000), ERROR, **safe),
        *(case(f"size lies {size:,}", patched(full, b"PK\x01\x02", 24, struct.pack("<I", size)), ERROR, **safe) for size in (0, 1, 2_000_000, 4_294_967_295)), *(case(f"packed size lies {size:,}", patched(full, b"PK\x01\x02", 20, struct.pack("<I", size)), ERROR, **safe) for size in (0, 1, 90_000_000)), case("offset lies", patched(full, b"PK\x01\x02", 42, struct.pack("<I", 90_000_000)), ERROR, **safe),
        *(case(f"method {method}", patched(patched(full, b"PK\x01\x02", 10, struct.pack("<H", method)), b"PK\x03\x04", 8, struct.pack("<H", method)), ERROR, **safe) for method in (1, 6, 9, 12, 14, 93, 95, 98, 99)), case("method differs", patched(full, b"PK\x03\x04", 8, struct.pack("<H", 0)), ERROR, **safe), case("encrypted", patched(patched(full, b"PK\x01\x02", 8, b"\1\0"), b"PK\x03\x04", 6, b"\1\0"), ERROR, says="encrypted|password", **safe),
        case("strong encryption", patched(patched(full, b"PK\x01\x02", 8, b"\x41\0"), b"PK\x03\x04", 6, b"\x41\0"), ERROR, **safe), case("cut", full[: end - 40], ERROR, **safe), case("half", full[: len(full) // 3], ERROR, **safe), case("end only", full[end:], ERROR, **safe), case("bytes before", b"x" * 99 + full, ERROR, **safe), case("program before", b"MZ\x90\0" + bytes(99) + full, ERROR, **safe),
        case("bytes behind", full + b"x" * 50, TELL + LOAD, **safe), case("count lies", full[: end + 10] + struct.pack("<H", 3) + full[end + 12 :], TELL + LOAD, **safe), case("count huge", full[: end + 8] + struct.pack("<HH", 65_535, 65_535) + full[end + 12 :], ERROR, **safe), case("list size lies", full[: end + 12] + struct.pack("<I", 2**31) + full[end + 16 :], ERROR, **safe),
        case("65,000 members", lambda: _many(65_000), ERROR, says="20,000", **safe), case("21,000 members", lambda: _many(21_000), ERROR, says="20,000", **safe), case("bad crc", patched(full, b"PK\x01\x02", 16, b"\1\2\3\4"), ERROR, **safe), case("comment", full[:-2] + struct.pack("<H", 9) + b"PK\x05\x06 hi!"[:9], TELL + LOAD, **safe), case("pickles inside", {**base, "cats/model.pkl": PICKLES["protocol 4"], "dogs/m.pt": PICKLES["protocol 2"]}, WARN, items_bad=2, **LEFT, **safe),
        *(case(f"renamed {key}", data, ERROR, **safe) for key, data in strangers().items() if key in ("rar", "7z", "tar", "docx", "gzip", "torch", "elf", "pdf")), case("jar", zipped({"META-INF/MANIFEST.MF": b"x", "A.class": b"\xca\xfe\xba\xbe"}), ERROR, **safe), case("program named", {**base, "cats/x.exe": b"MZ", "run.sh": b"#!/bin/sh"}, WARN, items_bad=2, **LEFT, **safe),
    ]  # fmt: skip


def _many(count: int) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as out:
        for i in range(count):
            out.writestr(f"c{i % 2}/{i}.png", b"x")
    return held.getvalue()


def sounds() -> list[Case]:
    """Wav headers that lie, rare formats that are real, and sounds of nothing."""
    base = choir()
    tone = wav()[44:]
    floats = (np.sin(np.arange(8_000) / 9) * 0.5).astype("<f4")
    law = bytes(CHANCE.integers(0, 256, 4_000, dtype=np.uint8))
    fine = {
        "stereo": wav(channels=2), "six channels": wav(channels=6), "8 bit": wav(bits=8), "24 bit": wav(bits=24), "48 kHz": wav(rate=48_000), "11 kHz": wav(rate=11_025), "float": header(32_000, 16_000, 1, 32, 3) + floats.tobytes(), "double": header(64_000, 16_000, 1, 64, 3) + floats.astype("<f8").tobytes(),
        "mu-law": header(4_000, 8_000, 1, 8, 7) + law, "a-law": header(4_000, 8_000, 1, 8, 6) + law, "size 0xFFFFFFFF": header(0xFFFFFFFF, 16_000, 1, 16) + tone, "size too large": header(90_000_000, 16_000, 1, 16) + tone, "list chunk": wav()[:36] + b"LIST\x04\0\0\0INFO" + wav()[36:], "odd bytes behind": wav() + b"x",
    }  # fmt: skip
    gone = {
        "no samples": header(0, 16_000, 1, 16), "0 Hz": header(8_000, 0, 1, 16) + bytes(8_000), "1 Hz": header(8_000, 1, 1, 16) + tone, "4 GHz": header(8_000, 4_000_000_000, 1, 16) + tone, "0 channels": header(8_000, 16_000, 0, 16) + tone, "30,000 channels": header(60_000, 16_000, 30_000, 16) + bytes(60_000), "65,535 channels": header(9_000, 16_000, 65_535, 16) + tone,
        "0 bits": header(8_000, 16_000, 1, 0) + tone, "999 bits": header(8_000, 16_000, 1, 999) + tone, "format 0xFFFF": header(8_000, 16_000, 1, 16, 0xFFFF) + tone, "riff only": b"RIFF\x04\0\0\0WAVE", "nan": header(32_000, 16_000, 1, 32, 3) + np.full(8_000, np.nan, "<f4").tobytes(), "inf": header(32_000, 16_000, 1, 32, 3) + np.full(8_000, np.inf, "<f4").tobytes(),
        "silence": header(16_000, 16_000, 1, 16) + bytes(16_000), "mp3": b"ID3\x03" + bytes(300), "mp3 frames": b"\xff\xfb\x90\x00" + bytes(300), "m4a": b"\0\0\0\x18ftypM4A " + bytes(99), "aiff": b"FORM\0\0\0\x40AIFF" + bytes(99), "pickle": PICKLES["protocol 4"], "text": b"la la la", "empty": b"", "one sample": header(2, 16_000, 1, 16) + b"\1\2", "fmt too short": b"RIFF\x20\0\0\0WAVEfmt \x04\0\0\0\1\0\1\0data\0\0\0\0",
    }  # fmt: skip
    found = [case(f"sound {key}", {**base, "low/x.wav": data}, FINE, items=25, items_bad=0, security=True) for key, data in fine.items()]
    found += [case(f"sound {key}", {**base, "low/x.wav": data}, WARN, items=24, items_bad=1, security=True) for key, data in gone.items()]
    return [*found, case("sounds only torn", {f"{c}/{i}.wav": b"RIFFxxxxWAVE" for c in "ab" for i in range(9)}, ERROR), case("sounds train and test", {**{f"train/{k}": v for k, v in choir(6).items()}, **{f"test/{k}": v for k, v in choir(6).items()}}, FINE, classes=("high", "low"))]  # fmt: skip


def texts() -> list[Case]:
    """Texts of nothing, of much, of other alphabets, and with other people's secrets in them."""
    base = letters()
    add = lambda data: {**base, "ham/x.txt": data}
    zalgo = "".join(char + "\u0334\u0322\u0353\u035c" * 9 for char in "hello there my friend")
    gone = {"empty": b"", "blanks": b"  \n\t ", "dots": b"...?!", "digits": b"12 34", "nul": bytes(300), "pickle": PICKLES["protocol 4"], "png": picture()}
    kept = {
        "japanese": "今日はとても良い天気ですね。散歩に行きましょう".encode(), "chinese gb": "今天天气很好，我们去公园散步吧".encode("gb18030"), "russian 1251": "сегодня хорошая погода, пойдём гулять".encode("cp1251"), "zalgo": zalgo.encode(), "html": b"<html><body><p>Hello there</p><script>alert(1)</script></body></html>",
        "secrets": b"Ann Miller, ann@example.org, 4111 1111 1111 1111", "bidi": "hello \u202eereht\u202c friend".encode(), "emoji": "so happy 😀😀 today".encode(), "utf16": "hello there my friend".encode("utf-16"), "bom": b"\xef\xbb\xbfhello there my friend", "latin-1": "schöne Grüße aus Köln".encode("latin-1"), "one word": b"hello", "formula": b"=cmd|' /C calc'!A0 hello", "one line of 200,000": b"word " * 40_000,
    }  # fmt: skip
    return [
        *(case(f"text {key}", add(data), WARN + (("load",) if key == "digits" else ()), security=key in ("pickle", "png")) for key, data in gone.items()), *(case(f"text {key}", add(data), FINE, items=25) for key, data in kept.items()),
        case("text 2 million", add(b"some words again " * 120_000), WARN, items=25, says="20,000"), case("texts twice", add(base["ham/0.txt"]), WARN, says="cop"), case("texts in two classes", {**base, "ham/y.txt": base["spam/0.txt"]}, WARN, says="two classes"), case("texts one class", {f"a/{i}.txt": b"hello %d" % i for i in range(9)}, ERROR), case("texts all empty", {f"{c}/{i}.txt": b"" for c in "ab" for i in range(9)}, ERROR),
        case("texts and pictures", {**base, "ham/x.png": picture()}, WARN), case("texts with rtf", add(b"{\\rtf1 hello}"), TELL + LOAD),
    ]  # fmt: skip


def cases() -> list[Case]:
    """All of this file."""
    return [*shelves(), *strays(), *tricks(), *sounds(), *texts()]
