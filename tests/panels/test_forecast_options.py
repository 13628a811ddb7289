"""Options of forecasts on the command line: horizon and covariates known ahead."""

from __future__ import annotations

import pytest

from core.__main__ import make_parser
from core.cli import plan_from_options
from core.schema import LoadError, Task


def test_horizon_and_known_covariates_reach_the_task() -> None:
    asked = make_parser().parse_args(["compare", "sales.csv", "--horizon", "6", "--known", "price, holiday"])
    task, _ = plan_from_options(asked, Task("units", "forecast", "forecast"), None)
    assert task.horizon == 6 and task.known == ("price", "holiday")
    none = make_parser().parse_args(["compare", "sales.csv", "--horizon", "0"])
    assert plan_from_options(none, Task("units", "forecast", "forecast"), None)[0].horizon == 0, (
        "refused later, in words"
    )


def test_they_are_refused_where_nothing_is_foretold() -> None:
    asked = make_parser().parse_args(["compare", "sales.csv", "--horizon", "6"])
    with pytest.raises(LoadError, match="belong to forecasts"):
        plan_from_options(asked, Task("units", "regression", "regression"), None)
