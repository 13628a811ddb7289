"""Tables of labels inside archives: matched by path, name, stem or number, in any make; named where not used."""

from __future__ import annotations

import json

import pytest

from core import ingest
from core.schema import LoadError
from tests.readers.archive_files import class_counts, pack, parquet, pictures, sounds, texts, workbook

ROWS = 24
STEMS = [f"{n:05d}a" for n in range(ROWS)]
LABELS = [("beagle", "pug", "Äskulap")[n % 3] for n in range(ROWS)]
EACH = {"beagle": 8, "pug": 8, "Äskulap": 8}


def table(cells, labels=LABELS, head="image,diagnosis", join=","):
    return "\n".join([head.replace(",", join), *(f"{a}{join}{b}" for a, b in zip(cells, labels, strict=True))])


def read(tmp_path, labels, name="labels.csv", form="pics/{}.png", make=pictures, more=None):
    members = make(form.format(stem) for stem in STEMS)
    return ingest.read(pack(tmp_path / "a.zip", {**members, name: labels, **(more or {})}))


@pytest.mark.parametrize(
    ("labels", "name", "form"),
    [
        (table([f"{s}.png" for s in STEMS], join=";", head="file,label"), "labels.csv", "pics/{}.png"),
        (table([f"{s}.png" for s in STEMS], join=";").encode("latin-1"), "labels.csv", "pics/{}.png"),
        (table([f"{s}.png" for s in STEMS]).encode("utf-16"), "labels.csv", "pics/{}.png"),
        (table(STEMS, join="\t", head="id,breed"), "train.tsv", "train/{}.png"),
        (table(STEMS, head="id_code,diagnosis"), "train.csv", "x/train_images/{}.png"),
        (table([f"{s}.jpg" for s in STEMS]), "x/meta.csv", "x/img/{}.png"),
        (table([f"img\\{s}.png" for s in STEMS]), "meta.csv", "data/img/{}.png"),
        (table([f"./img/{s}.PNG" for s in STEMS]), "meta.csv", "data/img/{}.png"),
        (table([f"/kaggle/input/img/{s}.png" for s in STEMS]), "meta.csv", "data/img/{}.png"),
        (table([f"C:\\my data\\{s}.png" for s in STEMS]), "meta.csv", "pics/{}.png"),
        (table([f"  {s}.png " for s in STEMS], head="Filename,Class Name"), "annotations.csv", "{}.png"),
        (table(STEMS, head="anything,something"), "Table of all.csv", "pics/{}.png"),
        (table(STEMS, head="00000b,pug"), "noheader.csv", "pics/{}.png"),
        (table([f'"{s}.png"' for s in STEMS], join=" ", head="file label"), "labels.txt", "pics/{}.png"),
    ],
)
def test_tables_of_any_make_give_the_classes(tmp_path, labels, name, form):
    assert class_counts(read(tmp_path, labels, name, form)) == EACH


def test_what_was_inferred_is_told_and_a_plain_table_is_silent(tmp_path):
    told = read(tmp_path, table(STEMS, head="id_code,diagnosis")).warnings
    assert len(told) == 1 and "column “diagnosis”; 24 rows matched by column “id_code”" in told[0]
    assert "“00000a” to “pics/00000a.png”" in told[0]
    assert read(tmp_path, table([f"{s}.png" for s in STEMS], head="file,label")).warnings == ()


RECORDS = [{"image": f"{stem}.png", "breed": label} for stem, label in zip(STEMS, LABELS, strict=True)]


@pytest.mark.parametrize(
    ("labels", "name"),
    [
        (json.dumps(RECORDS), "labels.json"),
        ("\n".join(map(json.dumps, RECORDS)), "metadata.jsonl"),
        (json.dumps(dict(zip(STEMS, LABELS, strict=True))), "annotations.json"),
        (
            json.dumps({stem: {"breed": label, "box": [1, 2]} for stem, label in zip(STEMS, LABELS, strict=True)}),
            "x.json",
        ),
        (json.dumps({label: STEMS[n::3] for n, label in enumerate(LABELS[:3])}), "classes.json"),
        ("\ufeff" + json.dumps(RECORDS, ensure_ascii=False, indent=1), "Labels.JSON"),
    ],
)
def test_json_gives_the_classes(tmp_path, labels, name):
    assert class_counts(read(tmp_path, labels, name)) == EACH


ROWS_OF_CELLS = [("id_code", "diagnosis"), *zip(STEMS, LABELS, strict=True)]


