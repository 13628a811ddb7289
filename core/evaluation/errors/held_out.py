"""Held-out answers: recorded answers and predictions of test rows, fold by fold, as a finished contest keeps them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from core.schema import Contest, Dataset, Fit, HeldOutFold, Split, Task

KINDS = ("classification", "regression", "anomaly")
KEPT_ROWS = 2_000
KEPT_CELLS = 20_000
KEPT_AT_LEAST = 200
DIGITS = 6


@dataclass(frozen=True)
class FoldAnswers:
    """The kept test rows of one fold with what was recorded and what was predicted.

    Attributes:
        fold: its number. row_numbers: int (m,) into the prepared data. truth: class codes int (m,) or values (m,).
        predictions: contestant -> probabilities (m, k), values (m,) or anomaly scores (m,).
    """

    fold: int
    row_numbers: np.ndarray
    truth: np.ndarray
    predictions: Mapping[str, np.ndarray]


@dataclass(frozen=True)
class Answers:
    """One contestant's predictions over several folds, one after another.

    Attributes:
        row_numbers: int (n,). truth: (n,). predictions: (n, k) or (n,). folds: int (n,), the fold of every row.
    """

    row_numbers: np.ndarray
    truth: np.ndarray
    predictions: np.ndarray
    folds: np.ndarray

    def __len__(self) -> int:
        return len(self.truth)


def prediction_width(dataset: Dataset, task: Task) -> int:
    """Numbers that one prediction consists of: one per class, else 1.

    Args:
        dataset: prepared. task: of the contest.
    """
    return max(1, len(dataset.labels)) if task.kind == "classification" else 1


def kept_rows(split: Split, width: int) -> np.ndarray:
    """The test rows of a fold whose predictions are kept: all, or a draw of at most 2,000 rows and 20,000 numbers.

    Args:
        split: of n test rows. width: numbers a prediction consists of.

    Returns:
        Row numbers int (m,) in the order of ``split.test``, the same for every contestant.
    """
    rows: np.ndarray = split.test[kept_positions(split, width)]
    return rows


def kept_positions(split: Split, width: int) -> np.ndarray:
    """Where the kept rows stand in ``split.test``; see ``kept_rows``.

    Args:
        split: of n test rows. width: numbers a prediction consists of.

    Returns:
        Positions int (m,), rising.
    """
    most = max(KEPT_AT_LEAST, min(KEPT_ROWS, KEPT_CELLS // max(1, width)))
    count = len(split.test)
    if count <= most:
        return np.arange(count)
    drawn: np.ndarray = np.sort(np.random.default_rng((abs(split.seed), 11)).permutation(count)[:most])
    return drawn


def round_significant(values: np.ndarray, digits: int = DIGITS) -> np.ndarray:
    """Values to so many significant digits, so that their JSON is short.

    Args:
        values: finite floats of any shape. digits: significant ones.

    Returns:
        Floats of the same shape.
    """
    values = np.asarray(values, dtype=float)
    size = np.where(values == 0, 1.0, np.abs(values))
    scale = 10.0 ** np.clip(digits - 1 - np.floor(np.log10(size)), -300, 300)
    # A division by the power of ten, unlike a product with its inverse, gives the float nearest to the short decimal.
    rounded: np.ndarray = np.round(values * scale) / scale
    return np.where(np.isfinite(rounded), rounded, values)


def kept_folds(dataset: Dataset, task: Task, splits: Sequence[Split]) -> tuple[HeldOutFold, ...]:
    """Row numbers and recorded answers of the kept test rows; nothing for tasks whose answers are not right or wrong.

    Args:
        dataset: prepared, with its target. task: of the contest. splits: the folds that were played, in their order.

    Returns:
        One record per fold.
    """
    if task.kind not in KINDS or dataset.target is None:
        return ()
    width, target = prediction_width(dataset, task), np.asarray(dataset.target)
    kept = [kept_rows(split, width) for split in splits]
    read = dataset.rows_read
    if read is None or len(read) != len(dataset):
        read = np.arange(len(dataset))
    return tuple(
        HeldOutFold(fold, rows, target[rows], len(split.test), read[rows])
        for fold, (rows, split) in enumerate(zip(kept, splits, strict=True))
    )


def collect_answers(contest: Contest) -> tuple[FoldAnswers, ...]:
    """The held-out answers of a contest, in playing order.

    Args:
        contest: as it was played or loaded; what does not fit together is passed over.

    Returns:
        The folds with at least one contestant's predictions; empty where a result did not record its answers.
    """
    if contest.task.kind not in KINDS:
        return ()
    classes = len(contest.dataset.get("labels") or ()) if contest.task.kind == "classification" else 0
    by_fold: dict[int, dict[str, Fit]] = {}
    for run in contest.runs:
        for fit in run.fits:
            if fit.predictions is not None and not fit.error:
                by_fold.setdefault(fit.fold, {})[run.contestant] = fit
    found = [_fold_answers(one, by_fold.get(one.fold, {}), classes) for one in contest.held_out.folds]
    return tuple(one for one in found if one is not None)


def rows_as_read(contest: Contest, row_numbers: np.ndarray) -> np.ndarray | None:
    """The numbers that test rows had in the data as read, int (n,); None where the result does not tell.

    Args:
        contest: as it was played or loaded. row_numbers: int (n,) into the prepared data.
    """
    known: dict[int, int] = {}
    for fold in contest.held_out.folds:
        rows, read = _numbers(fold.row_numbers), _numbers(fold.rows_read)
        if rows is not None and read is not None and rows.shape == read.shape and rows.ndim == 1:
            known.update(zip(rows.astype(int).tolist(), read.astype(int).tolist(), strict=True))
    if any(int(row) not in known for row in row_numbers):
        return None
    return np.array([known[int(row)] for row in row_numbers], dtype=np.int64)


def rounds_of(folds: Sequence[FoldAnswers], contest: Contest) -> list[tuple[FoldAnswers, ...]]:
    """The folds by rounds: within one no row is tested twice, so that rows are counted on the first.

    Args:
        folds: of the contest. contest: its plan says how many folds make a round; ordered data have one round.

    Returns:
        The rounds with folds, in playing order.
    """
    size = max(contest.plan.folds, 1)
    rounds: dict[int, list[FoldAnswers]] = {}
    for one in folds:
        rounds.setdefault(0 if contest.method == "ordered" else one.fold // size, []).append(one)
    return [tuple(rounds[number]) for number in sorted(rounds)]


def first_round(folds: Sequence[FoldAnswers], contest: Contest) -> tuple[FoldAnswers, ...]:
    """The folds on which rows are counted, each row once; see ``rounds_of``.

    Args:
        folds: of the contest. contest: its plan says how many folds make a round.
    """
    found = rounds_of(folds, contest)
    return found[0] if found else ()


def answers_of(folds: Sequence[FoldAnswers], contestant: str) -> Answers | None:
    """One contestant's predictions on the rows of these folds; None where it has none.

    Args:
        folds: in playing order. contestant: its key.
    """
    own = [one for one in folds if contestant in one.predictions]
    if not own:
        return None
    return Answers(
        np.concatenate([one.row_numbers for one in own]),
        np.concatenate([one.truth for one in own]),
        np.concatenate([one.predictions[contestant] for one in own]),
        np.concatenate([np.full(len(one.truth), one.fold) for one in own]),
    )


def shared_folds(folds: Sequence[FoldAnswers], contestants: Sequence[str]) -> tuple[FoldAnswers, ...]:
    """The folds on which all of these contestants have predictions.

    Args:
        folds: in playing order. contestants: their keys.
    """
    return tuple(one for one in folds if all(key in one.predictions for key in contestants))


def _fold_answers(kept: HeldOutFold, fits: Mapping[str, Fit], classes: int) -> FoldAnswers | None:
    rows, truth = _numbers(kept.row_numbers), _numbers(kept.truth)
    if rows is None or truth is None or rows.ndim != 1 or rows.shape != truth.shape or not len(rows):
        return None
    if classes and not bool(((truth >= 0) & (truth < classes) & (truth == np.floor(truth))).all()):
        return None
    predictions = {}
    for key, fit in fits.items():
        given = _numbers(fit.predictions)
        if given is not None and given.shape == ((len(rows), classes) if classes else (len(rows),)):
            predictions[key] = given
    if not predictions:
        return None
    return FoldAnswers(kept.fold, rows.astype(np.int64), truth.astype(np.int64) if classes else truth, predictions)


def _numbers(values: object) -> np.ndarray | None:
    """Finite numbers as an array; None for anything else, such as a damaged import."""
    try:
        made = np.asarray(values, dtype=float)
    except (TypeError, ValueError):
        return None
    return made if bool(np.isfinite(made).all()) else None
