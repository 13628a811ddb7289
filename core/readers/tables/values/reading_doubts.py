"""Doubts between two readings of a column, each with one of its cells and what that means under both."""

from __future__ import annotations

import re
from collections.abc import Iterable

from core.readers.tables.values.compact_dates import compact_iso
from core.readers.tables.values.date_order import CENTURY, century_pivot
from core.schema import ReadAs, ReadingDoubt
from core.wording import printable

NUMBERED_DATE = re.compile(r"^(\d{1,4})([-/.]\s?)(\d{1,2})\2(\d{1,4})(?!\d)(.*)$", re.DOTALL)
AMBIGUOUS_NUMBER = re.compile(r"[^\d.,]*\d{1,3}[.,]\d{3}(?!\d)[^\d.,]*")
ORDERS: dict[ReadAs, str] = {"date-dmy": "day first", "date-mdy": "month first", "date-ymd": "year first"}


def iso_date(word: str, order: str, pivot: int = CENTURY) -> str:
    """A date of three numbers as year-month-day; anything else stays as it is.

    Args:
        word: such as "03-04-05". order: what its numbers are, such as "dmy".
        pivot: the first year of two digits in the 20th century, see ``date_order.century_pivot``.
    """
    found = NUMBERED_DATE.match(word)
    if found is None:
        return compact_iso(word, order)
    year = found[1 if order[0] == "y" else 4]
    other = found[4 if order[0] == "y" else 1]
    # A year of four digits stands where it stands, whatever was said about the others.
    if len(other) > 2 or len(year) not in (2, 4):
        return word
    part = dict(zip(order, (found[1], found[3], found[4]), strict=True))
    whole = int(year)
    if len(year) == 2:
        whole += 2000 if whole < pivot else 1900
    return f"{whole:04d}-{int(part['m']):02d}-{int(part['d']):02d}{found[5]}"


def both_readings(doubt: ReadingDoubt) -> str:
    """One cell under both readings, in words; empty where no cell differs.

    Args:
        doubt: between two readings.
    """
    if not doubt.example:
        return ""
    return f"“{doubt.example}” as {doubt.taken_value}; {doubt.other}: {doubt.other_value}"


def iso_dates(words: Iterable[str], order: str) -> list[str]:
    """Dates of three numbers as year-month-day, in the century that all of them suggest; others stay as they are.

    Args:
        words: of one column. order: what their numbers are, such as "dmy".
    """
    words = list(words)
    matches = [match for word in words if (match := NUMBERED_DATE.match(word))]
    years = [match[1 if order[0] == "y" else 4] for match in matches]
    pivot = century_pivot([int(year) for year in years if len(year) == 2])
    return [iso_date(word, order, pivot) for word in words]


def date_doubt(words: Iterable[str], taken: ReadAs, other: ReadAs) -> ReadingDoubt:
    """The doubt between two orders of the numbers of dates.

    Args:
        words: of the column; the first that differs under the two becomes the example. taken, other: "date-dmy", ...
    """
    words = [word.strip() for word in words]
    both = (iso_dates(words, kind.removeprefix("date-")) for kind in (taken, other))
    for word, one, two in zip(words, *both, strict=True):
        if one != two:
            return ReadingDoubt(ORDERS[taken], ORDERS[other], printable(word, 40), one, two, taken, other)
    return ReadingDoubt(ORDERS[taken], ORDERS[other], settle=taken, change=other)


def decimal_doubt(words: Iterable[str], comma: bool) -> ReadingDoubt:
    """The doubt between a decimal mark and a mark between thousands.

    Args:
        words: of the column; the first with one mark before three digits becomes the example.
        comma: whether a comma is taken as the decimal mark, else a point.
    """
    said = ("comma as decimal mark", "point as decimal mark")
    settle: tuple[ReadAs, ReadAs] = ("number-comma", "number-point")
    taken, other = (0, 1) if comma else (1, 0)
    word = next((one for one in words if AMBIGUOUS_NUMBER.fullmatch(one)), "")
    bare = re.sub(r"[^\d.,]", "", word)
    meant = (bare.replace(".", "").replace(",", "."), bare.replace(",", ""))
    return ReadingDoubt(
        said[taken], said[other], printable(word, 40), meant[taken], meant[other], settle[taken], settle[other]
    )
