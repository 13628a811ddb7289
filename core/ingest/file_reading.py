"""Reads a file or folder in this process: finds its modality, has it read, and lets only LoadError out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from core import limits, registry
from core.readers import file_rejections
from core.schema import Dataset, LoadError, Modality, Origin, ReadAs
from core.wording import format_bytes, printable

# Tables of which a sample can be read, see ``core.ingest.large_tables``.
SAMPLED = (".csv", ".tsv", ".tab", ".dat", ".parquet", ".pq")
KEPT_APART: dict[str, ReadAs] = {"class": "category"}


def read(
    path: Path | str,
    name: str | None = None,
    modality: str | None = None,
    target: str | None = None,
    types: Mapping[str, ReadAs] | None = None,
) -> Dataset:
    """Reads a file or folder in this process; uploads go through ``read_upload`` instead.

    Args:
        path: what to read. name: as the browser gave it. modality: None lets the content decide.
        target: the column of answers in a table of texts or readings; None finds it.
        types: columns of a table whose type a person set.

    Raises:
        LoadError: the only exception that leaves; anything a library raises is turned into one.
    """
    return read_asked(path, Origin(file=name, modality=modality, target=target, types=dict(types or {})))


def read_asked(path: Path | str, asked: Origin) -> Dataset:
    """Reads a file or folder in this process with everything that can be asked of a reading.

    Args:
        path: what to read. asked: its name as the browser gave it, modality, target, types and sheet.

    Raises:
        LoadError: the only exception that leaves; anything a library raises is turned into one.
    """
    path = Path(path)
    name = asked.file or path.name
    try:
        check_size(path)
        return _read(path, replace(asked, file=name), name)
    except LoadError:
        raise
    except MemoryError:
        raise _too_much() from None
    except RecursionError:
        raise LoadError("The file is nested too deeply to be read.", printable(name), "Upload a plain file.") from None
    except Exception as error:
        if "memory" in str(error).lower() or "malloc" in str(error).lower():
            raise _too_much() from None
        raise LoadError(
            "The file could not be read: its content is damaged or of an unknown make.",
            printable(name),
            "Open it where it was made and save it again, for tables as CSV in UTF-8.",
        ) from error


def _read(path: Path, asked: Origin, name: str) -> Dataset:
    from core.ingest.modality_detection import TABLE
    from core.readers.tables import read_table

    needed = asked.modality is None or bool(asked.target or asked.types or asked.sheet)
    found = _detected(path, name, needed)
    kind = _modality(asked.modality or found)
    if found == TABLE and (kind.from_table or asked.types or kind.key == TABLE):
        table = read_table.read_table(path, name, asked.types, asked.sheet)
        dataset = _from_table(table, kind, name, asked.modality, asked.target)
    elif asked.sheet is not None:
        raise LoadError("Only a workbook has sheets; this is read as another kind.", printable(name), "Leave it out.")
    elif asked.types:
        dataset = _as_written(path, name, kind, asked.types)
    else:
        dataset = kind.read(path, name)
    return replace(dataset, origin=asked)


def _as_written(path: Path, name: str, kind: Modality, types: Mapping[str, ReadAs]) -> Dataset:
    """An archive whose classes are kept as their folders are written: the one type that can be set where no table is.

    Raises:
        LoadError: other types are set, or nothing is joined on such data.
    """
    if kind.read_apart and {" ".join(key.split()).casefold(): said for key, said in types.items()} == KEPT_APART:
        return kind.read_apart(path, name)
    also = "; class=category keeps class folders apart whose names look alike" if kind.read_apart else ""
    raise LoadError(
        f"This file is read as {kind.title.lower()}, whose columns have no types that could be set{also}.",
        printable(name),
        "Read it as a table, or leave the types out.",
    )


def _detected(path: Path, name: str, needed: bool) -> str:
    """The modality by content; where it is not needed, a file that has none is left to the reader that was asked."""
    from core.ingest.modality_detection import detect_modality

    try:
        return detect_modality(path, name)
    except LoadError:
        if needed:
            raise
        return ""


def _from_table(table: Dataset, kind: Modality, name: str, modality: str | None, target: str | None) -> Dataset:
    """The table as what was asked for, or as what it is in truth; how its columns were read stays with it."""
    if modality is None:
        dataset = read_as_best_modality(table, name, target)
    elif kind.from_table:
        dataset = kind.from_table(table, name, target)
    elif kind.key == "table":
        return table
    else:
        raise LoadError(
            f"Types of columns cannot be set where a table is read as {kind.title.lower()}.",
            printable(name),
            "Leave the types out.",
        )
    sheets = {key: table.facts[key] for key in ("sheet", "sheets") if key in table.facts}
    return replace(dataset, readings=table.readings, facts={**dataset.facts, **sheets})


def read_as_best_modality(table: Dataset, name: str, target: str | None) -> Dataset:
    """The table, or what it is in truth: texts with labels, sensor readings; ``facts["recognised"]`` says why.

    target: the column somebody wants to predict, or None.
    """
    from core.ingest import table_semantics

    key, why = table_semantics.classify_table(table, target)
    made = _modality(key).from_table
    if made is None:
        offers = table_semantics.possible_offers(table)
        return replace(table, facts={**table.facts, "offers": offers}) if offers else table
    try:
        dataset = made(table, name, target)
    except LoadError:
        return table
    columns = [
        {"name": c.name, "type": c.type, "missing": c.missing, "distinct": c.distinct, "note": c.note}
        for c in table.columns
    ]
    facts = {**dataset.facts, "recognised": why, "table": {"rows": len(table.inputs), "columns": columns}}
    return replace(dataset, facts=facts)


def _modality(key: str) -> Modality:
    """The modality of a key; behind a dash stands the layout of its table, as in "series-rows"."""
    there = registry.discover("modalities")
    base, _, layout = key.rpartition("-")
    if key not in there and base in there and layout in there[base].layouts:
        kind: Modality = there[base]
        return replace(kind, from_table=kind.layouts[layout].from_table)
    if key not in there:
        raise LoadError(f"There is no modality “{printable(key)}”.", how="Choose one of: " + ", ".join(there))
    return there[key]


def check_size(path: Path, large: bool = False) -> None:
    """Returns where there is something to read that is not too large.

    Args:
        path: a file or folder. large: a table may be larger, since a sample of it is read.

    Raises:
        LoadError: there is nothing, or it is empty or over the limit.
    """
    # No file system has a name with this sign, and asking for one is an error of another kind.
    if "\0" in str(path) or not path.exists():
        raise LoadError("The file does not exist.", printable(path.name), "Check the name.")
    if path.is_dir():
        return
    if not path.is_file():
        raise LoadError("This is not an ordinary file.", printable(path.name), "Upload a file.")
    size = path.stat().st_size
    if size > limits.UPLOAD_BYTES and not (large and file_rejections.suffix_of(path.name) in SAMPLED):
        raise LoadError(
            f"The file has {format_bytes(size)}; the limit is {format_bytes(limits.UPLOAD_BYTES)}.",
            printable(path.name),
            "Upload a part of it.",
        )
    if size == 0:
        raise LoadError("The file is empty (0 bytes).", printable(path.name), "Upload a file with data in it.")


def _too_much() -> LoadError:
    return LoadError(
        f"Reading this file needs more memory than the reader may use ({format_bytes(limits.READER_MEMORY_BYTES)}).",
        how="Upload a smaller file, or a part of it.",
    )
