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
