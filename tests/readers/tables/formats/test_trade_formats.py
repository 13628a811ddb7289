"""Text formats of machine learning are read with names and types, look-alikes are not, odd variants are refused."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pytest

from core import ingest, limits
from core.readers.tables.formats.trade_formats import trade_format
from core.schema import Dataset, LoadError

ROWS = 60
DRAW = np.random.default_rng(0)


def read(text: str, folder: Path, name: str = "a.txt", **asked: object) -> Dataset:
    path = folder / "upload"
    path.write_bytes(gzip.compress(text.encode()) if name.endswith(".gz") else text.encode())
    return ingest.read(path, name, **asked)  # type: ignore[arg-type]


def arff(data: list[str], *attributes: str) -> str:
    return "\n".join(["% by hand", "@relation toy", "", *(f"@attribute {one}" for one in attributes), "@data", *data])


TOY = [f"{k / 7:.2f},{('red', 'blue')[k % 2]},{('a', 'b')[k // 2 % 2]}" for k in range(ROWS)]


@pytest.mark.parametrize(
    ("text", "names", "types"),
    [
        (arff(TOY, "width numeric", "'petal colour' {red,blue}", "class {a,b}"), "width|petal colour|class", "ncc"),
        (arff(TOY, 'width REAL', '"petal\\"s" { red, blue }', "class {a, b}").upper(), 'WIDTH|PETAL"S|CLASS', "ncc"),
        (arff([f"?,{one.split(',', 1)[1]}" if k % 9 == 0 else one for k, one in enumerate(TOY)],
              "width integer", "colour {red,blue}", "class {a,b}"), "width|colour|class", "ncc"),
        (arff([f"{k / 7:.2f},{k % 3},'it''s, {k % 2}'".replace("''", "\\'") for k in range(ROWS)],
              "x numeric", "grade {0,1,2}", "remark {'it\\'s, 0','it\\'s, 1'}"), "x|grade|remark", "ncc"),
    ],
)  # fmt: skip
def test_arff_keeps_names_and_types(text: str, names: str, types: str, tmp_path: Path) -> None:
    made = read(text, tmp_path, "toy.arff")
    assert [one.name for one in made.columns] == names.split("|") and len(made) == ROWS
    assert "".join(one.type[0] for one in made.columns) == types
    if "?," in text:
        assert made.columns[0].missing == 7
    if "grade" in text:
        assert sorted(made.inputs["remark"].unique()) == ["it's, 0", "it's, 1"]


def test_sparse_arff_fills_what_is_not_named(tmp_path: Path) -> None:
    lines = [
        f"{{{f'0 {k}.5, ' if k % 3 else ''}2 'wide, {k % 2}'{', 3 b' if k % 2 else ''}}}" if k % 5 else "{2 'wide, 0'}"
        for k in range(ROWS)
    ]
    text = arff([*lines, "{9 1}"], "x numeric", "y numeric", "form {flat,'wide, 0','wide, 1'}", "class {a,b}")
    made = read(text, tmp_path, "toy.arff")
    assert list(made.inputs.columns) == ["x", "y", "form", "class"] and len(made) == ROWS
    assert made.inputs["x"][:5].tolist() == [0, 1.5, 2.5, 0, 4.5] and (made.inputs["y"] == 0).all()
    assert made.inputs["form"][:3].tolist() == ["wide, 0", "wide, 1", "wide, 0"]
    assert made.inputs["class"][:4].tolist() == ["a", "b", "a", "b"]
    assert any("sparse ARFF" in one for one in made.warnings) and any(
        "1 row of another" in one for one in made.warnings
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (arff(["1"] * 20, "bag relational"), "relational"),
        (arff(["1,2"] * 20), "declares no attribute"),
        ("1,3 1:0.5 2:1\n" * 20, "several labels"),
        ("1 1:0.5 999999999:1\n" * 20, f"the limit is {limits.TABLE_COLUMNS:,}"),
    ],
)
def test_what_is_not_read_is_refused_by_name(text: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(LoadError, match=said):
        read(text, tmp_path, "toy.arff" if text.startswith("%") else "toy.txt")


def pairs(first: int, comment: str = "", query: bool = False) -> str:
    lines = []
    for k in range(ROWS):
        told = [f"{place + first}:{(k * place % 7) - 3 + 0.5:g}" for place in range(6) if (k + place) % 3]
        lines.append(" ".join([f"{(-1, 1)[k % 2]}", *([f"qid:{k // 10}"] if query else []), *told]) + comment)
    return "\n".join(lines)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (pairs(1), "label|feature 1|feature 2|feature 3|feature 4|feature 5|feature 6"),
        (pairs(0), "label|feature 0|feature 1|feature 2|feature 3|feature 4|feature 5"),
        (pairs(1, " # remark"), "label|feature 1|feature 2|feature 3|feature 4|feature 5|feature 6"),
        (pairs(1, query=True), "label|feature 1|feature 2|feature 3|feature 4|feature 5|feature 6|query id"),
    ],
)
@pytest.mark.parametrize("name", ["a.txt", "a.svm", "a.txt.gz"])
def test_svmlight_becomes_columns_by_their_numbers(text: str, names: str, name: str, tmp_path: Path) -> None:
    made = read(text, tmp_path, name, modality="table")
    assert [one.name for one in made.columns] == names.split("|") and len(made) == ROWS
    values = made.inputs[names.split("|")[2]].to_numpy(dtype=float)
    wanted = [(k % 7) - 2.5 if (k + 1) % 3 else 0.0 for k in range(ROWS)]
    assert values == pytest.approx(wanted)
    assert any("svmlight" in one for one in made.warnings)


FAST = [
    f"__label__{('pos', 'neg')[k % 2]} this film number {k} was {('good', 'bad')[k % 2]} to see" for k in range(ROWS)
]


@pytest.mark.parametrize(
    ("lines", "several"),
    [
        (FAST, False),
        ([one.replace("__label__pos ", "__label__pos , ") for one in FAST], False),
        ([one.replace("__label__pos ", "__label__pos __label__long ") for one in FAST], True),
        ([one + "\r" for one in FAST], False),
        (FAST * 8, False),
        ([" ".join(one.partition(" ")[::-2]) for one in FAST], False),
        ([" ".join(one.partition(" ")[::-2]) + " __label__long" for one in FAST], True),
    ],
)
def test_fasttext_is_texts_with_labels(lines: list[str], several: bool, tmp_path: Path) -> None:
    made = read("\n".join(lines), tmp_path)
    assert made.modality == "text" and made.labels == ("neg", "pos")
    assert made.inputs[1].startswith("this film number 1 was bad")
    assert any("several labels" in one for one in made.warnings) is several


def test_lines_without_a_label_are_left_out_with_count_and_place(tmp_path: Path) -> None:
    made = read("\n".join([*FAST * 40, "a line without any", *FAST[:9]]), tmp_path)
    assert len(made.inputs) == 40 * ROWS + 9
    assert any(f"1 line without a label left out, such as line {40 * ROWS + 1:,}" in one for one in made.warnings)


def test_labels_behind_a_comma_are_a_column_of_a_table(tmp_path: Path) -> None:
    lines = [f"{k}, film {k % 7}, __label__{'ab'[k % 2]}" for k in range(ROWS)]
    made = read("\n".join(lines), tmp_path)
    assert made.modality == "table" and len(made.columns) == 3


def test_colons_are_ratings_with_their_names(tmp_path: Path) -> None:
    lines = [f"{k % 12 + 1}::{k * 7 % 20}::{k % 5 + 1}::{978_300_000 + 61 * k}" for k in range(400)]
    made = read("\n".join(lines), tmp_path, "ratings.dat")
    assert made.modality == "table" and [one.name for one in made.columns] == ["user", "item", "rating", "timestamp"]
    assert made.inputs["rating"].tolist()[:3] == [1.0, 2.0, 3.0]
    assert [one["modality"] for one in made.facts["offers"]] == ["interactions"]


def test_other_colons_keep_their_own_names_and_commas(tmp_path: Path) -> None:
    lines = ["id::title::kind", *(f"{k}::Film {k}, The ({1950 + k})::{('Drama', 'War')[k % 2]}" for k in range(ROWS))]
    made = read("\n".join(lines), tmp_path, "movies.dat")
    assert [one.name for one in made.columns] == ["id", "title", "kind"]
    assert made.inputs["title"].iloc[3] == "Film 3, The (1953)"


@pytest.mark.parametrize("mark", ["\t", "  ", " "])
def test_blanks_with_a_name_in_quotes_are_columns(mark: str, tmp_path: Path) -> None:
    lines = [
        f'{14 + k / 10:.1f}   {4 + k % 3}   {("?" if k % 5 == 0 else 90 + k)}      {3000 + k}.5{mark}"ford model {k}"'
        for k in range(ROWS)
    ]
    made = read("\n".join(lines), tmp_path, "auto.data")
    assert made.inputs.shape == (ROWS, 5)
    assert made.inputs.iloc[1, 0] == pytest.approx(14.1) and made.columns[2].missing == 12


LOOK_ALIKES = {
    "times of day": "start 10:30 20:45\n" * 30,
    "ratios": "name ratio\n" + "".join(f"a{k} 1:{k}\n" for k in range(30)),
    "tabs with quotes": "".join(f'{k}\t{k * 2}\t"name {k}"\n' for k in range(30)),
    "C++ names": "call,count\n" + "".join(f"std::vector{k},{k}\n" for k in range(30)),
    "a word label": "label text\n" + "".join(f"__label {k} text\n" for k in range(30)),
    "prose": 'He said   "well"\nand then he left the house for good.\nNobody came.\n' * 10,
    "a table of relations": "relation,count\n" + "".join(f"@relation{k},{k}\n" for k in range(30)),
    "numbers": "".join(f"{k} {k + 1} {k + 2}\n" for k in range(30)),
}


@pytest.mark.parametrize("key", LOOK_ALIKES)
def test_look_alikes_are_left_to_the_other_readers(key: str) -> None:
    assert trade_format(LOOK_ALIKES[key].encode()) == ""


@pytest.mark.parametrize("kind", ["arff", "svmlight", "fasttext", "colons", "quoted"])
def test_types_can_be_set_and_nothing_but_a_load_error_leaves(kind: str, tmp_path: Path) -> None:
    texts = {
        "arff": arff(TOY, "width numeric", "colour {red,blue}", "class {a,b}"), "svmlight": pairs(1),
        "fasttext": "\n".join(FAST), "colons": "\n".join(f"{k}::{k % 3}::x{k % 2}" for k in range(ROWS)),
        "quoted": "\n".join(f'{k}   {k % 3}   {k % 2}\t"n {k % 4}"' for k in range(ROWS)),
    }  # fmt: skip
    text = texts[kind]
    assert trade_format(text.encode()) == kind
    name = read(text, tmp_path, modality="table").columns[0].name
    assert read(text, tmp_path, modality="table", types={name: "category"}).columns[0].type == "categorical"
    draw = np.random.default_rng(5)
    for _ in range(60):
        data = bytearray(text.encode())
        for place in draw.integers(0, len(data), 12):
            data[place] = draw.integers(0, 256)
        (tmp_path / "upload").write_bytes(bytes(data))
        try:
            ingest.read(tmp_path / "upload", "a.data")
        except LoadError as refused:
            assert "damaged or of an unknown make" not in str(refused)


@pytest.mark.parametrize("mark", [",", " ", ", ", " 1:"])
def test_long_lines_of_decimals_are_told_apart_at_once(mark: str) -> None:
    """A number that could be split in several ways would take exponential time: the time limit of tests holds it."""
    line = mark.join(["0.12345678901234567"] * 400)
    assert trade_format("\n".join([line + " x"] * 20).encode()) == ""
