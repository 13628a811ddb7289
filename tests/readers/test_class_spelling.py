"""Class names that the eye cannot tell apart, and names that differ in letter case."""

from __future__ import annotations

import unicodedata

import pytest

from core import ingest
from core.readers.archives import MediaItem
from core.readers.class_spelling import join_spellings
from core.schema import LoadError
from tests.readers.archive_files import class_counts, pack, pictures, sounds, texts


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
    done = join_spellings(items(first, first, second), {})
    joined, told = done.items, done.warnings
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
    assert join_spellings(items("cat", "cat", "cats", "dog"), {"0.png": "train", "1.png": "test"}).warnings == []
    one = unicodedata.normalize("NFD", "Öl")
    done = join_spellings(items(one, one, "x"), {})
    assert [item.label for item in done.items] == ["Öl", "Öl", "x"] and done.warnings == [] == done.changes


KEPT = {"class": "category"}
DECOMPOSED = unicodedata.normalize("NFD", "Äpfel")


@pytest.mark.parametrize(
    ("one", "other", "shown"),
    [("Cat", "cat", "Cat"), ("Äpfel", DECOMPOSED, "Äpfel"), ("cat", "cat\u200b", "cat"), ("TRAM", "Tram", "TRAM")],
)
@pytest.mark.parametrize("make", [texts, pictures, sounds])
def test_every_joining_is_told_offered_back_and_taken_back(tmp_path, one, other, shown, make):
    end = {texts: "txt", pictures: "png", sounds: "wav"}[make]
    names = [f"train/{c}/{n}.{end}" for c in (one, "zebra") for n in range(7)]
    names += [f"test/{c}/{n}.{end}" for c in (other, "zebra") for n in range(4)]
    path = pack(tmp_path / "a.zip", make(names))
    data = ingest.read(path)
    assert class_counts(data) == {shown: 11, "zebra": 11}
    (reading,) = data.readings
    assert reading.name == "class" and reading.changes[0].count == 4 and "(7)" in reading.changes[0].what
    assert reading.doubts[0].change == "category" and reading.doubts[0].other_value != shown
    kept = ingest.read(path, types=KEPT)
    assert class_counts(kept) == {one: 7, other: 4, "zebra": 11} and kept.origin.types == KEPT
    assert kept.readings[0].overruled == "category" and not kept.readings[0].doubts
    assert any("kept apart, as you said" in said and "(4)" in said for said in kept.warnings)


def test_classes_of_a_table_of_labels_are_kept_apart_too(tmp_path):
    rows = ["file,label", *(f"{n}.txt,{('yes', 'yes' + chr(0x200B), 'no')[n % 3]}" for n in range(24))]
    path = pack(tmp_path / "a.zip", {**texts(f"{n}.txt" for n in range(24)), "labels.csv": "\n".join(rows)})
    assert class_counts(ingest.read(path)) == {"yes": 16, "no": 8}
    assert class_counts(ingest.read(path, types=KEPT)) == {"yes": 8, "yes\u200b": 8, "no": 8}


def test_archives_without_a_joining_offer_nothing_and_take_no_other_type(tmp_path):
    path = pack(tmp_path / "a.zip", texts(f"{c}/{n}.txt" for c in ("cat", "dog") for n in range(9)))
    assert ingest.read(path).readings == ()
    kept = ingest.read(path, types={"Class": "category"})
    assert class_counts(kept) == {"cat": 9, "dog": 9} and not any("look alike" in said for said in kept.warnings)
    with pytest.raises(LoadError, match="class=category keeps class folders apart"):
        ingest.read(path, types={"class": "number"})


def test_a_joining_that_leaves_one_class_is_named_in_the_refusal(tmp_path):
    names = [f"{part}/{c}/{n}.txt" for part, c in (("train", "Cat"), ("test", "cat")) for n in range(9)]
    path = pack(tmp_path / "a.zip", texts(names))
    with pytest.raises(LoadError, match="--types class=category keeps them apart"):
        ingest.read(path)
    assert class_counts(ingest.read(path, types=KEPT)) == {"Cat": 9, "cat": 9}


@pytest.mark.parametrize(
    ("one", "other"),
    [("benign tumor", "Benign_Tumor"), ("hot dog", "hot-dog"), ("left arm", "left_arm"), ("a b c", "A-b_c")],
)
def test_signs_between_words_make_no_second_class_between_the_parts(tmp_path, one, other):
    names = [f"train/{c}/{n}.txt" for c in (one, "zebra") for n in range(9)]
    names += [f"test/{c}/{n}.txt" for c in (other, "zebra") for n in range(5)]
    path = pack(tmp_path / "a.zip", texts(names))
    data = ingest.read(path)
    assert sorted(class_counts(data).values()) == [14, 14]
    assert any("the signs between words" in said and "(9)" in said and "(5)" in said for said in data.warnings)
    assert sorted(class_counts(ingest.read(path, types=KEPT)).values()) == [5, 9, 14]


@pytest.mark.parametrize(("one", "other"), [("A1", "A-1"), ("C", "C-"), ("part 12", "part 1 2"), ("co2", "co 2")])
def test_signs_that_part_no_words_keep_classes_apart(tmp_path, one, other):
    names = [f"train/{c}/{n}.txt" for c in (one, "zebra") for n in range(9)]
    names += [f"test/{c}/{n}.txt" for c in (other, "zebra") for n in range(5)]
    assert class_counts(ingest.read(pack(tmp_path / "a.zip", texts(names)))) == {one: 9, other: 5, "zebra": 14}
