"""Which test rows a contest keeps copies of: worst mistakes, doubted labels, and where the families disagree."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from core.evaluation.errors import family_disagreement, held_out, label_quality
from core.evaluation.errors.right_answers import worst_mistakes
from core.schema import Contest

ROWS = 36
PER_LIST = 8


def rows_to_show(contest: Contest) -> np.ndarray:
    """Row numbers of test rows worth looking at: the worst mistakes, doubted labels, and rows that one family or none
    answers right.

    Args:
        contest: with its held-out answers.

    Returns:
        int (m,), at most 36, without repeats; each list gives its first row, then each its second, and so on.
    """
    folds = held_out.first_round(held_out.collect_answers(contest), contest)
    lists: list[list[int]] = []
    for run in contest.runs:
        answers = held_out.answers_of(folds, run.contestant)
        if answers is not None and run.family != "chance":
            worst = worst_mistakes(answers, contest.task, PER_LIST)
            lists.append([int(row) for row in answers.row_numbers[worst]])
    chosen = family_disagreement.family_representatives(contest.runs, contest.comparisons)
    found = family_disagreement.measure_disagreement_sets(folds, contest.task, chosen)
    for one in found.sets if found else ():
        if len(one.families) <= 1:
            lists.append(_spread(one.row_numbers))
    issues = label_quality.doubted_labels(contest, folds)
    if issues is not None:
        lists.insert(0, [int(row) for row in issues.row_numbers[:PER_LIST]])
    return _in_turn(lists)


def _spread(rows: Sequence[int]) -> list[int]:
    """Some of many rows, evenly spread, so that they do not all come from the first fold."""
    places = np.unique(np.linspace(0, max(len(rows) - 1, 0), min(PER_LIST, len(rows))).astype(int))
    return [rows[place] for place in places]


def _in_turn(lists: Sequence[Sequence[int]]) -> np.ndarray:
    turns = [one[place] for place in range(PER_LIST) for one in lists if place < len(one)]
    return np.array(list(dict.fromkeys(turns))[:ROWS], dtype=np.int64)
