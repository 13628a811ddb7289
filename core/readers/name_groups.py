"""Groups hidden in file names: words or numbers (speaker, patient, kit, session) that return in several classes."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import PurePosixPath

import numpy as np

from core.readers.folder_roles import FOLD, MASK, OWNER, PART, VERSION, WRAPPER, read_folder_name
from core.readers.name_meaning import OWNERS
from core.schema import Dataset, Finding, LoadError
from core.wording import quote_names

KEY = re.compile(r"(name|folder):([1-9]\d?)")
HASH = re.compile(r"(?=.*\d)(?=.*[a-f])[0-9a-f]{6,}")
DATE = re.compile(r"(19|20)\d\d(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])")
BORDERS = re.compile(
    r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|(?<=\d)(?=[^\W\d_])|(?<=[^\W\d_])(?=\d)"
)  # fmt: skip
# Words that say how an item was made or shown, not from whom it comes.
NO_OWNERS = frozenset({
    "left", "right", "front", "back", "side", "top", "bottom", "up", "down", "train", "training", "test", "testing",
    "val", "valid", "validation", "dev", "aug", "augmented", "orig", "original", "copy", "flip", "flipped", "rot",
    "rotated", "crop", "cropped", "small", "medium", "large", "big", "day", "night", "indoor", "outdoor", "img",
    "image", "dsc", "dscn", "dscf", "pxl", "photo", "pic", "picture", "wav", "audio", "file", "frame", "screenshot",
    "scan", "whatsapp", "video", "clip", "sound", "text", "doc", "male", "female", "m", "f", "l", "r", "a", "b", "c",
    "x", "y", "z", "new", "old", "final", "jpg", "jpeg", "png", "rgb", "grey", "gray",
})  # fmt: skip
FEWEST, MANY = 3, 5
REPEATED, CROSSING, THERE = 0.9, 0.6, 0.95
COVERED = 0.8
POSITIONS = 12


@dataclass(frozen=True)
class NameGroups:
    """Groups that names propose. key: "name:2" for the second part of the file's name, "folder:1" for the folder that
    holds it. count: how many groups; examples: some of their names. convincing: so clear that folds keep them apart
    unless somebody says otherwise."""

    key: str
    count: int
    examples: tuple[str, ...]
    convincing: bool = False


@lru_cache(maxsize=32_768)
def name_parts(name: str) -> tuple[str, ...]:
    """The parts of a file's name without its suffix: split where letters and digits meet, at capitals inside a word and
    at all other characters; a hash of six hexadecimal digits or more stays whole.

    Args:
        name: a path with forward slashes.
    """
    stem = PurePosixPath(name).name
    stem = stem.rsplit(".", 1)[0] if "." in stem[1:] else stem
    found: list[str] = []
    for chunk in re.split(r"[\W_]+", stem):
        if chunk:
            found += [chunk] if HASH.fullmatch(chunk.lower()) else BORDERS.split(chunk)
    return tuple(found)


def group_codes(files: Sequence[str], key: str) -> np.ndarray:
    """int64 (n,): one code a group; a file without that part is a group of its own.

    Args:
        files: n paths with forward slashes. key: "name:2" or "folder:1", counted from 1; folders from the file upwards.

    Raises:
        LoadError: the key cannot be read, or hardly any file has such a part, or all have the same.
    """
    match = KEY.fullmatch(key.strip().lower())
    if match is None:
        raise LoadError(
            f"There are no groups {quote_names([key])}.",
            "--groups",
            "Write name:2 for the second part of the file names, or folder:1 for the folder that holds a file.",
        )
    values = _values(files, match[1], int(match[2]))
    there = [value for value in values if value is not None]
    if 2 * len(there) < len(files) or len(set(there)) < 2:
        shown = name_parts(files[0]) if match[1] == "name" else list(PurePosixPath(files[0]).parts[:-1])
        what = "all files have the same one" if there and len(set(there)) < 2 else "most files have none"
        raise LoadError(
            f"{key} gives no groups: {what}.", f"{quote_names(files[:1])} has the parts {quote_names(shown, 12)}"
        )
    names = [f"/{file}" if value is None else value for file, value in zip(files, values, strict=True)]
    return np.unique(names, return_inverse=True)[1].astype(np.int64)


def _values(files: Sequence[str], kind: str, place: int) -> list[str | None]:
    """The part of each file, whole numbers without leading zeros and words in lower case."""
    found: list[str | None] = []
    for file in files:
        parts = name_parts(file) if kind == "name" else list(reversed(PurePosixPath(file).parts[:-1]))
        found.append(_plain(parts[place - 1]) if len(parts) >= place else None)
    return found


def _plain(part: str) -> str:
    return str(int(part)) if part.isdecimal() else part.casefold()


def find_name_groups(files: Sequence[str], labels: Sequence[str]) -> list[NameGroups]:
    """Groups that the file names and folders propose, the clearest first; at most that one is convincing.

    A part of the names is proposed when its values return, in several classes, and it is neither a counter nor the
    class nor a word such as "left" or "train".

    Args:
        files: n paths with forward slashes. labels: n classes.
    """
    found: list[tuple[int, NameGroups]] = []
    seen: set[tuple[int, ...]] = set()
    depth = max((len(PurePosixPath(file).parts) for file in files), default=0)
    places = [("folder", place) for place in range(1, min(depth, POSITIONS))]
    longest = min(POSITIONS, max((len(name_parts(file)) for file in files), default=0))
    places += [("name", place) for place in range(1, longest + 1)]
    for kind, place in places:
        values = _values(files, kind, place)
        if not _returns(values, labels):
            continue
        rank = _folder_rank(values) if kind == "folder" else _rank(files, labels, values, place)
        partition = tuple(np.unique([value or "" for value in values], return_inverse=True)[1])
        if rank and partition not in seen and not _all_in(values, NO_OWNERS):
            seen.add(partition)
            shown = Counter(value for value in values if value is not None)
            examples = tuple(value for value, _ in shown.most_common(4))
            found.append((rank, NameGroups(f"{kind}:{place}", len(shown), examples, rank >= 2)))
    found.sort(key=lambda entry: (-entry[0], -entry[1].count))
    made = [groups for _, groups in found]
    return [groups if not place else _unsure(groups) for place, groups in enumerate(made)]


def _unsure(groups: NameGroups) -> NameGroups:
    return NameGroups(groups.key, groups.count, groups.examples)


def _all_in(values: Sequence[str | None], words: frozenset[str]) -> bool:
    known = [value for value in values if value is not None]
    return sum(value in words for value in known) > 0.5 * len(known)


def _returns(values: Sequence[str | None], labels: Sequence[str]) -> bool:
    """Whether values return, and most of them in several classes, nearly every file having one."""
    known = [(value, label) for value, label in zip(values, labels, strict=True) if value is not None]
    counts = Counter(value for value, _ in known)
    if len(known) < THERE * len(values) or not FEWEST <= len(counts) <= len(values) / 2:
        return False
    classes: dict[str, set[str]] = defaultdict(set)
    for value, label in known:
        classes[value].add(label)
    repeated = sum(count for count in counts.values() if count > 1)
    crossing = sum(counts[value] for value, held in classes.items() if len(held) > 1)
    return repeated >= REPEATED * len(known) and crossing >= CROSSING * len(known)


def _folder_rank(values: Sequence[str | None]) -> int:
    """How clear folders are as groups: folds and persons most; parts, versions and masks of the data not at all."""
    roles = Counter(read_folder_name(value).role for value in values if value is not None)
    role, count = roles.most_common(1)[0]
    if 2 * count > sum(roles.values()) and role in (PART, VERSION, MASK, WRAPPER):
        return 0
    return 6 if role in (FOLD, OWNER) else 4


def _rank(files: Sequence[str], labels: Sequence[str], values: Sequence[str | None], place: int) -> int:
    """How clear a part of the names is as a group: 0 not at all, 1 worth an offer, 2 and more convincing."""
    known = [value for value in values if value is not None]
    parts = [name_parts(file) for file in files]
    before = Counter(_plain(one[place - 2]) for one in parts if len(one) >= place) if place > 1 else Counter()
    word, times = before.most_common(1)[0] if before else ("", 0)
    owned = word in OWNERS and times > 0.9 * len(known)
    if not all(value.isdecimal() for value in known):
        regular = Counter(len(one) for one in parts).most_common(1)[0][1] >= THERE * len(parts)
        if all(HASH.fullmatch(value) for value in known):
            return 4
        return 5 if owned else 3 if regular else 1
    if owned:
        return 5
    if sum(bool(DATE.fullmatch(value)) for value in known) > 0.9 * len(known):
        return 1
    if _in_date(parts, place):
        return 0
    numbers = {int(value) for value in known}
    # A counter begins anew in each folder, not only in each class.
    folders = [PurePosixPath(file).parent for file in files]
    cells = Counter(zip(labels, folders, values, strict=True))
    last = sum(len(one) == place for one in parts) > 0.5 * len(parts)
    dense = min(numbers) <= 1 and len(numbers) >= COVERED * (max(numbers) - min(numbers) + 1)
    if max(cells.values()) == 1 or (last and dense):
        return 0
    return 2 if not last and len(numbers) >= MANY and float(np.median(list(cells.values()))) >= 2 else 1


def _in_date(parts: Sequence[Sequence[str]], place: int) -> bool:
    """Whether a part is the year, month or day of a date that is written in three parts."""
    for start in range(max(0, place - 3), place):
        dates = sum(bool(DATE.fullmatch("".join(one[start : start + 3]))) for one in parts)
        if dates > 0.9 * len(parts):
            return True
    return False


def describe_name_groups(groups: NameGroups) -> str:
    """One sentence on groups that names propose.

    Args:
        groups: from ``find_name_groups``.
    """
    where = "The folders" if groups.key.startswith("folder") else f"Part {groups.key[5:]} of the file names"
    verb = "return" if groups.key.startswith("folder") else "returns"
    done = "whole groups are held back for testing" if groups.convincing else "they may be groups"
    shown = f"{groups.count:,} values such as {quote_names(groups.examples)}"
    return f"{where} ({groups.key}) {verb} in several classes, {shown}: {done}."


def take_name_groups(dataset: Dataset, key: str | None) -> Dataset:
    """The data set with the groups that a key such as "name:2" or "folder:1" names, itself without a key.

    Args:
        dataset: n items; ``facts["files"]`` has their names. key: from ``Task.groups``.

    Raises:
        LoadError: the key cannot be read, or there are no file names; data that came with groups keep them then.
    """
    files = list(dataset.facts.get("files") or ())
    if key is None or (dataset.groups is not None and not KEY.fullmatch(key.strip().lower())):
        return dataset
    if len(files) != len(dataset):
        if dataset.groups is not None:
            return dataset
        what = f"There are no groups {quote_names([key])}: these data have no columns and no file names."
        raise LoadError(what, dataset.name, "Leave the groups out, or give a group with every item in a labels.csv.")
    return replace(dataset, groups=group_codes(files, key))


def default_groups(dataset: Dataset) -> str | None:
    """The key of the groups that folds keep apart unless somebody says otherwise, None where no name is clear.

    Args:
        dataset: read from class folders; data that came with groups, and cuts of data, have no default.
    """
    facts = dataset.facts
    if dataset.groups is not None or len(facts.get("files") or ()) != len(dataset):
        return None
    return next((str(one["key"]) for one in facts.get("name_groups") or () if one["convincing"]), None)


def name_group_findings(dataset: Dataset, key: str | None) -> list[Finding]:
    """A finding on the groups that were taken from names, or on those that could be.

    Args:
        dataset: n items, prepared. key: from ``Task.groups``.
    """
    offered = [
        NameGroups(**{**one, "examples": tuple(one["examples"])}) for one in dataset.facts.get("name_groups") or ()
    ]
    if key is None and offered and dataset.groups is None:
        how = "If new items will come from new ones of these, choose it as the group: whole groups are then held back."
        return [Finding("name_groups", "warning", describe_name_groups(_unsure(offered[0])), (), how)]
    if key is None or not KEY.fullmatch(key.strip().lower()) or dataset.groups is None:
        return []
    count = len(np.unique(dataset.groups))
    shown = next((f" such as {quote_names(one.examples)}" for one in offered if one.key == key), "")
    what = f"Groups were taken from the names ({key}): {count:,} groups{shown} never stand on both sides of a split."
    return [
        Finding(
            "name_groups", "info", what, (), "Scores speak of new groups. Choose none if new items come from the same."
        )
    ]
