"""Reads ARFF, dense and sparse: names and types as its header declares them."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence

from core.readers.tables.column_names import clean_names
from core.readers.tables.dataset_builder import build_dataset, check_shape
from core.readers.tables.formats import text_encoding
from core.readers.tables.overruled_columns import read_column, read_exactly, resolve_types
from core.schema import Dataset, LoadError
from core.wording import count_of

ATTRIBUTE = re.compile(
    r"@attribute\s+(?P<name>'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"|[^\s{]+)\s*(?P<kind>.+)", re.IGNORECASE
)
SPARSE_CELL = re.compile(r"[{,]\s*(\d{1,7})\s+('(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"|[^,}]*)")


def read_arff(data: bytes, name: str, types: Mapping[str, str]) -> Dataset:
    """The table of an ARFF file, "?" for missing.

    Args:
        data: of the whole file. name: as the browser gave it. types: columns whose type a person set.

    Raises:
        LoadError: no attribute is declared, tables lie within the table, or a limit is passed.
    """
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
