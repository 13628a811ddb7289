"""Finds what belongs to which class in an archive: by its folders, or by a table of file names and labels inside it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path, PurePosixPath

import numpy as np

from core import limits
from core.readers import (
    archives,
    audio_decoder,
    class_sources,
    class_spelling,
    folder_layout,
    folder_roles,
    image_decoder,
    label_tables,
    name_groups,
)
from core.readers.archives import MediaItem
from core.schema import ColumnReading, Facts, LoadError
from core.wording import count_of, printable, quote_names

LISTED = 50
NAME_CHARACTERS = 300
# Files of another kind say nothing on classes: recordings beside their spectrograms.
FOREIGN = {
    "picture": audio_decoder.SUFFIXES,
    "sound": image_decoder.SUFFIXES,
    "text": (*audio_decoder.SUFFIXES, *image_decoder.SUFFIXES),
    "clip": audio_decoder.SUFFIXES,
}


@dataclass
class ClassFolders:
    """What was found, and, as reading goes on, what had to be left out: name -> reason.

    told: files left out of which a warning speaks already. doubts: sentences that a refusal repeats.
    readings: how the classes were read, where spellings were joined or a person kept them apart.
    """

    archive: archives.Archive
    items: list[MediaItem]
    left_out: dict[str, str]
    warnings: list[str] = field(default_factory=list)
    told: frozenset[str] = frozenset()
    doubts: list[str] = field(default_factory=list)
    readings: tuple[ColumnReading, ...] = ()

    def read(self, item: MediaItem) -> bytes:
        """The bytes of an item.

        Raises:
            LoadError: the archive itself is damaged there, so nothing in it can be trusted.
        """
        return self.archive.read(item.name)


def find_classes(
    path: Path | archives.Archive, noun: str, suffixes: Sequence[str] = (), apart: bool = False
) -> ClassFolders:
    """Opens a zip or a folder and pairs members with classes.

    Args:
        path: a zip file or a folder, or what was opened of one.
        noun: "picture", "sound", "clip" or "text", for messages.
        suffixes: members with another suffix are left out unread; () lets the content decide. "" stands for names
            without one, and for endings that are a number or a hash.
        apart: keeps classes as they are written, also those that look alike.

    Raises:
        LoadError: nothing inside, no classes in folders, tables of labels or names, only one, or over a limit.
    """
    archive = path if isinstance(path, archives.Archive) else archives.open_archive(path)
    left_out, warnings = dict(archive.left_out), []
    if archive.repeated:
        twice = quote_names(archive.repeated)
        warnings.append(f"{count_of(len(archive.repeated), 'member')} stored twice, the first copy is used: {twice}.")
    tables_only = (*label_tables.SUFFIXES[:3], *label_tables.SHEETS)
    names = [name for name in archive.names if not name.lower().endswith(tables_only)]
    foreign = [name for name in names if archives.suffix_of_member(name) in FOREIGN.get(noun, ())]
    left_out |= {name: f"not a {noun} ({printable(archives.suffix_of_member(name), 12)})" for name in foreign}
    layout = folder_layout.read_layout([name for name in names if name not in left_out], noun)
    tables = label_tables.read_label_tables(archive, list(layout.classes), layout.parts, noun)
    names = [name for name in layout.classes if name not in tables.used]
    chosen = class_sources.choose_classes(layout, tables, names, noun)
    spelt = (class_spelling.keep_spellings if apart else class_spelling.join_spellings)(chosen.items, layout.parts)
    items = spelt.items
    warnings += [*layout.warnings, *folder_layout.joined_parts(layout, items), *chosen.warnings, *spelt.warnings]
    if spelt.changes and len({item.label for item in items}) == 1:
        chosen.doubts.extend([*spelt.warnings, f"--types {class_spelling.CLASS}=category keeps them apart"])
    left_out |= layout.left_out | chosen.left_out
    fitting = []
    for item in items:
        suffix = archives.suffix_of_member(item.name)
        if suffixes and suffix not in suffixes:
            left_out[item.name] = f"not a {noun} ({printable(suffix or 'no suffix', 12)})"
        else:
            fitting.append(item)
    if not fitting:
        raise LoadError(
            f"No {noun} was found in the archive.", how=f"Put the {noun}s of each class into a folder of its own."
        )
    warnings += _empty_folders(archive, fitting, noun)
    told, readings = chosen.told | set(layout.left_out), spelt.readings()
    if apart:
        readings = (_kept_apart(items),)
    return ClassFolders(archive, fitting, left_out, warnings, told, chosen.doubts, readings)


def _kept_apart(items: Sequence[MediaItem]) -> ColumnReading:
    """How the classes are read where a person has kept their spellings apart."""
    shown, why = tuple(sorted({item.label for item in items})[:3]), "every spelling is a class of its own, as you said"
    return ColumnReading(class_spelling.CLASS, "categorical", shown, why=why, overruled="category")


def _empty_folders(archive: archives.Archive, items: Sequence[MediaItem], noun: str) -> list[str]:
    """A sentence on folders beside those of the classes that hold nothing to read."""
    paths = [(item.label, above) for item in items for above in PurePosixPath(item.name).parents]
    held = {str(above) for _, above in paths}
    beside = {str(above.parent) for label, above in paths if above.name.casefold() == label.casefold()}
    labels = {item.label for item in items}
    empty = [PurePosixPath(one) for one in archive.folders - held]
    left = {one.name for one in empty if str(one.parent) in beside} - labels
    left -= set(folder_roles.folder_roles(dict.fromkeys(left | labels, folder_roles.FolderContent(0, frozenset()))))
    if not left:
        return []
    counted = count_of(len(left), "folder beside the classes holds", "folders beside the classes hold")
    none = "it is no class" if len(left) == 1 else "they are no classes"
    return [f"{counted} no {noun}, so {none}: {quote_names(sorted(left))}."]


@dataclass(frozen=True)
class ClassAssignment:
    """Which read items are used and what they are: rows into the read ones, codes, class names, groups, words."""

    rows: np.ndarray
    target: np.ndarray
    labels: tuple[str, ...]
    groups: np.ndarray | None
    warnings: tuple[str, ...]
    facts: Facts
    readings: tuple[ColumnReading, ...] = ()


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
    return ClassAssignment(
        np.array(rows, dtype=np.int64), target, labels, groups, tuple(warnings), facts, folders.readings
    )


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
    left_out = {name: reason for name, reason in folders.left_out.items() if name not in folders.told}
    if left_out:
        reasons = "; ".join(f"{count:,} {reason}" for reason, count in Counter(left_out.values()).most_common(6))
        warnings.append(f"{count_of(len(left_out), 'file')} left out ({reasons}): {quote_names(left_out)}.")
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
            " ".join([*([bad + "."] if bad else []), *folders.doubts]).removesuffix("."),
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
