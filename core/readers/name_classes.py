"""Classes in file names, for files that lie in no class folders: cat_1.png, dog_2.png, 1000-2-0-7.wav."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from core import limits
from core.readers.folder_roles import read_folder_name
from core.readers.name_groups import THERE, name_parts
from core.readers.name_meaning import OWNERS
from core.wording import count_of, quote_names

POSITIONS = 12
CROSSING = 0.6
FEWEST_FILES = 8


@dataclass(frozen=True)
class NamePart:
    """A part of the file names that could be the class.

    place: counted from 1. values: one for each file, None where a name has fewer parts. doubtful: it may as well count.
    """

    place: int
    values: tuple[str | None, ...]
    doubtful: bool = False

    def describe(self) -> str:
        """The part with its number of values and some of them."""
        shown = Counter(value for value in self.values if value is not None)
        values = f"{count_of(len(shown), 'value')} such as {quote_names(sorted(shown)[:3])}"
        return f"part {self.place} of the file names ({values})"


def find_name_classes(files: Sequence[str], owners: Sequence[str]) -> list[NamePart]:
    """Parts of the names that could be classes: few values, each of several files, in several folders, no counters.

    One that is alone and not doubtful decides; more of them need a person.

    Args:
        files: paths with forward slashes. owners: the fold, person or session of each file, "" for none.
    """
    if len(files) < FEWEST_FILES:
        return []
    parts = [name_parts(file) for file in files]
    longest = min(POSITIONS, max(map(len, parts)))
    found: list[NamePart] = []
    for place in range(longest):
        values = tuple(one[place].casefold() if place < len(one) else None for one in parts)
        before = {one[place - 1].casefold() for one in parts if place and place < len(one)}
        if before and before <= OWNERS - {"s", "p", "u", "id"}:
            continue
        verdict = _judge(files, owners, values, [len(one) == place + 1 for one in parts])
        if verdict and not any(_same_split(values, other.values) for other in found):
            found.append(NamePart(place + 1, values, verdict == "doubtful"))
    return found


def _judge(files: Sequence[str], owners: Sequence[str], values: Sequence[str | None], last: Sequence[bool]) -> str:
    """ "clear", "doubtful" or "" for values that are no classes."""
    counts = Counter(value for value in values if value is not None)
    known = sum(counts.values())
    if known < THERE * len(values) or not 2 <= len(counts) <= min(limits.CLASSES, known // 3):
        return ""
    if sum(count for count in counts.values() if count >= limits.MIN_CLASS_ROWS) < 0.9 * known:
        return ""
    if all(read_folder_name(value).role not in ("", "wrapper") for value in counts) or _follow(owners, values):
        return ""
    if not all(value.isdecimal() for value in counts):
        return "clear"
    cells = Counter((str(PurePosixPath(file).parent), value) for file, value in zip(files, values, strict=True))
    once = max(cells.values()) == 1
    at_end = sum(last) > 0.5 * len(last)
    numbers = {int(value) for value in counts}
    dense = len(numbers) >= 0.8 * (max(numbers) - min(numbers) + 1)
    if at_end and dense:
        return ""
    return "doubtful" if once else "clear"


def _follow(owners: Sequence[str], values: Sequence[str | None]) -> bool:
    """Whether most values lie in a single fold or person each, so that they say the same as the folders."""
    if len(set(owners)) < 2:
        return False
    where: dict[str, set[str]] = defaultdict(set)
    for owner, value in zip(owners, values, strict=True):
        if value is not None:
            where[value].add(owner)
    crossing = sum(len(where[value]) > 1 for value in values if value is not None)
    return crossing < CROSSING * len(values)


def _same_split(left: Sequence[str | None], right: Sequence[str | None]) -> bool:
    pairs = set(zip(left, right, strict=True))
    return len(pairs) == len(set(left)) == len(set(right))
