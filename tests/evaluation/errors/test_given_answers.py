"""Answers on single rows, for every kind of task, against hand-made predictions."""

from __future__ import annotations

import numpy as np
import pytest

from core.evaluation.errors import given_answers
from core.evaluation.errors.given_answers import GivenAnswer
from core.evaluation.errors.held_out import Answers
from core.schema import Contest, Plan, Task


def contest(kind: str) -> Contest:
    form = {"classification": "binary", "regression": "regression", "anomaly": "anomaly"}[kind]
    return Contest("id", "digest", {"labels": ("no", "yes")}, Task("y", kind, form), Plan(), ())


def answers(truth: list[float], predictions: np.ndarray) -> Answers:
    rows = len(truth)
    return Answers(np.arange(rows) + 10, np.array(truth), predictions, np.zeros(rows))


def test_a_class_comes_with_its_probability_and_whether_it_is_right() -> None:
    found = answers([0, 0], np.array([[0.8, 0.2], [0.1, 0.9]]))
    assert given_answers.given_answer(contest("classification"), found, 10) == GivenAnswer("no", 0.8, None, True)
    assert given_answers.given_answer(contest("classification"), found, 11) == GivenAnswer("yes", 0.9, None, False)


def test_a_number_is_neither_right_nor_wrong() -> None:
    found = answers([1.5], np.array([2.5]))
    assert given_answers.given_answer(contest("regression"), found, 10) == GivenAnswer(None, None, 2.5, None)


def test_an_anomaly_is_an_alarm_above_nearly_all_normal_rows() -> None:
    found = answers([0.0, 0.0, 1.0], np.array([0.1, 0.2, 5.0]))
    assert given_answers.given_answer(contest("anomaly"), found, 12) == GivenAnswer("anomaly", 1.0, None, True)
    assert given_answers.given_answer(contest("anomaly"), found, 11) == GivenAnswer("normal", 0.5, None, True)
    kept = given_answers.given_answer(contest("anomaly"), found, 10, lambda one: np.full(len(one), 0.995))
    assert kept == GivenAnswer("anomaly", 0.995, None, False)


@pytest.mark.parametrize("row", [9, 13])
def test_a_row_that_was_not_asked_has_no_answer(row: int) -> None:
    assert given_answers.given_answer(contest("regression"), answers([1, 2, 3], np.ones(3)), row) is None
    assert given_answers.given_answer(contest("regression"), None, row) is None


def test_names_of_answers() -> None:
    assert given_answers.class_names(contest("classification")) == ("no", "yes")
    assert given_answers.class_names(contest("anomaly")) == ("normal", "anomaly")
    assert given_answers.class_names(contest("regression")) == ()
    assert [given_answers.recorded_name(contest("anomaly"), one) for one in ("0", "1", "?")] == [
        "normal",
        "anomaly",
        "?",
    ]
    assert given_answers.recorded_name(contest("classification"), "1") == "1"
