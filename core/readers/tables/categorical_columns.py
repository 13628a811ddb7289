"""Strings that are neither numbers nor dates: booleans, categories, texts or ids."""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from core import limits
from core.readers.tables.read_warnings import Note, quote_examples
from core.readers.tables.typed_column import TypedColumn, exclusion_reason, identifies_rows
from core.readers.tables.values.missing_values import MISSING, UNUSUAL, WORDS_AS_CLASS, YES_NO, DistinctStrings
from core.schema import Column
from core.wording import printable

ID_VALUE = re.compile(
    r"^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$|^[^@\s]+@[^@\s]+\.[^@\s]+$|^https?://|^[0-9a-f]{16,64}$",
    re.IGNORECASE,
)
EXAMPLES = 3
UNSPACED_LONG = 12


def infer_label_column(strings: DistinctStrings, earlier: list[Note] | None = None) -> TypedColumn:
    """Types strings that are neither numbers nor dates; ``earlier`` are notes that were made before."""
    notes = list(earlier or ())
    if strings.truncated:
        notes.append(Note("cut", strings.name, f"to {limits.CELL_CHARACTERS:,} characters", strings.truncated))
    words = strings.words.to_pylist()
    codes, counts = strings.codes, strings.counts
    gone = _missing_labels(strings.name, words, counts, notes)
    if gone:
        keep = np.array([place not in gone for place in range(len(words))], dtype=bool)
        renumber = np.where(keep, np.cumsum(keep) - 1, -1)
        codes = np.where(codes < 0, -1, renumber[codes])
        words, counts = [word for word, kept in zip(words, keep, strict=True) if kept], counts[keep]
    words, codes, boolean = _tidy(strings.name, words, counts, codes, notes)
    counts = np.bincount(codes[codes >= 0], minlength=len(words))
    missing = int((codes < 0).sum())
    present = len(codes) - missing
    kind = (
        "empty"
        if not present
        else "constant"
        if len(words) == 1
        else "boolean"
        if boolean
        else _role(words, counts, present)
    )
    reason = exclusion_reason(kind, len(words), present)
    if kind == "id":
        key = "id" if identifies_rows(len(words), present) else "many"
        notes.append(
            Note(
                key,
                strings.name,
                f"{len(words):,} different values in {present:,} rows, such as {quote_examples(words[:1])}",
            )
        )
    examples = tuple(printable(word, 40) for word in words[:EXAMPLES])
    column = Column(strings.name, kind, missing, len(words), reason, examples)  # type: ignore[arg-type]
    if kind == "empty":
        return TypedColumn(column, np.full(len(codes), np.nan), tuple(notes))
    if kind in ("categorical", "boolean", "constant"):
        return TypedColumn(column, (codes.astype(np.int32), words), tuple(notes))
    values = np.array([*words, None], dtype=object)[codes]
    return TypedColumn(column, values, tuple(notes))


def _missing_labels(name: str, words: list[str], counts: np.ndarray, notes: list[Note]) -> set[int]:
    """Words such as "NA" or "?" among labels: missing, unless they are a label of their own."""
    lowered = [word.lower() for word in words]
    others = [word for word, low in zip(words, lowered, strict=True) if low not in MISSING | UNUSUAL]
    codes = sum(len(word) <= 5 and word.isupper() and word.isalpha() for word in others)
    gone: set[int] = set()
    for place, low in enumerate(lowered):
        if low not in MISSING | UNUSUAL:
            continue
        label = (low in WORDS_AS_CLASS and low.isalpha()) or " " in low
        label |= low == "na" and bool(others) and codes >= 0.8 * len(others)
        if label and others:
            if low in MISSING:
                notes.append(Note("kept", name, quote_examples([words[place]]), int(counts[place])))
            continue
        gone.add(place)
        if low in UNUSUAL:
            notes.append(Note("spelling", name, quote_examples([words[place]]), int(counts[place])))
    return gone


def _tidy(
    name: str, words: list[str], counts: np.ndarray, codes: np.ndarray, notes: list[Note]
) -> tuple[list[str], np.ndarray, bool]:
    """Merges spellings of one label that differ in case or blanks only; orders yes/no labels."""
    if not 1 < len(words) <= 1_000:
        return words, codes, False
    folded = [" ".join(word.casefold().split()) for word in words]
    if max(map(len, words)) <= 1:
        folded = words if len(words) > 4 else folded
    boolean = _yes_no(folded)
    keys = [boolean[fold] for fold in folded] if boolean else folded
    best: dict[Any, int] = {}
    for place in np.argsort(-counts, kind="stable"):
        best.setdefault(keys[place], int(place))
    if len(best) == len(words) and not boolean:
        return words, codes, False
    ordered = sorted(best.values(), key=lambda place: keys[place]) if boolean else sorted(best.values())
    position = {keys[place]: number for number, place in enumerate(ordered)}
    renumber = np.array([position[key] for key in keys] + [-1])
    merged = [place for place in range(len(words)) if place not in set(ordered)]
    if merged:
        kept = quote_examples(words[place] for place in ordered)
        detail = f"{quote_examples(words[place] for place in merged)} into {kept}"
        notes.append(Note("merged", name, detail, int(counts[merged].sum())))
    return [words[place] for place in ordered], renumber[codes], bool(boolean)


def _yes_no(folded: list[str]) -> dict[str, int]:
    """Word -> 0 or 1 when every word says yes or no and both are there."""
    present = set(folded)
    for no, yes in YES_NO:
        if present == {no, yes}:
            return {no: 0, yes: 1}
    every = {no: 0 for no, _ in YES_NO} | {yes: 1 for _, yes in YES_NO}
    if present <= every.keys() and len({every[word] for word in present}) == 2:
        return {word: every[word] for word in present}
    return {}


def _role(words: list[str], counts: np.ndarray, present: int) -> str:
    sample = words[:2_000]
    length = sum(map(len, sample)) / len(sample)
    blanks = sum(word.count(" ") for word in sample) / len(sample)
    share = len(words) / present
    # Chinese, Japanese or Thai sentences have no blanks between their words.
    unspaced = sum(sum(char > "\u0dff" for char in word[:200]) >= UNSPACED_LONG for word in sample) / len(sample)
    if len(words) > 10 and share > 0.3 and unspaced > 0.5:
        return "text"
    if (
        len(words) > 10
        and share > 0.5
        and sum(len(word) <= 300 and bool(ID_VALUE.match(word)) for word in sample) > 0.8 * len(sample)
    ):
        return "id"
    if (share > 0.3 and len(words) > 10 and (blanks >= 3 or length > 60)) or (length > 100 and len(words) > 20):
        return "text"
    if len(words) >= 10 and share > 0.9:
        return "text" if blanks >= 2.5 else "id"
    if len(words) > limits.CATEGORIES or (len(words) > 50 and share > 0.5):
        return "text" if blanks >= 2.5 else "id"
    return "categorical"
