"""Numbers in words: never more digits than the eye needs."""

from __future__ import annotations

import math

import pytest

from core.wording import format_number, format_significant


@pytest.mark.parametrize(
    ("value", "said", "tenths"),
    [
        (1234.5, "1,234", "1,234"), (12.34, "12.3", "12.3"), (12.0, "12", "12.0"), (1.234, "1.2", "1.2"),
        (5.0, "5", "5.0"), (0.123, "0.12", "0.1"), (0.0123, "0.012", "0.012"), (0.0, "0", "0.0"), (-0.0, "0", "0.0"),
        (-3.21, "-3.2", "-3.2"), (2e-7, "under 0.0001", "2e-07"), (math.nan, "unknown", "unknown"),
    ],
)  # fmt: skip
def test_numbers_in_sentences(value: float, said: str, tenths: str) -> None:
    assert (format_number(value), format_number(value, tenths=True)) == (said, tenths)


@pytest.mark.parametrize(
    ("value", "said"),
    [(None, "-"), (0.0, "0"), (12.345, "12.3"), (1234.5, "1,234"), (0.000_123_4, "1.23e-04"), (45_678.0, "4.57e+04")],
)
def test_figures_have_three_digits(value: float | None, said: str) -> None:
    assert format_significant(value) == said
