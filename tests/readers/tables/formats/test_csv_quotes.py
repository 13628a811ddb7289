"""Quotes that are only signs swallow no rows; cells that truly go over several lines stay whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.readers.tables.formats import csv_reader, csv_stream_reader


def read(text: str):
    return csv_reader.read_csv_bytes(text.encode(), "a.csv")


def speech(first: int, last: int, cut: str = "\t", header: str = "label\ttext\n") -> str:
    """100 rows of a label and a text; a quote opens in row ``first`` and closes in row ``last``."""
    rows = []
    for k in range(100):
        words = f"{'good warm' if k % 2 else 'bad cold'} film scene {k}"
        words = f'"{words}' if k == first else f'{words}"' if k == last else words
        rows.append(f"{'ham' if k % 2 else 'spam'}{cut}{words}")
    return header + "\n".join(rows) + "\n"


@pytest.mark.parametrize(
    "text",
    [speech(10, 12), speech(11, 12), speech(20, 49), speech(4, 7, header=""), speech(30, 31, "|", "label|text\n")],
    ids=["two rows on", "next row", "thirty rows on", "no header", "pipes"],
)
def test_speech_swallows_no_rows(text: str) -> None:
    dataset = read(text)
    assert len(dataset.inputs) == 100 and dataset.inputs.iloc[:, 0].astype(str).tolist() == ["spam", "ham"] * 50
    assert [str(cell).split()[-1].strip('"') for cell in dataset.inputs.iloc[:, 1]] == [str(k) for k in range(100)]
    said = next(line for line in dataset.warnings if "ordinary sign" in line)
    assert said.startswith(("1 row", "2 rows")) and "film" in said and "line" in said


@pytest.mark.parametrize("every", [7, 10, 25])
def test_inch_marks_swallow_no_rows(every: int) -> None:
    sizes = [str(3 + k * 7 % 40) for k in range(100)]
    written = ['"' + size if k % every == 3 else size for k, size in enumerate(sizes)]
    written = [size + '"' if k % every == 6 else size for k, size in enumerate(written)]
    rows = "".join(f"{size}\t{'AB'[k % 2]}\t{'yes' if k % 3 else 'no'}\n" for k, size in enumerate(written))
    dataset = read("size\tshelf\tsold\n" + rows)
    assert dataset.inputs["size"].tolist() == [float(size) for size in sizes]
    assert dataset.inputs["shelf"].astype(str).tolist() == ["A", "B"] * 50


def test_a_comma_text_with_numbers_around_it() -> None:
    rows = [f"{k},some film number {k},{k % 5}" for k in range(100)]
    rows[11] = '11,"some film number 11,1'
    rows[14] = '14,some film number 14",4'
    dataset = read("id,review,stars\n" + "\n".join(rows) + "\n")
    assert dataset.inputs["stars"].tolist() == [float(k % 5) for k in range(100)]
    assert dataset.inputs["review"][13] == "some film number 13"


def test_a_quote_that_swallows_cells_of_its_own_row_is_a_sign() -> None:
    rows = [f"{k}\t{k % 7}\tbox" for k in range(40)]
    rows[5] = '"5\t5"\tbox'
    dataset = read("a\tb\tc\n" + "\n".join(rows) + "\n")
    assert dataset.inputs["a"].tolist() == list(range(40)) and dataset.inputs["b"][5] == 5


@pytest.mark.parametrize(
    ("header", "cell"),
    [
        ("id,address", "12 High Street, London\nFlat 2, United Kingdom"),
        ("label\ttext", "first line of a mail\nsecond line of it\n\nlast line"),
        ("id,review,stars", "good, but long\nand, in the end, dull\nstill fine"),
        ("a;text;b", 'he said ""no""\nthen left'),
    ],
)
def test_genuine_cells_over_several_lines_stay_whole(header: str, cell: str) -> None:
    cut = next(sign for sign in ",\t;" if sign in header)
    names = header.split(cut)
    rows = []
    for k in range(60):
        value = f'"{cell}"' if k % 3 == 0 else f"short {k}"
        rows.append(cut.join(value if name in ("address", "text", "review") else str(k) for name in names))
    dataset = read(header + "\n" + "\n".join(rows) + "\n")
    text = next(name for name in names if name in ("address", "text", "review"))
    assert len(dataset.inputs) == 60 and str(dataset.inputs[text][3]) == cell.replace('""', '"')
    assert not any("quote" in line for line in dataset.warnings)


def test_a_large_file_steps_back_to_the_careful_reader(tmp_path: Path) -> None:
    path = tmp_path / "a.tsv"
    path.write_text(speech(10, 12))
    with pytest.raises(csv_stream_reader.NeedsCarefulReader):
        csv_stream_reader.stream_csv(path, "a.tsv")
