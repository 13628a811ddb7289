"""Labels that were made wrong on purpose are found by models that were not trained on them, and right ones are left."""

from __future__ import annotations

import numpy as np
import pytest

from core.evaluation.errors.held_out import Answers
from core.evaluation.errors.label_issues import confident_classes, find_label_issues


def test_a_class_counts_from_its_own_usual_probability_on() -> None:
    truth = np.array([0, 0, 1, 1])
    predictions = np.array([[0.9, 0.1], [0.7, 0.3], [0.45, 0.55], [0.81, 0.19]])
    # Class 0 is usually given .8, class 1 .37: the last row reaches .8 for class 0, the third .37 for class 1 only.
    assert confident_classes(predictions, truth).tolist() == [0, -1, 1, 0]


def test_a_class_that_nobody_recorded_is_never_suggested() -> None:
    predictions = np.array([[0.2, 0.1, 0.7], [0.3, 0.6, 0.1]])
    assert 2 not in confident_classes(predictions, np.array([0, 1]))


@pytest.mark.parametrize("classes", [2, 4])
def test_planted_mistakes_are_found(classes: int) -> None:
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import cross_val_predict
    from sklearn.naive_bayes import GaussianNB

    rng = np.random.default_rng(0)
    right = rng.integers(0, classes, 1_200)
    centres = 3.2 * np.eye(classes, 4)
    inputs = centres[right] + rng.normal(size=(1_200, 4))
    planted = rng.choice(1_200, 60, replace=False)
    recorded = right.copy()
    recorded[planted] = (right[planted] + 1) % classes
    rows = np.arange(1_200)
    answers = [
        Answers(rows, recorded, cross_val_predict(model, inputs, recorded, cv=5, method="predict_proba"), rows)
        for model in (LogisticRegression(max_iter=500), GaussianNB())
    ]
    found = find_label_issues(answers)
    hits = np.isin(found.row_numbers, planted)
    assert hits.sum() >= 42 and hits.mean() > 0.8 and hits[:30].mean() > 0.9
    assert (found.suggested[hits] == right[found.row_numbers[hits]]).mean() > 0.95
    assert (np.diff(found.given_share - found.suggested_share) >= 0).all()
    clean = [Answers(rows, right, one.predictions, rows) for one in answers]
    assert len(find_label_issues(clean)) < 0.5 * len(found)


def test_both_must_agree_and_speak_of_the_same_rows() -> None:
    rows, truth = np.arange(4), np.array([0, 0, 1, 1])
    one = Answers(rows, truth, np.array([[0.9, 0.1], [0.1, 0.9], [0.2, 0.8], [0.3, 0.7]]), rows)
    other = Answers(rows, truth, np.array([[0.9, 0.1], [0.8, 0.2], [0.2, 0.8], [0.3, 0.7]]), rows)
    assert find_label_issues([one]).row_numbers.tolist() == [1] and not len(find_label_issues([one, other]))
    with pytest.raises(ValueError, match="same rows"):
        find_label_issues([one, Answers(rows + 1, truth, one.predictions, rows)])
    with pytest.raises(ValueError, match="same rows"):
        find_label_issues([])
