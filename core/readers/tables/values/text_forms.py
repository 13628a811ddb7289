"""Forms of measurements that are written as text: lengths of time, pairs, uncertainties, degrees, feet, units."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from core.readers.name_meaning import name_words
from core.readers.tables.values.clock_times import parse_clock_time
from core.readers.tables.values.duration_parser import duration_unit, parse_duration
from core.readers.tables.values.measure_units import FAMILIES, MAGNITUDES, NUMBER, UnitFamily, to_number

FEWEST_PAIRS = 10
COLON_SHAPE = re.compile(r"-?(?:\d{1,6}\s*d(?:ays?)?,?\s+)?\d{1,6}:[0-5]\d(?::[0-5]\d(?:[.,]\d{1,9})?)?", re.IGNORECASE)
LONGEST_MONTH = 31
# Among minutes or seconds one is as late as this; points of a game ("25:18") stop before.
LATE = 30


@dataclass(frozen=True)
class Measure:
    """One text as numbers. unit: what stands behind the number; "" for a bare one, "*" for several parts."""

    numbers: tuple[float, ...]
    unit: str = "*"


@dataclass(frozen=True)
class TextForm:
    """A way to write measurements.

    pattern: of a whole cell. read: its numbers; None where they cannot be meant. fits: whether the column is one of
    this form, asked with all that was read. says: the unit of the first number. further: what the other numbers are.
    """

    says: str
    pattern: re.Pattern[str]
    read: Callable[[re.Match[str], bool], Measure | None]
    fits: Callable[[str, list[str], list[Measure]], bool]
    further: tuple[str, ...] = ()


def _duration(found: re.Match[str], comma: bool) -> Measure | None:
    word = found[0]
    seconds = parse_duration(word)
    if seconds is None:
        return None
    return Measure((seconds,), duration_unit(word) or "*")


def _is_duration(name: str, words: list[str], read: list[Measure]) -> bool:
    """Whether the lengths are not all plain numbers of one unit, nor times of day or scores such as 3:2."""
    if any(":" in word for word in words):
        shaped = all(COLON_SHAPE.fullmatch(word) for word in words if ":" in word)
        late = max(int(word.split(":")[1][:2]) for word in words if ":" in word) >= LATE
        return shaped and late and any(parse_clock_time(word) is None for word in words)
    return _several_units(name, words, read)


def _several_units(name: str, words: list[str], read: list[Measure]) -> bool:
    units = {one.unit for one in read}
    return len(units) > 1 or units == {"*"}


def _pair(found: re.Match[str], comma: bool) -> Measure | None:
    return Measure(tuple(to_number(part, comma) for part in found.groups() if part is not None))


def _are_pairs(name: str, words: list[str], read: list[Measure]) -> bool:
    """Whether two numbers and a slash are no day and month, no fraction among few, and no two years in turn."""
    both = np.array([one.numbers for one in read])
    in_turn = (both[:, 1] - both[:, 0]) % 100 == 1
    return len(words) >= FEWEST_PAIRS and bool((both > LONGEST_MONTH).any(axis=1).mean() > 0.5) and not in_turn.all()


def _many(name: str, words: list[str], read: list[Measure]) -> bool:
    return len(words) >= FEWEST_PAIRS and len({len(one.numbers) for one in read}) == 1


def _with_error(found: re.Match[str], comma: bool) -> Measure | None:
    value, error = found["value"], found["error"]
    if found["short"] is None:
        return Measure((to_number(value, comma), to_number(error, comma)))
    fraction = re.split("[.,]", value)[1:]
    if not fraction:
        return None
    digits = len(fraction[-1])
    return Measure((to_number(value, comma), int(found["short"]) / 10**digits))


def _with_mark(found: re.Match[str], comma: bool) -> Measure | None:
    value = found["value"] or found["inner"]
    return Measure((to_number(value, comma),), "*" if found["inner"] or found["mark"] or found["about"] else "")


def _has_marks(name: str, words: list[str], read: list[Measure]) -> bool:
    return any(one.unit for one in read)


def _degrees(found: re.Match[str], comma: bool) -> Measure | None:
    parts = [to_number(found[key] or "0", comma) for key in ("degrees", "minutes", "seconds")]
    side = (found["before"] or found["side"] or "").upper()
    if abs(parts[0]) > 360 or max(parts[1:]) >= 60 or not (side or found["sign"]):
        return None
    if found["sign"] is None and found["minutes"] is None and not re.search("[.,]", found["degrees"]):
        return None
    size = abs(parts[0]) + parts[1] / 60 + parts[2] / 3600
    return Measure((-size if side in ("S", "W") or found["degrees"].startswith("-") else size,))


def _feet(found: re.Match[str], comma: bool) -> Measure | None:
    inches = to_number(found["inches"] or "0", comma)
    return Measure((12 * int(found["feet"]) + inches,)) if inches < 12 else None


def _are_heights(name: str, words: list[str], read: list[Measure]) -> bool:
    """Whether feet and inches with a dash ("5-11") stand under a name that says what they are."""
    dashed = any("-" in word for word in words)
    return not dashed or ("height" in " ".join(name_words(name)) and all(36 <= one.numbers[0] < 96 for one in read))


def _always(name: str, words: list[str], read: list[Measure]) -> bool:
    return True


def _with_unit(family: UnitFamily) -> TextForm:
    def read(found: re.Match[str], comma: bool) -> Measure | None:
        unit = family.find(found["unit"] or "")
        if unit is None or (not found["unit"] and not family.bare):
            return None
        return Measure((family.convert(to_number(found["value"], comma), unit),), unit)

    def fits(name: str, words: list[str], read: list[Measure]) -> bool:
        if family is not MAGNITUDES:
            return _several_units(name, words, read)
        money = words[0][0] in "$€£"
        return (money or _several_units(name, words, read)) and _are_sizes(words, read)

    pattern = re.compile(rf"[$€£]?\s*(?P<value>{NUMBER})\s*(?P<unit>[^\W\d_]{{1,8}}|°\s?[CF]|)\.?")
    return TextForm(family.says, pattern, read, fits)


def _are_sizes(words: list[str], read: list[Measure]) -> bool:
    """Whether 53.5M and 999k are sizes and no codes: some have decimals, and no bare number lost its letter."""
    if len({re.sub(r"[^$€£]", "", word) for word in words}) > 1:
        return False
    lettered = [word for word, one in zip(words, read, strict=True) if one.unit]
    bare = [abs(one.numbers[0]) for one in read if not one.unit]
    return any(re.search(r"\d[.,]\d|[$€£]", word) for word in lettered) and not any(0 < one < 1_000 for one in bare)


LENGTH_OF_TIME = "seconds"
STARS = r"\s?(?P<mark>[*†‡§]{1,4}|\+)"
FORMS: tuple[TextForm, ...] = (
    TextForm(LENGTH_OF_TIME, re.compile(r"(?=.*\d)(?=.*[^\W\d_]|.*:)[-\w\s.,:]{2,60}"), _duration, _is_duration),
    TextForm(
        "", re.compile(r"(\d{1,3})\s*/\s*(\d{1,3})(?:\s*mm\s?hg)?", re.IGNORECASE), _pair,
        _are_pairs, ("second",),
    ),
    TextForm(
        "", re.compile(rf"[(\[]\s*({NUMBER})\s*[,;]\s*({NUMBER})\s*[)\]]|({NUMBER})\s*[,;]\s+({NUMBER})"), _pair, _many,
        ("second",),
    ),
    TextForm(
        "",
        re.compile(
            rf"({NUMBER})(?:\s+\(|\s*\[)\s*({NUMBER})\s*%?(?:\s*(?:[,;–-]|to)\s*({NUMBER})\s*%?)?\s*[)\]]"
        ),
        _pair, _many, ("second", "third"),
    ),
    TextForm(
        "", re.compile(rf"({NUMBER})\s*[x×*]\s*({NUMBER})(?:\s*[x×*]\s*({NUMBER}))?", re.IGNORECASE),
        _pair, _many, ("second", "third"),
    ),
    TextForm(
        "",
        re.compile(
            rf"(?P<value>{NUMBER})(?:\s*(?:±|\+/?[-−])\s*(?P<error>{NUMBER})|(?<=\d)\((?P<short>\d{{1,3}})\))"
        ),
        _with_error, _always, ("uncertainty",),
    ),
    TextForm(
        "", re.compile(rf"(?:(?P<about>[~≈]\s?)?(?P<value>{NUMBER})(?:{STARS})?|\[\s*(?P<inner>{NUMBER})\s*\])"),
        _with_mark, _has_marks,
    ),
    TextForm(
        "degrees",
        re.compile(
            rf"(?P<before>[NSEW])?\s*(?P<degrees>{NUMBER})\s*(?P<sign>[°º])?\s*(?:(?P<minutes>\d{{1,2}}(?:[.,]\d+)?)\s*"
            r"['′’]\s*)?(?:(?P<seconds>\d{1,2}(?:[.,]\d+)?)\s*(?:[\"″”]|''|′′|’’)\s*)?(?P<side>[NSEW])?"
        ),
        _degrees, _always,
    ),
    TextForm(
        "inches",
        re.compile(
            r"(?P<feet>\d{1,2})(?:\s?(?:['′’]|ft\.?|feet|foot)\s?|-(?=\d))"
            r"(?:(?P<inches>\d{1,2}(?:[.,]\d+)?)\s?(?:[\"″”]|''|′′|’’|in\.?|inch(?:es)?)?)?", re.IGNORECASE,
        ),
        _feet, _are_heights,
    ),
    *(_with_unit(family) for family in FAMILIES),
)  # fmt: skip
