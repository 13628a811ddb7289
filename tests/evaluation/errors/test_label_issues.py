"""Labels that were made wrong on purpose are found by models that were not trained on them, and right ones are left."""

from __future__ import annotations

import numpy as np
import pytest

from core.evaluation.errors.held_out import Answers
from core.evaluation.errors.label_issues import LabelIssues, confident_classes, find_label_issues, wrong_share


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


def flipped(target: np.ndarray, share: float, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Labels of which a share is another class, and where."""
    rng = np.random.default_rng(seed)
    classes, places = int(target.max()) + 1, rng.choice(len(target), round(share * len(target)), replace=False)
    recorded = target.copy()
    recorded[places] = (recorded[places] + rng.integers(1, classes, len(places))) % classes
    return recorded, places


def judged(inputs: np.ndarray, recorded: np.ndarray) -> LabelIssues:
    """What two models of different kinds doubt on rows they were not trained on."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import cross_val_predict
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler
    from sklearn.tree import DecisionTreeClassifier

    rows = np.arange(len(recorded))
    models = (
        make_pipeline(StandardScaler(), LogisticRegression(max_iter=300)),
        DecisionTreeClassifier(min_samples_leaf=25, random_state=0),
    )
    return find_label_issues(
        [
            Answers(rows, recorded, cross_val_predict(one, inputs, recorded, cv=4, method="predict_proba"), rows)
            for one in models
        ]
    )


def test_of_ten_percent_wrong_labels_in_an_embedded_table_far_more_than_by_chance_are_listed() -> None:
    from core import api
    from core.evaluation import tasks

    read = api.load("telco_churn")
    ready = tasks.prepare(read, api.task_for(read, None))
    kept = np.random.default_rng(0).permutation(len(ready))[:1_500]
    codes = [ready.inputs[name] for name in ready.inputs.columns]
    inputs = np.nan_to_num(
        np.column_stack([one if one.dtype.kind == "f" else one.astype("category").cat.codes for one in codes])[kept]
    )
    recorded, planted = flipped(ready.target[kept], 0.1, 1)
    found = judged(inputs, recorded)
    hits = np.isin(found.row_numbers, planted)
    # By chance one row of ten is a planted one, and a list of this length holds its share of them.
    assert hits.mean() > 2.5 * 0.1 and hits.sum() / len(planted) > 2.5 * len(found) / len(recorded)
    # Customers who leave and who stay overlap: hard rows count too, and the estimate errs upwards.
    assert found.wrong is not None and found.wrong.low > 0.1


@pytest.mark.parametrize("share", [0.0, 0.1, 0.2])
def test_on_easy_data_the_estimated_share_is_the_planted_one_and_clean_labels_are_left_alone(share: float) -> None:
    rng = np.random.default_rng(3)
    right = rng.integers(0, 3, 1_000)
    recorded, planted = flipped(right, share, 4)
    found = judged(5.0 * np.eye(3, 4)[right] + rng.normal(size=(1_000, 4)), recorded)
    assert found.wrong is not None and found.wrong.low <= share <= found.wrong.high
    assert found.wrong.high - found.wrong.low < 0.06
    if not share:
        assert len(found) <= 5
    else:
        hits = np.isin(found.row_numbers, planted)
        assert hits.mean() > 0.9 and hits.sum() > 0.5 * len(planted)


def test_the_share_is_scaled_to_the_recorded_classes() -> None:
    truth = np.repeat([0, 1], [80, 20])
    confident = truth.copy()
    confident[:40] = -1
    confident[40:44] = 1
    confident[80:82] = 0
    found = wrong_share(truth, confident)
    # 4 of 40 sure rows of the class with 80 rows, 2 of 20 of the other: 10 % of each.
    assert found is not None and found.share == pytest.approx(0.1) and found.counted == 60
    assert found.low < 0.1 < found.high
    assert wrong_share(truth, np.full(100, -1)) is None
    none = wrong_share(truth, truth)
    assert none is not None and none.share == none.low == 0.0 and 0.01 < none.high < 0.05


def test_nine_of_ten_intervals_hold_the_planted_share() -> None:
    rng, held = np.random.default_rng(0), 0
    for _ in range(200):
        truth = rng.integers(0, 3, 400)
        recorded = np.where(rng.random(400) < 0.08, (truth + 1) % 3, truth)
        found = wrong_share(recorded, np.where(rng.random(400) < 0.6, truth, -1))
        assert found is not None
        held += found.low <= 0.08 <= found.high
    assert 170 <= held <= 194
