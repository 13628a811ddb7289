"""Names propose, values decide: what 90 columns are taken for as groups, times, ids and facts known afterwards."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from core.evaluation import column_roles
from core.readers.tables.column_types import infer_number_column, infer_string_column

ROWS = 400
DRAW = np.random.default_rng(0)
VALUES = {
    "hours": DRAW.integers(1, 80, ROWS),
    "small": DRAW.integers(0, 12, ROWS),
    "ages": DRAW.integers(18, 90, ROWS),
    "money": np.round(DRAW.lognormal(8, 1, ROWS)),
    "big money": np.round(DRAW.lognormal(17.5, 0.3, ROWS)),
    "fractions": DRAW.normal(size=ROWS),
    "people": DRAW.integers(1, 60, ROWS),
    "many people": DRAW.permutation(np.repeat(np.arange(1000, 1100), 4)),
    "one a row": np.arange(1, ROWS + 1),
    "shuffled": DRAW.permutation(np.arange(1, ROWS + 1)),
    "unrelated": DRAW.permutation(np.arange(5_000, 90_000))[:ROWS],
    "account": DRAW.permutation(ROWS) * 221_393 + 10_000_000,
    "years": DRAW.integers(1999, 2023, ROWS),
    "birth years": DRAW.integers(1940, 2005, ROWS),
    "months": DRAW.integers(1, 13, ROWS),
    "clock": np.sort(DRAW.integers(0, 172_800, ROWS)),
    "epoch": 1_600_000_000 + 60 * np.arange(ROWS),
    "compact": 20_200_100 + DRAW.integers(1, 28, ROWS),
    "running": np.repeat(np.arange(1, 101), 4),
}
# Name, values, and what the column is: "" (a plain number), "group", "time", "id".
COLUMNS = (
    ("hours_per_week", "hours", ""), ("times_last_year", "small", ""), ("years_at_company", "small", ""),
    ("YearsAtCompany", "small", ""), ("month_salary", "money", ""), ("monthly_income", "money", ""),
    ("days_since_last_visit", "hours", ""), ("date_of_birth_days", "hours", ""), ("num_customers", "people", ""),
    ("number_of_customers", "people", ""), ("customer_age", "ages", ""), ("user_rating", "small", ""),
    ("store_area", "hours", ""), ("company_size", "hours", ""), ("account_balance", "money", ""),
    ("city_population", "money", ""), ("time_in_hospital", "small", ""), ("years_in_current_role", "small", ""),
    ("TotalWorkingYears", "small", ""), ("TrainingTimesLastYear", "small", ""), ("avg_session_length", "hours", ""),
    ("session_duration", "hours", ""), ("visits_per_month", "small", ""), ("household_size", "small", ""),
    ("members_of_family", "small", ""), ("sales_per_store", "money", ""), ("year_built", "birth years", ""),
    ("birth_year", "birth years", ""), ("model_year", "birth years", ""), ("hour", "months", ""),
    ("month", "months", ""), ("day_of_week", "small", ""), ("week", "hours", ""), ("delivery_time", "hours", ""),
    ("response_time", "hours", ""), ("price_index", "unrelated", ""), ("price_no_tax", "unrelated", ""),
    ("AmountPaid", "unrelated", ""), ("bid", "unrelated", ""), ("price", "big money", ""),
    ("population", "big money", ""), ("turnover_eur", "account", ""), ("gdp", "unrelated", ""),
    ("created_at", "epoch", "time"), ("employees_at_site", "people", ""), ("customer_score", "fractions", ""),
    ("machine_temperature", "fractions", ""), ("sensor", "fractions", ""), ("user_type", "small", ""),
    ("previous_visits", "small", ""), ("distance_to_city", "hours", ""), ("age", "ages", ""),
    ("n_sessions", "people", ""), ("family_income", "money", ""), ("school_score", "ages", ""),
    ("android", "unrelated", ""), ("covid", "small", ""), ("paid", "hours", ""), ("humid", "hours", ""),
    ("umsatz", "big money", ""),
    ("customer_id", "many people", "group"), ("CustomerID", "many people", "group"),
    ("patient", "many people", "group"),
    ("subject_no", "people", "group"), ("store", "people", "group"), ("storeNumber", "people", "group"),
    ("machine_id", "people", "group"), ("speaker", "people", "group"), ("household", "many people", "group"),
    ("user id", "many people", "group"), ("hospital_code", "people", "group"), ("driver", "people", "group"),
    ("session_id", "many people", "group"), ("id", "many people", "group"),
    ("year", "years", "time"), ("order_year", "years", "time"), ("timestamp", "epoch", "time"),
    ("Time", "clock", "time"), ("date", "compact", "time"), ("week_number", "running", "time"),
    ("order_date", "compact", "time"), ("period", "running", "time"),
    ("id", "unrelated", "id"), ("row", "one a row", "id"), ("PassengerId", "shuffled", "id"),
    ("customer_id", "unrelated", "id"), ("order no", "unrelated", "id"), ("Unnamed: 0", "one a row", "id"),
    ("account", "account", "id"), ("record_number", "unrelated", "id"), ("row_index", "shuffled", "id"),
    ("uuid", "account", "id"), ("x", "one a row", "id"),
)  # fmt: skip


def role_of(name, values):
    """What a column of numbers is taken for by the reader and by the checks."""
    numbers = np.asarray(VALUES[values], dtype=float)
    column = infer_number_column(name, numbers).column
    if column.type == "id":
        return "id"
    if column_roles.groups_rows(column, ROWS, numbers):
        return "group"
    return "time" if column_roles.dates_rows(column, numbers) else ""


@pytest.mark.parametrize(("name", "values", "expected"), COLUMNS)
def test_what_a_column_is(name, values, expected):
    assert role_of(name, values) == expected


def test_the_table_is_wide_enough():
    assert len(COLUMNS) >= 80


@pytest.mark.parametrize(
    ("name", "late"),
    [
        ("churn_reason", True), ("date_closed", True), ("ClosedDate", True), ("final_grade", True), ("refund", True),
        ("exit_interview", True), ("chargeback", True), ("discharge_disposition", True), ("cause_of_death", True),
        ("actual_arrival", True), ("recovered", True), ("settlement_amount", True), ("end_date", True),
        ("write_off", True), ("follow_up", True), ("cancelled_at", True), ("post_treatment_score", True),
        ("outcome", True), ("cancellation_reason", True),
        ("close", False), ("Close", False), ("post_code", False), ("after_tax_income", False),
        ("river_discharge", False),
        ("reason_for_loan", False), ("result_count", False), ("finalist", False), ("decisions_made", False),
        ("resultant_force", False), ("actual_age", False), ("death_benefit", False), ("collection", False),
        ("postcode", False), ("closeness", False), ("exit_lane", False), ("end_user", False), ("final", False),
    ],
)  # fmt: skip
def test_names_from_after_the_outcome(name, late):
    assert column_roles.known_afterwards(name, "y") is late


@pytest.mark.parametrize(
    ("name", "target", "late"),
    [
        ("default_date", "default", True), ("price_per_m2", "price", True), ("SalePriceLog", "SalePrice", True),
        ("passenger_class", "class", False), ("type_of_home", "type", False), ("year_sold", "y", False),
        ("income_tax", "income", True), ("rateable", "rate", False),
    ],
)  # fmt: skip
def test_names_that_carry_the_target(name, target, late):
    assert column_roles.known_afterwards(name, target) is late


def test_birthdays_date_no_rows_and_dates_do():
    days = np.datetime64("2020-01-01", "ns") + np.arange(ROWS).astype("timedelta64[D]")
    from core.readers.tables.column_types import infer_date_column

    for name, dated in (("order_date", True), ("date_of_birth", False), ("dob", False), ("admitted", True)):
        assert column_roles.dates_rows(infer_date_column(name, days).column) is dated


def test_words_that_repeat_are_groups_but_not_ids():
    draw = np.random.default_rng(1)
    merchants = pa.array([f"m{k}" for k in draw.integers(0, 1_500, 6_000)])
    column = infer_string_column("merchant", merchants).column
    assert (column.type, column.distinct, column.note) == ("categorical", 1_475, "")
    assert column_roles.groups_rows(column, 6_000)
    single = infer_string_column("merchant", pa.array([f"m{k}" for k in range(6_000)])).column
    assert single.type == "id" and single.note.startswith("identifies rows: ")
    assert not column_roles.groups_rows(single, 6_000)
