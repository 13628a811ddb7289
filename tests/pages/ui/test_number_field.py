"""Numbers as people write them are read or refused, never quietly another number."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from pages.ui import number_field


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0,25", 0.25), ("0.25", 0.25), ("1 234,5", 1234.5), ("1\u202f234,5", 1234.5), ("1'234.5", 1234.5),
        ("1,234.5", 1234.5), ("1.234,5", 1234.5), ("1,234,567", 1_234_567), ("1.234.567", 1_234_567), ("-3,5", -3.5),
        ("\u22123", -3), ("1e-3", 0.001), ("12,5", 12.5), ("0,125", 0.125), ("", None), ("  ", None), ("1.234", 1.234),
    ],
)  # fmt: skip
def test_what_is_clear_is_read(text: str, number: float | None) -> None:
    assert number_field.read_number(text) == number


@pytest.mark.parametrize(
    "text", ["1,234", "12,345", "abc", "1,2,3", "1.2.3", "1,23,456.7", "nan", "inf", "--3", "1.234,5,6"]
)
def test_what_is_not_is_refused_in_words(text: str) -> None:
    with pytest.raises(ValueError, match=r"no number|can mean"):
        number_field.read_number(text)


@given(some.floats(-1e9, 1e9, allow_nan=False))
def test_what_is_written_is_read_back(value: float) -> None:
    assert number_field.read_number(number_field.write_number(value)) == pytest.approx(value, rel=1e-9, abs=1e-300)
