"""Forms of measurements that are written as text: lengths of time, pairs, uncertainties, degrees, feet, units."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from core.readers.name_meaning import name_words
from core.readers.tables.values.clock_times import parse_clock_time
from core.readers.tables.values.duration_parser import duration_unit, parse_duration
from core.readers.tables.values.measure_units import (
    FAMILIES,
    MAGNITUDES,
    MONEY,
    NUMBER,
    UnitFamily,
    are_sizes,
    to_number,
)

FEWEST_PAIRS = 10
COLON_SHAPE = re.compile(r"-?(?:\d{1,6}\s*d(?:ays?)?,?\s+)?\d{1,6}:[0-5]\d(?::[0-5]\d)?(?:[.,]\d{1,9})?", re.IGNORECASE)
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

    key: its name in stored schemas. pattern: of a whole cell. read: its numbers; None where they cannot be meant.
    fits: whether the column is one of this form, asked with all that was read. says: the unit of the first number.
    further: what the other numbers are.
    """

    key: str
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
        # Looked at only where all have the shape, so that a number stands behind each colon.
        late = shaped and max(int(word.split(":")[1][:2]) for word in words if ":" in word) >= LATE
        return late and any(parse_clock_time(word) is None for word in words)
    return _several_units(name, words, read)


def _several_units(name: str, words: list[str], read: list[Measure]) -> bool:
    units = {one.unit for one in read}
    return len(units) > 1 or units == {"*"}


def _pair(found: re.Match[str], comma: bool) -> Measure | None:
    return Measure(tuple(to_number(part, comma) for part in found.groups() if part is not None))


def _are_pairs(name: str, words: list[str], read: list[Measure]) -> bool:
    """Whether two numbers and a slash are no day and month, no fraction among few, and neither two years in turn nor
    a month and a year that rise down the file."""
    both = np.array([one.numbers for one in read])
    in_turn = (both[:, 1] - both[:, 0]) % 100 == 1
    months = 12 * both[:, 1] + both[:, 0]
    if (both[:, 0] >= 1).all() and (both[:, 0] <= 12).all() and (np.diff(months) > 0).all():
        return False
    return len(words) >= FEWEST_PAIRS and bool((both > LONGEST_MONTH).any(axis=1).mean() > 0.5) and not in_turn.all()


def _many(name: str, words: list[str], read: list[Measure]) -> bool:
    return len(words) >= FEWEST_PAIRS and len({len(one.numbers) for one in read}) == 1


def _are_ranges(name: str, words: list[str], read: list[Measure]) -> bool:
    """Whether the second number is the larger one, and the two rise together: those of codes ("12-345") do not."""
    both = np.array([one.numbers for one in read])
    coded = all(CODED.fullmatch(word) for word in words)
    if len(words) < FEWEST_PAIRS or (both[:, 0] < both[:, 1]).mean() < RISING_SHARE:
        return False
    ranks = np.argsort(np.argsort(both, axis=0), axis=0)
    seasons = ((both[:, 1] - both[:, 0]) % 100 == 1).all()
    together = float(np.corrcoef(ranks[:, 0], ranks[:, 1]).ravel()[1])
    return not coded or (not bool(seasons) and together > RISING_TOGETHER)


def _range(found: re.Match[str], comma: bool) -> Measure | None:
    numbers = []
    last = found["second_unit"] or ""
    for value, letter in (("first", found["first_unit"] or last), ("second", last)):
        unit = MAGNITUDES.find(letter)
        if unit is None or re.fullmatch(r"0\d+", found[value]):
            return None
        numbers.append(MAGNITUDES.convert(to_number(found[value], comma), unit))
    return Measure(tuple(numbers))


def _power(found: re.Match[str], comma: bool) -> Measure | None:
    power = found["power"].translate(SUPERSCRIPTS).replace("−", "-")
    return Measure((float(f"{to_number(found['value'], comma)!r}e{power}"),))


def _mixed_fraction(found: re.Match[str], comma: bool) -> Measure | None:
    sign = found["sign"] or found["only"]
    part = unicodedata.numeric(sign) if sign else int(found["top"] or 0) / int(found["bottom"] or 1)
    return Measure((int(found["whole"] or 0) + part,), "*" if sign or found["top"] else "")


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
    """Whether some numbers carry a mark; few different limits such as "<5" and ">10" are categories."""
    limited = any(word[0] in "<>≤≥" for word in words)
    return any(one.unit for one in read) and (not limited or len(words) >= FEWEST_PAIRS)


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
        pieces = list(PIECE.finditer(found["pieces"]))
        units = [family.find(piece["unit"]) for piece in pieces]
        if any(unit is None or (not unit and not family.bare) for unit in units):
            return None
        sizes = [family.sizes.get(unit or "", 1.0) for unit in units]
        # "3 lb 4 oz" is one weight; "4 oz 3 lb" is nothing.
        if len(units) > 1 and (family.bare or family.shifts or sizes != sorted(sizes, reverse=True)):
            return None
        numbers = [to_number(piece["value"], comma) for piece in pieces]
        total = sum(family.convert(value, unit or "") for value, unit in zip(numbers, units, strict=True))
        return Measure((total,), (units[0] or "") if len(units) == 1 else "*")

    def fits(name: str, words: list[str], read: list[Measure]) -> bool:
        if family is not MAGNITUDES:
            return _several_units(name, words, read)
        money = words[0][0] in MONEY
        units, numbers = [one.unit for one in read], [abs(one.numbers[0]) for one in read]
        return (money or _several_units(name, words, read)) and are_sizes(words, units, numbers)

    return TextForm(f"unit {family.says}".strip(), family.says, UNITS, read, fits)


