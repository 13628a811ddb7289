"""Decides what a column of strings or numbers is: numeric, categorical, boolean, date, id, text, constant or empty."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import numpy as np

from core import limits
from core.tools.tables import dates, numbers
from core.tools.tables.notes import Note, quoted
from core.tools.words import shown
from core.vocabulary import Column

MISSING = {"", "na", "n/a", "#n/a", "#na", "nan", "-nan", "null", "<na>", "nat", "none"}
UNUSUAL = {
    "?", "-", "--", "---", ".", "..", "n.a.", "n.a", "nil", "missing", "(null)", "(missing)", "(blank)", "not available",
    "not applicable", "#null!", "#value!", "#ref!", "#div/0!", "#name?", "#num!", "\\n", "k.a.", "–", "—", "*", "#n/a n/a",
    "1.#ind", "1.#qnan", "-1.#ind", "-1.#qnan", "undefined", "no data", "blank", "unknown",
}  # fmt: skip
ALWAYS = MISSING - {"na", "none"}
WORDS_AS_CLASS = {"none", "not applicable", "unknown", "missing", "no data", "blank", "nil", "-", ".", "*", "n.a.", "n.a"}
YES_NO = (
    ("no", "yes"), ("n", "y"), ("false", "true"), ("f", "t"), ("0", "1"), ("off", "on"), ("nein", "ja"),
    ("non", "oui"), ("нет", "да"), ("0.0", "1.0"),
)  # fmt: skip
SENTINELS = (-99.0, -999.0, -9999.0, -99999.0, -999999.0)
ID_NAME = re.compile(
    r"(^|[_\s.-])(id|ids|uuid|guid|key|index|idx|nr|no|rownum|serial|record|rowid|code|pk)([_\s.-]|$)|Id$|ID$|^unnamed: ?0$",
    re.IGNORECASE,
)
ID_VALUE = re.compile(
    r"^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$|^[^@\s]+@[^@\s]+\.[^@\s]+$|^https?://|^[0-9a-f]{16,64}$",
    re.IGNORECASE,
)
QUICK = r"^$|^-?(?:(?:0|[1-9]\d{0,14})(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d{1,2})?$"
COMPACT_DATE = r"^(19|20)\d\d(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])$"
TIME_NAME = re.compile(r"year|month|jahr|année|^day$|date|week|time|age", re.IGNORECASE)
NUMBER_SHARE = 0.8
EXAMPLES = 3


@dataclass(frozen=True)
class Settled:
    """A column with its values: float64, datetime64[ns], (codes, words) for categories, or object strings."""

    column: Column
    values: Any
    notes: tuple[Note, ...] = ()


@dataclass
class Words:
    """Distinct strings of a column with how often each occurs; ``codes`` (n,) points into them, -1 for missing."""

    name: str
    words: np.ndarray
    counts: np.ndarray
    codes: np.ndarray
    hint: bool = False
    cut: int = 0

    @property
    def rows(self) -> int:
        """Number of rows."""
        return len(self.codes)


def settle_strings(name: str, array: Any, decimal_comma: bool = False) -> Settled:
    """Types a column of strings.

    Args:
        name: the column's name.
        array: pyarrow string array (n,), plain or dictionary-coded, nulls for missing cells.
        decimal_comma: whether the file's delimiter suggests decimal commas.
    """
    quick = None if str(array.type).startswith("dictionary") else _plain_numbers(name, array)
    if quick is not None:
        return quick
    held = _encode(name, array, decimal_comma)
    for attempt in (_empty, _numeric, _dates):
        found = attempt(held)
        if found is not None:
            return found
    return _labels(held)


def settle_numbers(name: str, values: np.ndarray, notes: tuple[Note, ...] = ()) -> Settled:
    """Types a column of float64 values (n,), NaN for missing."""
    values = np.array(values, dtype=np.float64)
    infinite = int(np.isinf(values).sum())
    told = list(notes)
    if infinite:
        values[np.isinf(values)] = np.nan
        told.append(Note("infinite", name, count=infinite))
    return _settle_floats(name, values, told)


def settle_dates(name: str, values: np.ndarray, notes: tuple[Note, ...] = ()) -> Settled:
    """Types a column of datetime64[ns] values (n,), NaT for missing."""
    missing = int(np.isnat(values).sum())
    distinct = len(np.unique(values[~np.isnat(values)]))
    kind: Any = "empty" if not distinct else "constant" if distinct == 1 else "date"
    examples = tuple(str(value)[:19].removesuffix("T00:00:00") for value in values[~np.isnat(values)][:EXAMPLES])
    column = Column(name, kind, missing, distinct, _why(kind, distinct, len(values)), examples)
    return Settled(column, values if kind != "empty" else np.full(len(values), np.nan), notes)


def plain_values(array: Any) -> np.ndarray | None:
    """float64 values (n,) of a string array of plain numbers and empty cells (NaN); None if it holds anything else."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if not pc.all(pc.match_substring_regex(array, QUICK)).as_py():
        return None
    values = pc.cast(pc.if_else(pc.equal(array, ""), pa.scalar(None, pa.string()), array), pa.float64())
    return np.array(values.to_numpy(zero_copy_only=False), dtype=np.float64)


