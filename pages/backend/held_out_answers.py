"""The held-out answers of a contest: who answered what on which test row, read once and kept while it is held."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from core.evaluation.errors import family_disagreement, given_answers, held_out, right_answers
from core.evaluation.errors.given_answers import GivenAnswer, class_names, recorded_name
from core.evaluation.errors.held_out import Answers, FoldAnswers
from core.schema import Contest, Run
from core.verdicts import fold_scores
from pages.backend import derived_cache

__all__ = ["ALARM", "Answers", "FoldAnswers", "GivenAnswer", "class_names", "recorded_name"]

ALARM = right_answers.ALARM
TAKEN_FROM_LIST = 24


def recorded_folds(contest: Contest) -> tuple[FoldAnswers, ...]:
    """The folds whose answers were recorded; () in older runs and for tasks without right and wrong answers."""
    return derived_cache.cached_for(
        contest, "held out", lambda: held_out.collect_answers(contest), lambda made: sum(map(_fold_bytes, made)) + 1_000
    )


def counted_folds(contest: Contest) -> tuple[FoldAnswers, ...]:
    """The folds of the first round, in which every row stands at most once."""
    return held_out.first_round(recorded_folds(contest), contest)


def rounds(contest: Contest) -> list[tuple[FoldAnswers, ...]]:
    """All recorded folds by rounds."""
    return held_out.rounds_of(recorded_folds(contest), contest)


def applies_to(contest: Contest) -> bool:
    """Whether answers to this kind of task are right or wrong row by row."""
    return contest.task.kind in held_out.KINDS


def counted_rows(contest: Contest) -> int:
    """Rows of the first round of folds, each counted once."""
    return sum(len(one.truth) for one in counted_folds(contest))


def tested_rows(contest: Contest) -> int:
    """Test rows of the same folds, those included whose answers were not kept."""
    counted = {one.fold for one in counted_folds(contest)}
    return sum(one.tested for one in contest.held_out.folds if one.fold in counted)


def answering_runs(contest: Contest) -> list[Run]:
    """The contestants with held-out answers, in the order of the contest; without the dummy."""
    there = {key for fold in recorded_folds(contest) for key in fold.predictions}
    return [run for run in contest.runs if run.contestant in there and run.family != "chance"]


def representatives(contest: Contest) -> list[str]:
    """The contestants that stand for their families in the verdict, else the best one of each."""
    return list(family_disagreement.family_representatives(answering_runs(contest), contest.comparisons).values())


def fold_overlap(contest: Contest) -> float:
    """n_test / n_train of the recorded folds, for intervals over folds."""
    return float(fold_scores.fold_overlap(max(1, len(recorded_folds(contest))), contest.plan, contest.method))


def answers_of(contest: Contest, contestant: str) -> Answers | None:
    """A contestant's answers of the first round, in which every row counts once."""
    return derived_cache.cached_for(
        contest,
        ("answers", contestant),
        lambda: held_out.answers_of(counted_folds(contest), contestant),
        lambda made: 1_000 if made is None else made.predictions.nbytes + 3 * made.truth.nbytes,
    )


def percentiles(contest: Contest, contestant: str, answers: Answers) -> np.ndarray:
    """Anomaly scores as the share of normal rows of their fold that lie below, (n,)."""
    return derived_cache.cached_for(
        contest,
        ("percentiles", contestant),
        lambda: right_answers.anomaly_percentiles(answers),
        lambda made: made.nbytes,
    )


def worst_rows(contest: Contest, contestant: str) -> list[int]:
    """Row numbers of a contestant's worst mistakes that can be shown, the worst first."""
    answers = answers_of(contest, contestant)
    if answers is None:
        return []
    worst = right_answers.worst_mistakes(answers, contest.task, TAKEN_FROM_LIST)
    return shown_rows(contest, [int(row) for row in answers.row_numbers[worst]])


def count_mistakes(contest: Contest, contestant: str) -> int:
    """How many of the counted rows a contestant answers wrong; of numbers, how many not exactly."""
    answers = answers_of(contest, contestant)
    return 0 if answers is None else len(right_answers.worst_mistakes(answers, contest.task, len(answers)))


def shown_rows(contest: Contest, rows: Sequence[int]) -> list[int]:
    """Those of the rows that the contest kept a copy of, in their order."""
    kept = set(contest.held_out.shown.row_numbers)
    return [row for row in rows if row in kept]


def printed_numbers(contest: Contest, rows: Sequence[int]) -> dict[int, int]:
    """The number to print for each row, from 1: that of the data as read, as in all lists to take away.

    Args:
        contest: as it was played or loaded. rows: numbers in the prepared data, which a result that does not tell those
            of the data as read is numbered by.
    """
    read = held_out.rows_as_read(contest, np.asarray(rows, dtype=np.int64))
    shown = rows if read is None else read.tolist()
    return {int(row): int(number) + 1 for row, number in zip(rows, shown, strict=True)}


def describe_numbers(contest: Contest, noun: str) -> str:
    """What the printed numbers count, for a caption.

    Args:
        contest: as it was played or loaded. noun: of one row.
    """
    kept = np.asarray(contest.held_out.shown.row_numbers, dtype=np.int64)
    if held_out.rows_as_read(contest, kept) is None:
        return f"Numbers count the {noun}s as prepared, from 1: this result does not tell those of the file."
    return f"Numbers count the {noun}s of the data as read, from 1, as in the lists to download."


def answer_on(contest: Contest, contestant: str, row: int) -> GivenAnswer | None:
    """What a contestant answered on a row of the first round; None where it was not asked."""
    return given_answers.given_answer(
        contest,
        answers_of(contest, contestant),
        row,
        lambda answers: percentiles(contest, contestant, answers),
    )


def _fold_bytes(fold: FoldAnswers) -> int:
    return 2 * fold.truth.nbytes + sum(one.nbytes for one in fold.predictions.values())
