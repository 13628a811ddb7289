"""Texts of signs, letters or scripts without blanks are texts and no ids; codes and names stay what they are."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from core import ingest

ROWS = 80
HAN = "的一是不了人我在有他这为之大来以个中上们到说国和地也子时道出而要于就下得可你年生"


def cells(letters: str, least: int, most: int) -> Callable[[random.Random], str]:
    return lambda draw: "".join(draw.choice(letters) for _ in range(draw.randint(least, most)))


def kind(folder: Path, name: str, make: Callable[[random.Random], str]) -> str:
    draw = random.Random(0)
    lines = [f"{make(draw)}\t{k % 7}\t{'pn'[k % 2]}" for k in range(ROWS)]
    (folder / "a.tsv").write_text("\n".join([f"{name}\tn\tlabel", *lines]), encoding="utf-8")
    return ingest.read(folder / "a.tsv", modality="table").columns[0].type


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("评论", cells(HAN, 5, 9)), ("a", cells(HAN, 9, 30)),
        ("文", cells("あいうえおかきくけこさしすせそ今日は天気", 6, 20)),
        ("a", cells("!?.;:-()", 3, 12)), ("a", cells("😀😂😡😭👍👎🔥", 2, 6)), ("seq", cells("ACGT", 30, 40)),
        ("protein", cells("ACDEFGHIKLMNPQRSTVWY", 20, 60)),
        ("comment", lambda draw: f"{draw.choice(['good', 'bad', 'so', 'nice'])} {cells('abcdefghij', 3, 6)(draw)}"),
        ("review text", lambda draw: f"not {cells('abcdefghij', 3, 6)(draw)}"),
    ],
)  # fmt: skip
def test_short_texts_are_texts(name: str, make: Callable[[random.Random], str], tmp_path: Path) -> None:
    assert kind(tmp_path, name, make) == "text"


@pytest.mark.parametrize(
    ("name", "make", "wanted"),
    [
        ("code", cells("ABCDEF0123456789", 10, 10), "id"), ("name", lambda d: f"Ann {cells('abcdef', 4, 8)(d)}", "id"),
        ("姓名", cells(HAN, 2, 3), "id"), ("hash", cells("0123456789abcdef", 32, 32), "id"),
        ("letter", cells("abcdefgh", 1, 1), "categorical"), ("grade", cells("ABC", 1, 1), "categorical"),
        ("comment", lambda d: d.choice(["very good", "very bad"]), "categorical"),
    ],
)  # fmt: skip
def test_ids_and_categories_stay(name: str, make: Callable[[random.Random], str], wanted: str, tmp_path: Path) -> None:
    assert kind(tmp_path, name, make) == wanted
