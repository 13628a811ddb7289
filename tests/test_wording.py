"""Numbers in words: never more digits than the eye needs."""

from __future__ import annotations

import math

import pytest

from core.units import column_format
from core.wording import format_number, format_share, format_significant


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


@pytest.mark.parametrize(
    ("share", "said"),
    [(0.0, "0 %"), (0.0004, "under 0.1 %"), (0.004, "0.4 %"), (0.18, "18 %"), (0.996, "99.6 %"), (1.0, "100 %"),
     (0.9999, "over 99.9 %")],
)  # fmt: skip
def test_a_share_is_called_none_or_all_only_where_it_is(share: float, said: str) -> None:
    assert format_share(share) == said


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ([0.855, 0.5, 0.0, None], ["0.855", "0.500", "0.000", "–"]), ([1.0, 0.9], ["1.000", "0.900"]),
        ([1234.5, 7.0], ["1,234", "7"]), ([1.24, 0.4091], ["1.24", "0.41"]), ([1e-12], ["1.00e-12"]),
    ],
)  # fmt: skip
def test_a_column_keeps_its_decimal_points_below_one_another(values: list[float | None], said: list[str]) -> None:
    write = column_format(values)
    assert [write(math.nan if value is None else value) for value in values] == said
