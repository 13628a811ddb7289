"""Numbers are read as written, the style is told, and what is no number stays none."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from core.tools.tables import numbers


@pytest.mark.parametrize(
    ("words", "values", "style"),
    [
        (["1", "-2.5", ".5", "3e2"], [1, -2.5, 0.5, 300], ""),
        (["1,5", "2,25"], [1.5, 2.25], "decimal commas"),
        (["1.234,50", "12,5"], [1234.5, 12.5], "decimal commas"),
        (["1,234.50", "7.25"], [1234.5, 7.25], "commas between thousands"),
        (["1.234.567", "2.000.000"], [1234567, 2000000], "points between thousands"),
        (["1 234,5", "2\u00a0345,5", "3\u202f456,5"], [1234.5, 2345.5, 3456.5], "blanks between thousands"),
        (["1'234.5", "2’345.5"], [1234.5, 2345.5], "blanks between thousands"),
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
    reading = numbers.read(pa.array(words))
    wanted = np.array([np.nan if value is None else value for value in values])
    assert np.allclose(reading.values, wanted, equal_nan=True)
    assert list(reading.ok) == [value is not None for value in values]
    assert style in " ".join(reading.style) if style else not reading.style


def test_infinite_is_counted_and_taken_out() -> None:
    reading = numbers.read(pa.array(["inf", "-Infinity", "1e400", "1", "1" + "0" * 400]))
    assert list(reading.infinite) == [True, True, True, False, True]
    assert np.isnan(reading.values).sum() == 4


def test_three_digits_behind_a_comma_follow_the_hint() -> None:
    words = pa.array(["1,234", "2,345"])
    assert list(numbers.read(words).values) == [1234, 2345]
    assert list(numbers.read(words, decimal_comma=True).values) == [1.234, 2.345]
    assert numbers.read(words).doubtful


def test_distinct_equals_unique() -> None:
    values = np.random.default_rng(0).integers(0, 50, 1_000).astype(float)
    assert np.array_equal(numbers.distinct(values), np.unique(values))
    assert len(numbers.distinct(np.array([]))) == 0