def compact_dates(values: np.ndarray) -> bool:
    """Whether every number could be a date such as 20200131."""
    known = values[~np.isnan(values)]
    if not len(known) or known.min() < 1.9e7 or known.max() >= 2.1e7:
        return False
    month, day = known // 100 % 100, known % 100
    return bool((month >= 1).all() and (month <= 12).all() and (day >= 1).all() and (day <= 31).all())


def _plain_numbers(name: str, array: Any) -> Settled | None:
    """The common case, a column of plain numbers and empty cells, without looking at distinct values."""
    values = plain_values(array)
    if values is None or np.isnan(values).all() or compact_dates(values):
        return None
    return _settle_floats(name, values, [])


def _encode(name: str, array: Any, hint: bool) -> Words:
    import pyarrow as pa
    import pyarrow.compute as pc

    encoded = array if pa.types.is_dictionary(array.type) else pc.utf8_trim_whitespace(array).dictionary_encode()
    if isinstance(encoded, pa.ChunkedArray):
        encoded = encoded.unify_dictionaries().combine_chunks()
    codes = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int32)
    if pa.types.is_dictionary(array.type):
        inner = pc.utf8_trim_whitespace(encoded.dictionary.cast(pa.string())).dictionary_encode()
        again = inner.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int32)
        codes, encoded = np.append(again, np.int32(-1))[codes], inner
    words, cut = encoded.dictionary, 0
    long = pc.greater(pc.utf8_length(words), limits.CELL_CHARACTERS)
    if pc.any(long).as_py():
        cut = int(np.isin(codes, np.flatnonzero(long.to_numpy(zero_copy_only=False))).sum())
        inner = pc.utf8_slice_codeunits(words, 0, limits.CELL_CHARACTERS).dictionary_encode()
        again = inner.indices.to_numpy(zero_copy_only=False).astype(np.int32)
        codes, words = np.append(again, np.int32(-1))[codes], inner.dictionary
    lowered = np.array(pc.utf8_lower(words).to_pylist(), dtype=object)
    gone = np.array([word in ALWAYS for word in lowered], dtype=bool)
    if gone.any():
        renumber = np.cumsum(~gone) - 1
        renumber[gone] = -1
        codes = np.where(codes < 0, -1, renumber[codes]) if len(renumber) else codes
        words = words.filter(pa.array(~gone))
    counts = np.bincount(codes[codes >= 0], minlength=len(words))
    return Words(name, words, counts, codes, hint, cut)


def _empty(held: Words) -> Settled | None:
    if len(held.words) and not all(word.lower() in MISSING for word in held.words[:3].to_pylist()):
        return None
    if len(held.words) > 2:
        return None
    rows = len(held.codes)
    return Settled(Column(held.name, "empty", rows, 0, "no values"), np.full(rows, np.nan))


