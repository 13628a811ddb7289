"""Class names that the eye cannot tell apart, and names that differ in letter case."""

from __future__ import annotations

import unicodedata

import pytest

from core import ingest
from core.readers.archives import MediaItem
from core.readers.class_spelling import join_spellings
from tests.readers.archive_files import class_counts, pack, texts


def items(*labels):
    return [MediaItem(f"{k}.png", label) for k, label in enumerate(labels)]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Äpfel", unicodedata.normalize("NFD", "Äpfel")),
        (unicodedata.normalize("NFD", "Crème brûlée"), "Crème brûlée"),
        ("Việt", unicodedata.normalize("NFD", "Việt")),
        ("cat", "cat\u200b"),
        ("big  cat", "big cat"),
        ("한국", unicodedata.normalize("NFD", "한국")),
    ],
)
def test_names_equal_to_the_eye_are_one_class(first, second):
    joined, told = join_spellings(items(first, first, second), {})
    shown = " ".join(unicodedata.normalize("NFC", first).split())
    assert {item.label for item in joined} == {shown}
    assert len(told) == 1 and "(2)" in told[0] and "(1)" in told[0] and "2.png" in told[0]


@pytest.mark.parametrize(("train", "test"), [("Cat", "cat"), ("CAT", "Cat"), ("Äpfel", "äpfel"), ("a b", "A b")])
def test_letter_case_that_differs_between_parts_is_one_class_and_told(tmp_path, train, test):
    names = [f"train/{c}/{n}.txt" for c in (train, "other") for n in range(9)]
    names += [f"test/{c}/{n}.txt" for c in (test, "other") for n in range(4)]
    data = ingest.read(pack(tmp_path / "a.zip", texts(names)))
    assert class_counts(data) == {train: 13, "other": 13}
    told = [text for text in data.warnings if "letter case" in text]
    assert len(told) == 1 and f"“{train}” (9) and “{test}” (4)" in told[0] and f"test/{test}/0.txt" in told[0]


@pytest.mark.parametrize("labels", [("AA", "Aa", "aa"), ("mg", "Mg")])
def test_letter_case_side_by_side_stays_and_is_told(tmp_path, labels):
    names = [f"{part}/{label}/{n}.txt" for part in ("train", "test") for label in labels for n in range(7)]
    data = ingest.read(pack(tmp_path / "a.zip", texts(names)))
    assert class_counts(data) == dict.fromkeys(labels, 14)
    assert sum("stay apart" in text for text in data.warnings) == 1


def test_equal_labels_and_other_labels_say_nothing():
    assert join_spellings(items("cat", "cat", "cats", "dog"), {"0.png": "train", "1.png": "test"})[1] == []
    one = unicodedata.normalize("NFD", "Öl")
    joined, told = join_spellings(items(one, one, "x"), {})
    assert [item.label for item in joined] == ["Öl", "Öl", "x"] and told == []
