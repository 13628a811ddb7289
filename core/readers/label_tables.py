"""Tables of labels inside an archive: which column names the files, which one the classes, and why one is not used."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from core import limits
from core.readers import archives
from core.readers.folder_roles import read_folder_name
from core.readers.label_columns import (
    ENOUGH,
    GROUP_WORDS,
    UnusableTable,
    called,
    find_class_column,
    is_called,
)
from core.readers.label_records import read_label_records
from core.readers.member_names import MemberNames
from core.readers.name_meaning import name_words, word_set
from core.schema import LoadError
from core.wording import count_of, quote_names

SUFFIXES = (".csv", ".tsv", ".tab", ".txt", ".dat")
RECORDS = (".json", ".jsonl", ".ndjson")
# A sheet among pictures says something on them whatever it is called; the others only under a telling name.
SHEETS = (".xlsx", ".xlsm", ".parquet")
UNREAD_SHEETS = (".xls", ".xlsb", ".ods", ".feather", ".orc", ".numbers")
OTHER_TABLES = (".xml", ".mat", ".npy", ".npz", ".pkl", ".h5", ".sqlite", ".db", ".yaml", ".yml")
TELLING = word_set(
    "label labels annotation annotations class classes meta metadata target targets truth gt groundtruth"
)
TABLES, READ_BYTES, PROBED = 8, 20 * limits.MB, 1_000


@dataclass
class LabelTables:
    """What tables say: a class for each file they name; whether a column called label did so; sentences on what was
    done, and on tables that were seen but not used."""

    files: dict[str, archives.MediaItem] = field(default_factory=dict)
    named: bool = False
    used: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    unused: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _TableLabels:
    """What one table says: file -> its class and group; whether its name says so; sentences."""

    table: str
    files: Mapping[str, archives.MediaItem]
    named: bool
    warnings: Sequence[str]

    @property
    def rank(self) -> tuple[bool, int, int]:
        """The higher, the likelier these are the classes: named so, many of them, for many files."""
        return self.named, len({item.label for item in self.files.values()}), len(self.files)


@dataclass(frozen=True)
class _Match:
    """Rows of one column and the files they name; way: how they match ("path", "name", "stem", "number")."""

    column: str
    way: str
    rows: Mapping[int, str]
    lost: tuple[str, ...]


def is_table(name: str, noun: str) -> bool:
    """Whether a member may be a table of labels; among texts only CSV, TSV, sheets and Parquet files are.

    Args:
        name: of the member. noun: "picture", "sound" or "text".
    """
    suffix = PurePosixPath(name).suffix.lower()
    return suffix in SHEETS or suffix in (SUFFIXES[:3] if noun == "text" else SUFFIXES)


def read_label_tables(
    archive: archives.Archive, names: Sequence[str], parts: Mapping[str, str], noun: str
) -> LabelTables:
    """Classes of files by the tables inside an archive.

    Args:
        archive: opened. names: the files that may be named by a table. parts: file -> the folder that names its part,
            so that train.csv speaks of the files under train. noun: for messages.
    """
    found = LabelTables()
    members = [name for name in names if not (is_table(name, noun) or name.lower().endswith(RECORDS))]
    index = MemberNames(members, parts)
    read: list[_TableLabels] = []
    candidates = [name for name in archive.names if is_table(name, noun) or name.lower().endswith(RECORDS)]
    likely = (*SUFFIXES[:3], *SHEETS)
    for table in sorted(candidates, key=lambda name: (not name.lower().endswith(likely), name))[:TABLES]:
        # A text file beside sounds is a table only if it turns out to be one.
        loud = not table.lower().endswith((".txt", ".dat", *RECORDS)) or bool(
            TELLING & set(name_words(PurePosixPath(table).stem))
        )
        try:
            read += _read(archive, table, index, noun)
        except UnusableTable as error:
            if loud:
                found.unused.append(f"{quote_names([table])} was seen, but {error}.")
    for one in sorted(read, key=lambda one: one.rank, reverse=True):
        _join(one, found)
    for name in archive.names:
        path = PurePosixPath(name)
        suffix, telling = path.suffix.lower(), bool(TELLING & set(name_words(path.stem)))
        if suffix in UNREAD_SHEETS or (suffix in OTHER_TABLES and telling):
            found.unused.append(
                f"{quote_names([name])} was seen, but inside an archive only CSV, TSV, JSON, Excel (xlsx) and Parquet "
                "tables of labels are read: save it as CSV, with the columns file and label."
            )
    return found


def _join(one: _TableLabels, found: LabelTables) -> None:
    """Adds what a table says, unless a better one says something else."""
    known = [item for name, item in one.files.items() if name in found.files]
    other = sum(found.files[item.name].label != item.label for item in known)
    if other > (1 - ENOUGH) * len(known) or (found.used and one.named < found.named):
        what = f"{quote_names([one.table])} was seen, but {quote_names(found.used)} gives the classes"
        found.unused.append(what + (f", others for {other:,} of the same files." if other else "."))
        return
    for name, item in one.files.items():
        found.files.setdefault(name, item)
    if one.table not in found.used:
        found.used.append(one.table)
    found.named |= one.named
    found.warnings += one.warnings
    if other:
        found.warnings.append(
            f"{quote_names([one.table])} gives {other:,} files other classes than {quote_names(found.used[:-1])}; "
            "those are kept."
        )


def _read(archive: archives.Archive, table: str, index: MemberNames, noun: str) -> list[_TableLabels]:
    """What one file says: one table, or each sheet of a workbook that names files.

    Raises:
        UnusableTable: nothing; with the reason.
    """
    if "submission" in name_words(PurePosixPath(table).stem):
        raise UnusableTable("it is named as a form for answers, not as labels")
    read, reasons = [], []
    for sheet, columns in _tables(archive, table).items():
        try:
            read.append(_read_columns(columns, table, sheet, index, noun))
        except UnusableTable as error:
            reasons.append(f"in sheet {quote_names([sheet])} {error}" if sheet else str(error))
    if not read:
        raise UnusableTable("; ".join(reasons[:3]) + ("; and others" if len(reasons) > 3 else ""))
    return read


def _read_columns(
    columns: Mapping[str, list[str]], table: str, sheet: str, index: MemberNames, noun: str
) -> _TableLabels:
    """What one table says; a sheet of a workbook may be of one part of the data, as a file may.

    Raises:
        UnusableTable: with the reason.
    """
    stem = sheet or PurePosixPath(table).stem
    part = read_folder_name(stem).word if read_folder_name(stem).role == "part" else ""
    key = _match(columns, index, part, noun)
    groups = [name for name in columns if name != key.column and is_called(name, GROUP_WORDS)]
    group = min(groups, key=lambda name: GROUP_WORDS.index(called(name)), default="")
    rows = list(key.rows)
    others = {name: [cells[row].strip() for row in rows] for name, cells in columns.items()}
    labels = find_class_column({name: others[name] for name in columns if name not in (key.column, group)}, key.column)
    files, contradicted = _files(list(key.rows.values()), labels.values, others.get(group, [""] * len(rows)))
    warnings = []
    where = quote_names([table]) + (f" (sheet {quote_names([sheet])})" if sheet else "")
    if not labels.named or key.way in ("stem", "number"):
        row, name = next(iter(key.rows.items()))
        cell = quote_names([columns[key.column][row]])
        warnings.append(
            f"Classes are taken from {where}: {labels.title}; {count_of(len(key.rows), 'row')} matched by column "
            f"{quote_names([key.column])}, such as {cell} to {quote_names([name])}."
        )
    if key.lost:
        warnings.append(
            f"{count_of(len(key.lost), 'row')} of {where} name no {noun} in the archive: {quote_names(key.lost, 2)}."
        )
    empty = sum(not value for value in labels.values)
    if empty:
        warnings.append(f"{count_of(empty, 'row')} of {where} without one class; their {noun}s are left out.")
    if contradicted:
        warnings.append(
            f"{count_of(len(contradicted), noun)} with several classes in {where}, left out: "
            f"{quote_names(contradicted)}."
        )
    return _TableLabels(table, files, labels.named, warnings)


def _files(
    names: Sequence[str], labels: Sequence[str], groups: Sequence[str]
) -> tuple[dict[str, archives.MediaItem], list[str]]:
    """The labelled files, and those that got two classes."""
    found: dict[str, archives.MediaItem] = {}
    contradicted: dict[str, None] = {}
    for name, label, group in zip(names, labels, groups, strict=True):
        if label and found.setdefault(name, archives.MediaItem(name, label, group)).label != label:
            contradicted[name] = None
    return {name: item for name, item in found.items() if name not in contradicted}, list(contradicted)


def _tables(archive: archives.Archive, table: str) -> dict[str, dict[str, list[str]]]:
    """The tables of a member as texts, by the readers of tables: any delimiter, encoding, with or without header."""
    from core.readers.tables.formats.member_tables import read_member_tables

    if archive.members[table].size > READ_BYTES:
        raise UnusableTable(f"it is larger than {READ_BYTES // limits.MB} MB")
    if table.lower().endswith(RECORDS):
        records = read_label_records(archive.read(table))
        if records is None:
            raise UnusableTable(
                "it is neither a list of records nor a mapping of files to classes; save it as CSV, with the columns "
                "file and label"
            )
        return {"": records}
    try:
        tables = read_member_tables(archive.read(table), table)
    except LoadError as error:
        raise UnusableTable(f"it cannot be read as a table ({error.what.rstrip('.')})") from None
    tables = {title: columns for title, columns in tables.items() if any(columns.values())}
    if not tables:
        raise UnusableTable("it holds no rows")
    return tables


def _match(columns: Mapping[str, Sequence[str]], index: MemberNames, part: str, noun: str) -> _Match:
    """The column that names files, and how: by path or name, else by stem, else by number.

    Raises:
        UnusableTable: none does.
    """
    best: _Match | None = None
    # A column without a hit among many rows is not asked row by row.
    step = max(1, len(next(iter(columns.values()))) // PROBED)
    for way in ("path", "stem", "number"):
        for column, cells in columns.items():
            if step > 1 and not any(index.find(cell, way, part) for cell in cells[::step]):
                continue
            rows = {row: name for row, cell in enumerate(cells) if (name := index.find(cell, way, part))}
            # A class called 1 is no picture 1.png: the cells of a column of names differ.
            if len(set(rows.values())) >= max(2, ENOUGH * len(rows)) and (best is None or len(rows) > len(best.rows)):
                lost = tuple(cell for row, cell in enumerate(cells) if row not in rows)
                best = _Match(column, way, rows, lost)
        if best and len(best.rows) >= ENOUGH * min(index.count, len(next(iter(columns.values())))):
            return best
    total = len(next(iter(columns.values())))
    if best:
        raise UnusableTable(
            f"only {len(best.rows):,} of its {total:,} rows name a {noun} (column {quote_names([best.column])}, "
            f"such as {quote_names(best.lost, 1)})"
        )
    for column, cells in columns.items():
        several = [cell for cell in cells if index.count_of(cell) > 1]
        if len(set(several)) >= max(2, ENOUGH * len(cells)):
            raise UnusableTable(
                f"its column {quote_names([column])} names several {noun}s at once, such as {quote_names(several, 1)} "
                f"for {index.count_of(several[0])}; write them with their folders"
            )
    raise UnusableTable(f"none of its columns {quote_names(columns)} names the {noun}s")
