"""Labels and names that are equal to the eye are one, in tables and in folders; those that differ to it stay apart."""

from __future__ import annotations

from pathlib import Path

import pytest

from core import ingest
from core.readers.visible_spelling import spelling_key, visible_text
from core.schema import Dataset
from tests.readers.archive_files import class_counts, pack, texts

ALIKE = {
    "decomposed": ("café", "cafe\u0301"),
    "a blank of no width": ("cat", "ca\u200bt"),
    "a joiner between Latin letters": ("cat", "cat\u200d"),
    "marks of direction": ("cat", "\u202bcat\u202c"),
    "isolated": ("cat", "\u2066cat\u2069"),
    "a selector of looks": ("❤", "❤\ufe0f"),
    "a filler": ("cat", "cat\u3164"),
    "wide letters": ("cat", "ｃａｔ"),
    "a ligature": ("fish", "ﬁsh"),
    "a Cyrillic letter": ("cat", "c\u0430t"),
    "grades in Greek letters": ("B", "\u0392"),
    "a hyphen that does not break": ("t-shirt", "t\u2011shirt"),
    "a dash between years": ("1990-1995", "1990\u20131995"),
    "micro": ("5 \u00b5m", "5 \u03bcm"),
    "an apostrophe": ("o'neil", "o\u2019neil"),
}
APART = {
    "an exponent": ("m²", "m2"),
    "a family of emoji": ("👨\u200d👩\u200d👧", "👨👩👧"),
    "a joiner in Persian": ("می\u200cخواهم", "میخواهم"),
    "a flag with tags": ("\U0001f3f4\U000e0067\U000e0062\U000e007f", "\U0001f3f4"),
    "a Greek letter of its own": ("α", "a"),
    "circled": ("①", "1"),
    "accents": ("pêche", "peche"),
    "a fraction": ("½", "1/2"),
}


def table(folder: Path, first: str, second: str, types: dict[str, str] | None = None) -> Dataset:
    words = [first, first, "dog", second, "dog"]
    lines = [f"{k * 13 % 41}.5,{k * 7 % 11},{words[k % 5]}" for k in range(60)]
    path = folder / "a.csv"
    path.write_text("\n".join(["x,z,label", *lines]) + "\n", encoding="utf-8")
    return ingest.read(path, modality="table", types=types)


def labels(made: Dataset) -> set[str]:
    return {str(word) for word in made.inputs["label"].dropna()}


@pytest.mark.parametrize("key", ALIKE)
def test_equal_to_the_eye_is_one_label_that_can_be_taken_apart(key: str, tmp_path: Path) -> None:
    first, second = ALIKE[key]
    made = table(tmp_path, first, second)
    assert labels(made) == {first, "dog"}
    assert any("look alike" in said and "(12 values" in said for said in made.warnings)
    assert labels(table(tmp_path, first, second, {"label": "category"})) == {first, second, "dog"}


@pytest.mark.parametrize("key", APART)
def test_different_to_the_eye_stays_apart(key: str, tmp_path: Path) -> None:
    first, second = APART[key]
    made = table(tmp_path, first, second)
    assert labels(made) == {first, second, "dog"}
    assert not any("look alike" in said for said in made.warnings)


@pytest.mark.parametrize("key", ["a Cyrillic letter", "wide letters", "marks of direction", "a ligature"])
def test_folders_equal_to_the_eye_are_one_class(key: str, tmp_path: Path) -> None:
    first, second = ALIKE[key]
    names = [f"{label}/{n}.txt" for label, n in [(first, 8), (second, 3), ("dog", 9)] for n in range(n)]
    made = ingest.read(pack(tmp_path / "a.zip", texts(names)))
    assert class_counts(made) == {first: 11, "dog": 9}
    assert sum("look alike" in said for said in made.warnings) == 1


def test_column_names_lose_what_is_not_shown(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("pri\u200bce,\u202aarea\u202c,kind\n" + "1.5,3,a\n2.5,4,b\n" * 20, encoding="utf-8")
    made = ingest.read(path)
    assert list(made.inputs.columns) == ["price", "area", "kind"]
    assert any("not shown: “price”, “area”" in said and "2 column names" in said for said in made.warnings)


def test_long_texts_are_only_composed() -> None:
    text = "ｃａｔ " * 60
    assert spelling_key(text) == text and visible_text("\u200b") == "\u200b"
