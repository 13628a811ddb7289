"""Held-out answers: what is kept per fold, how it is read back, and what damaged files do."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core.evaluation.errors import held_out, shown_mistakes
from core.schema import Contest, Dataset, Fit, HeldOut, HeldOutFold, Plan, Run, Split, Task
from core.storage import json_codec

BINARY = Task("y", "classification", "binary")


def split(count: int, seed: int = 3) -> Split:
    test = np.arange(count) * 2
    return Split(np.array([1]), np.array([3]), test, seed, "stratified", f"d{seed}")


def played(truth: list[int], predictions: dict[str, list[list[float]]], folds: int = 1) -> Contest:
    """A contest whose every fold has the same answers, over other rows."""
    kept = tuple(
        HeldOutFold(k, np.arange(len(truth)) + len(truth) * k, np.array(truth), len(truth)) for k in range(folds)
    )
    runs = tuple(
        Run(key, key, "classical" if key == "a" else "deep",
            fits=tuple(Fit(k, f"d{k}", skill=10.0, predictions=given) for k in range(folds)))
        for key, given in predictions.items()
    )  # fmt: skip
    return Contest("", "", {"labels": ["no", "yes"]}, BINARY, Plan(folds=2), runs, held_out=HeldOut(kept))


def test_small_folds_are_kept_whole_and_large_ones_by_a_draw() -> None:
    assert held_out.kept_rows(split(2_000), 2).tolist() == split(2_000).test.tolist()
    drawn = held_out.kept_rows(split(5_000), 2)
    assert len(drawn) == 2_000 and len(set(drawn.tolist())) == 2_000 and set(drawn) <= set(split(5_000).test)
    assert drawn.tolist() == held_out.kept_rows(split(5_000), 2).tolist(), "the same for every contestant"
    assert len(held_out.kept_rows(split(5_000), 40)) == 500 and len(held_out.kept_rows(split(5_000), 200)) == 200


@pytest.mark.parametrize(
    ("value", "kept"), [(0.0, 0.0), (0.123456789, 0.123457), (1.23456789e-9, 1.23457e-9), (-98765432.1, -98765400.0)]
)
def test_predictions_keep_six_significant_digits(value: float, kept: float) -> None:
    assert held_out.round_significant(np.array([value]))[0] == pytest.approx(kept, rel=1e-12)
    assert len(repr(float(held_out.round_significant(np.array([1 / 3]))[0]))) == 8


def test_recorded_answers_follow_the_kept_rows() -> None:
    data = Dataset("d", "table", np.zeros((10, 1)), np.arange(10) % 2, labels=("no", "yes"))
    (fold,) = held_out.kept_folds(data, BINARY, [split(5)])
    assert fold.tested == 5 and list(fold.row_numbers) == [0, 2, 4, 6, 8] and list(fold.truth) == [0] * 5  # type: ignore[call-overload]
    assert held_out.kept_folds(data, Task(None, "ranking", "ranking"), [split(5)]) == ()


def test_answers_come_back_through_json() -> None:
    contest = played([0, 1, 1], {"a": [[0.9, 0.1], [0.2, 0.8], [0.6, 0.4]]}, folds=3)
    back = json_codec.loads(json_codec.dumps(contest))
    folds = held_out.collect_answers(back)
    assert [one.fold for one in folds] == [0, 1, 2] and folds[1].row_numbers.tolist() == [3, 4, 5]
    answers = held_out.answers_of(held_out.first_round(folds, back), "a")
    assert answers is not None and len(answers) == 6, "the plan has two folds a round"
    assert answers.truth.tolist() == [0, 1, 1] * 2 and answers.folds.tolist() == [0, 0, 0, 1, 1, 1]
    assert len(held_out.first_round(folds, replace(back, method="ordered"))) == 3
    assert held_out.answers_of(folds, "nobody") is None


def test_an_older_result_has_no_answers_and_writes_none() -> None:
    older = replace(played([0, 1], {"a": [[0.9, 0.1], [0.2, 0.8]]}), held_out=HeldOut())
    assert held_out.collect_answers(older) == () and held_out.first_round((), older) == ()
    assert '"held_out"' not in json_codec.dumps(older)


@pytest.mark.parametrize(
    "damaged",
    [
        HeldOutFold(0, [0, 1], [0, 2]), HeldOutFold(0, [0, 1], [0.5, 1]), HeldOutFold(0, [0, 1, 2], [0, 1]),
        HeldOutFold(0, "ab", "cd"), HeldOutFold(0, [[0], [1]], [[0], [1]]), HeldOutFold(0, [0, 1], [None, 1]),
        HeldOutFold(0, {"a": 1}, 5), HeldOutFold(0, [0, [1]], [0, 1]), HeldOutFold(0),
    ],
)  # fmt: skip
def test_damaged_records_are_passed_over(damaged: HeldOutFold) -> None:
    contest = played([0, 1], {"a": [[0.9, 0.1], [0.2, 0.8]]})
    assert len(held_out.collect_answers(contest)) == 1
    assert held_out.collect_answers(replace(contest, held_out=HeldOut((damaged,)))) == ()


@pytest.mark.parametrize("given", [[[0.9, 0.1]], [0.5, 0.5], [[0.9, 0.1, 0], [0, 0, 1]], [[None, 1], [0, 1]], "no"])
def test_predictions_that_do_not_fit_are_passed_over(given: object) -> None:
    contest = played([0, 1], {"a": [[0.9, 0.1], [0.2, 0.8]], "b": given})  # type: ignore[dict-item]
    (fold,) = held_out.collect_answers(contest)
    assert list(fold.predictions) == ["a"]


def test_rows_to_show_take_turns_and_never_repeat() -> None:
    truth = [0] * 60
    sure = [[0.4 - k / 200, 0.6 + k / 200] for k in range(60)]
    rows = shown_mistakes.rows_to_show(played(truth, {"a": sure, "b": sure[::-1]}))
    assert rows[:2].tolist() == [59, 0], "each contestant's surest mistake first"
    assert len(set(rows.tolist())) == len(rows) <= shown_mistakes.ROWS
    right = [[1.0, 0.0]] * 60
    assert shown_mistakes.rows_to_show(played(truth, {"a": right, "b": right})).tolist() == []