@pytest.mark.parametrize(
    ("labels", "name", "title"),
    [
        (workbook({"Sheet1": ROWS_OF_CELLS}), "labels.xlsx", "“labels.xlsx”: column"),
        (workbook({"About": [("made", "by"), ("x", "y")], "Data": ROWS_OF_CELLS}), "a.XLSX", "“a.XLSX” (sheet “Data”)"),
        (workbook({"S": [("Labels of the study",), (), *ROWS_OF_CELLS]}), "x/t.xlsx", "column “diagnosis”"),
        (workbook({"train": ROWS_OF_CELLS[:13], "test": [ROWS_OF_CELLS[0], *ROWS_OF_CELLS[13:]]}), "l.xlsx", "“test”"),
        (workbook({"old": [("a", "b"), ("c", "d")], "new": ROWS_OF_CELLS}, ["old"]), "l.xlsx", "“l.xlsx”: column"),
        (parquet({"id": STEMS, "diagnosis": LABELS}), "train.parquet", "“train.parquet”: column"),
        (parquet({"diagnosis": LABELS, "box": [[1.0]] * ROWS, "__index_level_0__": STEMS}), "m.parquet", "“m.parquet”"),
    ],
)
def test_sheets_and_parquet_give_the_classes_and_are_told(tmp_path, labels, name, title):
    data = read(tmp_path, labels, name)
    assert class_counts(data) == EACH
    assert any("Classes are taken from" in said and title in said for said in data.warnings)


@pytest.mark.parametrize("make", [sounds, texts])
def test_sheets_name_sounds_and_texts_by_number(tmp_path, make):
    members = make(f"all/{n:04d}.{'wav' if make is sounds else 'txt'}" for n in range(ROWS))
    rows = [("no", "species"), *enumerate(LABELS)]
    for name, labels in (
        ("l.xlsx", workbook({"S": rows})),
        ("l.parquet", parquet({"no": [float(n) for n in range(ROWS)], "species": LABELS})),
    ):
        assert class_counts(ingest.read(pack(tmp_path / f"{name}.zip", {**members, name: labels}))) == EACH


@pytest.mark.parametrize(
    ("labels", "name", "why"),
    [
        (workbook({"S": [("a", "b"), ("c", "d")]}), "notes.xlsx", "none of its columns “a”, “b” names the pictures"),
        (workbook({"S": ROWS_OF_CELLS, "T": []}, ["S"]), "labels.xlsx", "no visible sheet with data"),
        (workbook({"A": [("a", "b"), ("c", "d")], "B": [("e", "f"), ("g", "h")]}), "l.xlsx", "in sheet “B” none"),
        (parquet({"a": [[1], [2]]}), "labels.parquet", "only nested or binary columns"),
        (
            parquet({"id": ["x1", "y1", "z1"], "label": ["a", "b", "a"]}),
            "labels.parquet",
            "none of its columns “id”, “label”",
        ),
    ],
)
def test_sheets_that_say_nothing_on_the_files_are_named_beside_class_folders(tmp_path, labels, name, why):
    members = pictures(f"{('cat', 'dog')[n % 2]}/{n}.png" for n in range(ROWS))
    data = ingest.read(pack(tmp_path / "a.zip", {**members, name: labels}))
    assert class_counts(data) == {"cat": 12, "dog": 12}
    told = [said for said in data.warnings if f"“{name}” was seen, but" in said]
    assert len(told) == 1 and why in told[0]


def test_json_that_is_no_table_is_silent_beside_class_folders(tmp_path):
    members = pictures(f"{('cat', 'dog')[n % 2]}/{n}.png" for n in range(ROWS))
    data = ingest.read(pack(tmp_path / "a.zip", {**members, "settings.json": '{"version": {"a": [1]}, "x": 2}'}))
    assert class_counts(data) == {"cat": 12, "dog": 12} and not any("was seen" in said for said in data.warnings)


def test_numbers_name_files_with_leading_zeros(tmp_path):
    members = pictures(f"pics/{n:04d}.png" for n in range(ROWS))
    labels = table(range(ROWS), head="number,species")
    assert class_counts(ingest.read(pack(tmp_path / "a.zip", {**members, "labels.csv": labels}))) == EACH


def test_numbers_stay_classes_as_they_are_written(tmp_path):
    data = read(tmp_path, table(STEMS, ["01", "1.10", "NA"] * 8))
    assert class_counts(data) == {"01": 8, "1.10": 8, "NA": 8}