def _spread(held: Words, values: np.ndarray, fill: Any) -> np.ndarray:
    return np.append(values, fill)[held.codes]


def _numeric(held: Words) -> Settled | None:
    import pyarrow.compute as pc

    digits = pc.match_substring_regex(held.words, r"\d|^(?i:[+-]?inf(inity)?)$").to_numpy(zero_copy_only=False)
    if not digits.astype(bool).any():
        return None
    if pc.all(pc.match_substring_regex(held.words, COMPACT_DATE)).as_py() and len(held.words) > 1:
        return None
    if _codes_not_numbers(held):
        return _labels(held, [Note("zero", held.name, quoted(held.words[:2].to_pylist()))])
    reading = numbers.read(held.words, held.hint)
    blank = np.array([word.lower() in MISSING | UNUSUAL for word in _first(held, ~reading.ok)], dtype=bool)
    bad = np.flatnonzero(~reading.ok)
    odd = bad[~blank]
    good = int(held.counts[reading.ok].sum())
    wrong = int(held.counts[odd].sum())
    finite = int(held.counts[reading.ok & ~reading.infinite].sum())
    few = int((reading.ok).sum()) <= 20 and wrong > 0.05 * (good + wrong)
    if not good or not finite or good < NUMBER_SHARE * (good + wrong) or few:
        return None
    told = _number_notes(held, reading, bad[blank], odd)
    return _settle_floats(held.name, _spread(held, reading.values, np.nan), told, reading)


def _first(held: Words, mask: np.ndarray) -> list[str]:
    import pyarrow as pa

    return held.words.filter(pa.array(mask)).to_pylist()


def _number_notes(held: Words, reading: numbers.Reading, blank: np.ndarray, odd: np.ndarray) -> list[Note]:
    name, told = held.name, []
    words = held.words
    if reading.style:
        doubt = f"; {reading.doubtful}" if reading.doubtful and "commas" in " ".join(reading.style) else ""
        told.append(Note("style", name, " and ".join(reading.style) + doubt))
    unusual = [place for place in blank if words[int(place)].as_py().lower() in UNUSUAL]
    if unusual:
        told.append(Note("spelling", name, quoted(words[int(p)] for p in unusual), int(held.counts[unusual].sum())))
    if len(odd):
        told.append(Note("word", name, quoted(words[int(place)] for place in odd[:3]), int(held.counts[odd].sum())))
    if reading.infinite.any():
        told.append(Note("infinite", name, count=int(held.counts[reading.infinite].sum())))
    return told


def _codes_not_numbers(held: Words) -> bool:
    """Postcodes and account numbers: a leading zero, or most whole numbers too long for a float."""
    import pyarrow.compute as pc

    zero = pc.match_substring_regex(held.words, r"^0\d+$").to_numpy(zero_copy_only=False).astype(bool)
    long = pc.match_substring_regex(held.words, r"^[+-]?\d{16,}$").to_numpy(zero_copy_only=False).astype(bool)
    whole = pc.match_substring_regex(held.words, r"^[+-]?\d+$").to_numpy(zero_copy_only=False).astype(bool)
    if not whole.any() or whole.sum() < 0.9 * len(held.words):
        return False
    return bool(zero.any()) or bool(long.sum() > 0.5 * len(held.words))


