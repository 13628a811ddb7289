"""Encodings: right text back, warned where it was a guess, better than the general detector on short tables."""

from __future__ import annotations

import pytest

from core.readers.tables.formats import text_encoding
from core.schema import LoadError

SAYINGS = {
    "cp1251": ["красный", "Синий цвет", "зелёный"],
    "koi8-r": ["красный", "Синий цвет", "зелёный"],
    "cp932": ["赤い色", "あおい", "カタカナ"],
    "gb18030": ["红色", "蓝色", "绿色"],
    "cp1252": ["café “x”", "Köln €", "naïve"],
    "latin-1": ["café", "Köln", "naïve"],
}


def table(words: list[str], rows: int) -> str:
    return "a,b\n" + "".join(f"{i},{words[i % 3]}\n" for i in range(rows))


@pytest.mark.parametrize("rows", [3, 10, 200])
@pytest.mark.parametrize("encoding", SAYINGS)
def test_text_comes_back(encoding: str, rows: int) -> None:
    text = table(SAYINGS[encoding], rows)
    decoded = text_encoding.decode(text.encode(encoding))
    assert decoded.text == text
    assert bool(decoded.warnings) == (encoding not in ("cp1252", "latin-1"))


def test_ours_is_no_worse_than_the_general_detector() -> None:
    import chardet

    ours = theirs = 0
    for encoding, words in SAYINGS.items():
        for rows in (3, 30):
            text = table(words, rows)
            data = text.encode(encoding)
            ours += text_encoding.decode(data).text == text
            best = chardet.detect(data)["encoding"] or "ascii"
            theirs += data.decode(best, errors="replace") == text
    assert ours == 2 * len(SAYINGS) >= theirs


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le"])
def test_unicode_makes_no_noise(encoding: str) -> None:
    text = table(["plain", "words", "here"], 40)
    decoded = text_encoding.decode(text.encode(encoding))
    assert decoded.text == text and not decoded.warnings


def test_mixed_and_control_bytes_are_told() -> None:
    mixed = text_encoding.decode(table(SAYINGS["cp1252"], 20).encode() + "1,Köln\n".encode("latin-1"))
    assert mixed.text.endswith("Köln\n") and "1 line" in mixed.warnings[0]
    control = text_encoding.decode(b"a,b\n1,\x00x\n")
    assert control.text == "a,b\n1,x\n" and "1 control byte" in control.warnings[0]
    with pytest.raises(LoadError):
        text_encoding.decode(bytes(range(1, 9)) * 500)
