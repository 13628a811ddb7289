"""Folders that hold the frames of one clip each: numbered pictures in a folder of their own below a class folder."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath

import numpy as np

from core.readers import archives, folder_layout, folder_roles, image_decoder

FEWEST_FRAMES = 4
# Of all pictures, those that must lie in such folders; of the numbers in a folder, steps that must be the usual one.
MOST, EVEN_STEPS = 0.8, 0.8
NUMBER = re.compile(r"^(.*?)(\d{1,9})\D{0,3}$")
FRAME_WORDS = re.compile(r"(^|[\W_\d])(frame|frames|frm)($|[\W_\d])", re.IGNORECASE)
# Folders that are looked into, and how much nearer successive frames are than those of other clips.
PEEKED, NEARER = 12, 0.5
SIDE = 16


def find_frame_folders(names: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """The folders whose pictures are numbered on and on, as frames of a clip are.

    Args:
        names: of all members of an archive.

    Returns:
        folder -> its pictures in the order of their numbers.
    """
    held: dict[str, list[str]] = defaultdict(list)
    for name in names:
        if archives.suffix_of_member(name) in image_decoder.SUFFIXES and "/" in name:
            held[str(PurePosixPath(name).parent)].append(name)
    found = {}
    for folder, pictures in held.items():
        ordered = _numbered(pictures)
        if len(ordered) >= FEWEST_FRAMES:
            found[folder] = tuple(ordered)
    return found


def _numbered(pictures: Sequence[str]) -> list[str]:
    """The pictures by number, or none: they must share what stands before the number and rise in even steps."""
    told: dict[int, str] = {}
    stems = set()
    for name in pictures:
        parted = NUMBER.match(PurePosixPath(name).stem)
        if parted is None:
            return []
        stems.add(parted[1])
        told[int(parted[2])] = name
    if len(stems) > 1 or len(told) < len(pictures):
        return []
    numbers = sorted(told)
    steps = Counter(int(step) for step in np.diff(numbers))
    if len(numbers) > 1 and steps.most_common(1)[0][1] < EVEN_STEPS * (len(numbers) - 1):
        return []
    return [told[number] for number in numbers]


def without_frames(archive: archives.Archive, clips: Mapping[str, Sequence[str]]) -> dict[str, archives.Member]:
    """The members of an archive with one member a clip in place of its frames.

    Args:
        archive: opened. clips: folder -> its frames.
    """
    inside = {name for frames in clips.values() for name in frames}
    members = {name: one for name, one in archive.members.items() if name not in inside}
    sizes = {folder: sum(archive.members[name].size for name in frames) for folder, frames in clips.items()}
    return {**members, **{folder: archives.Member(folder, size) for folder, size in sizes.items()}}


def holds_clips(archive: archives.Archive) -> bool:
    """Whether the pictures of an archive are frames of clips rather than pictures by themselves.

    Nearly all of them must lie in such folders, these in folders of at least two classes; and they must be called
    frames, or look alike from one to the next.

    Args:
        archive: opened.
    """
    pictures = [name for name in archive.names if archives.suffix_of_member(name) in image_decoder.SUFFIXES]
    clips = find_frame_folders(pictures)
    if len(clips) < 4 or sum(map(len, clips.values())) < MOST * len(pictures):
        return False
    if not lie_in_classes(clips) or sum(map(_names_part, clips)) >= MOST * len(clips):
        return False
    first = [PurePosixPath(frames[0]).stem for frames in clips.values()]
    return sum(bool(FRAME_WORDS.search(stem)) for stem in first) >= MOST * len(first) or _look_alike(archive, clips)


def _names_part(folder: str) -> bool:
    """Whether a folder is named after a part of the data (train, test) and nothing else, which no clip is."""
    read = folder_roles.read_folder_name(PurePosixPath(folder).name)
    return read.role == folder_roles.PART and not read.rest and not read.numbered


def lie_in_classes(clips: Mapping[str, Sequence[str]]) -> bool:
    """Whether the folders of clips lie in folders of two classes or more, several in each on average.

    Args:
        clips: folder -> its frames.
    """
    counts = Counter(folder_layout.read_layout(list(clips), "clip").classes.values())
    return "" not in counts and len(counts) > 1 and 2 * len(counts) <= counts.total()


def _look_alike(archive: archives.Archive, clips: Mapping[str, Sequence[str]]) -> bool:
    """Whether successive frames are much nearer to each other than to frames of other clips."""
    folders = list(clips)[:: max(1, len(clips) // PEEKED)][:PEEKED]
    seen: list[tuple[np.ndarray, np.ndarray]] = []
    for folder in folders:
        middle = len(clips[folder]) // 2
        pair = [_tiny(archive.read(clips[folder][place])) for place in (middle - 1, middle)]
        if pair[0] is not None and pair[1] is not None:
            seen.append((pair[0], pair[1]))
    if len(seen) < 4:
        return False
    within = [float(np.abs(one - two).mean()) for one, two in seen]
    across = [float(np.abs(seen[k][0] - seen[k - 1][0]).mean()) for k in range(len(seen))]
    return float(np.median(within)) < NEARER * float(np.median(across))


def _tiny(data: bytes) -> np.ndarray | None:
    try:
        pixels, _ = image_decoder.decode(data, SIDE)
    except image_decoder.UndecodableImage:
        return None
    if pixels.dtype != np.uint8:
        return None
    return image_decoder.fit_to_size(pixels, (SIDE, SIDE), 1).astype(np.float32)