LENGTH_OF_TIME = "seconds"
RISING_SHARE, RISING_TOGETHER = 0.98, 0.5
CODED = re.compile(r"\d+-\d+")
FRACTIONS = "[¼½¾⅓⅔⅛⅜⅝⅞]"
LIMIT = r"(?:[~≈]|[<>]=?|[≤≥]|(?i:ca|circa|approx|about)\b\.?)"
SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
UNIT = r"[^\W\d_]{1,8}(?:/[^\W\d_]{1,3})?²?|°\s?[CF]|"
NEXT = r"(?:,?\s+(?:and\s+)?|$|(?<=[^\W\d_])(?=\d))"
PIECE = re.compile(rf"(?P<value>{NUMBER})\s*(?P<unit>{UNIT})\.?{NEXT}")
UNITS = re.compile(rf"[{MONEY}]?\s*(?P<pieces>(?:{NUMBER}\s*(?:{UNIT})\.?{NEXT}){{1,3}})")
TO = r"\s*(?:[-–—]|\bto\b|\bbis\b|\bà\b|\bhasta\b|\.\.+)\s*"
WORDED = r"(?:\s*[^\W\d_]{1,6}\s*@\s*|\s+(?:over|out of|of|von|sur|auf|por)\s+|\s*@\s*)"
STARS = r"\s?(?P<mark>[*†‡§]{1,4}|\+)"
FORMS: tuple[TextForm, ...] = (
    TextForm(
        "duration", LENGTH_OF_TIME, re.compile(r"(?=.*\d)(?=.*[^\W\d_]|.*:)[-\w\s.,:]{2,60}"), _duration, _is_duration),
    TextForm(
        "slash", "", re.compile(r"(\d{1,3})\s*/\s*(\d{1,3})(?:\s*mm\s?hg)?", re.IGNORECASE), _pair,
        _are_pairs, ("second",),
    ),
    TextForm(
        "comma", "", re.compile(rf"[(\[]\s*({NUMBER})\s*[,;]\s*({NUMBER})\s*[)\]]|({NUMBER})\s*[,;]\s+({NUMBER})"),
        _pair, _many, ("second",),
    ),
    TextForm(
        "brackets", "",
        re.compile(
            rf"({NUMBER})(?:\s+\(|\s*\[)\s*({NUMBER})\s*%?(?:\s*(?:[,;–-]|to)\s*({NUMBER})\s*%?)?\s*[)\]]"
        ),
        _pair, _many, ("second", "third"),
    ),
    TextForm(
        "range", "",
        re.compile(
            rf"[$€£]?\s*(?P<first>(?!-){NUMBER})\s?(?P<first_unit>[kKmMbB]|)(?:{TO})[$€£]?\s*(?P<second>{NUMBER})\s?"
            r"(?P<second_unit>[kKmMbB]|)(?:\s?%)?"
        ),
        _range, _are_ranges, ("to",),
    ),
    TextForm(
        "worded", "", re.compile(rf"({NUMBER}){WORDED}({NUMBER})\s?[^\W\d_]{{0,6}}"), _pair, _many, ("second",)),
    TextForm(
        "power", "",
        re.compile(
            rf"(?P<value>{NUMBER})\s*[x×·*]\s*10\s*(?:\^|\*\*)?\s*\(?(?P<power>[-−]?\d{{1,3}}|[⁻⁰¹²³⁴-⁹]+)\)?"
        ),
        _power, _always,
    ),
    TextForm(
        "fraction", "",
        re.compile(
            r"(?P<whole>\d{1,4})(?:(?:[\s-]+(?P<top>\d{1,2})\s?[/⁄]\s?(?P<bottom>2|3|4|8|16|32|64))"
            rf"|\s?(?P<sign>{FRACTIONS}))?\s?[\"”″]?|(?P<only>{FRACTIONS})"
        ),
        _mixed_fraction, _has_marks,
    ),
    TextForm(
        "by", "", re.compile(rf"({NUMBER})\s*[x×*]\s*({NUMBER})(?:\s*[x×*]\s*({NUMBER}))?", re.IGNORECASE),
        _pair, _many, ("second", "third"),
    ),
    TextForm(
        "uncertainty", "",
        re.compile(
            rf"(?P<value>{NUMBER})(?:\s*(?:±|\+/?[-−])\s*(?P<error>{NUMBER})|(?<=\d)\((?P<short>\d{{1,3}})\))"
        ),
        _with_error, _always, ("uncertainty",),
    ),
    TextForm(
        "mark", "", re.compile(
            rf"(?:(?P<about>{LIMIT}\s?)?(?P<value>{NUMBER})(?:{STARS})?|\[\s*(?P<inner>{NUMBER})\s*\])"
        ),
        _with_mark, _has_marks,
    ),
    TextForm(
        "degrees", "degrees",
        re.compile(
            rf"(?P<before>[NSEW])?\s*(?P<degrees>{NUMBER})\s*(?P<sign>[°º])?\s*(?:(?P<minutes>\d{{1,2}}(?:[.,]\d+)?)\s*"
            r"['′’]\s*)?(?:(?P<seconds>\d{1,2}(?:[.,]\d+)?)\s*(?:[\"″”]|''|′′|’’)\s*)?(?P<side>[NSEW])?"
        ),
        _degrees, _always,
    ),
    TextForm(
        "feet", "inches",
        re.compile(
            r"(?P<feet>\d{1,2})(?:\s?(?:['′’]|ft\.?|feet|foot)\s?|-(?=\d))"
            r"(?:(?P<inches>\d{1,2}(?:[.,]\d+)?)\s?(?:[\"″”]|''|′′|’’|in\.?|inch(?:es)?)?)?", re.IGNORECASE,
        ),
        _feet, _are_heights,
    ),
    *(_with_unit(family) for family in FAMILIES),
)  # fmt: skip