@pytest.mark.parametrize(("one", "zero"), [("1.0", "0.0"), ("1", "0"), ("True", "False"), ("x", "")])
def test_a_set_of_flags_gives_the_classes(tmp_path, one, zero):
    rows = [f"{s},{n},{','.join(one if n % 3 == k else zero for k in range(3))}" for n, s in enumerate(STEMS)]
    data = read(tmp_path, "\n".join(["image,age,MEL,NV,BCC", *rows]), "gt.csv")
    assert class_counts(data) == {"BCC": 8, "MEL": 8, "NV": 8}
    assert any("columns “MEL”, “NV”, “BCC”, one of which is 1" in text for text in data.warnings)


def test_rows_without_one_flag_are_left_out_and_told(tmp_path):
    rows = [f"{s},{int(n % 2 and n > 0)},{int(n % 2 == 0 and n > 0)}" for n, s in enumerate(STEMS)]
    data = read(tmp_path, "\n".join(["image,cat,dog", *rows]))
    assert class_counts(data) == {"cat": 12, "dog": 11} and data.facts["items_bad"] == 1
    assert any("1 row of “labels.csv” without one class" in text for text in data.warnings)


def test_missing_files_and_unnamed_files_are_told(tmp_path):
    cells = ["gone0", "gone1", *STEMS[2:]]
    data = read(tmp_path, table(cells, head="slide,label"))
    assert sum(class_counts(data).values()) == 22
    assert any("2 rows of “labels.csv” name no picture in the archive: “gone0”, “gone1”" in t for t in data.warnings)
    assert any("2 pictures left out, not named in “labels.csv”: “pics/00000a.png”" in text for text in data.warnings)


def test_groups_stand_in_the_table(tmp_path):
    rows = [f"{s},{label},p{n % 4}" for n, (s, label) in enumerate(zip(STEMS, LABELS, strict=True))]
    data = read(tmp_path, "\n".join(["image,dx,patient_id", *rows]))
    assert class_counts(data) == EACH and data.groups.tolist() == [0, 1, 2, 3] * 6


def test_a_table_and_folds(tmp_path):
    members = sounds(f"audio/fold{n % 4}/{s}.wav" for n, s in enumerate(STEMS))
    data = ingest.read(pack(tmp_path / "a.zip", {**members, "meta/esc.csv": table(STEMS, head="filename,category")}))
    assert class_counts(data) == EACH
    assert data.facts["name_groups"][0]["key"] == "folder:1" and data.facts["name_groups"][0]["convincing"]


def test_a_table_of_a_part_speaks_of_that_part(tmp_path):
    members = pictures(f"{part}/{n}.png" for part in ("train", "test") for n in range(ROWS))
    data = ingest.read(pack(tmp_path / "a.zip", {**members, "train.csv": table(range(ROWS), head="id,label")}))
    assert class_counts(data) == EACH and all(name.startswith("train/") for name in data.facts["files"])
    members["sample_submission.csv"] = table(range(ROWS), ["pug"] * ROWS, head="id,label")
    members["train.csv"] = table(range(ROWS), head="id,label")
    data = ingest.read(pack(tmp_path / "b.zip", members))
    assert class_counts(data) == EACH
    assert any("“sample_submission.csv” was seen, but" in text for text in data.warnings)


def test_several_tables_are_joined(tmp_path):
    more = {"val.csv": table(STEMS[12:], LABELS[12:], head="id,label")}
    assert class_counts(read(tmp_path, table(STEMS[:12], LABELS[:12], head="id,label"), "train.csv", more=more)) == EACH


def test_the_column_in_words_is_taken_beside_its_codes(tmp_path):
    rows = [f"{s}.png,{n % 3},{label}" for n, (s, label) in enumerate(zip(STEMS, LABELS, strict=True))]
    assert class_counts(read(tmp_path, "\n".join(["filename,target,category", *rows]))) == EACH


def test_contradicting_rows_are_left_out(tmp_path):
    labels = table([*STEMS, STEMS[0]], [*LABELS, "pug"])
    data = read(tmp_path, labels)
    assert sum(class_counts(data).values()) == 23
    assert any("1 picture with several classes" in text and "00000a.png" in text for text in data.warnings)
    again = read(tmp_path, table([*STEMS, STEMS[0]], [*LABELS, LABELS[0]]))
    assert class_counts(again) == EACH


