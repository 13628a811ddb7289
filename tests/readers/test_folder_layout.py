"""Folders that are no classes: parts, folds, masks, versions, persons, noise; and classes that only look like them."""

from __future__ import annotations

import time

import pytest

from core import ingest
from core.evaluation import tasks
from core.readers.folder_layout import read_layout
from core.readers.folder_roles import FolderContent, folder_roles, read_folder_name
from core.readers.member_names import MemberNames
from core.schema import LoadError
from tests.readers.archive_files import class_counts, pack, pictures, sounds, texts


def spread(folders, count=6, ending=".txt", start=0):
    """Numbered files in each folder; numbers go on from folder to folder."""
    return [f"{folder}/{start + k * count + n}{ending}" for k, folder in enumerate(folders) for n in range(count)]


def read(tmp_path, names, make=texts, more=None):
    return ingest.read(pack(tmp_path / "a.zip", {**make(names), **(more or {})}))


@pytest.mark.parametrize(
    ("train", "test"),
    [
        ("train", "test"), ("train_images", "test_images"), ("training_set/training_set", "test_set/test_set"),
        ("seg_train/seg_train", "seg_test/seg_test"), ("TRAIN_DATA", "VAL_DATA"), ("data/Train", "data/PublicTest"),
        ("trainset", "testset"), ("imagesTr", "imagesTs"), ("train2017", "val2017"), ("birds-train", "birds-test"),
        ("Trainingsdaten", "Testdaten"), ("entraînement", "validation"), ("entrenamiento", "prueba"),
        ("обучение", "тест"), ("训练集", "测试集"), ("学習データ", "テスト"), ("a/b/training/x", "a/b/testing/x"),
        ("train-clean-100", "dev-clean"),
    ],
)  # fmt: skip
def test_parts_of_the_data_are_joined_in_any_spelling(tmp_path, train, test):
    names = [*spread((f"{train}/cat", f"{train}/dog"), 8), *spread((f"{test}/cat", f"{test}/dog"), 4, start=100)]
    data = read(tmp_path, names)
    assert class_counts(data) == {"cat": 12, "dog": 12}
    joined = [text for text in data.warnings if "joined" in text]
    assert len(joined) == 1 and "16 in" in joined[0] and "8 in" in joined[0] and len(data.warnings) == 1


@pytest.mark.parametrize("parts", [("train", "test"), ("Training", "Testing"), ("trn", "val")])
def test_numbered_pictures_of_parts_below_the_classes_are_no_frames(tmp_path, parts):
    names = [f"{c}/{p}/{n}.png" for c in ("cat", "dog") for p in parts for n in range(12)]
    data = read(tmp_path, names, pictures)
    assert data.modality == "image" and len(data.inputs) == 48 and data.labels == ("cat", "dog")


def test_a_part_beside_classes_that_it_holds_is_a_part(tmp_path):
    data = read(tmp_path, [*spread(("cat", "dog"), 9), *spread(("test/cat", "test/dog"), 3, start=50)])
    assert class_counts(data) == {"cat": 12, "dog": 12}


def test_files_of_a_part_without_classes_are_left_out_and_told(tmp_path):
    data = read(tmp_path, [*spread(("train/cat", "train/dog"), 12), *spread(("test",), 7, start=60)])
    assert class_counts(data) == {"cat": 12, "dog": 12} and data.facts["items_bad"] == 7
    assert any("7 in “test” without a class folder" in text and "test/60.txt" in text for text in data.warnings)


@pytest.mark.parametrize(
    ("folders", "word"),
    [
        (("train", "test"), "parts of the data"),
        (("train_images", "val_images"), "parts of the data"),
        (("Training",), "parts of the data"),
        (("fold1", "fold2", "fold_3"), "folds"),
        (("cv-1", "cv-2"), "folds"),
        (("images", "masks"), "masks or ground truth"),
        (("img", "ground_truth"), "masks or ground truth"),
        (("data/images", "data/annotations"), "masks or ground truth"),
        (("color", "grayscale", "segmented"), "versions of the same files"),
        (("original", "augmented"), "versions of the same files"),
        (("lung_images", "lung_masks"), "masks or ground truth"),
        (("fish rgb", "fish depth"), "versions of the same files"),
        (("session1", "session2", "session3"), "sessions"),
    ],
)
def test_folders_that_are_no_classes_are_refused_by_name(tmp_path, folders, word):
    with pytest.raises(LoadError, match="no class folders") as caught:
        read(tmp_path, spread(folders))
    assert word in caught.value.what and f"“{folders[-1].split('/')[-1]}” (6)" in caught.value.what
    assert "labels.csv" in caught.value.how


