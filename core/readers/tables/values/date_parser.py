"""Reads dates in the forms people write them, and says so where day and month could be swapped."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

import numpy as np

from core.readers.tables.values.date_order import (
    DAY_FIRST,
    NO_CONTEXT,
    PLACES,
    YEAR_FIRST,
    DateContext,
    DateOrder,
    century_pivot,
    settle_order,
)

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january januar janvier janv enero ene gennaio gen janeiro januari января янв январь "
            "stycznia styczeń sty ledna leden ocak",
            "feb february februar fevrier février febrero fev fevereiro febbraio februari fév févr февраля "
            "фев февраль lutego luty února únor şubat",
            "mar march märz maerz mrz mars marzo março marco maart mrt марта мар март marca marzec března "
            "březen mart",
            "apr april avril avr abril aprile abr апреля апр апрель kwietnia kwiecień kwi dubna duben nisan",
            "may mai mayo maggio mag maio mei maj мая май maja května květen mayıs",
            "jun june juni juin junio giugno giu junho июня июн июнь czerwca czerwiec cze června červen "
            "haziran",
            "jul july juli juillet juil julio luglio lug julho июля июл июль lipca lipiec lip července "
            "červenec temmuz",
            "aug august aout août agosto ago augustus augusti августа авг август sierpnia sierpień sie srpna "
            "srpen ağustos",
            "sep sept september septembre septembre septiembre settembre set setembro сентября сен сент "
            "сентябрь września wrzesień wrz září eylül",
            "oct okt october oktober octobre octubre ottobre ott out outubro октября окт октябрь "
            "października październik paź října říjen ekim",
            "nov november novembre noviembre novembro ноября ноя ноябрь listopada listopad lis kasım",
            "dec dez december dezember decembre décembre déc diciembre dicembre dic dezembro декабря дек "
            "декабрь grudnia grudzień gru prosince prosinec aralık",
        ),
        1,
    )
    for name in names.split()
}  # fmt: skip
CLOCK = (
    r"(?:[T\s,:]+(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,](?P<part>\d{1,9}))?)?"
    r"\s*(?P<half>[AaPp]\.?[Mm]\.?)?\s*(?P<zone>Z|UTC|GMT|[+-]\d{2}:?\d{2}|[+-]\d{2})?)?$"
)
ISO = re.compile(r"(?P<year>\d{4})(?P<mark>[-/.])(?P<month>\d{1,2})(?P=mark)(?P<day>\d{1,2})" + CLOCK)
IDEOGRAPHIC = re.compile(r"(?P<year>\d{4})\s*[年년]\s*(?P<month>\d{1,2})\s*[月월]\s*(?P<day>\d{1,2})\s*[日일]?" + CLOCK)
YEAR_NAME = re.compile(r"(?P<year>\d{4})[-/\s.](?P<name>[^\W\d_]{3,12})\.?[-/\s.](?P<day>\d{1,2})" + CLOCK)
COMPACT = re.compile(r"(?P<year>(?:18|19|20|21)\d{2})(?P<month>0[1-9]|1[0-2])(?P<day>0[1-9]|[12]\d|3[01])" + CLOCK)
NUMBERS = re.compile(
    r"(?P<first>\d{1,2})(?P<mark>[-/.]\s?)(?P<second_number>\d{1,2})(?P=mark)(?P<year>\d{4}|\d{2})" + CLOCK
)
WEEKDAY = r"(?:[^\W\d_]{2,10}\.?,?\s+)?"
DAY_NAME = re.compile(
    WEEKDAY
    + r"(?P<day>\d{1,2})(?:st|nd|rd|th|\.)?[-\s/.]*(?:de\s+)?(?P<name>[^\W\d_]{3,12})\.?,?[-\s/.]*"
    + r"(?:de\s+)?(?P<year>\d{4}|\d{2})"
    + CLOCK
)
NAME_DAY = re.compile(
    WEEKDAY + r"(?P<name>[^\W\d_]{3,12})\.?[-\s]*(?P<day>\d{1,2})(?:st|nd|rd|th)?,?[-\s]+(?P<year>\d{4})" + CLOCK
)
YEAR_MONTH = re.compile(r"(?P<year>(?:18|19|20|21)\d{2})[-/](?P<month>0[1-9]|1[0-2])$")
NAME_YEAR = re.compile(r"(?P<name>[^\W\d_]{3,12})\.?[-\s]+(?P<year>\d{4})$")
YEAR = r"(?P<year>(?:18|19|20|21)\d{2})"
MONTH_YEAR = re.compile(rf"(?P<month>0?[1-9]|1[0-2])[-/]{YEAR}$")
YEAR_M_MONTH = re.compile(rf"{YEAR}[-\s]?[Mm](?P<month>0?[1-9]|1[0-2])$")
YEAR_QUARTER = re.compile(rf"{YEAR}[-\s/.:]?[QqTtKk](?P<quarter>[1-4])$")
QUARTER_YEAR = re.compile(rf"[QqTtKk](?P<quarter>[1-4])[-\s/.']*{YEAR}$")
YEAR_WEEK = re.compile(rf"{YEAR}[-\s]?(?:[Ww]|[Kk][Ww])(?P<week>[0-5]\d)(?:-?(?P<weekday>[1-7]))?$")
FORMS = (
    ISO, NUMBERS, DAY_NAME, NAME_DAY, YEAR_MONTH, NAME_YEAR, COMPACT, IDEOGRAPHIC, YEAR_NAME, MONTH_YEAR, YEAR_M_MONTH,
    YEAR_QUARTER, QUARTER_YEAR, YEAR_WEEK,
)  # fmt: skip
# For each form all of them, itself in front: the values of a column mostly have one form.
RANKED = tuple(sorted(enumerate(FORMS), key=lambda one: one[0] != usual) for usual in range(len(FORMS)))
LONGEST = 45
FIRST_YEAR, LAST_YEAR = 1678, 2261
LIKELY = re.compile(
    r"\d{1,4}[-/.]\s?\d{1,2}[-/.]\s?\d{1,4}|^\d{4}\s*[年년]|\d[-\s/.]*(?:de\s+)?[^\W\d_]{3,}|[^\W\d_]{3,}\.?[-\s]*\d|^\d{4}[-/]\d{2}$|^\d{8}$"
    r"|^\d{1,2}[-/]\d{4}$|^\d{4}[-\s/.:]?[A-Za-z]{1,2}\d|^[QqTtKk][1-4][-\s/.']*\d{4}$"
)

_Groups = dict[str, str | None]
NO_GROUPS: _Groups = {}


@dataclass(frozen=True)
class ParsedDates:
    """Strings read as dates. ``values`` datetime64[ns] (n,), NaT where not ``ok`` or outside 1678 to 2261 (``beyond``).

    order: how day, month and year follow each other where they are three numbers; None where no value is so.
    midnights: marks 24:00, read as 00:00 of the next day. short: marks years of two digits.
    zoned: some had a time zone and were turned to UTC.
    """

    values: np.ndarray
    ok: np.ndarray
    beyond: np.ndarray
    midnights: np.ndarray
    short: np.ndarray
    order: DateOrder | None = None
    zoned: bool = False


def looks_like_dates(words: Sequence[str]) -> bool:
    """Whether a sample of strings looks enough like dates to be worth reading."""
    seen = [word for word in words if word]
    return bool(seen) and sum(len(word) <= LONGEST and bool(LIKELY.search(word)) for word in seen) >= 0.8 * len(seen)


def parse_dates(words: Sequence[str], context: DateContext = NO_CONTEXT) -> ParsedDates:
    """Reads distinct strings as dates; the order of day, month and year is settled by all of them together.

    Args:
        words: n distinct strings in the order of the file.
        context: what is known of the column besides them.
    """
    matches = _matches(words)
    numbered = [groups for groups in matches if groups and "first" in groups]
    order = _order(numbered, context) if numbered else None
    front = order is not None and order.order == YEAR_FIRST
    years = [
        groups.get("first" if front and len(groups["year"] or "") == 2 else "year") for groups in matches if groups
    ]
    pivot = century_pivot([int(year) for year in years if year and len(year) == 2])
    found = [_moment(groups, order.order if order else "", pivot) if groups else None for groups in matches]
    ok = np.array([moment is not None for moment in found], dtype=np.bool_)
    good = [groups if moment else NO_GROUPS for groups, moment in zip(matches, found, strict=True)]
    beyond = np.array([one is not None and not FIRST_YEAR <= one.year <= LAST_YEAR for one in found], dtype=np.bool_)
    moments = [None if out else one for one, out in zip(found, beyond, strict=True)]
    return ParsedDates(
        np.array(moments, dtype="datetime64[us]").astype("datetime64[ns]"),
        ok,
        beyond,
        np.array([groups.get("hour") == "24" for groups in good], dtype=np.bool_),
        np.array([len(groups.get("year") or "") == 2 for groups in good], dtype=np.bool_),
        order,
        any(groups.get("zone") for groups in good),
    )


def _matches(words: Sequence[str]) -> list[_Groups]:
    """The named parts of each string, none where it has no form of a date; the form of the last one is tried first."""
    found: list[_Groups] = []
    usual = 0
    for word in words:
        match = None
        if len(word) <= LONGEST:
            for place, form in RANKED[usual]:
                if match := form.match(word):
                    usual = place
                    break
        found.append(match.groupdict() if match else NO_GROUPS)
    return found


def _order(numbered: Sequence[_Groups], context: DateContext) -> DateOrder:
    short = 2 * sum(len(groups["year"] or "") == 2 for groups in numbered) > len(numbered)
    parts = [(groups["first"] or "", groups["second_number"] or "", groups["year"] or "") for groups in numbered]
    padded = all(len(part) > 1 for three in parts for part in three) and any(three[1][0] == "0" for three in parts)
    seconds = [int(groups["hour"] or 0) * 3600.0 + int(groups["minute"] or 0) * 60 for groups in numbered]
    numbers = np.array(parts, dtype=np.int64).reshape(-1, 3)
    return settle_order(numbers, np.array(seconds), short, padded, context)


def _moment(groups: _Groups, order: str, pivot: int) -> datetime | None:
    year = groups["year"] or ""
    if "name" in groups:
        month = MONTHS.get((groups["name"] or "").lower(), 0)
        day = int(groups.get("day") or 1)
    elif "first" in groups:
        three = (groups["first"] or "", groups["second_number"] or "", year)
        at = PLACES[DAY_FIRST if order == YEAR_FIRST and len(year) == 4 else order]
        year, month, day = three[at[0]], int(three[at[1]]), int(three[at[2]])
        if month > 12 >= day and order != YEAR_FIRST:
            day, month = month, day
    else:
        month, day = int(groups.get("month") or 1), int(groups.get("day") or 1)
    if quarter := groups.get("quarter"):
        month = 3 * int(quarter) - 2
    whole = int(year)
    if len(year) == 2:
        whole += 2000 if whole < pivot else 1900
    try:
        if week := groups.get("week"):
            return datetime.fromisocalendar(whole, int(week), int(groups["weekday"] or 1))
        found = datetime(max(whole, 1), month, day)
        return _at_clock(found, groups) if groups.get("hour") else found
    except (ValueError, OverflowError):
        return None


def _at_clock(day: datetime, groups: _Groups) -> datetime:
    """The moment of a day: 24:00 ends it, so that it is the beginning of the next."""
    hour, minute, second = int(groups["hour"] or 0), int(groups["minute"] or 0), int(groups["second"] or 0)
    half = (groups["half"] or "").lower()[:1]
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    micro = int((groups["part"] or "0")[:6].ljust(6, "0"))
    found = day.replace(
        hour=hour % 24 if hour == 24 else hour, minute=minute, second=min(second, 59), microsecond=micro
    )
    return _to_utc(found + timedelta(days=1) if hour == 24 else found, groups["zone"])


def _to_utc(found: datetime, zone: str | None) -> datetime:
    if not zone or zone in ("Z", "UTC", "GMT"):
        return found
    digits = zone[1:].replace(":", "").ljust(4, "0")
    shift = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    aware = found.replace(tzinfo=timezone(shift if zone[0] == "+" else -shift))
    return aware.astimezone(UTC).replace(tzinfo=None)
