"""Formats of machine learning that are text but no CSV: ARFF, svmlight, fastText, Vowpal Wabbit, fixed width, ..."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from core.readers.tables import column_types
from core.readers.tables.dataset_builder import build_dataset, check_shape
from core.readers.tables.formats import csv_reader, example_lines, fixed_width, text_encoding
from core.readers.tables.formats.arff_reader import read_arff
from core.readers.tables.overruled_columns import read_column, read_exactly, resolve_types
from core.readers.tables.typed_column import TypedColumn
from core.schema import Dataset, LoadError, ReadAs
from core.wording import count_of, quote_names

PEEKED = 64_000
LINES = 200
FEWEST = 3
# each text can be split in one way only, or a long line of decimals takes exponential time before it is refused
NUMBER = example_lines.NUMBER
SPARSE_LINE = re.compile(rf"{NUMBER}(?:,{NUMBER})*(?:\s+qid:\d+)?(?:\s+\d+:{NUMBER})*\s*(?:#.*)?")
PAIR = re.compile(rb"(?:^|\s)(\d+):")
LABELLED = re.compile(r"__label__(\S+)[\s,]+(?=\S)")
QUOTED_END = re.compile(r'(?P<cells>[^"\t]*\S)\s*[\t ]"(?P<name>[^"]*)"\s*')
# Tags of words as parts of names: O, B-PER, I-LOC.
WORD_TAG = re.compile(r"O|[BIELSU]-\S+")
CONLLU_FIELDS = 10
RATING_NAMES = ("user", "item", "rating", "timestamp")


def trade_format(head: bytes) -> str:
    """Which of these formats a text is in, a key of ``READERS``; "" for none.

    Args:
        head: the first bytes of the file.
    """
    text = text_encoding.decode(head[:PEEKED]).text
    lines = text.splitlines()[: LINES + 1]
    lines = lines[:-1] if len(head) >= PEEKED and len(lines) > 1 else lines
    body = [line for line in lines if line.strip() and not line.lstrip().startswith(("%", "#"))]
    if example_lines.is_series(body):
        return "series"
    if body and body[0].lower().startswith("@relation"):
        return "arff"
    if len(body) < FEWEST:
        return ""
    if _is_tagged(lines, body):
        return "tagged"
    if all(line.startswith("__label__") for line in body) or all(map(_ends_in_label, body)):
        return "fasttext"
    sparse = [SPARSE_LINE.fullmatch(line.strip()) for line in body]
    if all(sparse) and 2 * sum(":" in line for line in body) > len(body):
        return "svmlight"
    if example_lines.is_vowpal(body):
        return "vowpal"
    counts = {line.count("::") for line in body}
    if len(counts) == 1 and counts.pop() >= 2 and not any("\t" in line for line in body):
        return "colons"
    ends = [QUOTED_END.fullmatch(line) for line in body]
    widths = {len(found["cells"].split()) for found in ends if found}
    if all(ends) and len(widths) == 1 and widths.pop() >= 2 and any("  " in line for line in body):
        return "quoted"
    return "fixed" if fixed_width.is_unseparated(body) or fixed_width.column_places(body) else ""


def _is_tagged(lines: Sequence[str], body: Sequence[str]) -> bool:
    """Whether lines hold one word each with its tags, and blank lines end sentences, as CoNLL files do."""
    if body[0].startswith("-DOCSTART-"):
        return True
    gaps = sum(not line.strip() for line in lines[: len(lines) - 1])
    cells = [line.split("\t") if "\t" in line else line.split() for line in body]
    if gaps < 2 or len(set(map(len, cells))) > 1 or len(cells[0]) < 2:
        return False
    if len(cells[0]) == CONLLU_FIELDS and all(re.fullmatch(r"[\d.-]+", row[0]) for row in cells):
        return sum(row[0] == "1" for row in cells) > 1
    return all(WORD_TAG.fullmatch(row[-1]) for row in cells) and any(row[-1] != "O" for row in cells)


def read_trade_format(data: bytes, name: str, kind: str, types: Mapping[str, str] | None = None) -> Dataset:
    """Reads a text in one of these formats.

    Args:
        data: of the whole file. name: as the browser gave it. kind: what ``trade_format`` found.
        types: columns whose type a person set.

    Raises:
        LoadError: it is damaged, in a variant that is not read, or over a limit.
    """
    return READERS[kind](data, name, types or {})


def _read_sparse(data: bytes, name: str, types: Mapping[str, str]) -> Dataset:
    """svmlight: a label, perhaps a query, and index:value pairs; what is not named is 0."""
    from sklearn.datasets import load_svmlight_file

    places = [int(found) for found in PAIR.findall(data.replace(b"qid:", b"qid=")) if len(found) < 10]
    last, first = max(places, default=0), min(places, default=0)
    check_shape(name, data.count(b"\n") + 1, last + 2)
    try:
        values, labels, queries = load_svmlight_file(io.BytesIO(data), zero_based=True, query_id=True)
    except ValueError:
        raise LoadError(
            "This is an svmlight (libsvm) file, but a line of it cannot be read: several labels in a row, an index out "
            "of order, or no number.", name, "Save it as CSV, one column per feature.",
        ) from None  # fmt: skip
    check_shape(name, values.shape[0], last + 2)
    dense = values.toarray()[:, first:]
    names = ["label", *(f"feature {place}" for place in range(first, first + dense.shape[1]))]
    columns = [labels, *dense.T]
    if len(np.unique(queries)) > 1:
        names, columns = [*names, "query id"], [*columns, queries.astype(np.float64)]
    typed = _typed_numbers(names, columns, types)
    said = f"Read as svmlight (libsvm): a label and {count_of(dense.shape[1], 'feature')}; features not named are 0."
    return build_dataset(name, typed, [said], {"suggested": "label"})


def _typed_numbers(names: Sequence[str], columns: Sequence[np.ndarray], types: Mapping[str, str]) -> list[TypedColumn]:
    import pyarrow as pa

    told = resolve_types(types, names)
    return [
        read_column(one, pa.array([f"{value:.17g}" for value in values]), told[one])
        if one in told
        else column_types.infer_number_column(one, values)
        for one, values in zip(names, columns, strict=True)
    ]


def _ends_in_label(line: str) -> bool:
    """Whether the last word of a line, behind a blank, is a label of fastText."""
    text, _, last = line.strip().rpartition(" ")
    return (
        last.startswith("__label__") and len(last) > len("__label__") and text.strip()[-1:] not in ("", ",", ";", "|")
    )


def _labels_of(line: str) -> tuple[list[str], str]:
    """The labels in front of a text, or those behind it, and the text."""
    rest, found = line.strip(), []
    while hit := LABELLED.match(rest):
        found.append(hit[1].rstrip(","))
        rest = rest[hit.end() :]
    while not found or rest.rpartition(" ")[2].startswith("__label__"):
        if not _ends_in_label(rest):
            break
        rest, _, last = rest.rpartition(" ")
        rest, found = rest.rstrip(), [last.removeprefix("__label__"), *found]
    return found, rest


def _read_labelled(data: bytes, name: str, types: Mapping[str, str]) -> Dataset:
    """fastText: one or more __label__ words before or behind the text; the first label is the answer."""
    import pyarrow as pa

    decoded = text_encoding.decode(data)
    labels, texts, several, bare = [], [], [], []
    for number, line in enumerate(decoded.text.splitlines(), 1):
        found, rest = _labels_of(line)
        if found:
            labels.append(found[0])
            texts.append(rest)
            several += [number] if len(found) > 1 else []
        elif rest:
            bare.append(number)
    said = ["Read as fastText: the word behind __label__ is the class, the rest of the line the text."]
    if several:
        many = count_of(len(several), "line has", "lines have")
        said.append(f"{many} several labels, such as line {several[0]:,}; the first is used.")
    if bare:
        said.append(f"{count_of(len(bare), 'line')} without a label left out, such as line {bare[0]:,}.")
    check_shape(name, len(labels), 2)
    told = resolve_types(types, ["label", "text"])
    typed = [
        read_column("label", pa.array(labels), told["label"])
        if "label" in told
        else read_exactly("label", pa.array(labels), "category"),
        read_column("text", pa.array(texts), told["text"])
        if "text" in told
        else read_exactly("text", pa.array(texts), "text"),
    ]
    return build_dataset(name, typed, [*decoded.warnings, *said], {"suggested": "label"})


def _read_colons(data: bytes, name: str, types: Mapping[str, str]) -> Dataset:
    """Cells between "::", as MovieLens writes them."""
    decoded = text_encoding.decode(data)
    text = decoded.text.replace("\t", " ").replace("::", "\t")
    first = next((line for line in text.splitlines() if line.strip()), "").split("\t")
    said = "Cells are separated by “::”."
    if len(first) == len(RATING_NAMES) and all(cell.strip().replace(".", "", 1).isdigit() for cell in first):
        text = "\t".join(RATING_NAMES) + "\n" + text
        said += f" The columns have no names; they were taken as {quote_names(RATING_NAMES)}."
    return _as_tabs(text, name, types, [*decoded.warnings, said])


def _read_examples(made: example_lines.Examples, name: str, types: Mapping[str, str], label: str) -> Dataset:
    import pyarrow as pa

    check_shape(name, len(made.columns[0]), len(made.names) + len(made.words))
    typed = _typed_numbers(made.names, made.columns, types)
    told = resolve_types(types, [*made.names, *made.words])
    for title, words in made.words.items():
        kind: ReadAs = "text" if title == "text" else "category"
        cells = pa.array(words)
        typed.append(read_column(title, cells, told[title]) if title in told else read_exactly(title, cells, kind))
    return build_dataset(name, typed, made.said, {"suggested": label}, types=types)


def _filled_lines(data: bytes, remarks: tuple[str, ...] = ()) -> list[str]:
    lines = text_encoding.decode(data).text.splitlines()
    return [line for line in lines if line.strip() and not (remarks and line.lstrip().startswith(remarks))]


def _read_vowpal(data: bytes, name: str, types: Mapping[str, str]) -> Dataset:
    return _read_examples(example_lines.read_vowpal(_filled_lines(data)), name, types, "label")


def _read_series(data: bytes, name: str, types: Mapping[str, str]) -> Dataset:
    made = example_lines.read_series(_filled_lines(data, ("%", "#")), name)
    return _read_examples(made, name, types, "class" if made.words else made.names[-1])


def _read_tagged(data: bytes, name: str, types: Mapping[str, str]) -> Dataset:
    raise LoadError(
        "This is a CoNLL file: one word a line with its tags, blank lines between sentences. Tags of words in a "
        "sentence are not a task here.", name,
        "Write one row a sentence with one label: a CSV with the columns text and label.",
    )  # fmt: skip


def _read_fixed(data: bytes, name: str, types: Mapping[str, str]) -> Dataset:
    """Lines of fixed width."""
    lines = _filled_lines(data)
    fixed_width.check_separated(lines, name)
    places = fixed_width.column_places([line for line in lines if not line.startswith(("%", "#"))])
    if not places:
        return csv_reader.read_csv_bytes(data, name, types)
    rows = fixed_width.cut_lines(lines, places)
    begins = ", ".join(str(one.start + 1) for one in places)
    said = f"Read as columns of fixed width, which begin at the characters {begins}."
    return _as_tabs("\n".join("\t".join(row) for row in rows), name, types, [said])


def _read_quoted(data: bytes, name: str, types: Mapping[str, str]) -> Dataset:
    """Columns of one or more blanks with a name in quotes at the end, as older collections of data have them."""
    decoded = text_encoding.decode(data)
    rows, odd = [], 0
    for line in decoded.text.splitlines():
        found = QUOTED_END.fullmatch(line)
        if found:
            rows.append("\t".join([*found["cells"].split(), found["name"].strip()]))
        odd += bool(line.strip()) and found is None
    said = ["Columns are separated by blanks, with a name in quotes at the end."]
    if odd:
        said.append(f"{count_of(odd, 'line')} of another form left out.")
    return _as_tabs("\n".join(rows), name, types, [*decoded.warnings, *said])


def _as_tabs(text: str, name: str, types: Mapping[str, str], said: Sequence[str]) -> Dataset:
    made = csv_reader.read_csv_bytes(text.encode("utf-8"), name, types)
    return replace(made, warnings=(*said, *made.warnings))


READERS: dict[str, Callable[[bytes, str, Mapping[str, str]], Dataset]] = {
    "arff": read_arff,
    "svmlight": _read_sparse,
    "fasttext": _read_labelled,
    "colons": _read_colons,
    "quoted": _read_quoted,
    "vowpal": _read_vowpal,
    "series": _read_series,
    "tagged": _read_tagged,
    "fixed": _read_fixed,
}
