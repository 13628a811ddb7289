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
    full_years,
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
FORMS = (ISO, NUMBERS, DAY_NAME, NAME_DAY, YEAR_MONTH, NAME_YEAR, COMPACT, IDEOGRAPHIC, YEAR_NAME)
LONGEST = 45
FIRST_YEAR, LAST_YEAR = 1678, 2261
LIKELY = re.compile(
    r"\d{1,4}[-/.]\s?\d{1,2}[-/.]\s?\d{1,4}|^\d{4}\s*[年년]|\d[-\s/.]*(?:de\s+)?[^\W\d_]{3,}|[^\W\d_]{3,}\.?[-\s]*\d|^\d{4}[-/]\d{2}$|^\d{8}$"
)


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
    matches = [_match(word) for word in words]
    numbered = [match for match in matches if match and "first" in match.groupdict()]
    order = _order(numbered, context) if numbered else None
    values = np.full(len(words), np.datetime64("NaT", "ns"))
    ok, beyond, midnights, short = (np.zeros(len(words), bool) for _ in range(4))
    zoned = False
    for place, match in enumerate(matches):
        if match is None:
            continue
        found = _moment(match, order.order if order else "")
        if found is None:
            continue
        ok[place] = True
        groups = match.groupdict()
        zoned |= bool(groups.get("zone"))
        short[place] = len(groups.get("year") or "") == 2
        midnights[place] = groups.get("hour") == "24"
        if FIRST_YEAR <= found.year <= LAST_YEAR:
            values[place] = np.datetime64(found.replace(tzinfo=None), "ns")
        else:
            beyond[place] = True
    return ParsedDates(values, ok, beyond, midnights, short, order, zoned)


def _match(word: str) -> re.Match[str] | None:
    if len(word) > LONGEST:
        return None
    return next((match for form in FORMS if (match := form.match(word))), None)


def _order(numbered: Sequence[re.Match[str]], context: DateContext) -> DateOrder:
    short = 2 * sum(len(match["year"]) == 2 for match in numbered) > len(numbered)
    parts = [match.group("first", "second_number", "year") for match in numbered]
    padded = all(len(part) > 1 for three in parts for part in three) and any(three[1][0] == "0" for three in parts)
    seconds = [int(match["hour"] or 0) * 3600.0 + int(match["minute"] or 0) * 60 for match in numbered]
    numbers = np.array(parts, dtype=np.int64).reshape(-1, 3)
    return settle_order(numbers, np.array(seconds), short, padded, context)


def _moment(match: re.Match[str], order: str) -> datetime | None:
    groups = match.groupdict()
    year = groups["year"]
    if "name" in groups:
        month = MONTHS.get(groups["name"].lower(), 0)
        day = int(groups.get("day") or 1)
    elif "first" in groups:
        three = (groups["first"], groups["second_number"], year)
        at = PLACES[DAY_FIRST if order == YEAR_FIRST and len(year) == 4 else order]
        year, month, day = three[at[0]], int(three[at[1]]), int(three[at[2]])
        if month > 12 >= day and order != YEAR_FIRST:
            day, month = month, day
    else:
        month, day = int(groups["month"]), int(groups.get("day") or 1)
    whole = int(full_years(np.array(int(year)))) if len(year) == 2 else int(year)
    hour, minute, second = (int(groups.get(key) or 0) for key in ("hour", "minute", "second"))
    half = (groups.get("half") or "").lower()[:1]
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    micro = int((groups.get("part") or "0")[:6].ljust(6, "0"))
    try:
        # 24:00 ends a day: it is the beginning of the next.
        found = datetime(max(whole, 1), month, day, hour % 24 if hour == 24 else hour, minute, min(second, 59), micro)
        return _to_utc(found + timedelta(days=hour == 24), groups.get("zone"))
    except (ValueError, OverflowError):
        return None


def _to_utc(found: datetime, zone: str | None) -> datetime:
    if not zone or zone in ("Z", "UTC", "GMT"):
        return found
    digits = zone[1:].replace(":", "").ljust(4, "0")
    shift = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    aware = found.replace(tzinfo=timezone(shift if zone[0] == "+" else -shift))
    return aware.astimezone(UTC)
