"""Which folder of each file is its class: wrapping folders, parts, folds, masks, versions and owners are none."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from core.readers import folder_roles
from core.readers.archives import MediaItem
from core.readers.folder_roles import BACKGROUND, FOLD, MASK, OWNER, PART, UNLABELLED, VERSION, WRAPPER, FolderContent
from core.wording import count_of, join_words, printable, quote_names

SAME_FILES = 0.5
# Folders below these are not asked; a crafted name may have thousands.
DEEPEST = 40
MASK_ENDING = re.compile(r"[ _.-](mask|segmentation|gt|groundtruth|annotation)([ _.-]?\d{1,6})?$")
LEFT_OUT = {
    MASK: "masks or ground truth",
    UNLABELLED: "without a class by the name of their folder",
    BACKGROUND: "background noise, no class",
}


@dataclass
class FolderLayout:
    """Where the files of an archive stand, by their folders alone.

    classes: file -> class folder, "" for one that lies in none. parts: file -> folder named after a part of the data.
    owners: file -> folder named after a fold, person or session. left_out: file -> why it is not read. roles: role ->
    its folders with their numbers of files. warnings: what was joined and left out, with names, counts and examples.
    """

    classes: dict[str, str] = field(default_factory=dict)
    parts: dict[str, str] = field(default_factory=dict)
    owners: dict[str, str] = field(default_factory=dict)
    left_out: dict[str, str] = field(default_factory=dict)
    roles: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    warnings: list[str] = field(default_factory=list)

    def describe_roles(self) -> str:
        """The folders that are no classes and what their names say: “train” (40) is named after parts of the data."""
        said = []
        for role, folders in self.roles.items():
            if role != WRAPPER:
                named = [f"{quote_names([name])} ({count:,})" for name, count in folders.most_common(3)]
                named += [f"{len(folders) - 3:,} more"] if len(folders) > 3 else []
                verb = "is" if len(folders) == 1 else "are"
                said.append(f"{join_words(named)} {verb} named after {folder_roles.TITLES[role]}")
        return "; ".join(said)


def read_layout(names: Sequence[str], noun: str) -> FolderLayout:
    """Finds the class folder of each file.

    Args:
        names: paths with forward slashes. noun: "picture", "sound" or "text", for messages.
    """
    layout = FolderLayout()
    left = {name: list(PurePosixPath(name).parts[:-1][:DEEPEST]) for name in names}
    versions: dict[str, str] = {}
    while True:
        if _is_wrapped(left):
            left = {name: parts[1:] for name, parts in left.items()}
        elif not _take_roles(left, layout, versions):
            break
    layout.classes = {name: parts[0] if parts else "" for name, parts in left.items()}
    below = {name: parts[1:] for name, parts in left.items()}
    while _take_roles(below, layout, versions):
        pass
    _leave_versions_out(versions, layout, noun)
    _leave_masks_out(layout)
    for name in layout.left_out:
        layout.classes.pop(name, None)
    _tell(layout, noun)
    return layout


def _is_wrapped(left: Mapping[str, list[str]]) -> bool:
    """Whether one folder holds everything that lies in folders, and most of it deeper."""
    heads = {parts[0] for parts in left.values() if parts}
    return len(heads) == 1 and sum(len(parts) > 1 for parts in left.values()) * 2 > len(left)


def _take_roles(left: dict[str, list[str]], layout: FolderLayout, versions: dict[str, str]) -> bool:
    """Takes the folders of this level that are no classes off the paths; whether there were any."""
    contents = _contents(left)
    roles = folder_roles.folder_roles(contents) or _wrappers_of_parts(left, contents, layout)
    for name, parts in list(left.items()):
        if not parts or parts[0] not in roles:
            continue
        folder = parts.pop(0)
        role = roles[folder]
        layout.roles[role][folder] += 1
        if role in LEFT_OUT:
            layout.left_out[name] = LEFT_OUT[role]
            del left[name]
        elif role == PART:
            layout.parts.setdefault(name, folder)
        elif role == VERSION:
            versions[name] = folder
        elif role in (FOLD, OWNER):
            layout.owners[name] = folder
    return bool(roles)


def _wrappers_of_parts(
    left: Mapping[str, list[str]], contents: Mapping[str, FolderContent], layout: FolderLayout
) -> dict[str, str]:
    """Folders of which each part has one, under its own name, over the same classes: train/x/cat and test/y/cat."""
    heads: dict[str, set[str]] = defaultdict(set)
    for name, parts in left.items():
        if parts:
            heads[layout.parts.get(name, "")].add(parts[0])
    lone = set().union(*heads.values()) if all(len(held) == 1 for held in heads.values()) else set()
    if len(heads) < 2 or len(lone) != len(heads):
        return {}
    return dict.fromkeys(lone, WRAPPER) if frozenset.intersection(*(contents[name].below for name in lone)) else {}


def _contents(left: Mapping[str, list[str]]) -> dict[str, FolderContent]:
    files: Counter[str] = Counter(parts[0] for parts in left.values() if parts)
    below: dict[str, set[str]] = defaultdict(set)
    for parts in left.values():
        if len(parts) > 1:
            below[parts[0]].add(parts[1])
    return {name: FolderContent(count, frozenset(below[name])) for name, count in files.items()}


def _same_file(name: str, version: str) -> str:
    """What versions of one file have in common: the path without the version's folder, the stem without its words."""
    path = PurePosixPath(name)
    words = [word for word in re.split(r"[\W_]+", path.stem.casefold()) if word not in folder_roles.VERSION_WORDS]
    return "/".join([*(part for part in path.parts[:-1] if part != version), "_".join(words)])