@pytest.mark.parametrize(
    "folders",
    [
        ("bus", "car", "train"), ("plane", "train"), ("mask", "scarf", "helmet"), ("mask", "no_mask"),
        ("with_mask", "without_mask"), ("raw", "ripe"), ("gray", "red"), ("speech", "music", "noise"),
        ("train_station", "airport"), ("test_tube", "beaker"), ("class_1", "class_2"), ("label_0", "label_1"),
        ("digit_0", "digit_1"), ("c0", "c1"), ("fold", "crease"), ("session", "talk"), ("background_noise", "voice"),
        ("surgical mask", "cloth mask"), ("face mask", "face shield"), ("toy train", "toy"), ("train", "steam train"),
        ("actor", "singer"), ("valley", "devil"), ("trainer", "sandal"),
    ],
)  # fmt: skip
def test_classes_that_look_like_parts_masks_or_versions_stay(tmp_path, folders):
    data = read(tmp_path, spread(folders, 12))
    assert class_counts(data) == dict.fromkeys(folders, 12) and data.warnings == ()


@pytest.mark.parametrize(
    ("mask", "image"),
    [
        ("masks/{c}", "images/{c}"),
        ("{c}/masks", "{c}/images"),
        ("gt/train/{c}", "img/train/{c}"),
        ("Mask/{c}", "RGB/{c}"),
    ],
)
def test_masks_are_left_out_and_told(tmp_path, mask, image):
    names = [form.format(c=c) for form in (image, mask) for c in ("cat", "dog")]
    data = read(tmp_path, spread(names, 10, ".png"), pictures)
    assert class_counts(data) == {"cat": 10, "dog": 10}
    told = [text for text in data.warnings if "masks or ground truth" in text]
    assert len(told) == 1 and "20 pictures" in told[0] and "20.png" in told[0]


def test_masks_beside_their_pictures_are_left_out(tmp_path):
    names = [f"{c}/{c} ({n}){end}.png" for c in ("benign", "malign") for n in range(10) for end in ("", "_mask")]
    data = read(tmp_path, names, pictures)
    assert class_counts(data) == {"benign": 10, "malign": 10}
    assert any("20 pictures left out as masks of other files" in text for text in data.warnings)


@pytest.mark.parametrize("first", ["color", "RGB", "original"])
def test_one_version_of_the_same_pictures_is_used(tmp_path, first):
    names = [
        f"set/{version}/{c}/{n}{end}.png"
        for version, end in (("segmented", "_segmented"), (first, ""), ("grayscale", "_gray"))
        for c in ("rust", "fine")
        for n in range(10)
    ]
    data = read(tmp_path, names, pictures)
    assert class_counts(data) == {"fine": 10, "rust": 10}
    assert all(f"/{first}/" in name for name in data.facts["files"])
    assert any("40 pictures" in text and f"“{first}”" in text and "grayscale" in text for text in data.warnings)


def test_versions_of_different_pictures_are_joined_and_told(tmp_path):
    names = spread(("color/rust", "color/fine", "grayscale/rust", "grayscale/fine"), 6, ".png")
    data = read(tmp_path, names, pictures)
    assert class_counts(data) == {"fine": 12, "rust": 12}
    assert any("hold different pictures: joined (12 and 12)" in text for text in data.warnings)


@pytest.mark.parametrize("folder", ["unsup", "unlabeled", "unlabelled_texts", "Unannotated", "no_label"])
def test_files_without_a_class_are_left_out(tmp_path, folder):
    names = [*spread(("train/pos", "train/neg"), 8), *spread((f"train/{folder}",), 9, start=70)]
    data = read(tmp_path, [*names, *spread(("test/pos", "test/neg"), 4, start=90)])
    assert class_counts(data) == {"neg": 12, "pos": 12}
    assert any("9 texts" in text and f"“{folder}”" in text for text in data.warnings)


