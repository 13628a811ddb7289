"""New rows against the schema of training: levels that are new, ranges left, other units, and drift with its rows.

Reference: Siddiqi 2006 (population stability index).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Literal

import numpy as np

from core.bundles.column_match import ColumnMatch
from core.bundles.input_schema import ColumnSchema, InputSchema, as_numbers
from core.bundles.typed_rows import Unread
from core.schema import JsonObject, TableRows
from core.wording import count_of, format_share, quote_names

if TYPE_CHECKING:
    import pandas as pd

Level = Literal["info", "warning", "danger"]
SAMPLE = 20_000
# Index of population stability from which a column counts as moved, and as moved far.
MOVED, MOVED_FAR = 0.1, 0.25
LEAST_SHARE = 1e-4
NEAR = 0.15
OUTSIDE = 0.5
FEWEST = 30
MOST_LEVELS = 60
# What values are multiplied by when they are in another unit than in training.
UNITS = (
    (1_000.0, "such as grams for kilograms, or metres for kilometres"), (100.0, "such as cents, or percent for shares"),
    (10.0, "such as millimetres for centimetres"), (60.0, "such as minutes for hours"), (3_600.0, "seconds for hours"),
    (24.0, "hours for days"), (86_400.0, "seconds for days"), (7.0, "days for weeks"), (12.0, "months for years"),
    (365.25, "days for years"), (2.54, "centimetres for inches"), (25.4, "millimetres for inches"),
    (2.2046, "pounds for kilograms"), (28.35, "grams for ounces"), (1.609, "kilometres for miles"),
    (3.281, "feet for metres"), (3.785, "litres for gallons"), (1e6, "such as units for millions"),
)  # fmt: skip


@dataclass(frozen=True)
class Difference:
    """One way in which new rows differ from those of training. column: "" for all of them. count: rows or cells."""

    level: Level
    kind: str
    column: str
    what: str
    count: int = 0

    def to_json(self) -> JsonObject:
        """Plain values.

        Returns:
            By the names of the fields.
        """
        return asdict(self)


@dataclass
class _Seen:
    """What was seen of one column so far."""

    rows: int = 0
    missing: int = 0
    below: int = 0
    above: int = 0
    low: float = np.inf
    high: float = -np.inf
    parts: np.ndarray = field(default_factory=lambda: np.zeros(0))
    sample: list[np.ndarray] = field(default_factory=list)
    sampled: int = 0
    levels: Counter[str] = field(default_factory=Counter)
    unread: Unread = field(default_factory=Unread)


class SchemaCheck:
    """Counts rows as they come; ``differences`` tells what was found. Its memory does not grow with the rows."""

    def __init__(self, schema: InputSchema) -> None:
        self.schema = schema
        self.rows = 0
        self.seen = {column.name: _Seen() for column in (*schema.columns, *schema.summaries)}

    def unread(self, name: str) -> Unread:
        """The counter of cells of a column that could not be read.

        Args:
            name: of the column.

        Returns:
            The counter, to be added to.
        """
        return self.seen[name].unread

    def add(self, inputs: TableRows, columns: Sequence[ColumnSchema]) -> None:
        """Counts some rows.

        Args:
            inputs: a table, or arrays by name, with these columns. columns: of the schema.
        """
        rows = 0
        for column in columns:
            values, seen = inputs[column.name], self.seen[column.name]
            rows = len(values)
            seen.rows += rows
            if column.kind == "category":
                self._add_levels(seen, values)
            elif column.kind in ("number", "date"):
                self._add_numbers(column, seen, as_numbers(values))
        self.rows += rows

    def _add_levels(self, seen: _Seen, values: pd.Series) -> None:
        counts = np.bincount(values.cat.codes.to_numpy() + 1, minlength=len(values.cat.categories) + 1)
        seen.missing += int(counts[0])
        for level, count in zip(values.cat.categories, counts[1:], strict=True):
            seen.levels[str(level)] += int(count)
        if len(seen.levels) > 50_000:
            seen.levels = Counter(dict(seen.levels.most_common(20_000)))

    def _add_numbers(self, column: ColumnSchema, seen: _Seen, numbers: np.ndarray) -> None:
        known = numbers[np.isfinite(numbers)]
        seen.missing += len(numbers) - len(known)
        if not len(known) or column.low is None or column.high is None:
            return
        seen.below += int((known < column.low).sum())
        seen.above += int((known > column.high).sum())
        seen.low, seen.high = min(seen.low, float(known.min())), max(seen.high, float(known.max()))
        edges = np.asarray(column.edges)
        parts = np.bincount(np.searchsorted(edges, known, side="right"), minlength=len(edges) + 1)
        seen.parts = parts if not len(seen.parts) else seen.parts + parts
        if seen.sampled < SAMPLE:
            seen.sample.append(known[: SAMPLE - seen.sampled].copy())
            seen.sampled += len(seen.sample[-1])

    def drift(self) -> JsonObject:
        """How far each column moved: its index of population stability, and over all.

        Returns:
            {"rows", "columns": {name: index}, "overall": mean index, "moved": names}.
        """
        found = {}
        for column in (*self.schema.columns, *self.schema.summaries):
            index = _stability(column, self.seen[column.name])
            if index is not None:
                found[column.name] = index
        noise = self._noise()
        moved = [name for name, index in found.items() if index > max(MOVED, 3 * noise)]
        overall = float(np.mean(list(found.values()))) if found else None
        return {"rows": self.rows, "columns": found, "overall": overall, "moved": moved, "expected_by_chance": noise}

    def _noise(self) -> float:
        """The index that ten parts have on average when nothing moved."""
        return 9.0 * (1.0 / max(self.rows, 1) + 1.0 / max(self.schema.rows, 1))

    def differences(self) -> list[Difference]:
        """What was found so far, the gravest first.

        Returns:
            A list; empty where new rows are like those of training.
        """
        found: list[Difference] = []
        for column in (*self.schema.columns, *self.schema.summaries):
            found += _of_column(column, self.seen[column.name])
        drift, order = self.drift(), {"danger": 0, "warning": 1, "info": 2}
        for name in drift["moved"]:
            far = drift["columns"][name] > MOVED_FAR
            words = f"The distribution of {quote_names([name])} moved {'far ' if far else ''}"
            words += f"(stability index {drift['columns'][name]:.2f} over {self.rows:,} rows; 0.25 is far)."
            found.append(Difference("warning" if far else "info", "drift", name, words, self.rows))
        if drift["overall"] is not None:
            share = f"{len(drift['moved'])} of {len(drift['columns'])} columns moved"
            words = (
                f"Over all, {share} (mean stability index {drift['overall']:.2f}, from {count_of(self.rows, 'row')})."
            )
            if self.rows < FEWEST:
                words += " So few rows say little."
            level: Level = "warning" if drift["moved"] else "info"
            found.append(Difference(level, "drift over all", "", words, self.rows))
        return sorted(found, key=lambda one: order[one.level])


def header_differences(match: ColumnMatch, known: Sequence[str], target: str | None) -> list[Difference]:
    """What the header alone tells.

    Args:
        match: of the columns. known: columns of the training file that are no inputs. target: the answer.

    Returns:
        Missing, renamed and extra columns.
    """
    found = [
        Difference(
            "danger", "missing column", name,
            f"The column {quote_names([name])} is missing" + (f"; is it {quote_names([near])}?" if near else "."),
        )
        for name, near in match.missing.items()
    ]  # fmt: skip
    for name, given in match.renamed.items():
        found.append(
            Difference("info", "renamed column", name, f"{quote_names([given])} was taken for {quote_names([name])}.")
        )
    strange = [name for name in match.extra if name not in known and name != target]
    if strange:
        words = f"{count_of(len(strange), 'column')} the model does not know: {quote_names(strange)}; not used."
        found.append(Difference("info", "extra column", "", words, len(strange)))
    return found


def _of_column(column: ColumnSchema, seen: _Seen) -> list[Difference]:
    name, found = column.name, []
    quoted = quote_names([name])
    if seen.unread.count:
        words = f"{count_of(seen.unread.count, 'cell')} of {quoted} cannot be read as a {column.kind} "
        words += f"({quote_names(seen.unread.examples)}) and count as missing."
        found.append(Difference("danger", "unreadable", name, words, seen.unread.count))
    if seen.rows and seen.missing / seen.rows > column.missing + 0.05 + 3 * np.sqrt(0.25 / seen.rows):
        now, then = format_share(seen.missing / seen.rows), format_share(column.missing)
        words = f"{quoted} is missing in {now} of rows, in training in {then}."
        found.append(Difference("warning", "missing values", name, words, seen.missing))
    if column.kind == "category":
        return found + _new_levels(column, seen)
    unit = _unit_difference(column, seen)
    outside = seen.below + seen.above
    if unit is not None:
        found.append(unit)
    elif outside and column.low is not None and column.high is not None:
        ends = _ends(column, column.low, column.high), _ends(column, seen.low, seen.high)
        words = f"{count_of(outside, 'value')} of {quoted} outside the range of training ({ends[0]}); here {ends[1]}."
        level: Level = "warning" if outside > 0.01 * seen.rows else "info"
        found.append(Difference(level, "outside the range", name, words, outside))
    return found


def _ends(column: ColumnSchema, low: float, high: float) -> str:
    if column.kind == "date":
        ends = (np.datetime64(0, "s") + np.array([low, high]) * np.timedelta64(86_400, "s")).astype("datetime64[D]")
        return f"{ends[0]} to {ends[1]}"
    return f"{low:.6g} to {high:.6g}"


def _new_levels(column: ColumnSchema, seen: _Seen) -> list[Difference]:
    known = set(column.levels)
    new = [(level, count) for level, count in seen.levels.most_common() if level not in known]
    if not new:
        return []
    total = sum(count for _, count in new)
    words = f"{count_of(len(new), 'category', 'categories')} of {quote_names([column.name])} that training had not, "
    words += f"in {count_of(total, 'row')}: {quote_names([level for level, _ in new])}."
    level: Level = "warning" if total > 0.01 * seen.rows else "info"
    return [Difference(level, "unseen category", column.name, words, total)]


def _unit_difference(column: ColumnSchema, seen: _Seen) -> Difference | None:
    """Another unit: most values leave the usual range, and medians and spreads differ by one known factor."""
    values = np.concatenate(seen.sample) if seen.sample else np.zeros(0)
    if column.kind != "number" or len(values) < FEWEST or not column.median or not column.spread:
        return None
    beyond = ((values < (column.p1 or 0.0)) | (values > (column.p99 or 0.0))).mean()
    low, middle, high = np.quantile(values, (0.25, 0.5, 0.75))
    if beyond <= OUTSIDE or middle == 0 or high == low:
        return None
    spread = (high - low) / column.spread
    words = ""
    if abs(spread / 1.8 - 1) < NEAR and abs((middle - 32) / 1.8 - column.median) < NEAR * max(abs(column.median), 10):
        words = "as Fahrenheit for Celsius"
    for factor, example in UNITS:
        for ratio, told in (
            (factor, f"{factor:g} times as large, {example}"),
            (1 / factor, f"{factor:g} times smaller"),
        ):
            if abs(middle / column.median / ratio - 1) < NEAR and abs(spread / ratio - 1) < 2 * NEAR:
                words = words or told
    if not words:
        return None
    said = f"{quote_names([column.name])} looks like another unit: values are {words} "
    said += f"(median {_plain(middle)}, in training {_plain(column.median)})."
    return Difference("danger", "another unit", column.name, said, len(values))


def _plain(value: float) -> str:
    """A number without a power of ten where people would write none."""
    return f"{value:,.0f}" if 1_000 <= abs(value) < 1e12 else f"{value:.4g}"


def _stability(column: ColumnSchema, seen: _Seen) -> float | None:
    if column.kind == "category":
        known = column.levels[:MOST_LEVELS]
        expected = np.append(column.shares[:MOST_LEVELS], max(0.0, 1 - sum(column.shares[:MOST_LEVELS])))
        counts = np.array([seen.levels.get(level, 0) for level in known], dtype=float)
        there = np.append(counts, sum(seen.levels.values()) - counts.sum())
    else:
        expected, there = np.asarray(column.shares, dtype=float), seen.parts.astype(float)
    if not len(there) or there.sum() == 0 or len(there) != len(expected) or len(there) < 2:
        return None
    now, before = np.maximum(there / there.sum(), LEAST_SHARE), np.maximum(expected, LEAST_SHARE)
    return float(((now - before) * np.log(now / before)).sum())
