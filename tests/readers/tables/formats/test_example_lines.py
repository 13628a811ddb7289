"""Vowpal Wabbit, .ts files, fixed width and CoNLL: read with values, or refused by name; look-alikes stay tables."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from core import ingest
from core.readers.tables.formats.trade_formats import trade_format
from core.schema import Dataset, LoadError

ROWS = 40
DRAW = random.Random(0)


def read(text: str, folder: Path, name: str = "a.txt") -> Dataset:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return ingest.read(path)


def lines(make) -> str:  # type: ignore[no-untyped-def]
    return "\n".join(make(row) for row in range(ROWS)) + "\n"


@pytest.mark.parametrize(
    ("text", "values"),
    [
        (lines(lambda k: f"{(-1, 1)[k % 2]} |f price:{k % 7}.5 y{k % 3}"), {"label": 1, "f^price": 1.5, "f^y1": "yes"}),
        (
            lines(lambda k: f"{k % 3} 1.0 'tag{k}|u age:{k % 9} |i cat{k % 2} price:.{k % 4}5"),
            {"label": 1, "u^age": 1, "i^price": 0.15},
        ),
        (lines(lambda k: f"{k % 2} | a:{k % 5} b:1.5e0 c:{k % 3}"), {"label": "yes", "a": 1, "b": "1.5"}),
        (lines(lambda k: f"{k / 7:.3f} |n x:{k % 4} |m y:-{k % 6}.25"), {"label": 0.143, "n^x": 1, "m^y": -1.25}),
    ],
)
def test_vowpal_wabbit_becomes_columns_by_names(text: str, values: dict[str, object], tmp_path: Path) -> None:
    made = read(text, tmp_path, "a.vw")
    assert len(made) == ROWS and any("Vowpal Wabbit" in one for one in made.warnings)
    for name, value in values.items():
        held = made.inputs[name].iloc[1]
        assert held in (value, str(value)) or float(str(held).replace("yes", "1").replace("no", "0")) in (
            value,
            1.0,
            1.5,
        )


def test_words_of_vowpal_wabbit_become_a_text(tmp_path: Path) -> None:
    words = [f"word{k}" for k in range(400)]
    made = read(lines(lambda k: f"{(-1, 1)[k % 2]} |w {' '.join(DRAW.sample(words, 12))}"), tmp_path, "a.vw")
    assert made.modality == "text" and set(made.labels) == {"-1", "1"} and len(made.inputs[0].split()) == 12


@pytest.mark.parametrize(
    "text",
    [
        "a|b|y\n" + lines(lambda k: f"{k % 9}|{k / 7:.2f}|{k % 2}"),
        "1 | 12:30 | x\n" + lines(lambda k: f"{k % 9} | 1{k % 9}:30 | {'xz'[k % 2]}"),
    ],
)
def test_tables_between_bars_are_no_vowpal_wabbit(text: str, tmp_path: Path) -> None:
    assert trade_format(text.encode()) == ""
    assert read(text, tmp_path).inputs.shape[1] == 3


HEAD = "@problemName toy\n@timeStamps {}\n@univariate true\n@equalLength true\n{}\n@data\n"


@pytest.mark.parametrize(
    ("text", "name", "answers"),
    [
        (
            HEAD.format("false", "@classLabel true a b") + lines(lambda k: f"{k}.5,2,{k % 3}:{'ab'[k % 2]}"),
            "a.ts",
            ["a", "b"],
        ),
        (
            "# by hand\n\n"
            + HEAD.format("FALSE", "@classLabel true up down")
            + lines(lambda k: f"{k}.5,2,{k % 3}:{('up', 'down')[k % 2]}"),
            "a.txt",
            ["up", "down"],
        ),
        (
            HEAD.format("false", "@classLabel true 0 1") + lines(lambda k: f"{k}.5,?,{k % 3}:{k % 2}"),
            "a.ts",
            ["0", "1"],
        ),
        (HEAD.format("false", "@targetLabel true") + lines(lambda k: f"{k}.5,2,{k % 3}:{k}.25"), "a.ts", [0.25, 1.25]),
        (
            HEAD.format("false", "@classLabel true a b").lower()
            + lines(lambda k: f"{k}.5,2{',7' * (k % 2)}:{'ab'[k % 2]}"),
            "a.ts",
            ["a", "b"],
        ),
    ],
)
def test_series_of_ts_files_become_rows(text: str, name: str, answers: list[object], tmp_path: Path) -> None:
    made = read(text, tmp_path, name)
    assert made.inputs["t1"][:3].tolist() == [0.5, 1.5, 2.5] and len(made) == ROWS
    column = "target" if isinstance(answers[0], float) else "class"
    assert made.inputs[column][:2].tolist() == answers and made.facts["suggested"] == column


@pytest.mark.parametrize(
    ("text", "name", "said"),
    [
        (
            HEAD.format("false", "@classLabel true a b") + lines(lambda k: f"1,2:3,4:{'ab'[k % 2]}"),
            "a.ts",
            "several series",
        ),
        (
            HEAD.format("true", "@classLabel true a b") + lines(lambda k: f"(0,1),(1,{k}):{'ab'[k % 2]}"),
            "a.ts",
            "carry times",
        ),
        (HEAD.format("false", "@classLabel true a b") + lines(lambda k: f"1,x:{'ab'[k % 2]}"), "a.ts", "no number"),
        (
            "@relation w\n@attribute series_name string\n@frequency weekly\n@equallength true\n@data\nT1:2010:1,2,3\n",
            "a.tsf",
            "tsf",
        ),
        ("-DOCSTART- -X- O\n\n" + "EU NNP B-ORG\nsays VBZ O\n\n" * 20, "a.txt", "CoNLL"),
        ("EU NNP B-ORG\nsays VBZ O\n\n" * 20, "a.conll", "CoNLL"),
        ("EU\tB-ORG\nsays\tO\n\nin\tO\nRome\tI-LOC\n\n" * 20, "a.tsv", "CoNLL"),
        (
            "# text = a b\n1\ta\ta\tNOUN\t_\t_\t0\troot\t_\t_\n2\tb\tb\tVERB\t_\t_\t1\tobj\t_\t_\n\n" * 9,
            "a.conllu",
            "CoNLL",
        ),
        (lines(lambda k: f"{k:05d}{'MF'[k % 2]}{20 + k}{k * 37 % 9:03d}"), "a.txt", "fixed width"),
        (lines(lambda k: f"{k * 7919:018d}"), "a.dat", "fixed width"),
        (lines(lambda k: f"{k * 7919 % 65536:016b}{'abc'[k % 3]}"), "a.asc", "fixed width"),
        (lines(lambda k: f"{'AB'[k % 2]}{k:06d}{k % 7:02d}"), "a.csv", "fixed width"),
    ],
)
def test_other_variants_are_refused_by_name_with_a_way_out(text: str, name: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(LoadError, match=said) as refused:
        read(text, tmp_path, name)
    assert "CSV" in refused.value.how or "csv" in refused.value.how or "Correct" in refused.value.how


@pytest.mark.parametrize(
    "text",
    [
        "word\ttag\n" + lines(lambda k: f"w{k % 9}\t{('O', 'B-x', 'I-x')[k % 3]}"),
        "a\tb\ty\n1\t2\tO\n\n" + lines(lambda k: f"{k}\t{k % 7}\t{'OX'[k % 2]}"),
    ],
)
def test_columns_of_tags_without_sentences_are_a_table(text: str, tmp_path: Path) -> None:
    assert trade_format(text.encode()) == ""
    assert len(read(text, tmp_path, "a.tsv")) >= ROWS


CITIES = ("New York", "Paris", "Rome", "Den Haag")


@pytest.mark.parametrize(
    ("text", "names", "third"),
    [
        (
            "ID   SEXAGE CITY\n" + lines(lambda k: f"{k:<5d}{'MF'[k % 2]:<3}{20 + k:<4d}{CITIES[k % 4]}"),
            "ID SEX AGE CITY",
            "CITY",
        ),
        (
            "name        n  city       y\n"
            + lines(lambda k: f"{('Ann Lee', 'Bob')[k % 2]:<12}{k % 8:<3d}{CITIES[k % 4]:<11}{k // 2 % 2}"),
            "name n city y",
            "city",
        ),
        ("  n city       y\n" + lines(lambda k: f"{k % 8:>3d} {CITIES[k % 4]:<11}{k // 2 % 2}"), "n city y", "city"),
        (
            "code  weight place\n"
            + lines(lambda k: f"{'' if k % 5 == 4 else 'c' + str(k % 6):<6}{k / 7:>6.2f} {CITIES[k % 4]}"),
            "code weight place",
            "place",
        ),
    ],
)
def test_columns_of_fixed_width_are_cut_by_place(text: str, names: str, third: str, tmp_path: Path) -> None:
    made = read(text, tmp_path, "a.dat")
    assert list(made.inputs.columns) == names.split() and len(made) == ROWS
    assert made.inputs[third][:4].tolist() == list(CITIES)
    assert any("fixed width" in one for one in made.warnings)


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        (
            "day word tag\n"
            + lines(lambda k: f"{('mon', 'tue')[k % 2]} {('alpha', 'beta', 'pi')[k % 3]} {'NV'[k // 2 % 2]}"),
            3,
        ),
        ("a b y\n" + lines(lambda k: f"{k / 7:.2f} {k % 5} {'pn'[k % 2]}"), 3),
        (
            'name "full name" label\n'
            + lines(lambda k: f'{("ann", "bob")[k % 2]} "{("red one", "blue")[k // 2 % 2]}" p{k % 3}'),
            3,
        ),
        ("name color label\n" + lines(lambda k: f"{('ann', 'bob')[k % 2]} {('red', 'green')[k // 2 % 2]} p{k % 3}"), 3),
    ],
)
@pytest.mark.parametrize("name", ["a.txt", "a.csv"])
def test_single_blanks_cut_words_too(text: str, columns: int, name: str, tmp_path: Path) -> None:
    made = read(text, tmp_path, name)
    assert made.modality == "table" and made.inputs.shape == (ROWS, columns)
    assert next(iter(made.inputs.columns)) == text.split()[0]


@pytest.mark.parametrize("length", [range(4, 13), range(7, 9)])
def test_prose_is_no_table_of_blanks(length: range, tmp_path: Path) -> None:
    words = ("the", "cat", "sat", "on", "a", "mat", "and", "ran")
    text = "\n".join(" ".join(DRAW.choice(words) for _ in range(DRAW.choice(length))) + "." for _ in range(300))
    assert read(text, tmp_path).modality == "corpus"
