"""Groups in file names: offered where parts return in several classes, never counters, classes or lone values."""

import numpy as np
import pytest

from core.readers import name_groups
from core.schema import LoadError

PEOPLE = ("jackson", "theo", "nicolas", "lucas", "yweweler", "george")


def offers(files, labels):
    return {one.key: one for one in name_groups.find_name_groups(files, labels)}


def convincing(files, labels):
    return [one.key for one in name_groups.find_name_groups(files, labels) if one.convincing]


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("a/0_jackson_12.wav", ["0", "jackson", "12"]),
        ("patient03_left_2.png", ["patient", "03", "left", "2"]),
        ("s1_a_03.csv", ["s", "1", "a", "03"]),
        ("LeftHand7b.png", ["Left", "Hand", "7", "b"]),
        ("00f0204f_nohash_0.wav", ["00f0204f", "nohash", "0"]),
        ("IMG-2024-05-06.v2.jpg", ["IMG", "2024", "05", "06", "v", "2"]),
        ("Ärzte haus.txt", ["Ärzte", "haus"]),
        (".hidden", ["hidden"]),
    ],
)
def test_names_are_split(name, parts):
    assert list(name_groups.name_parts(name)) == parts


def named(form, classes=("cat", "dog", "owl"), owners=PEOPLE, times=6):
    """Files and labels: every owner in every class, several times."""
    made = [
        (form.format(c=label, o=owner, n=n, k=k), label)
        for label in classes
        for k, (owner, n) in enumerate((owner, n) for owner in owners for n in range(times))
    ]
    return [file for file, _ in made], [label for _, label in made]


NUMBERS = tuple(f"{k:02d}" for k in range(1, 13))
HASHES = tuple(f"{k * 2654435761 % 2**32:08x}" for k in range(3, 15))


@pytest.mark.parametrize(
    ("form", "owners", "key"),
    [
        ("{c}/{o}_{n}.wav", PEOPLE, "name:1"),
        ("{c}_{o}_{n}.wav", PEOPLE, "name:2"),
        ("x/{c}-{n}-{o}.wav", PEOPLE, "name:3"),
        ("{c}/patient{o}_left_{n}.png", NUMBERS, "name:2"),
        ("{c}/{n}_speaker{o}.wav", NUMBERS, "name:3"),
        ("s{o}_{c}_{n:02d}.txt", NUMBERS, "name:2"),
        ("{c}/{o}_nohash_{n}.wav", HASHES, "name:1"),
        ("{c}_{o}_{n}.wav", NUMBERS, "name:2"),
        ("{c}/{o}/{n}.wav", PEOPLE, "folder:1"),
        ("{c}/{o}/a/{n}.wav", PEOPLE, "folder:2"),
        ("{c}/Kit{o}Hit{n}.wav", NUMBERS, "name:2"),
    ],
)
def test_owners_of_items_are_found(form, owners, key):
    files, labels = named(form, owners=owners)
    assert convincing(files, labels) == [key]
    found = offers(files, labels)[key]
    assert found.count == len(owners) and len(found.examples) == 4
    codes = name_groups.group_codes(files, key)
    assert len(np.unique(codes)) == len(owners)


@pytest.mark.parametrize(
    ("form", "owners"),
    [
        ("{c}/img_{k:04d}.png", PEOPLE),
        ("{c}/{k}.png", PEOPLE),
        ("{c}_{k}.png", PEOPLE),
        ("{c}/{c}_{n}.png", ("one",)),
        ("{c}/IMG_2024-05-{k:02d}.jpg", PEOPLE),
        ("{c}/{n}_left.png", ("one",)),
        ("{c}/train_{k}.png", PEOPLE),
    ],
)
def test_counters_classes_and_dates_are_no_groups(form, owners):
    files, labels = named(form, owners=owners)
    assert offers(files, labels) == {}


def test_values_that_occur_once_or_name_the_class_are_no_groups():
    labels = [label for label in ("cat", "dog") for _ in range(40)]
    hashes = [f"{label}/{k * 2654435761 % 2**32:08x}.png" for k, label in enumerate(labels)]
    assert offers(hashes, labels) == {}
    breeds = [f"{label}/{'abcd'[k % 4]}{label}breed_{k}.png" for k, label in enumerate(labels)]
    assert convincing(breeds, labels) == []
    sides = [f"{label}/{('left', 'right', 'front')[k % 3]}_{k}.png" for k, label in enumerate(labels)]
    assert offers(sides, labels) == {}


def test_sessions_named_by_a_day_are_offered_but_not_taken_by_themselves():
    files, labels = named("{c}/{o}_{n}.wav", owners=("20240105", "20240106", "20240212", "20240301"))
    found = offers(files, labels)
    assert found["name:1"].count == 4 and not found["name:1"].convincing


def test_groups_can_be_named_and_mistakes_are_told():
    files, _ = named("{c}/{o}_{n}.wav")
    np.testing.assert_array_equal(
        name_groups.group_codes(files, "name:1"), name_groups.group_codes([f.upper() for f in files], " NAME:1")
    )
    lone = name_groups.group_codes([*files, "cat/.wav"], "name:2")
    assert len(np.unique(lone)) == 7
    for key, words in (
        ("name:0", "name:2"),
        ("who", "name:2"),
        ("name:9", "most files have none"),
        ("folder:2", "none"),
    ):
        with pytest.raises(LoadError, match=words):
            name_groups.group_codes(files, key)
    with pytest.raises(LoadError, match="the same"):
        name_groups.group_codes([f"a/x_{k}.png" for k in range(9)], "name:1")
