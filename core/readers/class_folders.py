"""Finds what belongs to which class in an archive: by its folders, or by a table of file names and labels inside it."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path, PurePosixPath

import numpy as np

from core import limits
from core.readers import archives, name_groups
from core.schema import Facts, LoadError
from core.wording import count_of, printable, quote_names

FILE_COLUMNS = ("file", "path", "filename", "file_name", "filepath", "image", "picture", "name", "id")
LABEL_COLUMNS = ("label", "class", "target", "category", "y", "species", "tag")
GROUP_COLUMNS = ("group", "subject", "speaker", "person", "patient", "kit", "session", "user", "site")
LISTED = 50
NAME_CHARACTERS = 300


@dataclass(frozen=True)
class MediaItem:
    """One member that claims to be a picture, sound or text of a class."""

    name: str
    label: str
    group: str = ""


@dataclass
class ClassFolders:
    """What was found, and, as reading goes on, what had to be left out: name -> reason."""

    archive: archives.Archive
    items: list[MediaItem]
    left_out: dict[str, str]
    warnings: list[str] = field(default_factory=list)

    def read(self, item: MediaItem) -> bytes:
        """The bytes of an item.

        Raises:
            LoadError: the archive itself is damaged there, so nothing in it can be trusted.
        """
        return self.archive.read(item.name)


def find_classes(path: Path, noun: str, suffixes: Sequence[str] = ()) -> ClassFolders:
    """Opens a zip or a folder and pairs members with classes.

    Args:
        path: a zip file or a folder.
        noun: "picture", "sound" or "text", for messages.
        suffixes: members with another suffix are left out unread; () lets the content decide.

    Raises:
        LoadError: nothing inside, no class folders and no table of labels, only one class, or over a limit.
    """
    archive = archives.open_archive(path)
    left_out = dict(archive.left_out)
    warnings = []
    if archive.repeated:
        twice = quote_names(archive.repeated)
        warnings.append(f"{count_of(len(archive.repeated), 'member')} stored twice, the first copy is used: {twice}.")
    tables = [name for name in archive.names if name.lower().endswith((".csv", ".tsv"))]
    names = [name for name in archive.names if name not in tables]
    items = _listed(archive, tables, names)
    if items:
        missing = len(names) - len(items)
        if missing:
            warnings.append(f"{count_of(missing, noun)} not named in the table of labels; left out.")
            chosen = {item.name for item in items}
            left_out |= {name: "not named in the table of labels" for name in names if name not in chosen}
    else:
        items = _foldered(archive, names, left_out, warnings, noun)
    fitting = []
    for item in items:
        suffix = PurePosixPath(item.name).suffix.lower()
        if suffixes and suffix not in suffixes:
            left_out[item.name] = f"not a {noun} ({printable(suffix or 'no suffix', 12)})"
        else:
            fitting.append(item)
    if not fitting:
        raise LoadError(
            f"No {noun} was found in the archive.", how=f"Put the {noun}s of each class into a folder of its own."
        )
    return ClassFolders(archive, fitting, left_out, warnings)


def _foldered(
    archive: archives.Archive, names: list[str], left_out: dict[str, str], warnings: list[str], noun: str
) -> list[MediaItem]:
    classes = archive.classes(names)
    items = [MediaItem(name, label) for name, (label, _) in classes.items() if label]
    loose = [name for name, (label, _) in classes.items() if not label]
    if not items:
        raise LoadError(
            f"The {noun}s lie in no class folders, so there is nothing to learn.",
            f"{count_of(len(names), 'file')} without a folder",
            "Make one folder per class, or add a labels.csv with the columns file and label.",
        )
    left_out |= dict.fromkeys(loose, "lies in no class folder")
    splits = Counter(split for label, split in classes.values() if split and label)
    if len(splits) > 1:
        parts = ", ".join(f"{count:,} in {split}" for split, count in splits.items())
        warnings.append(f"The archive's own parts ({parts}) are joined; the contest cuts its own folds.")
    return items


def _listed(archive: archives.Archive, tables: list[str], names: list[str]) -> list[MediaItem]:
    """Items by a table inside the archive, if one of its columns names members; else nothing."""
    ends: dict[str, str] = {}
    for name in names:
        parts = PurePosixPath(name).parts
        for start in range(len(parts)):
            ends.setdefault("/".join(parts[start:]), name)
    for table in tables[:5]:
        try:
            text = archive.read(table).decode("utf-8-sig")
            rows = list(csv.DictReader(io.StringIO(text), delimiter="\t" if table.lower().endswith(".tsv") else ","))
        except (LoadError, UnicodeDecodeError, csv.Error):
            continue
        if not rows or not rows[0]:
            continue
        columns = [column for column in rows[0] if column]
        key = _pick(columns, FILE_COLUMNS, [c for c in columns if str(rows[0][c]).replace("\\", "/") in ends])
        label = _pick([column for column in columns if column != key], LABEL_COLUMNS, [])
        group = _pick([column for column in columns if column not in (key, label)], GROUP_COLUMNS, [])
        if key is None or label is None:
            continue
        found = {}
        for row in rows:
            member = ends.get(str(row.get(key) or "").replace("\\", "/").lstrip("./"))
            if member and (row.get(label) or "").strip():
                found[member] = MediaItem(member, row[label].strip(), (row.get(group) or "") if group else "")
        if found:
            return list(found.values())
    return []


def _pick(columns: Sequence[str], wanted: Sequence[str], otherwise: Sequence[str]) -> str | None:
    by_name = {column.strip().lower(): column for column in reversed(columns)}
    named = next((by_name[name] for name in wanted if name in by_name), None)
    if otherwise and named not in otherwise:
        return otherwise[0]
    return named


@dataclass(frozen=True)
class ClassAssignment:
    """Which read items are used and what they are: rows into the read ones, codes, class names, groups, words."""

    rows: np.ndarray
    target: np.ndarray
    labels: tuple[str, ...]
    groups: np.ndarray | None
    warnings: tuple[str, ...]
    facts: Facts


def assign_classes(
    folders: ClassFolders, items: Sequence[MediaItem], digests: Sequence[bytes], noun: str
) -> ClassAssignment:
    """Names the classes after reading: drops copies, tells what was left out, refuses what cannot be learnt.

    Args:
        folders: what ``find_classes`` found; its ``left_out`` grows by the copies.
        items: the items that could be read. digests: one for each, equal for equal content.
        noun: for messages.

    Raises:
        LoadError: nothing readable, fewer than two classes, more than the limit, or one item a class.
    """
    rows, twice, torn = _without_copies(items, digests)
    folders.left_out.update(dict.fromkeys(twice, "a copy") | dict.fromkeys(torn, "equal ones lie in two classes"))
    counts = Counter(items[row].label for row in rows)
    _refuse(counts, folders, noun)
    labels = tuple(sorted(counts))
    code = {label: number for number, label in enumerate(labels)}
    names = [items[row].group for row in rows]
    groups = np.unique(names, return_inverse=True)[1].astype(np.int64) if all(names) else None
    warnings = [*folders.warnings, *_class_warnings(folders, counts, (twice, torn), noun)]
    kept = [items[row] for row in rows]
    offered = (
        name_groups.find_name_groups([one.name for one in kept], [one.label for one in kept]) if groups is None else []
    )
    warnings += [name_groups.describe_name_groups(one) for one in offered[:1]]
    facts = {
        "target": "class",
        "items": len(rows),
        "items_bad": len(folders.left_out),
        "left_out": [f"{printable(name)}: {reason}" for name, reason in list(folders.left_out.items())[:LISTED]],
        "files": [printable(items[row].name, NAME_CHARACTERS) for row in rows],
        "name_groups": [asdict(one) for one in offered],
        "counts": {label: counts[label] for label in labels},
    }
    target = np.array([code[items[row].label] for row in rows], dtype=np.int64)
    return ClassAssignment(np.array(rows, dtype=np.int64), target, labels, groups, tuple(warnings), facts)


def _class_warnings(
    folders: ClassFolders, counts: Counter, copies: tuple[Sequence[str], Sequence[str]], noun: str
) -> list[str]:
    """Sentences on copies, empty and small classes, and files left out; copies: (within a class, across classes)."""
    warnings = []
    twice, torn = copies
    if twice:
        warnings.append(f"{count_of(len(twice), noun)} left out as exact copies of others: {quote_names(twice)}.")
    if torn:
        warnings.append(
            f"{count_of(len(torn), noun)} left out because equal ones lie in two classes: {quote_names(torn)}."
        )
    empty = sorted({item.label for item in folders.items} - set(counts))
    if empty:
        warnings.append(
            f"{count_of(len(empty), 'class', 'classes')} without a usable {noun}, left out: {quote_names(empty)}."
        )
    single = sorted(label for label, count in counts.items() if count == 1)
    if single:
        warnings.append(f"{count_of(len(single), 'class', 'classes')} with a single {noun}: {quote_names(single)}.")
    rows = sum(counts.values())
    if rows < limits.MIN_ROWS:
        warnings.append(f"Only {count_of(rows, noun)}; a contest needs {limits.MIN_ROWS}.")
    if folders.left_out:
        why = Counter(folders.left_out.values()).most_common(6)
        reasons = "; ".join(f"{count:,} {reason}" for reason, count in why)
        warnings.append(
            f"{count_of(len(folders.left_out), 'file')} left out ({reasons}): {quote_names(folders.left_out)}."
        )
    return warnings


def _without_copies(read: Sequence[MediaItem], digests: Sequence[bytes]) -> tuple[list[int], list[str], list[str]]:
    where: dict[bytes, set[str]] = {}
    for item, digest in zip(read, digests, strict=True):
        where.setdefault(digest, set()).add(item.label)
    rows, twice, torn, seen = [], [], [], set()
    for row, (item, digest) in enumerate(zip(read, digests, strict=True)):
        if len(where[digest]) > 1:
            torn.append(item.name)
        elif digest in seen:
            twice.append(item.name)
        else:
            seen.add(digest)
            rows.append(row)
    return rows, twice, torn


def _refuse(counts: Counter, folders: ClassFolders, noun: str) -> None:
    bad = "; ".join(f"{count:,} {reason}" for reason, count in Counter(folders.left_out.values()).most_common(4))
    if not counts:
        raise LoadError(f"No {noun} could be used.", bad, f"Check that the files are {noun}s and open on your machine.")
    if len(counts) == 1:
        raise LoadError(
            f"There is only one class, {quote_names(counts)}.",
            bad,
            f"Add the {noun}s of at least one more class in a folder of its own.",
        )
    if len(counts) > limits.CLASSES:
        raise LoadError(
            f"There are {len(counts):,} classes; the limit is {limits.CLASSES}.", how="Join or leave out classes."
        )
    if max(counts.values()) == 1:
        raise LoadError(
            f"Every class has a single {noun}, so nothing can be learnt and tested.",
            f"classes {quote_names(sorted(counts))}",
            f"Add more {noun}s to each class.",
        )