def _settle_floats(
    name: str, values: np.ndarray, told: list[Note], reading: numbers.Reading | None = None
) -> Settled:
    known = np.isfinite(values)
    beyond = known & (np.abs(values) >= numbers.HUGE)
    if beyond.any() and beyond.sum() <= 0.5 * known.sum():
        values = np.where(beyond, np.nan, values)
        told.append(Note("infinite", name, "10^24 or more", int(beyond.sum())))
        known &= ~beyond
    values = _sentinels(name, values, told)
    known = np.isfinite(values)
    present = values[known]
    distinct = _distinct(present)
    whole = bool(len(present)) and bool((np.floor(distinct) == distinct).all())
    if whole and (np.abs(distinct) > numbers.EXACT).any():
        told.append(Note("precise", name, count=int((np.abs(present) > numbers.EXACT).sum())))
    missing = int((~known).sum())
    kind: Any = "numeric"
    if not len(distinct):
        kind = "empty"
    elif len(distinct) == 1:
        kind = "constant"
    elif len(distinct) == 2 and set(distinct) == {0.0, 1.0} and whole:
        kind = "boolean"
    elif whole and _counts_rows(name, present, distinct):
        kind = "id"
        told.append(Note("id", name, f"{len(distinct):,} different whole numbers in {len(values):,} rows"))
    examples = tuple(f"{value:.10g}" for value in present[:EXAMPLES])
    column = Column(name, kind, missing, len(distinct), _why(kind, len(distinct), len(values)), examples)
    if kind == "boolean":
        return Settled(column, (np.where(known, values, -1).astype(np.int32), ["0", "1"]), tuple(told))
    return Settled(column, values, tuple(told))


def _distinct(present: np.ndarray) -> np.ndarray:
    """Different values; sorted only where they are whole numbers, since sorting millions of floats takes seconds."""
    if len(present) < 100_000:
        return np.unique(present)
    import pyarrow as pa
    import pyarrow.compute as pc

    found = np.array(pc.unique(pa.array(present)).to_numpy())
    if (np.floor(found) == found).all():
        found.sort()
    return found


def _sentinels(name: str, values: np.ndarray, told: list[Note]) -> np.ndarray:
    present = values[np.isfinite(values)]
    if not len(present) or present.min() > SENTINELS[0]:
        return values
    for sentinel in SENTINELS:
        hit = present == sentinel
        others = present[~hit & ~np.isin(present, SENTINELS)]
        if not hit.any() or not len(others) or others.min() < (0 if sentinel == -99 else sentinel / 5):
            continue
        values = np.where(values == sentinel, np.nan, values)
        told.append(Note("sentinel", name, f"{sentinel:g}", int(hit.sum())))
    return values


def _counts_rows(name: str, present: np.ndarray, distinct: np.ndarray) -> bool:
    """Whole numbers that number the rows: 1 to n, or nearly all different under a name such as ``id``."""
    if len(distinct) < 10 or len(distinct) < 0.98 * len(present):
        return False
    step = np.diff(distinct)
    in_turn = len(distinct) == len(present) and bool((step == step[0]).all())
    ordered = bool((np.diff(present) > 0).all())
    if TIME_NAME.search(name) and distinct[0] > 1:
        return False
    long = distinct[0] >= 1e7 and len(str(int(distinct[0]))) == len(str(int(distinct[-1])))
    return (in_turn and (ordered or step[0] == 1)) or bool(ID_NAME.search(name)) or long


def _dates(held: Words) -> Settled | None:
    distinct = len(held.words)
    sample = held.words[: min(200, distinct)].to_pylist()
    usable = [word for word in sample if word.lower() not in MISSING | UNUSUAL]
    if not dates.likely(usable):
        return None
    words = held.words.to_pylist()
    reading = dates.read(words)
    blank = np.array([word.lower() in MISSING | UNUSUAL for word in words], dtype=bool)
    odd = np.flatnonzero(~reading.ok & ~blank)
    good, wrong = int(held.counts[reading.ok].sum()), int(held.counts[odd].sum())
    if not good or good < NUMBER_SHARE * (good + wrong):
        return None
    name, told = held.name, []
    if reading.order and not reading.certain:
        detail = f"read as {reading.order}" + (f", though {reading.mixed:,} say otherwise" if reading.mixed else "")
        told.append(Note("order", name, detail))
    if len(odd):
        told.append(Note("word", name, quoted(words[place] for place in odd[:3]), wrong))
    if reading.beyond.any():
        told.append(Note("beyond", name, count=int(held.counts[reading.beyond].sum())))
    if reading.zoned:
        told.append(Note("zone", name))
    values = _spread(held, reading.values, np.datetime64("NaT", "ns"))
    return settle_dates(name, values, tuple(told))