@pytest.mark.parametrize("folder", ["_background_noise_", "background_noise", "Background Noise"])
def test_background_noise_is_left_out(tmp_path, folder):
    data = read(tmp_path, [*spread(("yes", "no"), 12, ".wav"), f"{folder}/hum.wav"], sounds)
    assert class_counts(data) == {"no": 12, "yes": 12}
    assert any("1 sound left out as background noise" in text for text in data.warnings)


@pytest.mark.parametrize("form", ["fold{f}", "fold_{f}", "cv-{f}", "audio/Fold {f}"])
def test_folds_are_groups_of_classes_in_file_names(tmp_path, form):
    names = [f"{form.format(f=n % 5)}/{1000 + n}-{n % 3}-0-{n}.wav" for n in range(45)]
    data = read(tmp_path, names, sounds)
    assert class_counts(data) == {"0": 15, "1": 15, "2": 15}
    assert any("part 2 of the file names" in text and "named after folds" in text for text in data.warnings)
    task = tasks.infer_task(data)
    groups = tasks.prepare(data, task).groups
    assert task.groups == "folder:1" and len(set(groups)) == 5
    assert list(groups[:10]) == [0, 1, 2, 3, 4] * 2


@pytest.mark.parametrize("form", ["Actor_{p:02d}/{c}", "{c}/Actor_{p:02d}", "speaker{p}/{c}", "x/patient-{p}/{c}"])
def test_persons_are_groups_of_classes_above_or_below(tmp_path, form):
    folders = [form.format(p=person, c=c) for person in range(1, 7) for c in ("calm", "loud")]
    data = read(tmp_path, spread(folders, 4))
    assert class_counts(data) == {"calm": 24, "loud": 24}
    assert len(set(tasks.prepare(data, tasks.infer_task(data)).groups)) == 6


def test_persons_alone_are_taken_for_the_classes_and_this_is_told(tmp_path):
    data = read(tmp_path, [f"speaker_{p}/rec_{n:02d}.wav" for p in range(4) for n in range(8)], sounds)
    assert class_counts(data) == {f"speaker_{p}": 8 for p in range(4)}
    assert any("persons, devices or sessions" in text and "labels.csv" in text for text in data.warnings)


def test_persons_and_a_part_of_the_names_are_asked_about(tmp_path):
    names = [f"Actor_{p:02d}/03-01-{n:02d}-01-{p:02d}.wav" for p in range(1, 7) for n in range(1, 9)]
    with pytest.raises(LoadError) as caught:
        read(tmp_path, names, sounds)
    assert "part 3 of the file names (8 values such as “01”" in caught.value.where
    assert "or in the folders (“Actor_01”" in caught.value.where


@pytest.mark.parametrize(
    ("form", "classes"),
    [
        ("{c}.{n}.txt", ("cat", "dog")),
        ("train/{c}.{n}.txt", ("cat", "dog")),
        ("all/img_{c}_{n:04d}.txt", ("rust", "scab")),
        ("train/{n}-{c}.txt", ("ham", "spam")),
    ],
)
def test_one_clear_part_of_the_names_gives_the_classes(tmp_path, form, classes):
    data = read(tmp_path, [form.format(c=classes[n % 2], n=n) for n in range(24)])
    assert class_counts(data) == dict.fromkeys(classes, 12)
    assert any("Classes are taken from part" in text and "labels.csv" in text for text in data.warnings)


