"""Signs as labels and names, names that look like tags, columns of few values, names that no file system has."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from core import cli, ingest
from core.readers import file_signatures
from core.schema import Dataset, LoadError

ROWS = 60


def read(folder: Path, header: str, *cells: object, mark: str = ",") -> Dataset:
    """cells: of one column each, taken in turn."""
    lines = [mark.join(str(column[row % len(column)]) for column in cells) for row in range(ROWS)]  # type: ignore[index, arg-type]
    path = folder / "a.csv"
    path.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    return ingest.read(path, modality="table")


@pytest.mark.parametrize(
    "labels",
    [("*", "**", "***"), ("+", "-"), ("*", ".", "?"), ("+", "++", "-", "--"), ("+", "-", "0"), ("?", "!", "x")],
)
def test_signs_are_labels_where_all_labels_are_signs(labels: tuple[str, ...], tmp_path: Path) -> None:
    made = read(tmp_path, "x,y,label", range(7), range(5), labels)
    assert {str(one) for one in made.inputs["label"].dropna()} == set(labels)


@pytest.mark.parametrize("word", ["*", "-", "?", "."])
def test_a_sign_beside_words_still_means_missing(word: str, tmp_path: Path) -> None:
    made = read(tmp_path, "x,y,label", range(7), range(5), ("cat", "dog", word))
    assert {str(one) for one in made.inputs["label"].dropna()} == {"cat", "dog"}


@pytest.mark.parametrize(
    ("header", "mark", "names"),
    [
        ("# rooms,q,y", ",", ["# rooms", "q", "y"]), ("#rooms,q,y", ",", ["#rooms", "q", "y"]),
        ("# made by a program\n# rooms,q,y", ",", ["rooms", "q", "y"]), ("#CHROM\tq\ty", "\t", ["CHROM", "q", "y"]),
        ("<id>,q,y", ",", ["<id>", "q", "y"]), ("<html>,q,y", ",", ["<html>", "q", "y"]),
        ("<table>;q;y", ";", ["<table>", "q", "y"]),
    ],
)  # fmt: skip
def test_names_keep_their_signs_and_may_look_like_tags(
    header: str, mark: str, names: list[str], tmp_path: Path
) -> None:
    made = read(tmp_path, header, range(4), (3, 5, 6, 1, 9), "ab", mark=mark)
    assert list(made.inputs.columns) == names and len(made.inputs) == ROWS


def test_a_header_over_numbers_that_a_program_wrote_is_no_name_with_a_sign(tmp_path: Path) -> None:
    made = read(tmp_path, "# x,q,y", ["1.5e+00", "2.5e+00"], ["3.0e+00", "1.0e+00", "7.0e+00"], "ab")
    assert list(made.inputs.columns) == ["x", "q", "y"]


@pytest.mark.parametrize(
    ("header", "cells", "first"),
    [
        ("#tag,q,y", ("#a", "#b"), {"#a", "#b"}), ("//path,q,y", ("//a", "//b"), {"//a", "//b"}),
        ("# id,q,y", ("# a", "# b", "# c"), {"# a", "# b", "# c"}),
        ("name,q,y", ("# a", "b", "# c"), {"# a", "b", "# c"}),
        ("name,q,y", ("a", "b", "#c"), {"a", "b", "#c"}),
    ],
)  # fmt: skip
def test_cells_that_begin_like_remarks_are_rows(
    header: str, cells: tuple[str, ...], first: set[str], tmp_path: Path
) -> None:
    made = read(tmp_path, header, cells, range(7), "pq")
    assert len(made.inputs) == ROWS and set(made.inputs.iloc[:, 0]) == first
    assert not any("comment" in one for one in made.warnings)


@pytest.mark.parametrize(
    ("text", "names", "said"),
    [
        ("# made, by, me\n" * 80 + "a,b,c\n" + "1,2.5,p\n3,4.5,q\n" * 20, "abc", "80 comment lines skipped"),
        ("a,b,c\n" + "1,2.5,p\n3,4.5,q\n" * 20 + "# 9,9.5,p\n" + "5,6.5,p\n" * 9, "abc", "such as “# 9,9.5,p”"),
        ("# t,x,y\n# s,m,m\n" + "1.5,2.5,3\n2.5,4.5,5\n" * 20, "txy", "such as “# s,m,m”"),
    ],
)
def test_remarks_are_left_out_and_one_is_shown(text: str, names: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(text)
    made = ingest.read(tmp_path / "a.csv", modality="table")
    assert "".join(made.inputs.columns) == names and any(said in one for one in made.warnings)


@pytest.mark.parametrize(
    "page", ["<html><body>\n<p>a, b</p>\n<p>c</p>\n" * 5, "<table><tr><td>1,2</td></tr>\n</table>\n" * 4]
)
def test_pages_are_still_pages(page: str, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(page)
    assert file_signatures.file_type(tmp_path / "a.csv") == "html"


def test_columns_of_hardly_any_values_are_told_and_others_are_not(tmp_path: Path) -> None:
    empty, few, half = [""] * ROWS, ["7", *[""] * (ROWS - 1)], ["", "3", "", "5"]
    made = read(tmp_path, "a,b,c,y", empty, few, half, "pq")
    told = [text for text in made.warnings if "hardly any" in text]
    assert len(told) == 1 and "2 columns" in told[0] and "“a”, “b”" in told[0] and "60 of 60" in told[0]


@pytest.mark.parametrize("call", [ingest.read, ingest.detect_modality, ingest.read_upload])
def test_a_name_that_no_file_has_is_refused_in_words(call) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(LoadError, match="does not exist"):
        call("/tmp/a\0b.csv")
    assert ingest.inspect("a\0.csv")["outcome"] == "clear_error"


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8"])
def test_json_is_written_in_the_letters_that_the_output_has(encoding: str, monkeypatch: pytest.MonkeyPatch) -> None:
    held = io.BytesIO()
    monkeypatch.setattr("sys.stdout", io.TextIOWrapper(held, encoding=encoding, write_through=True))
    cli.write_json({"name": "naïve 犬"}, "-")
    assert json.loads(held.getvalue().decode(encoding)) == {"name": "naïve 犬"}
