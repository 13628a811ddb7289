"""Class names that are equal to the eye, or differ in letter case between parts, are one class."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from core.readers.archives import MediaItem
from core.readers.visible_spelling import spelling_key, visible_text
from core.wording import join_words, quote_names


def join_spellings(items: Sequence[MediaItem], places: Mapping[str, str]) -> tuple[list[MediaItem], list[str]]:
    """The items with one spelling for each class, and sentences on what was joined or only looks alike.

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
    names, warnings = dict.fromkeys(counts, ""), []
    for spellings in _alike(counts, spelling_key):
        shown = visible_text(max(spellings, key=lambda spelling: counts[spelling]))
        names |= dict.fromkeys(spellings, shown)
        if len(spellings) > 1:
            told = f"{_told(spellings, counts, items)} look alike (their letters are stored differently)"
            warnings.append(f"{told} and are joined into {quote_names([shown])}.")
    held: dict[str, set[str]] = defaultdict(set)
    for spelling, shown in names.items():
        held[shown] |= seen[spelling]
    totals = Counter(dict.fromkeys(held, 0))
    for spelling, shown in names.items():
        totals[shown] += counts[spelling]
    for spellings in _alike(totals, str.casefold):
        if len(spellings) < 2:
            continue
        apart = sum(len(held[spelling]) for spelling in spellings) == len(set().union(*(held[s] for s in spellings)))
        shown = max(spellings, key=lambda spelling: totals[spelling])
        told = _told(spellings, totals, [replace(item, label=names[item.label]) for item in items])
        if apart:
            names = {spelling: shown if name in spellings else name for spelling, name in names.items()}
            warnings.append(
                f"{told} differ in letter case between the parts only and are joined into {quote_names([shown])}."
            )
        else:
            warnings.append(
                f"{told} differ in letter case only. They stay apart; if they are one class, spell them alike."
            )
    return [replace(item, label=names[item.label]) for item in items], warnings


def _alike(counts: Mapping[str, int], key: Callable[[str], str]) -> list[list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for spelling in counts:
        found[key(spelling)].append(spelling)
    return list(found.values())


def _told(spellings: Sequence[str], counts: Mapping[str, int], items: Sequence[MediaItem]) -> str:
    shown = join_words([f"{quote_names([spelling])} ({counts[spelling]:,})" for spelling in spellings])
    example = next(item.name for item in items if item.label == spellings[-1])
    return f"Classes {shown}, such as {quote_names([example])},"
