"""Reads numbers as people write them: decimal commas, thousands marks, currencies, percents, brackets for negatives."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from core.readers.tables.values.missing_values import find_matches

if TYPE_CHECKING:
    import pyarrow as pa

PLAIN = r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$"
EXTREME = r"[eE][+-]?\d{3,}$|\d{300,}"
# A comma that can be no thousands mark.
SURE_COMMA = r"^[+-]?(\d*,\d{1,2}|\d*,\d{4,}|0,\d+|\d{4,},\d+|\d*,\d+[eE][+-]?\d+)([eE][+-]?\d+)?$"
SURE_POINT = SURE_COMMA.replace(",", r"\.").replace(r"{1\.2}", "{1,2}").replace(r"{4\.}", "{4,}")
# A point or comma before three digits: the decimal mark or one between thousands.
OPEN_MARK = r"^[+-]?[1-9]\d{0,2}[.,]\d{3}$"
INFINITE = r"^(?i:[+-]?inf(inity)?)$|^[+-]?∞$"
MINUS = "[\u2010\u2011\u2012\u2013\u2212\ufe63\uff0d]"
MONEY = r"(?:[$€£¥₹₽₩₺₴₪฿]|US\$|USD|EUR|GBP|CHF|JPY|INR|CNY|RUB|SEK|NOK|DKK|PLN|BRL|AUD|CAD|Kč|zł|kr\.?|Fr\.?|R\$)"
SPACE = "[\u0020\u00a0\u2007\u2009\u202f\u2008]"
FULL_WIDTH = {chr(0xFF10 + digit): str(digit) for digit in range(10)} | {"\uff0e": ".", "\uff0c": ","}
UNIT = re.compile(r"^[+-]?[\d.,]*\d[\d.,]*\s*([A-Za-zµ°²³/]{1,8})$")
HUGE = 1e24
EXACT = 2.0**53
MANY = 20_000
MARK_SAMPLE = 200
NAMES = {",": "comma", ".": "point"}
PIECE = 1 << 16


@dataclass(frozen=True)
class ParsedNumbers:
    """Strings read as numbers. ``values`` float64 (n,), NaN where ``ok`` is False; ``infinite`` marks inf and overflow.

    style: what had to be understood to read them, in words; empty for plain numbers. whole: no value had a fraction.
    mark: the decimal mark where the values settle it. open: whether they leave it to the rest of the file.
    doubtful: both readings of one value where nothing settles it.
    """

    values: np.ndarray
    ok: np.ndarray
    infinite: np.ndarray
    style: tuple[str, ...] = ()
    whole: bool = False
    doubtful: str = ""
    percent: int = 0
    mark: str = ""
    open: bool = False
    decimal: str = "."


def parse_numbers(words: pa.StringArray, decimal_comma: bool = False, mark: str = "") -> ParsedNumbers:
    """Reads distinct strings as numbers.

    Args:
        words: pyarrow string array of distinct, stripped strings without nulls.
        decimal_comma: whether the delimiter suggests that a comma is the decimal mark.
        mark: the decimal mark that the other columns of the file settle; "both" where they differ.
    """

    plain = find_matches(words, PLAIN)
    infinite = find_matches(words, INFINITE)
    if not len(words) or (plain.all() and not points_open(words)):
        read_out = _plain(words, plain, infinite)
        return replace(read_out, mark="." if len(words) and points_sure(words) else "")
    bare, style, percent = _strip_signs(words)
    kept = find_matches(bare, r"^[+-]?[\d.,]*\d[\d.,]*([eE][+-]?\d+)?$")
    if not kept.any():
        return ParsedNumbers(np.full(len(words), np.nan), np.zeros(len(words), bool), infinite)
    found = _decimal_mark(bare, decimal_comma, mark)
    mark = found.mark
    done, marks = _with_point(bare, mark)
    good = find_matches(done, PLAIN) & kept
    if mark == ".":
        good &= ~find_matches(bare, r",\d{1,2}$|,\d{4,}|^,|,$")
    read_out = _plain(done, good, infinite)
    return replace(
        read_out,
        style=(*marks, *style),
        doubtful=found.doubt,
        decimal=mark,
        percent=percent,
        mark=mark if found.sure else "",
        open=found.open,
    )


@dataclass(frozen=True)
class _DecimalMark:
    """The decimal mark; ``sure`` where the column settles it, ``open`` where it leaves it to the file."""

    mark: str
    sure: bool = False
    open: bool = False
    doubt: str = ""


def points_open(words: pa.StringArray) -> bool:
    """Whether every point among plain numbers stands before three digits, so that it may part thousands."""
    pointed = _count(words[:MARK_SAMPLE], r"\.")
    if not pointed or _count(words[:MARK_SAMPLE], OPEN_MARK) < pointed:
        return False
    return len(words) <= MARK_SAMPLE or _count(words, OPEN_MARK) == _count(words, r"\.")


def points_sure(words: pa.StringArray) -> bool:
    """Whether a point among plain numbers can be the decimal mark only."""
    return bool(_count(words[:MARK_SAMPLE], SURE_POINT))


def distinct_values(values: np.ndarray) -> np.ndarray:
    """Different finite values, sorted.

    Many numbers of a few decimals are ticked off on a line of places, several times quicker than sorting them; and
    sorting is many times quicker here than the hashing of ``np.unique``.
    """
    ticked = _ticked(values) if len(values) >= MANY else None
    if ticked is not None:
        return ticked
    ordered = np.sort(values)
    return ordered[np.append(True, ordered[1:] != ordered[:-1])] if len(ordered) else ordered


def _ticked(values: np.ndarray) -> np.ndarray | None:
    """Different values through whole numbers of their last decimal; None where these are too many or not exact."""
    head = values[:1000]
    scale = next((10.0**n for n in range(9) if (np.rint(head * 10.0**n) / 10.0**n == head).all()), None)
    if scale is None:
        return None
    low, high = np.rint(values.min() * scale), np.rint(values.max() * scale)
    if high - low > 8 * len(values) or max(-low, high) > EXACT:
        return None
    seen = np.zeros(int(high - low) + 1, bool)
    # Piece by piece, so that all stays in the processor's cache.
    for start in range(0, len(values), PIECE):
        part = values[start : start + PIECE]
        places = np.rint(part * scale)
        if not (places / scale == part).all():
            return None
        seen[(places - low).astype(np.intp)] = True
    return (np.flatnonzero(seen) + low) / scale


def are_whole(values: np.ndarray) -> bool:
    """Whether no value has a fraction; told from the first ones where these have."""
    return all(bool((np.floor(part) == part).all()) for part in (values[:1000], values[1000:]))


def _plain(words: pa.StringArray, good: np.ndarray, infinite: np.ndarray) -> ParsedNumbers:
    import pyarrow as pa
    import pyarrow.compute as pc

    values = np.full(len(words), np.nan)
    extreme = good & find_matches(words, EXTREME)
    simple = good & ~extreme
    if simple.any():
        chosen = words if simple.all() else words.filter(pa.array(simple))
        chosen = pc.utf8_ltrim(chosen, "+")
        values[simple] = pc.cast(chosen, pa.float64()).to_numpy(zero_copy_only=False)
    for place in np.flatnonzero(extreme):
        values[place] = float(words[int(place)].as_py())
    beyond = infinite | (good & ~np.isfinite(values))
    values[beyond] = np.nan
    known = values[np.isfinite(values)]
    return ParsedNumbers(values, (good | infinite), beyond, whole=bool(len(known)) and are_whole(known))


def _strip_signs(words: pa.StringArray) -> tuple[Any, list[str], int]:
    """Takes minus signs, money, percents, brackets and spaces between digits off, and says which were there."""
    import pyarrow.compute as pc

    style = []
    bare = words
    for wide, narrow in FULL_WIDTH.items():
        if pc.any(pc.match_substring(bare, wide)).as_py():
            bare = pc.replace_substring(bare, wide, narrow)
    steps = (
        ("minus signs outside ASCII", f"^{MINUS}|{MINUS}$", "-"),
        ("currency signs", rf"^([(+-]?)\s*{MONEY}\s*([-+]?)", r"\1\2"),
        ("currency signs", rf"\s*{MONEY}(\)?)$", r"\1"),
        ("inch signs", r"^([+-]?[\d.,]*\d[.,]?)\s*[\"”″]$", r"\1"),
        ("percent signs", r"\s*%(\)?)$", r"\1"),
        ("brackets for negative numbers", r"^\(\s*([\d.,' \x{a0}\x{202f}]+)\s*\)$", r"-\1"),
        ("blanks behind minus signs", r"^- +(\d)", r"-\1"),
        ("minus signs at the end", r"^([\d.,]+)\s*-$", r"-\1"),
        ("apostrophes between thousands", r"(\d)['\x{2019}](\d\d\d)\b", r"\1\2"),
        ("blanks between thousands", rf"(\d){SPACE}(\d\d\d)\b", r"\1\2"),
        ("underscores between thousands", r"(\d)_(\d\d\d)", r"\1\2"),
    )
    percent = 0
    bare, unit = _without_unit(bare)
    if unit:
        style.append(f"the unit {unit}")
    for said, pattern, put in steps:
        hit = pc.match_substring_regex(bare, pattern)
        count = pc.sum(hit).as_py() or 0
        if count:
            bare = pc.replace_substring_regex(bare, pattern, put)
            if said.endswith("thousands"):
                bare = pc.replace_substring_regex(bare, pattern, put)
            if said not in style:
                style.append(said)
            if said.startswith("percent"):
                percent = count
    return pc.utf8_trim_whitespace(bare), style, percent


def _without_unit(bare: pa.StringArray) -> tuple[Any, str]:
    """Takes a unit off when nearly all values carry the same one, such as ``5 kg``."""
    import pyarrow.compute as pc

    first = next((match for word in bare[:50].to_pylist() if (match := UNIT.match(word))), None)
    if first is None or re.fullmatch(MONEY, first[1]):
        return bare, ""
    pattern = rf"^([+-]?[\d.,]*\d[\d.,]*)\s*{re.escape(first[1])}$"
    if _count(bare, pattern) < 0.9 * len(bare):
        return bare, ""
    return pc.replace_substring_regex(bare, pattern, r"\1"), first[1]


def _decimal_mark(bare: pa.StringArray, hint: bool, mark: str) -> _DecimalMark:
    """Which of '.' and ',' is the decimal mark, by what all values together allow; else by the rest of the file."""
    import pyarrow.compute as pc

    both = _count(bare, r"^[+-]?\d{1,3}(,\d{2,3})*,\d{3}\.\d*$"), _count(bare, r"^[+-]?\d{1,3}(\.\d{3})+,\d*$")
    if any(both):
        return _DecimalMark("." if both[0] >= both[1] else ",", sure=True)
    sure_comma = _count(bare, SURE_COMMA) + _count(bare, r"^[+-]?\d{1,3}(\.\d{3}){2,}$")
    sure_point = _count(bare, SURE_POINT) + _count(bare, r"^[+-]?\d{1,3}(,\d{3}){2,}$")
    if sure_comma or sure_point:
        return _DecimalMark("," if sure_comma > sure_point else ".", sure=True)
    opened = bare.filter(pc.match_substring_regex(bare, OPEN_MARK))
    if not len(opened):
        return _DecimalMark(".")
    if mark in (",", "."):
        return _DecimalMark(mark, open=True)
    word = opened[0].as_py()
    sign = "," if "," in word else "."
    taken = "," if sign == "," and hint else "."
    # A point before three digits is told only where something in the file speaks for decimal commas.
    if sign == "." and not hint and mark != "both":
        return _DecimalMark(taken, open=True)
    readings = {sign: word.replace(",", "."), ",."[sign == ","]: re.sub("[.,]", "", word)}
    other = "." if taken == "," else ","
    doubt = f"“{word}” as {readings[taken]}; with a decimal {NAMES[other]} in this file it would be {readings[other]}"
    return _DecimalMark(taken, open=True, doubt=doubt)


def _with_point(bare: pa.StringArray, mark: str) -> tuple[Any, list[str]]:
    import pyarrow.compute as pc

    said = []
    thousands = "," if mark == "." else "."
    lakhs = rf"|^[+-]?\d{{1,2}}(\{thousands}\d{{2}})+\{thousands}\d{{3}}(\{mark}\d*)?$"
    grouped = rf"^[+-]?\d{{1,3}}(\{thousands}\d{{3}})+(\{mark}\d*)?$" + lakhs
    hit = pc.match_substring_regex(bare, grouped)
    if (pc.sum(hit).as_py() or 0) > 0:
        bare = pc.if_else(hit, pc.replace_substring(bare, thousands, ""), bare)
        said.append("commas between thousands" if thousands == "," else "points between thousands")
    if mark == ",":
        bare = pc.replace_substring(bare, ",", ".", max_replacements=1)
        said.insert(0, "decimal commas")
    return bare, said


def _count(words: pa.StringArray, pattern: str) -> int:
    return int(find_matches(words, pattern).sum())
