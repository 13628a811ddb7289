"""Where the classes of files stand: in a table of labels, in folders, or in file names; asks where it cannot tell."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from core.readers import folder_roles, name_classes
from core.readers.archives import MediaItem
from core.readers.folder_layout import FolderLayout
from core.readers.folder_roles import read_folder_name
from core.readers.label_tables import LabelTables
from core.schema import LoadError
from core.wording import count_of, quote_names

AGREED = 0.95
COMMON = 0.2
HOW = "Make one folder per class, or add a labels.csv with the columns file and label."


@dataclass
class ClassSource:
    """The files with their classes, why others have none, and sentences: for everybody, and for a refusal.

    told: files without a class of which a sentence speaks.
    """

    items: list[MediaItem]
    left_out: dict[str, str] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)
    told: frozenset[str] = frozenset()


def choose_classes(layout: FolderLayout, tables: LabelTables, names: Sequence[str], noun: str) -> ClassSource:
    """The classes by the strongest evidence: a column called label, class folders, a column of few values, file names.

    Args:
        layout: what the folders say. tables: what tables inside say. names: the files that may have a class.
        noun: "picture", "sound" or "text", for messages.

    Raises:
        LoadError: nothing says what the classes are, or several things could.
    """
    folders = {layout.classes[name] for name in names} - {""}
    if tables.files and (tables.named or len(folders) < 2):
        return _by_tables(layout, tables, names, noun)
    doubts = list(tables.unused)
    if tables.files:
        doubts.append(
            f"{quote_names(tables.used)} was seen, but the class folders are used; to use the table, name its "
            "column of classes label."
        )
    if len(folders) < 2:
        chosen = _by_names(layout, names, noun, doubts)
        if chosen:
            return chosen
    items = [MediaItem(name, layout.classes[name]) for name in names if layout.classes[name]]
    if not items:
        raise _no_classes(layout, names, noun, doubts)
    loose = {
        name: f"in {quote_names([layout.parts[name]])} without a class folder" if name in layout.parts
        else "lies in no class folder"
        for name in names
        if not layout.classes[name]
    }  # fmt: skip
    doubt = _two_readings(items)
    return ClassSource(items, loose, [*doubts, *doubt], doubts)


def _two_readings(items: Sequence[MediaItem]) -> list[str]:
    """The doubt where numbered folders hold the same words each: persons over classes, or classes over persons."""
    below: dict[str, set[str]] = defaultdict(set)
    for item in items:
        path = PurePosixPath(item.name).parts[:-1]
        place = path.index(item.label) if item.label in path else len(path)
        below[item.label].add(path[place + 1] if place + 1 < len(path) else "")
    shared = set.intersection(*below.values()) - {""}
    numbered = all(re.fullmatch(r"[^\W\d_]*[\W_]*\d+", label) for label in below)
    words = sorted(word for word in shared if not re.search(r"\d", word) and not read_folder_name(word).role)
    if len(below) < 2 or not numbered or len(words) < 2:
        return []
    return [
        f"Each of the folders {quote_names(sorted(below), 3)} holds the same folders {quote_names(words, 3)}: the "
        f"upper ones are taken for the classes, such as {quote_names([items[0].label])} for "
        f"{quote_names([items[0].name])}. If the lower ones are the classes, put them above, or add a labels.csv with "
        "the columns file, label and group."
    ]


def _by_tables(layout: FolderLayout, tables: LabelTables, names: Sequence[str], noun: str) -> ClassSource:
    items = list(tables.files.values())
    missing = [name for name in names if name not in tables.files]
    warnings = [*tables.warnings, *tables.unused]
    if missing:
        warnings.append(
            f"{count_of(len(missing), noun)} left out, not named in {quote_names(tables.used)}: "
            f"{quote_names(missing, 2)}."
        )
    folders = {layout.classes[item.name] for item in items} - {""}
    pairs = Counter((layout.classes[item.name], item.label) for item in items)
    if len(folders) > 1 and sum(count for _, count in pairs.most_common(len(folders))) < AGREED * len(items):
        warnings.append(
            f"The classes of {quote_names(tables.used)} are used; the folders {quote_names(sorted(folders))} say "
            "something else."
        )
    return ClassSource(
        items, dict.fromkeys(missing, "not named in the table of labels"), warnings, told=frozenset(missing)
    )


def _by_names(layout: FolderLayout, names: Sequence[str], noun: str, doubts: list[str]) -> ClassSource | None:
    """Classes in file names, or owners as classes; None where there is neither.

    Raises:
        LoadError: several parts of the names could be the class, or one that may as well count.
    """
    usual = Counter(PurePosixPath(name).suffix.lower() for name in names)
    files = [name for name in names if usual[PurePosixPath(name).suffix.lower()] >= COMMON * len(names)]
    owners = [layout.owners.get(name, "") for name in files]
    offers = name_classes.find_name_classes(files, owners)
    if not offers:
        # Names of the test part often say nothing.
        trained = [name for name in files if read_folder_name(layout.parts.get(name, "")).word == "train"]
        offers = name_classes.find_name_classes(trained, [layout.owners.get(name, "") for name in trained])
        files = trained if offers else files
    said = layout.describe_roles()
    if len(offers) == 1 and not offers[0].doubtful:
        found = dict(zip(files, offers[0].values, strict=True))
        items = [MediaItem(name, value) for name, value in found.items() if value]
        no_folder = f"no class: {said}" if said else "no class folder"
        other = "; or the folders are the classes" if _are_persons(layout) else ""
        warning = (
            f"The folders name {no_folder}. Classes are taken from {offers[0].describe()}, such as "
            f"{quote_names([items[0].label])} for {quote_names([items[0].name])}{other}. If that is wrong, add a "
            "labels.csv with the columns file and label."
        )
        rest = {name: "without a class in its name" for name in names if not found.get(name)}
        return ClassSource(items, rest, [warning, *doubts], doubts)
    if offers:
        raise _no_classes(layout, names, noun, [*doubts, _ask(offers, layout)])
    if _are_persons(layout):
        layout.classes |= layout.owners
        folders = sorted(set(layout.owners.values()))
        doubts.append(
            f"The classes are {said}: to recognise these is taken for the task. If something else is to be learnt, add "
            f"a labels.csv with the columns file, label and group (such as {quote_names(folders[:1])})."
        )
    return None


def _are_persons(layout: FolderLayout) -> bool:
    """Whether the only folders are those of persons or devices, which somebody may want to recognise."""
    folders = set(layout.owners.values())
    return len(folders) > 1 and all(
        read_folder_name(folder).role == folder_roles.OWNER
        and not folder_roles.is_occasion(read_folder_name(folder).word)
        for folder in folders
    )


def _ask(offers: Sequence[name_classes.NamePart], layout: FolderLayout) -> str:
    could = [offer.describe() for offer in offers]
    if _are_persons(layout):
        could.append(f"the folders ({quote_names(sorted(set(layout.owners.values())), 2)})")
    return "The class could stand in " + "; or in ".join(could) + "."


def _no_classes(layout: FolderLayout, names: Sequence[str], noun: str, doubts: Sequence[str]) -> LoadError:
    said = layout.describe_roles()
    loose = sum(not layout.classes[name] for name in names)
    where = [f"{count_of(loose, 'file')} without a class folder", *doubts]
    return LoadError(
        f"The {noun}s lie in no class folders, so there is nothing to learn" + (f": {said}." if said else "."),
        ". ".join(text.removesuffix(".") for text in where),
        HOW,
    )
