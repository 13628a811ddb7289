"""Guesses which column of a table of readings is time, unit and label, and which are channels, by names and types."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core import limits
from core.readers.name_meaning import name_words, word_set
from core.schema import Column, LoadError
from core.wording import quote_names

TIME_NAMES = ("time", "timestamp", "datetime", "date", "t", "ts", "step", "index", "reading", "tick", "cycle", "epoch")
_UNITS = (
    "unit",
    "id",
    "device",
    "sensor",
    "mote",
    "machine",
    "engine",
    "subject",
    "person",
    "patient",
    "station",
    "series",
)
UNIT_NAMES = tuple(f"{name}{ending}" for ending in ("", "_id") for name in _UNITS)
LABEL_NAMES = ("label", "class", "target", "activity", "state", "anomaly", "is_anomaly", "fault", "event", "y", "rul")
# Words that may make up the name of a unit ("engine no") or mark the name of a label ("machine_status").
UNIT_WORDS = {*_UNITS, "pump", "plant", "asset", "vehicle", "no", "nr", "number", "name", "code"} - {"series", "sensor"}
LABEL_WORDS = {"label", "class", "target", "activity", "state", "status", "anomaly", "fault", "failure", "event"}
CLOCKS = word_set(
    "time timestamp datetime date stamp t ts seconds second sec millis tick elapsed clock runtime uptime zeit uhrzeit "
    "zeitstempel laufzeit sekunden tiempo segundos fecha heure secondes czas tijd tid čas время час 时间 時間 時刻 시간"
)
TIME_UNITS = word_set("s secs ms us ns min h hours utc local elapsed relative unix iso")
AXES = {"x", "z"}
FEW_CODES = 10
IDENTIFIES = "identifies rows"


@dataclass(frozen=True)
class ColumnRoles:
    """Which column plays what; ``label`` and ``unit`` may be missing, ``time`` too (then the order of rows is time)."""

    time: str | None
    unit: str | None
    label: str | None
    channels: tuple[str, ...]


def guess_roles(
    columns: Sequence[Column], target: str | None = None, time: str | None = None, unit: str | None = None
) -> ColumnRoles:
    """Guesses the roles by names and types.

    Args:
        columns: of the table. target: the label; time, unit: these columns. None for what is not known.

    Raises:
        LoadError: no numeric column is left as a channel.
    """
    by_name = {column.name.strip().lower(): column for column in columns if column.name != target}
    dates = [column.name for column in columns if column.type == "date"]
    clocks = {name: column for name, column in by_name.items() if column.type in ("date", "numeric", "id")}
    told = [one.name for one in clocks.values() if names_time(one.name)]
    time = time or next((clocks[name].name for name in TIME_NAMES if name in clocks), next(iter([*dates, *told]), None))
    # A column under a unit's name whose values are one a row tells the rows apart, not what was measured.
    owners = {name: one for name, one in by_name.items() if one.name != time and not one.note.startswith(IDENTIFIES)}
    unit = unit or next((owners[name].name for name in UNIT_NAMES if name in owners), None)
    unit = unit or next((one.name for one in owners.values() if set(name_words(one.name)) <= UNIT_WORDS), None)
    taken = {time, unit}
    # Between x and z, y is a direction.
    named = [name for name in LABEL_NAMES if name in by_name and not (name == "y" and by_name.keys() >= AXES)]
    label = target or next((by_name[name].name for name in named if by_name[name].name not in taken), None)
    label = label or _likely_label([one for one in columns if one.name not in taken])
    taken.add(label)
    usable = ("numeric", "boolean")
    channels = tuple(c.name for c in columns if c.name not in taken and c.type in usable and c.distinct > 1)
    if not channels:
        raise LoadError(
            "No column holds changing numbers, so there is no sensor to read.",
            f"columns {quote_names(column.name for column in columns)}",
            "Upload one row per moment with a time column and one column per sensor.",
        )
    return ColumnRoles(time, unit, label, channels)


def names_time(name: str) -> bool:
    """Whether a name says time and nothing beside it but a unit or a clock: "Time (s)", "elapsed_time", "unix time".

    Args:
        name: of a column.
    """
    words = set(name_words(name))
    return bool(words & CLOCKS) and words <= CLOCKS | TIME_UNITS


def _likely_label(columns: Sequence[Column]) -> str | None:
    """The label by a word of its name, else the last column of words, else a last column of a few whole numbers."""
    usable = [one for one in columns if one.type in ("categorical", "boolean", "numeric") and one.distinct > 1]
    for one in reversed(usable):
        if set(name_words(one.name)) & LABEL_WORDS and one.distinct <= limits.CLASSES:
            return one.name
    words = [one.name for one in usable if one.type in ("categorical", "boolean")]
    if words or len(usable) < 2:
        return words[-1] if words else None
    last, others = usable[-1], sorted(one.distinct for one in usable[:-1])
    codes = last.distinct <= FEW_CODES and all(word.lstrip("-").isdigit() for word in last.examples)
    return last.name if codes and others[len(others) // 2] > 2 * FEW_CODES else None
