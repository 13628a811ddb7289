"""Which archives hold clips, and the clips in them: one member each, or a folder of frames each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from core.readers import archives, label_tables
from core.readers.clips import clip_decoder, film_decoder, frame_count, frame_folders
from core.readers.clips.clip_frames import DecodedClip, frame_numbers

ANIMATED = (".gif", ".webp", ".png", ".apng", ".avif")
PEEKED = 40


@dataclass(frozen=True)
class ClipArchive:
    """An archive as class folders see it.

    archive: with one member a clip. whole: as it was opened. frames: clip -> its frames, of those that are folders.
    """

    archive: archives.Archive
    whole: archives.Archive
    frames: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def decode(self, name: str) -> DecodedClip:
        """The clip that a member is.

        Args:
            name: of the member.

        Raises:
            UndecodableClip: it cannot be used; says why. LoadError: the archive is damaged there.
        """
        if name not in self.frames:
            return clip_decoder.decode(self.whole.read(name))
        every = self.frames[name]
        used = [self.whole.read(every[number]) for number in frame_numbers(len(every))]
        return replace(clip_decoder.decode_frames(used), total=len(every))


def open_clips(archive: archives.Archive) -> ClipArchive:
    """The clips of an archive; pictures that are numbered on in folders of their own are frames of one clip each.

    Args:
        archive: opened. Whether it holds moving pictures at all was decided before, or a person said so.
    """
    if _is_moving(archive):
        return ClipArchive(archive, archive)
    clips = frame_folders.find_frame_folders(archive.names)
    tables = [name for name in archive.names if label_tables.is_table(name, "clip")]
    if not clips or not (tables or frame_folders.lie_in_classes(clips)):
        return ClipArchive(archive, archive)
    return ClipArchive(replace(archive, members=frame_folders.without_frames(archive, clips)), archive, clips)


def holds_moving_pictures(archive: archives.Archive) -> bool:
    """Whether an archive holds moving pictures: films or animations for the most part, or folders of frames.

    Args:
        archive: opened.
    """
    return _is_moving(archive) or frame_folders.holds_clips(archive)


def _is_moving(archive: archives.Archive) -> bool:
    """Whether most of the pictures and films move, judged by some of them."""
    suffixes = {name: archives.suffix_of_member(name) for name in archive.names}
    films = sum(suffix in film_decoder.SUFFIXES for suffix in suffixes.values())
    pictures = [name for name, suffix in suffixes.items() if suffix in (*ANIMATED, ".jpg", ".jpeg")]
    if not films and not pictures:
        return False
    places = np.unique(np.linspace(0, len(pictures) - 1, min(PEEKED, len(pictures))).astype(int))
    some = [pictures[int(place)] for place in places]
    moving = sum(suffixes[name] in ANIMATED and frame_count.count_frames(archive.read(name), 2) > 1 for name in some)
    estimated = moving / max(1, len(some)) * len(pictures)
    return 2 * (films + estimated) > films + len(pictures)
