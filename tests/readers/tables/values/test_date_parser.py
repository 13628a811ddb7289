"""Dates: forms, day and month order, zones, years that do not fit."""

from __future__ import annotations

import numpy as np
import pytest

from core.readers.tables.values import date_parser

DAY = np.datetime64("2020-03-31", "ns")


@pytest.mark.parametrize(
    "word",
    [
        "2020-03-31", "2020/3/31", "31.03.2020", "31/3/20", "31 Mar 2020", "March 31, 2020", "31-MAR-20", "20200331",
        "Tue, 31 March 2020", "31. März 2020", "31 de marzo de 2020", "2020-03-31T00:00:00Z", "3/31/2020 12:00 AM",
        "2020-03-31T02:00:00+02:00",
    ],
)  # fmt: skip
def test_forms(word: str) -> None:
    reading = date_parser.parse_dates([word])
    assert reading.ok.all() and reading.values[0] == DAY
    assert date_parser.looks_like_dates([word])


def test_order_is_settled_by_all_values() -> None:
    assert date_parser.parse_dates(["01/02/2020", "01/31/2020"]).values[0] == np.datetime64("2020-01-02", "ns")
    assert date_parser.parse_dates(["01/02/2020", "31/01/2020"]).values[0] == np.datetime64("2020-02-01", "ns")
    unsure = date_parser.parse_dates(["01/02/2020", "03/04/2020"])
    assert unsure.order is not None and not unsure.order.certain and unsure.order.order == "day/month"
    both = date_parser.parse_dates(["31/01/2020", "30/01/2020", "01/31/2020"])
    assert both.order is not None and both.order.mixed == 1 and both.ok.all()


def test_years_that_do_not_fit_are_dates_but_missing() -> None:
    reading = date_parser.parse_dates(["0001-01-01", "9999-12-31", "2020-01-01"])
    assert reading.ok.all() and list(reading.beyond) == [True, True, False]
    assert list(np.isnat(reading.values)) == [True, True, False]


@pytest.mark.parametrize("word", ["2020-13-01", "31/31/2020", "hello", "1.5", "32 Foo 2020", "9" * 5_000])
def test_no_dates(word: str) -> None:
    assert not date_parser.parse_dates([word]).ok.any()


@pytest.mark.parametrize(
    ("words", "days"),
    [
        (["1974Q1", "1974Q2", "1975Q4"], ["1974-01-01", "1974-04-01", "1975-10-01"]),
        (["Q1 2019", "Q3 2019", "Q2 2020"], ["2019-01-01", "2019-07-01", "2020-04-01"]),
        (["2020-Q1", "2020-Q4", "2021-Q2"], ["2020-01-01", "2020-10-01", "2021-04-01"]),
        (["2014-W01", "2014-W02", "2020W53-7"], ["2013-12-30", "2014-01-06", "2021-01-03"]),
        (["01/1986", "12/1986", "2/1987"], ["1986-01-01", "1986-12-01", "1987-02-01"]),
        (["1959M01", "1959M12", "1960m2"], ["1959-01-01", "1959-12-01", "1960-02-01"]),
    ],
)
def test_quarters_weeks_and_months_are_dates(words: list[str], days: list[str]) -> None:
    assert date_parser.looks_like_dates(words)
    reading = date_parser.parse_dates(words)
    assert reading.ok.all() and [str(value)[:10] for value in reading.values] == days


@pytest.mark.parametrize(
    "words", [["Q5 2019", "Q6 2019"], ["2014-W77", "2014-W60"], ["13/1986", "14/1986"], ["2019M13"]]
)
def test_what_only_resembles_them_is_none(words: list[str]) -> None:
    assert not date_parser.parse_dates(words).ok.any()


@pytest.mark.parametrize(
    ("years", "first"),
    [
        ([45, 63, 71, 99, 3, 12], "1945"),
        ([63, 64], "1963"),
        ([25, 31, 42, 55], "2025"),
        ([85, 99, 4, 12], "1985"),
        ([13, 14, 20], "2013"),
    ],
)
def test_years_of_two_digits_lie_in_the_past_where_none_need_lie_far_ahead(years: list[int], first: str) -> None:
    words = [f"{13 + k}.04.{year:02d}" for k, year in enumerate(years)]
    assert str(date_parser.parse_dates(words).values[0])[:4] == first
    named = [f"{13 + k} April {year:02d}" for k, year in enumerate(years)]
    assert str(date_parser.parse_dates(named).values[0])[:4] == first