@pytest.mark.parametrize(
    ("labels", "name", "why"),
    [
        (table([f"other{n}" for n in range(ROWS)]), "labels.csv", "none of its columns “image”, “diagnosis” names"),
        (table([*STEMS[:3], *(f"o{n}" for n in range(21))]), "labels.csv", "only 3 of its 24 rows name a picture"),
        (table(STEMS, range(ROWS), head="image,age"), "meta.csv", "“age”: 24 different"),
        ("image\n" + "\n".join(STEMS), "test.csv", "one column"),
        (table(STEMS, [f"{n % 2},{n % 3}" for n in range(ROWS)], head="image,a,b"), "x.csv", "name one of them label"),
        ("", "labels.csv", "cannot be read"),
        ('{"images": [1], "annotations": [2]}', "labels.json", "neither a list of records nor a mapping"),
        ("{not json", "labels.json", "neither a list of records nor a mapping"),
        (b"PK\x03\x04", "annotations.xlsx", "cannot be read as a table (The zip file is cut short"),
        (b"PAR1", "of the camera.parquet", "cannot be read as a table (The Parquet file is damaged"),
        (b"old", "annotations.xls", "save it as CSV, with the columns file and label"),
    ],
)  # fmt: skip
def test_a_table_that_is_not_used_is_named_with_the_reason(tmp_path, labels, name, why):
    with pytest.raises(LoadError) as caught:
        read(tmp_path, labels, name)
    assert f"“{name}” was seen, but" in caught.value.where and why in caught.value.where


def test_class_folders_win_over_a_table_that_names_no_label(tmp_path):
    names = [f"{('cat', 'dog')[n % 2]}/{n}.txt" for n in range(ROWS)]
    rows = [f"{name},{'abc'[n % 3]}" for n, name in enumerate(names)]
    made = {**texts(names), "meta.csv": "\n".join(["file,camera", *rows])}
    data = ingest.read(pack(tmp_path / "a.zip", made))
    assert class_counts(data) == {"cat": 12, "dog": 12}
    assert any("“meta.csv” was seen, but the class folders are used" in text for text in data.warnings)
    made["meta.csv"] = "\n".join(["file,label", *rows])
    data = ingest.read(pack(tmp_path / "b.zip", made))
    assert class_counts(data) == {"a": 8, "b": 8, "c": 8}
    assert any("folders “cat”, “dog” say something else" in text for text in data.warnings)


def test_a_list_of_files_beside_class_folders_is_no_table(tmp_path):
    names = [f"{c}/{n}.wav" for c in ("yes", "no") for n in range(12)]
    data = ingest.read(pack(tmp_path / "a.zip", {**sounds(names), "testing_list.txt": "\n".join(names[:9])}))
    assert class_counts(data) == {"no": 12, "yes": 12} and len(data.warnings) == 1
    assert "testing_list.txt" in data.warnings[0]


@pytest.mark.parametrize("name", ["a.csv", "z.csv"])
def test_tables_that_disagree_are_told_and_the_better_one_is_used(tmp_path, name):
    for other in (
        table(STEMS, ["pug"] * ROWS, head="id,label"),
        table(STEMS, [("male", "female")[n // 3 % 2] for n in range(ROWS)], head="id,sex"),
        table(STEMS, [("x", "y")[n // 3 % 2] for n in range(ROWS)], head="id,class"),
    ):
        data = read(tmp_path, table(STEMS, head="id,label"), "m.csv", more={name: other})
        assert class_counts(data) == EACH
        told = [text for text in data.warnings if f"“{name}” was seen, but “m.csv” gives the classes" in text]
        assert len(told) == 1 and "of the same files" in told[0]


def test_paths_of_another_part_or_folder_name_no_file(tmp_path):
    members = pictures(f"test/{s}.png" for s in STEMS)
    labels = table([f"train/{s}.png" for s in STEMS])
    with pytest.raises(LoadError, match="was seen, but"):
        ingest.read(pack(tmp_path / "a.zip", {**members, "labels.csv": labels}))


def test_names_of_several_files_are_told(tmp_path):
    members = pictures(f"{part}/{s}.png" for part in ("train", "test") for s in STEMS)
    with pytest.raises(LoadError) as caught:
        ingest.read(pack(tmp_path / "a.zip", {**members, "labels.csv": table(STEMS)}))
    assert "names several pictures at once, such as “00000a”" in caught.value.where and "for 2" in caught.value.where
    paths = table([f"{part}/{s}" for part in ("train", "test") for s in STEMS], [*LABELS, *LABELS])
    data = ingest.read(pack(tmp_path / "b.zip", {**members, "labels.csv": paths}))
    assert class_counts(data) == dict.fromkeys(EACH, 16)
