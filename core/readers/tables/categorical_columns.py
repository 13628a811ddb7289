"""Strings that are neither numbers nor dates: booleans, categories, texts or ids."""

from __future__ import annotations

import re

import numpy as np

from core import limits
from core.readers import name_meaning
from core.readers.tables.label_spellings import merge_spellings
from core.readers.tables.read_warnings import Note, quote_examples
from core.readers.tables.typed_column import TypedColumn, exclusion_reason, identifies_rows
from core.readers.tables.values.file_evidence import NO_EVIDENCE, ColumnEvidence
from core.readers.tables.values.missing_labels import find_missing_labels
from core.readers.tables.values.missing_values import DistinctStrings
from core.schema import Column
from core.wording import printable

ID_VALUE = re.compile(
    r"^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$|^[^@\s]+@[^@\s]+\.[^@\s]+$|^https?://|^[0-9a-f]{16,64}$",
    re.IGNORECASE,
)
# A number, then no letter or digit right behind it: "3 cups", "12.5 / 3", "<4"; not the codes 4F2A, 12-555-01, 1.2.3.
MEASURE = re.compile(r"[<>~≈≤≥$€£₹¥₩]\s*\d|[+(\[-]*\s*\d+(?:[.,]\d+)?(?:[^\W\d_]{2,12}\b|\s*[^\w\s.-]|\s+\S)")
MEASURE_SHARE = 0.8
WITH_UNIT = re.compile(r"[+-]?\d+(?:[.,]\d+)? ([^\W\d_][^\s]{0,11})")
FEWEST_MEASURES, MOST_UNITS = 15, 5
EXAMPLES = 3
UNSPACED_LONG = 5
# Words of names of columns that hold texts, however short these are.
TEXT_NAMES = {
    "text", "review", "comment", "comments", "message", "sentence", "tweet", "description", "headline", "question",
    "answer", "body", "content", "remark", "remarks", "feedback", "summary", "utterance", "评论", "内容", "文本",
}  # fmt: skip
# Letters without blanks, such as sequences of bases or of amino acids: their length and how many letters they draw on.
SEQUENCE_LONG, SEQUENCE_LETTERS = 15, 25
WORDLESS_SHARE = 0.8
# More than ``limits.CATEGORIES`` categories are used as such where each stands in three rows or more on average.
REPEATED = 1 / 3


def infer_label_column(strings: DistinctStrings, earlier: list[Note] | None = None) -> TypedColumn:
    """Types strings that are neither numbers nor dates; ``earlier`` are notes that were made before."""
    notes, strings = list(earlier or ()), strings.spelled or strings
    if strings.truncated:
        notes.append(Note("cut", strings.name, f"to {limits.CELL_CHARACTERS:,} characters", strings.truncated))
    words = strings.words.to_pylist()
    codes, counts = strings.codes, strings.counts
    absent = find_missing_labels(strings.name, words, counts, int((codes < 0).sum()), strings.evidence)
    notes += absent.notes
    evidence = ColumnEvidence(open=frozenset({"missing"})) if absent.open else NO_EVIDENCE
    if absent.gone:
        keep = np.array([place not in absent.gone for place in range(len(words))], dtype=bool)
        renumber = np.where(keep, np.cumsum(keep) - 1, -1)
        codes = np.where(codes < 0, -1, renumber[codes])
        words, counts = [word for word, kept in zip(words, keep, strict=True) if kept], counts[keep]
    merged = merge_spellings(strings.name, words, counts, codes)
    words, codes, boolean = merged.words, merged.codes, merged.boolean
    notes += merged.notes
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
        else _role(strings.name, words, present)
    )
    unread = kind == "id" and _holds_measures(strings.name, words, present)
    reason = exclusion_reason(kind, len(words), present, unread)
    if kind == "id":
        key = "unread" if unread else "id" if identifies_rows(len(words), present) else "many"
        shown = f"{len(words):,} different values in {present:,} rows, such as {quote_examples(words[:1])}"
        notes.append(Note(key, strings.name, shown))
    elif kind == "categorical" and _several_units(words):
        notes.append(Note("units", strings.name, f"such as {quote_examples(words[:2])}", present))
    elif kind == "categorical" and len(words) > limits.CATEGORIES:
        notes.append(Note("levels", strings.name, f"{len(words):,} categories, such as {quote_examples(words[:1])}"))
    examples = tuple(printable(word, 40) for word in words[:EXAMPLES])
    column = Column(strings.name, kind, missing, len(words), reason, examples)  # type: ignore[arg-type]
    if kind == "empty":
        return TypedColumn(column, np.full(len(codes), np.nan), tuple(notes), evidence=evidence)
    if kind in ("categorical", "boolean", "constant"):
        return TypedColumn(column, (codes.astype(np.int32), words), tuple(notes), evidence=evidence)
    values = np.array([*words, None], dtype=object)[codes]
    return TypedColumn(column, values, tuple(notes), evidence=evidence)


def _holds_measures(name: str, words: list[str], present: int) -> bool:
    """Whether most words begin with a number and go on with signs or words, under a name that names no row."""
    sample = [word for word in words[:500] if not ID_VALUE.match(word)]
    named = name_meaning.names_row(name) or name_meaning.names_numbered_thing(name)
    if named or not identifies_rows(len(words), present):
        return False
    return sum(bool(MEASURE.match(word)) for word in sample) >= MEASURE_SHARE * min(len(words), 500)


def _several_units(words: list[str]) -> bool:
    """Whether all labels are a number, a blank and one of a few units that cannot be turned into each other."""
    found = [WITH_UNIT.fullmatch(word) for word in words[:500]]
    return len(words) >= FEWEST_MEASURES and all(found) and 2 <= len({one[1] for one in found if one}) <= MOST_UNITS


def _are_texts(name: str, sample: list[str], blanks: float) -> bool:
    """Whether short strings are texts: signs alone, sequences of few letters, or words under a name that says so."""
    wordless = sum(not any(map(str.isalnum, word)) for word in sample)
    sequences = [word for word in sample if len(word) >= SEQUENCE_LONG and word.isascii() and word.isalpha()]
    named = set(name_meaning.name_words(name)) & TEXT_NAMES
    few = len({letter for word in sequences[:200] for letter in word.upper()}) <= SEQUENCE_LETTERS
    share = WORDLESS_SHARE * len(sample)
    return wordless >= share or (len(sequences) >= share and few) or (bool(named) and blanks >= 1)


def _role(name: str, words: list[str], present: int) -> str:
    sample = words[:2_000]
    length = sum(map(len, sample)) / len(sample)
    blanks = sum(word.count(" ") for word in sample) / len(sample)
    share = len(words) / present
    # Chinese, Japanese or Thai sentences have no blanks between their words.
    unspaced = sum(sum(char > "\u0dff" for char in word[:200]) >= UNSPACED_LONG for word in sample) / len(sample)
    if len(words) > 10 and share > 0.3 and unspaced > 0.5:
        return "text"
    if len(words) > 10 and share > 0.3 and _are_texts(name, sample, blanks):
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
    many = len(words) > limits.CATEGORIES and (share > REPEATED or name_meaning.names_row(name))
    if many or (len(words) > 50 and share > 0.5):
        return "text" if blanks >= 2.5 else "id"
    return "categorical"
