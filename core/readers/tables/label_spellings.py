"""Labels that are one in several spellings: which are merged, and which stay apart since case may mean something."""

from __future__ import annotations

import unicodedata
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np

from core.readers.tables.read_warnings import Note
from core.readers.tables.values.missing_values import YES_NO
from core.readers.visible_spelling import spelling_key
from core.schema import ReadingDoubt
from core.wording import printable

# Beyond so many labels only the two ways to write a letter with an accent are looked for.
MOST_WORDS = 1_000
MOST_NORMALISED = 100_000
# A spelling is rare, and so a slip, up to this share of its label's rows: in a word of three letters or more, and in a
# code (mg and Mg, AA and Aa), where letter case often has a meaning.
RARE_WORD, RARE_CODE, RARE_ROWS = 0.2, 0.02, 2
SHORTEST_WORD = 3
SHOWN = 3


@dataclass(frozen=True)
class MergedLabels:
    """Labels after merging: ``words``, the code of each row (n,), whether they say no and yes, and what was done."""

    words: list[str]
    codes: np.ndarray
    boolean: bool = False
    notes: tuple[Note, ...] = ()


def merge_spellings(name: str, words: list[str], counts: np.ndarray, codes: np.ndarray) -> MergedLabels:
    """Makes one label of spellings that differ in blanks, in the writing of accents or, where that is rare, in case.

    Args:
        name: of the column. words: its different strings. counts: how often each occurs (k,).
        codes: which one each row holds (n,), -1 for missing.
    """
    if len(words) < 2 or len(words) > MOST_NORMALISED:
        return MergedLabels(words, codes)
    composed = [word if word.isascii() else unicodedata.normalize("NFC", word) for word in words]
    keys: Sequence[Hashable] = [word if word.isascii() else spelling_key(word) for word in words]
    notes: list[Note] = []
    yes_no: dict[str, int] = {}
    if len(words) <= MOST_WORDS:
        plain = [spelling_key(word) for word in words]
        yes_no = _yes_no({word.casefold() for word in plain})
        keys = [yes_no[word.casefold()] for word in plain] if yes_no else _keys(name, plain, counts, notes)
    best: dict[Hashable, int] = {}
    for place in np.argsort(-counts, kind="stable"):
        best.setdefault(keys[place], int(place))
    if len(best) == len(words) and not yes_no:
        return MergedLabels(composed, codes, notes=tuple(notes))
    kept = [best[0], best[1]] if yes_no else sorted(best.values())
    position = {keys[place]: number for number, place in enumerate(kept)}
    renumber = np.array([position[key] for key in keys] + [-1])
    notes = [*_merges(name, words, composed, counts, [best[key] for key in keys]), *notes]
    return MergedLabels([composed[place] for place in kept], renumber[codes], bool(yes_no), tuple(notes))


def _yes_no(present: set[str]) -> dict[str, int]:
    """Word -> 0 or 1 when all are words of one pair for no and yes, or the first letters of such a pair, and both are
    there. Flags beside them, as F beside Y and N, may mean anything."""
    for no, yes in YES_NO:
        known = {no: 0, yes: 1}
        for short_no, short_yes in YES_NO:
            if no.startswith(short_no) and yes.startswith(short_yes):
                known |= {short_no: 0, short_yes: 1}
        if present <= known.keys() and len({known[word] for word in present}) == 2:
            return {word: known[word] for word in present}
    return {}


def _keys(name: str, plain: Sequence[str], counts: np.ndarray, notes: list[Note]) -> list[str]:
    """One key a label: its spelling without regard to case, or as it stands where case seems to mean something."""
    if max(map(len, plain)) <= 1 and len(set(plain)) > 4:
        return list(plain)
    groups: dict[str, dict[str, int]] = {}
    for word, count in zip(plain, counts, strict=True):
        spellings = groups.setdefault(word.casefold(), {})
        spellings[word] = spellings.get(word, 0) + int(count)
    several = {fold: spellings for fold, spellings in groups.items() if len(spellings) > 1}
    typed = [fold for fold, spellings in several.items() if all(map(_is_word, spellings))]
    # Whoever writes several words, or one in three ways, now with a capital letter and now without means nothing by it.
    careless = len(typed) > 1 or any(len(several[fold]) > 2 for fold in typed)
    apart = {
        fold: spellings
        for fold, spellings in several.items()
        if not (careless and fold in typed) and _frequent(spellings, fold in typed)
    }
    notes += [_kept_apart(name, spellings) for spellings in apart.values()]
    return [word if word.casefold() in apart else word.casefold() for word in plain]


def _is_word(word: str) -> bool:
    """Whether a spelling is an ordinary word, in small letters, in capitals or with a capital letter in front."""
    parts = word.replace("-", " ").split()
    usual = all(part.islower() or part.isupper() or part == part.capitalize() for part in parts)
    return usual and all(map(str.isalpha, parts)) and sum(map(len, parts)) >= SHORTEST_WORD


def _frequent(spellings: dict[str, int], word: bool) -> bool:
    """Whether at least two spellings of a label are too frequent to be slips."""
    second = sorted(spellings.values())[-2]
    return second > max(RARE_ROWS, (RARE_WORD if word else RARE_CODE) * sum(spellings.values()))


def _kept_apart(name: str, spellings: dict[str, int]) -> Note:
    ranked = sorted(spellings, key=lambda word: -spellings[word])
    shown = " and ".join(f"“{printable(word, 24)}” ({spellings[word]:,})" for word in ranked[:SHOWN])
    doubt = ReadingDoubt(
        "labels of their own", "spellings of one label", ranked[1], ranked[1], ranked[0], settle="category"
    )
    return Note("case", name, shown, sum(spellings.values()), doubt)


def _look_alike(one: str, other: str) -> bool:
    """Whether two spellings are equal to the eye, blanks apart."""
    return spelling_key(one) == spelling_key(other) and "".join(one.split()) != "".join(other.split())


def _merges(
    name: str, words: Sequence[str], composed: Sequence[str], counts: np.ndarray, targets: Sequence[int]
) -> list[Note]:
    """What was merged into what, with counts; letters that only look alike are told apart from spellings."""
    into: dict[int, list[int]] = {}
    alike = []
    for place, target in enumerate(targets):
        if place != target and _look_alike(words[place], words[target]):
            alike.append(place)
        elif place != target:
            into.setdefault(target, []).append(place)
    notes = []
    if alike:
        shown = f"such as “{printable(composed[alike[0]], 24)}”"
        notes.append(Note("accents", name, shown, int(counts[alike].sum())))
    if into:
        parts = []
        for target, places in list(into.items())[:SHOWN]:
            said = ", ".join(f"“{printable(words[place], 24)}” ({counts[place]:,})" for place in places[:SHOWN])
            parts.append(f"{said} into “{printable(composed[target], 24)}” ({counts[target]:,})")
        merged = [place for places in into.values() for place in places]
        notes.append(Note("merged", name, "; ".join(parts), int(counts[merged].sum())))
    return notes
