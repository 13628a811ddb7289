"""Class names that are equal to the eye, or differ in letter case between parts, are one class."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from core.readers.archives import MediaItem
from core.readers.visible_spelling import spelling_key, visible_text
from core.schema import ColumnReading, ReadingDoubt, ValueChange
from core.wording import join_words, quote_names

# The name under which the classes of an archive stand among columns: --types class=category keeps them as written.
BETWEEN_WORDS = re.compile(r"(?<=[^\W_])[\s_-]+(?=[^\W_])")
CLASS = "class"


@dataclass
class JoinedClasses:
    """Items with one spelling for each class, and sentences; ``changes``: what was joined into one, with counts."""

    items: list[MediaItem]
    warnings: list[str] = field(default_factory=list)
    changes: list[ValueChange] = field(default_factory=list)
    doubt: ReadingDoubt | None = None

    def readings(self) -> tuple[ColumnReading, ...]:
        """How the classes were read, where spellings were joined; it offers to keep them as they are written."""
        names = tuple(sorted({item.label for item in self.items})[:3])
        doubts = (self.doubt,) if self.doubt else ()
        why = "classes whose names look alike are one"
        return (ColumnReading(CLASS, "categorical", names, tuple(self.changes), why, doubts),) if self.changes else ()

    def add(self, spellings: Sequence[str], counts: Mapping[str, int], shown: str, items: Sequence[MediaItem]) -> None:
        """Keeps what was joined.

        Args:
            spellings: joined into one. counts: spelling -> files. shown: the spelling in use. items: as before.
        """
        others = [spelling for spelling in spellings if spelling != shown] or list(spellings)
        inside = join_words([f"{quote_names([spelling])} ({counts[spelling]:,})" for spelling in spellings])
        gone = sum(counts[spelling] for spelling in others)
        self.changes.append(ValueChange(f"{inside} joined into {quote_names([shown])}", gone, quote_names(others, 1)))
        example = next(item.name for item in items if item.label == others[-1])
        self.doubt = self.doubt or ReadingDoubt(
            "classes whose names look alike are one", "every spelling as a class of its own", example, shown,
            ascii(others[-1])[1:-1] if others[-1].casefold() != shown.casefold() else others[-1],
            change="category",
        )  # fmt: skip


def keep_spellings(items: Sequence[MediaItem], places: Mapping[str, str]) -> JoinedClasses:
    """The items with their classes as they are written, as a person said, and a sentence on those that look alike.

    Args:
        items, places: see ``join_spellings``.
    """
    joined = join_spellings(items, places)
    kept = JoinedClasses(list(items))
    if joined.changes:
        told = "; ".join(change.what.partition(" joined into ")[0] for change in joined.changes[:4])
        kept.warnings.append(f"Classes whose names look alike are kept apart, as you said: {told}.")
    return kept


def join_spellings(items: Sequence[MediaItem], places: Mapping[str, str]) -> JoinedClasses:
    """One spelling for each class, with sentences on what was joined or only looks alike.

    Composed and decomposed letters, letters of another alphabet that look the same, invisible characters and double
    blanks never make two classes. Letter case does
    where two spellings lie side by side; where each part of the data has its own, it does not.

    Args:
        items: with their classes as they are written. places: file -> the folder that names its part, if any.
    """
    counts = Counter(item.label for item in items)
    seen: dict[str, set[str]] = defaultdict(set)
    for item in items:
        seen[item.label].add(places.get(item.name, ""))
    names, done = dict.fromkeys(counts, ""), JoinedClasses([])
    for spellings in _alike(counts, spelling_key):
        shown = visible_text(max(spellings, key=lambda spelling: counts[spelling]))
        names |= dict.fromkeys(spellings, shown)
        if len(spellings) > 1:
            told = f"{_told(spellings, counts, items)} look alike (their letters are stored differently)"
            done.warnings.append(f"{told} and are joined into {quote_names([shown])}.")
            done.add(spellings, counts, shown, items)
    held: dict[str, set[str]] = defaultdict(set)
    for spelling, shown in names.items():
        held[shown] |= seen[spelling]
    totals = Counter(dict.fromkeys(held, 0))
    for spelling, shown in names.items():
        totals[shown] += counts[spelling]
    for spellings in _alike(totals, _spoken):
        if len(spellings) < 2:
            continue
        apart = sum(len(held[spelling]) for spelling in spellings) == len(set().union(*(held[s] for s in spellings)))
        shown = max(spellings, key=lambda spelling: totals[spelling])
        now = [replace(item, label=names[item.label]) for item in items]
        told = _told(spellings, totals, now)
        if apart:
            done.add(spellings, totals, shown, now)
            names = {spelling: shown if name in spellings else name for spelling, name in names.items()}
            done.warnings.append(
                f"{told} differ in {_difference(spellings)} between the parts only and are joined into "
                f"{quote_names([shown])}."
            )
        else:
            done.warnings.append(
                f"{told} differ in {_difference(spellings)} only. They stay apart; if they are one class, spell "
                "them alike."
            )
    done.items = [replace(item, label=names[item.label]) for item in items]
    return done


def _spoken(spelling: str) -> str:
    """A name without regard to letter case and to what stands between its words: a blank, a dash or a low line."""
    return BETWEEN_WORDS.sub(" ", spelling).casefold()


def _difference(spellings: Sequence[str]) -> str:
    folded = {spelling.casefold() for spelling in spellings}
    return "letter case" if len(folded) == 1 else "the signs between words"


def _alike(counts: Mapping[str, int], key: Callable[[str], str]) -> list[list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for spelling in counts:
        found[key(spelling)].append(spelling)
    return list(found.values())


def _told(spellings: Sequence[str], counts: Mapping[str, int], items: Sequence[MediaItem]) -> str:
    shown = join_words([f"{quote_names([spelling])} ({counts[spelling]:,})" for spelling in spellings])
    example = next(item.name for item in items if item.label == spellings[-1])
    return f"Classes {shown}, such as {quote_names([example])},"