@pytest.mark.parametrize(
    "form",
    [
        "{n}.txt",
        "img_{n:03d}.txt",
        "train/{n}.txt",
        "IMG_2024-05-{n:02d}.txt",
        "speaker_{m}_{n}.txt",
        "{m}_{k}_{n}.txt",
    ],
)
def test_counters_dates_persons_and_several_parts_give_no_classes(tmp_path, form):
    with pytest.raises(LoadError, match="no class folders"):
        read(tmp_path, [form.format(n=n, m="abc"[n % 3], k="xy"[n // 3 % 2]) for n in range(1, 25)])


def test_a_single_word_decides_with_those_beside_it():
    level = {name: FolderContent(9) for name in ("seg_train", "seg_test", "seg_pred")}
    assert folder_roles(level) == dict.fromkeys(level, "part")
    assert folder_roles({"predictions": FolderContent(9), "facts": FolderContent(9)}) == {}
    assert read_folder_name("Трейн 2").role == "" and read_folder_name("TrainingSet_v2").word == "train"
    assert read_folder_name("Session 3").role == "owner" and read_folder_name("part_2").role == "fold"


def test_layouts_of_many_files_are_read_in_time():
    names = [f"set/{part}/class {k % 200}/person {k % 17}/{k}.png" for k in range(20_000) for part in ("train",)]
    layout = read_layout(names, "picture")
    assert len(set(layout.classes.values())) == 200 and not layout.left_out


@pytest.mark.parametrize(
    ("names", "classes"),
    [
        (["cats/1", "dogs/1"], {"cats": "", "dogs": ""}),
        (["all/cats/1", "all/dogs/1", "all/stray"], {"cats": "", "dogs": "", "": ""}),
        (["x/y/cats/1", "x/y/dogs/1"], {"cats": "", "dogs": ""}),
        (["train/cats/1", "test/dogs/1"], {"cats": "train", "dogs": "test"}),
        (["top/Train/cats/1", "top/val/dogs/1"], {"cats": "Train", "dogs": "val"}),
        (["cats/train/1", "dogs/test/1"], {"cats": "train", "dogs": "test"}),
        (["1", "2"], {"": ""}),
    ],
)
def test_classes_and_parts(names, classes):
    layout = read_layout(names, "picture")
    assert {layout.classes[name]: layout.parts.get(name, "") for name in names} == classes


@pytest.mark.parametrize(
    "folders",
    [
        ("chest/chest/train/a", "chest/chest/test/b", "chest/train/b", "chest/test/a"),
        ("train/first try/a", "train/first try/b", "test/second/a", "test/second/b"),
        ("s1/a", "s1/b", "s2/a", "s2/b"), ("p01/a", "p01/b", "p02/a", "p02/b"),
        ("Day 1/a", "Day 1/b", "Day 2/a", "Day 2/b"), ("a/train", "a/val", "b/train", "b/val"),
    ],
)  # fmt: skip
def test_wrapping_and_numbered_folders_at_any_depth_are_no_classes(tmp_path, folders):
    data = read(tmp_path, spread(folders, 8))
    assert class_counts(data) == {"a": 16, "b": 16}


def test_names_of_the_training_part_alone_may_give_the_classes(tmp_path):
    names = [f"train/{('cat', 'dog')[n % 2]}.{n}.txt" for n in range(24)] + [f"test1/{n}.txt" for n in range(30)]
    data = read(tmp_path, names)
    assert class_counts(data) == {"cat": 12, "dog": 12} and data.facts["items_bad"] == 30
    assert any("30 without a class in its name" in text for text in data.warnings)


@pytest.mark.parametrize("form", ["{k:02d}", "zone {k}", "r{k}"])
def test_numbered_folders_over_the_same_words_are_told_with_both_readings(tmp_path, form):
    data = read(tmp_path, spread([f"{form.format(k=k)}/{c}" for k in range(3) for c in ("calm", "loud")]))
    assert class_counts(data) == {form.format(k=k): 12 for k in range(3)}
    told = [text for text in data.warnings if "If the lower ones are the classes" in text]
    assert len(told) == 1 and "“calm”, “loud”" in told[0]


def test_recordings_beside_their_pictures_do_not_change_the_classes(tmp_path):
    names = spread([f"Data/images_original/{c}" for c in ("blues", "rock")], 12, ".png")
    more = sounds(spread([f"Data/genres_original/{c}" for c in ("blues", "rock")], 9, ".wav"))
    data = read(tmp_path, names, pictures, more)
    assert class_counts(data) == {"blues": 12, "rock": 12} and data.facts["items_bad"] == 18


def test_crafted_names_are_read_in_time():
    names = [f"{'train/' * 3_000}{c}/{n}.png" for c in "ab" for n in range(20)]
    names += [f"{'_' * 30_000}{n}/{'A' * 30_000}{n}_mask.png" for n in range(20)] + [
        f"x{'-1' * 20_000}/{n}" for n in range(9)
    ]
    names.append(".")
    start = time.process_time()
    read_layout(names, "picture")
    MemberNames(names, {}).find("a/" * 20_000, "path")
    assert time.process_time() - start < 5
