"""Formats of machine learning that are text but no CSV: ARFF, svmlight, fastText, "::" and quoted names at the end."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from core.readers.tables import column_types
from core.readers.tables.column_names import clean_names
from core.readers.tables.dataset_builder import build_dataset, check_shape
from core.readers.tables.formats import csv_reader, text_encoding
from core.readers.tables.overruled_columns import read_column, read_exactly, resolve_types
from core.readers.tables.typed_column import TypedColumn
from core.schema import Dataset, LoadError
from core.wording import count_of, quote_names

PEEKED = 64_000
LINES = 200
FEWEST = 3
# each text can be split in one way only, or a long line of decimals takes exponential time before it is refused
NUMBER = r"[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?"
SPARSE_LINE = re.compile(rf"{NUMBER}(?:,{NUMBER})*(?:\s+qid:\d+)?(?:\s+\d+:{NUMBER})*\s*(?:#.*)?")
PAIR = re.compile(rb"(?:^|\s)(\d+):")
LABELLED = re.compile(r"__label__(\S+)[\s,]+(?=\S)")
QUOTED_END = re.compile(r'(?P<cells>[^"\t]*\S)\s*[\t ]"(?P<name>[^"]*)"\s*')
ATTRIBUTE = re.compile(
    r"@attribute\s+(?P<name>'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"|[^\s{]+)\s*(?P<kind>.+)", re.IGNORECASE
)
SPARSE_CELL = re.compile(r"[{,]\s*(\d{1,7})\s+('(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"|[^,}]*)")
RATING_NAMES = ("user", "item", "rating", "timestamp")


def trade_format(head: bytes) -> str:
    """Which of these formats a text is in: "arff", "svmlight", "fasttext", "colons", "quoted"; "" for none.

    Args:
        head: the first bytes of the file.
    """
    text = text_encoding.decode(head[:PEEKED]).text
    lines = text.splitlines()[: LINES + 1]
    lines = [line for line in (lines[:-1] if len(head) >= PEEKED and len(lines) > 1 else lines) if line.strip()]
    body = [line for line in lines if not line.lstrip().startswith(("%", "#"))]
    if body and body[0].lower().startswith("@relation"):
        return "arff"
    if len(body) < FEWEST:
        return ""
    if all(line.startswith("__label__") for line in body):
        return "fasttext"
    sparse = [SPARSE_LINE.fullmatch(line.strip()) for line in body]
    if all(sparse) and 2 * sum(":" in line for line in body) > len(body):
        return "svmlight"
    counts = {line.count("::") for line in body}
    if len(counts) == 1 and counts.pop() >= 2 and not any("\t" in line for line in body):
        return "colons"
    ends = [QUOTED_END.fullmatch(line) for line in body]
    widths = {len(found["cells"].split()) for found in ends if found}
    if all(ends) and len(widths) == 1 and widths.pop() >= 2 and any("  " in line for line in body):
        return "quoted"
    return ""


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


def _read_arff(data: bytes, name: str, types: Mapping[str, str]) -> Dataset:
    """ARFF: names and types as its header declares them, "?" for missing."""
    import pyarrow as pa

    decoded = text_encoding.decode(data)
    lines = iter(decoded.text.splitlines())
    declared: list[tuple[str, str]] = []
    for line in lines:
        bare = line.strip()
        if bare.lower().startswith("@data"):
            break
        if found := ATTRIBUTE.fullmatch(bare):
            declared.append((_unquoted(found["name"]), found["kind"].strip()))
    kinds = [kind for _, kind in declared]
    if not declared or any(kind.lower().startswith("relational") for kind in kinds):
        what = "declares no attribute" if not declared else "holds tables within a table (relational attributes)"
        raise LoadError(f"This ARFF file {what}; it is not read.", name, "Save it as CSV.")
    body = [line.strip() for line in lines if line.strip() and not line.lstrip().startswith("%")]
    names, said = clean_names([given for given, _ in declared])
    check_shape(name, len(body), len(names))
    sparse = bool(body) and body[0].startswith("{")
    rows = _sparse_rows(body, kinds) if sparse else [row for row in _arff_rows(body) if row]
    if sparse:
        said.append("Read as sparse ARFF: what a row does not name is 0, or the first class that the header declares.")
    wrong = [place for place, row in enumerate(rows, 1) if len(row) != len(names)]
    if wrong:
        said.append(f"{count_of(len(wrong), 'row')} of another length left out (the first is row {wrong[0]:,}).")
        rows = [row for row in rows if len(row) == len(names)]
    told, typed = resolve_types(types, names), []
    for place, (title, kind) in enumerate(zip(names, kinds, strict=True)):
        cells = pa.array([None if row[place].strip() == "?" else row[place].strip() for row in rows], type=pa.string())
        nominal = kind.startswith("{") and title not in told
        typed.append(read_exactly(title, cells, "category") if nominal else read_column(title, cells, told.get(title)))
    return build_dataset(name, typed, [*decoded.warnings, *said], {"format": "arff"}, types=types)


def _unquoted(word: str) -> str:
    return re.sub(r"\\(.)", r"\1", word[1:-1]) if word[:1] in "'\"" and len(word) > 1 else word


def _sparse_rows(body: Sequence[str], kinds: Sequence[str]) -> list[list[str]]:
    """Cells of data lines such as {1 0.5, 4 'a b'}; a line of another form has none."""
    blank = []
    for kind in kinds:
        first = next(csv.reader([kind.strip("{} ")], quotechar="'", escapechar="\\", skipinitialspace=True), [""])[0]
        blank.append(first.strip() if kind.startswith("{") else "" if kind.lower().startswith("string") else "0")
    rows = []
    for line in body:
        named = {int(place): _unquoted(cell.strip()) for place, cell in SPARSE_CELL.findall(line)}
        whole = line.startswith("{") and line.endswith("}") and all(place < len(blank) for place in named)
        rows.append([named.get(place, cell) for place, cell in enumerate(blank)] if whole else [])
    return rows


def _arff_rows(body: Sequence[str]) -> list[list[str]]:
    """Cells of the data lines; either quote sign may enclose a cell, whichever the file uses."""
    single = sum("'" in line for line in body) >= sum('"' in line for line in body)
    delimiter = "\t" if body and "," not in body[0] and "\t" in body[0] else ","
    return list(
        csv.reader(body, delimiter=delimiter, quotechar="'" if single else '"', escapechar="\\", skipinitialspace=True)
    )


def _read_labelled(data: bytes, name: str, types: Mapping[str, str]) -> Dataset:
    """fastText: one or more __label__ words, then the text; the first label is the answer."""
    import pyarrow as pa

    decoded = text_encoding.decode(data)
    labels, texts, several = [], [], 0
    for line in decoded.text.splitlines():
        rest, found = line.strip(), []
        while hit := LABELLED.match(rest):
            found.append(hit[1].rstrip(","))
            rest = rest[hit.end() :]
        if found:
            labels.append(found[0])
            texts.append(rest)
            several += len(found) > 1
    said = ["Read as fastText: the word behind __label__ is the class, the rest of the line the text."]
    if several:
        said.append(f"{count_of(several, 'line has', 'lines have')} several labels; the first is used.")
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
    "arff": _read_arff,
    "svmlight": _read_sparse,
    "fasttext": _read_labelled,
    "colons": _read_colons,
    "quoted": _read_quoted,
}
