"""How many items a contest explains: from the work of its fits, the first of one drawing, and all rows of a table."""

from __future__ import annotations

import numpy as np
import pytest

from core.arena import planning, result_details
from core.explain import faithfulness
from core.explain.maskers import Masker
from core.schema import Dataset, Split, Task


@pytest.mark.parametrize("work,contestants,share", [(1_000, 4, 1.0), (80, 4, 0.5), (80, 2, 1.0), (1, 4, 1 / 3)])
def test_the_share_follows_from_the_work_of_the_fits(work, contestants, share):
    assert planning.explained_share(work, contestants, structured=False) == pytest.approx(share)


def test_rows_of_a_table_are_all_explained():
    assert planning.explained_share(0.0, 9, structured=True) == 1.0


def test_explaining_stays_within_its_share_unless_the_least_is_more():
    for work in (60.0, 100.0, 150.0):
        spent = planning.explained_share(work, 4, structured=False) * 4 * planning.EXPLAINED_SECONDS
        assert spent <= planning.EXPLAINING_SHARE * work + 1e-9


def test_fewer_items_are_some_of_those_that_would_be_explained_in_full():
    texts = np.array([f"text {number}" for number in range(60)], dtype=object)
    data = Dataset("texts", "text", texts, np.arange(60) % 2, labels=("a", "b"))
    split, task = (
        Split(np.arange(30), np.arange(30, 36), np.arange(36, 60), 0, "random", "d"),
        Task("y", "classification", "binary"),
    )
    every, some = (result_details.choose_explained_rows(data, task, split, 3, share) for share in (1.0, 0.34))
    assert len(every.rows) == 12 and len(some.rows) == 4 and some.share == 0.34
    assert set(some.rows.tolist()) < set(every.rows.tolist())
    assert (some.background == every.background).all()


@pytest.mark.parametrize("seconds,rows", [(10.0, 2), (0.1, 1)])
def test_the_referee_of_a_slow_model_judges_one_item_where_two_are_not_paid_for(seconds, rows):
    masker = Masker(
        tuple("abcdefghijkl"), 3, 1, lambda asked, present, stand_in: present.astype(float), lambda row: np.arange(12)
    )
    found = faithfulness.reference_of_rows(lambda inputs: inputs.sum(axis=1), masker, None, seconds, 1e-2)
    assert len(found.rows) == len(found.shares) == rows
