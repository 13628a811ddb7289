"""Says whether a table is really texts with labels or sensor readings, by plain rules that leave doubtful ones tables.

Texts: exactly one column of free text (five words on average), one column of 2 to 200 classes, and beside them only
dates, ids and constants, or one more column of few classes if the label has a telling name. Every other column that
could be an input keeps the table a table.

Readings: a time column with times of day (or numbers under a name such as "time"), 200 rows or more, steps that are
regular within each unit and shorter than a day, every other column a number that changes from row to row, but for one
unit and one label; where time is a mere number, the readings must also follow one another smoothly.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from core import limits
from core.panels import panel_roles
from core.readers import sensor_roles, series_layout
from core.readers.name_meaning import name_words
from core.schema import Column, Dataset, JsonObject, LoadError
from core.wording import quote_names

if TYPE_CHECKING:
    import pandas as pd

INPUTS = ("numeric", "categorical", "boolean")
LABELS = ("label", "class", "category", "target", "sentiment", "topic", "y", "rating", "stars", "spam", "product")
TEXT_WORDS = 5.0
TEXT_ROWS = 20
CLASS_ROWS = 4
UNSPACED_CHARACTERS = 12.0
SERIES_ROWS = 200
DAY_SECONDS = 23 * 3_600.0
CLOCKS = (
    "time", "timestamp", "datetime", "t", "ts", "seconds", "second", "sec", "ms", "millis", "tick", "time_s", "time_ms",
)  # fmt: skip
SAMPLE = 500
# Words for who rates, what is rated, and the rating.
RATINGS = (
    {"user", "customer", "member", "reader", "visitor", "reviewer", "userid"},
    {"item", "movie", "film", "book", "product", "song", "track", "game", "isbn", "itemid", "movieid"},
    {"rating", "ratings", "stars", "score"},
)


def classify_table(table: Dataset, target: str | None = None) -> tuple[str, str]:
    """What a table is: ("text" | "series" | "table", why in words that follow "because").

    Args:
        table: as the table reader made it. target: the column somebody wants to predict, or None.
    """
    for key, rule in (("text", _texts), ("series", _series)):
        why = rule(table, target)
        if why:
            return key, why
    return "table", ""


def _texts(table: Dataset, target: str | None) -> str:
    prose = [column for column in table.columns if column.type == "text"]
    if len(prose) != 1 or len(table.inputs) < TEXT_ROWS or _words(table.inputs[prose[0].name]) < TEXT_WORDS:
        return ""
    others = [column for column in table.columns if column.type in INPUTS]
    classes = [column for column in others if _classes(column, len(table.inputs))]
    label = next((column for column in classes if target is None or _same(column.name, target)), None)
    telling = [column for column in classes if column.name.strip().lower() in LABELS]
    if label is None or len(others) > 2 or len(classes) < len(others) or (len(others) == 2 and not telling):
        return ""
    label = telling[0] if target is None and telling else label
    return (
        f"{quote_names([prose[0].name])} holds free text, {quote_names([label.name])} has {label.distinct:,} classes, "
        "and no other column holds facts"
    )


def _same(name: str, other: str) -> bool:
    return " ".join(name.split()).casefold() == " ".join(other.split()).casefold()


def _classes(column: Column, rows: int) -> bool:
    return 2 <= column.distinct <= limits.CLASSES and rows >= CLASS_ROWS * column.distinct


def _words(values: pd.Series) -> float:
    """Words a cell, or what a cell without blanks (Chinese, Thai, ...) is worth in words."""
    sample = [str(value) for value in values.dropna().head(SAMPLE)]
    if not sample:
        return 0.0
    blanks = float(np.mean([len(text.split()) for text in sample]))
    foreign = np.mean([sum(char > "\u0dff" for char in text) for text in sample])
    return max(blanks, float(foreign) * TEXT_WORDS / UNSPACED_CHARACTERS)


def _series(table: Dataset, target: str | None) -> str:
    columns = {column.name: column for column in table.columns}
    if len(table.inputs) < SERIES_ROWS or any(column.type == "text" for column in table.columns):
        return ""
    wanted = next((name for name in columns if target is not None and _same(name, target)), None)
    if target is not None and wanted is None:
        return ""
    if are_ratings(table.columns):
        return ""
    try:
        roles = series_layout.moment_roles(table, wanted)
    except LoadError:
        return ""
    clock = _clock(table.columns, wanted, roles.time)
    if clock is None:
        return ""
    used = {roles.time, roles.unit, roles.label, *roles.channels}
    spare = [name for name, column in columns.items() if name not in used and column.type not in ("constant", "empty")]
    if roles.time != clock.name or spare or not _changing(table, roles.channels):
        return ""
    if roles.unit is not None and columns[roles.unit].distinct > len(table.inputs) // 20:
        return ""
    step, rest = series_layout.usual_step(table, roles)
    if not 0 < step < DAY_SECONDS or rest < series_layout.REGULAR_SHARE:
        return ""
    if clock.type != "date" and series_layout.rows_follow(table, roles) < series_layout.FOLLOWS:
        return ""
    said = f"{quote_names([clock.name])} rises in even steps" + (
        f" within each {quote_names([roles.unit])}" if roles.unit else ""
    )
    beside = (
        "1 column beside it holds" if len(roles.channels) == 1 else f"{len(roles.channels):,} columns beside it hold"
    )
    return f"{said} and {beside} readings"


def are_ratings(columns: Sequence[Column]) -> bool:
    """Whether the columns are a user, an item and a rating, and beside them no more than a time.

    Args:
        columns: of a table.
    """
    words = [set(name_words(one.name)) - {"id", "no"} for one in columns if one.type not in ("constant", "empty")]
    said: set[str] = set().union(*words)
    return all(said & part for part in RATINGS) and len(words) <= len(RATINGS) + 1


def possible_offers(table: Dataset) -> list[JsonObject]:
    """As what else a table may be read, with the reason: a list of {"modality", "why"}.

    Args:
        table: as it was read, and as it stays unless somebody takes an offer.
    """
    offers: list[JsonObject] = []
    if why := series_layout.why_whole_series(table):
        offers.append({"modality": "series-rows", "why": why})
    if why := series_layout.why_readings(table):
        offers.append({"modality": "series-moments", "why": why})
    if why := panel_roles.why_series(table):
        offers.append({"modality": "forecast", "why": why})
    if are_ratings(table.columns):
        named = quote_names(one.name for one in table.columns)
        offers.append({"modality": "interactions", "why": f"its columns are {named}"})
    return offers


def _clock(columns: Sequence[Column], wanted: str | None, time: str | None) -> Column | None:
    """The time column: the one column of dates, or one of numbers with the name of a clock, ``time`` among several."""
    dates = [column for column in columns if column.type == "date" and column.name != wanted]
    called = [one for one in columns if one.name.strip().lower() in CLOCKS or sensor_roles.names_time(one.name)]
    named = [column for column in called if column.type in ("numeric", "id") and column.name != wanted]
    clearest = named if len(named) < 2 else [column for column in named if column.name == time]
    return dates[0] if len(dates) == 1 and not named else clearest[0] if clearest and not dates else None


def _changing(table: Dataset, channels: Sequence[str]) -> bool:
    """Whether the numbers are readings rather than codes: most of them take many values."""
    many = [table.inputs[name].nunique() > 10 for name in channels]
    return bool(many) and sum(many) >= 0.5 * len(many)