def _labels(held: Words, told: list[Note] | None = None) -> Settled:
    """Strings that are neither numbers nor dates: booleans, categories, texts or ids."""
    notes = list(told or ())
    if held.cut:
        notes.append(Note("cut", held.name, f"to {limits.CELL_CHARACTERS:,} characters", held.cut))
    words = held.words.to_pylist()
    codes, counts = held.codes, held.counts
    gone = _stand_ins(held.name, words, counts, notes)
    if gone:
        keep = np.array([place not in gone for place in range(len(words))], dtype=bool)
        renumber = np.where(keep, np.cumsum(keep) - 1, -1)
        codes = np.where(codes < 0, -1, renumber[codes])
        words, counts = [word for word, kept in zip(words, keep, strict=True) if kept], counts[keep]
    words, codes, boolean = _tidy(held.name, words, counts, codes, notes)
    counts = np.bincount(codes[codes >= 0], minlength=len(words))
    missing = int((codes < 0).sum())
    present = len(codes) - missing
    kind = "empty" if not present else "constant" if len(words) == 1 else "boolean" if boolean else _role(words, counts, present)
    why = _why(kind, len(words), len(codes))
    if kind == "id":
        notes.append(Note("id", held.name, f"{len(words):,} different values in {len(codes):,} rows"))
    examples = tuple(shown(word, 40) for word in words[:EXAMPLES])
    column = Column(held.name, kind, missing, len(words), why, examples)  # type: ignore[arg-type]
    if kind == "empty":
        return Settled(column, np.full(len(codes), np.nan), tuple(notes))
    if kind in ("categorical", "boolean", "constant"):
        return Settled(column, (codes.astype(np.int32), words), tuple(notes))
    values = np.append(np.array([*words, None], dtype=object), None)[codes]
    return Settled(column, values, tuple(notes))


def _stand_ins(name: str, words: list[str], counts: np.ndarray, notes: list[Note]) -> set[int]:
    """Words such as "NA" or "?" among labels: missing, unless they are a label of their own."""
    lowered = [word.lower() for word in words]
    others = [word for word, low in zip(words, lowered, strict=True) if low not in MISSING | UNUSUAL]
    codes = sum(len(word) <= 5 and word.isupper() and word.isalpha() for word in others)
    gone: set[int] = set()
    for place, low in enumerate(lowered):
        if low not in MISSING | UNUSUAL:
            continue
        label = low in WORDS_AS_CLASS and low.isalpha() or " " in low
        label |= low == "na" and bool(others) and codes >= 0.8 * len(others)
        if label and others:
            if low in MISSING:
                notes.append(Note("kept", name, quoted([words[place]]), int(counts[place])))
            continue
        gone.add(place)
        if low in UNUSUAL:
            notes.append(Note("spelling", name, quoted([words[place]]), int(counts[place])))
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
        detail = f"{quoted(words[place] for place in merged)} into {quoted(words[place] for place in ordered)}"
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
    if len(words) > 10 and share > 0.5 and sum(len(word) <= 300 and bool(ID_VALUE.match(word)) for word in sample) > 0.8 * len(sample):
        return "id"
    if (share > 0.3 and len(words) > 10 and (blanks >= 3 or length > 60)) or (length > 100 and len(words) > 20):
        return "text"
    if len(words) >= 10 and share > 0.9:
        return "text" if blanks >= 2.5 else "id"
    if len(words) > limits.CATEGORIES or (len(words) > 50 and share > 0.5):
        return "text" if blanks >= 2.5 else "id"
    return "categorical"


def _why(kind: str, distinct: int, rows: int) -> str:
    """Why a column cannot be a target, or is left out of the inputs."""
    return {
        "id": f"identifies rows: {distinct:,} different values in {rows:,} rows",
        "constant": "one value only",
        "empty": "no values",
        "text": "free text",
        "date": "a date",
    }.get(kind, "")