def _leave_versions_out(versions: Mapping[str, str], layout: FolderLayout, noun: str) -> None:
    """Keeps one version of files that are there several times, and joins versions that hold different files."""
    held: dict[str, dict[str, str]] = defaultdict(dict)
    for name, folder in versions.items():
        held[folder][name] = _same_file(name, folder)
    ranked = sorted(held, key=lambda folder: (folder_roles.version_rank(folder), -len(held[folder])))
    if len(ranked) < 2:
        return
    first = set(held[ranked[0]].values())
    for folder in ranked[1:]:
        same = sum(key in first for key in held[folder].values())
        augmented = folder_roles.version_rank(folder) > folder_roles.version_rank(ranked[0]) + 1 and _is_augmented(
            folder
        )
        if same >= SAME_FILES * len(held[folder]) or augmented:
            layout.left_out |= dict.fromkeys(
                held[folder], f"other versions of the {noun}s in {quote_names([ranked[0]])}"
            )
        else:
            layout.warnings.append(
                f"Folders {quote_names([ranked[0], folder])} are named after versions but hold different {noun}s: "
                f"joined ({len(held[ranked[0]]):,} and {len(held[folder]):,}), such as {quote_names(held[folder], 1)}."
            )


def _is_augmented(folder: str) -> bool:
    return folder_roles.read_folder_name(folder).word in folder_roles.AUGMENTED


def _without_suffix(name: str) -> str:
    path = PurePosixPath(name)
    return f"{path.parent}/{path.stem}".casefold()


def _leave_masks_out(layout: FolderLayout) -> None:
    """Leaves out masks that lie beside their pictures: benign_1_mask.png beside benign_1.png."""
    stems = {_without_suffix(name) for name in layout.classes}
    for name in layout.classes:
        stem = _without_suffix(name)
        ending = MASK_ENDING.search(stem[-40:])
        if ending and stem[: -len(ending[0])].rstrip(" _.-") in stems:
            layout.left_out[name] = "masks of other files by their names"


def _tell(layout: FolderLayout, noun: str) -> None:
    """Sentences on folders that are left out."""
    reasons: dict[str, list[str]] = defaultdict(list)
    for name, reason in layout.left_out.items():
        reasons[reason].append(name)
    for reason, names in reasons.items():
        folders = sorted({_role_folder(name, layout) for name in names} - {""})
        where = f" (folder {quote_names(folders)})" if folders else ""
        layout.warnings.append(
            f"{count_of(len(names), noun)} left out as {reason}{where}, such as {quote_names(names, 1)}."
        )


def joined_parts(layout: FolderLayout, items: Sequence[MediaItem]) -> list[str]:
    """The sentence on parts that are joined, if the items come from several.

    Args:
        layout: of the archive. items: those that are used.
    """
    counts = Counter(layout.parts[item.name] for item in items if item.name in layout.parts)
    if len(counts) < 2:
        return []
    parts = ", ".join(f"{count:,} in {printable(folder, 40)}" for folder, count in counts.items())
    return [f"The archive's own parts ({parts}) are joined; the contest cuts its own folds."]


def _role_folder(name: str, layout: FolderLayout) -> str:
    """The folder of a path that has a role for which files are left out."""
    roles: Iterable[str] = (*LEFT_OUT, VERSION)
    for folder in PurePosixPath(name).parts[:-1]:
        if any(folder in layout.roles.get(role, ()) for role in roles):
            return folder
    return ""
