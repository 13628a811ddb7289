"""Numbers are read as written, the style is told, and what is no number stays none."""

from __future__ import annotations

import re

import numpy as np
import pyarrow as pa
import pytest

from core.readers.tables.values import number_parser, numeric_columns


@pytest.mark.parametrize(
    ("words", "values", "style"),
    [
        (["1", "-2.5", ".5", "3e2"], [1, -2.5, 0.5, 300], ""),
        (["1,5", "2,25"], [1.5, 2.25], "decimal commas"),
        (["1.234,50", "12,5"], [1234.5, 12.5], "decimal commas"),
        (["1,234.50", "7.25"], [1234.5, 7.25], "commas between thousands"),
        (["1.234.567", "2.000.000"], [1234567, 2000000], "points between thousands"),
        (["1 234,5", "2\u00a0345,5", "3\u202f456,5"], [1234.5, 2345.5, 3456.5], "blanks between thousands"),
        (["1'234.5", "2’345.5"], [1234.5, 2345.5], "apostrophes between thousands"),
        (["$5", "-$6.5", "$(7)"], [5, -6.5, -7], "currency"),
        (["5 €", "6,50 €"], [5, 6.5], "currency"),
        (["12%", "7.5 %"], [12, 7.5], "percent"),
        (["(3)", "(4.5)", "2"], [-3, -4.5, 2], "brackets"),
        (["\u22123", "4-"], [-3, -4], "minus"),
        (["5 kg", "6.5kg"], [5, 6.5], "the unit kg"),
        (["1.5", "x", "2"], [1.5, None, 2], ""),
    ],
)
def test_styles(words: list[str], values: list[float | None], style: str) -> None:
    reading = number_parser.parse_numbers(pa.array(words))
    wanted = np.array([np.nan if value is None else value for value in values])
    assert np.allclose(reading.values, wanted, equal_nan=True)
    assert list(reading.ok) == [value is not None for value in values]
    assert style in " ".join(reading.style) if style else not reading.style


def test_infinite_is_counted_and_taken_out() -> None:
    reading = number_parser.parse_numbers(pa.array(["inf", "-Infinity", "1e400", "1", "1" + "0" * 400]))
    assert list(reading.infinite) == [True, True, True, False, True]
    assert np.isnan(reading.values).sum() == 4


def test_three_digits_behind_a_comma_follow_the_hint() -> None:
    words = pa.array(["1,234", "2,345"])
    assert list(number_parser.parse_numbers(words).values) == [1234, 2345]
    assert list(number_parser.parse_numbers(words, decimal_comma=True).values) == [1.234, 2.345]
    assert number_parser.parse_numbers(words).doubtful


def test_distinct_equals_unique() -> None:
    values = np.random.default_rng(0).integers(0, 50, 1_000).astype(float)
    assert np.array_equal(number_parser.distinct_values(values), np.unique(values))
    assert len(number_parser.distinct_values(np.array([]))) == 0


@pytest.mark.parametrize(
    "values",
    [
        np.random.default_rng(0).normal(size=30_000).round(4),
        np.random.default_rng(1).normal(4e4, 9e3, 30_000).round(2),
        np.random.default_rng(2).integers(-500, 500, 30_000).astype(float),
        np.random.default_rng(3).normal(size=30_000),
        np.append(np.zeros(30_000), [1 / 3, -0.0]),
        np.append(np.zeros(30_000), [1e17, -1e300]),
    ],
    ids=["four decimals", "money", "whole", "all decimals", "a late fraction", "far apart"],
)
def test_many_numbers_are_told_apart_as_by_sorting(values: np.ndarray) -> None:
    assert np.array_equal(number_parser.distinct_values(values), np.unique(values))


CELLS = """
0 -0.5 .5 5. - . 1-2 1.2.3 2020-01-05 007 00.5 05 -007 1e5 1E-05 1e400 +1 1_000 nan inf x １２ 1e e5 --1 0x10 1,5
123456789012345 1234567890123456 00000000000000000000 12345678901234567.5 0.1234567890123456789
"""


@pytest.mark.parametrize("cell", CELLS.split())
def test_plain_cells_are_told_at_once_or_left_to_the_careful_reading(cell: str) -> None:
    around = ["1", "", "2.5", "-3"]
    block = pa.array(["9", *around, cell, *around])[1:]
    plain = numeric_columns.parse_plain_values(block)
    careful = number_parser.parse_numbers(pa.array([cell]))
    if plain is not None:
        assert careful.ok[0] and plain[4] == careful.values[0] and not cell.startswith("00")
    if re.match(numeric_columns.QUICK, cell):
        assert plain is not None


def test_no_cells_and_no_letters_are_plain() -> None:
    assert len(numeric_columns.parse_plain_values(pa.array([], pa.string()))) == 0
    assert np.isnan(numeric_columns.parse_plain_values(pa.array(["", ""]))).all()
