"""Label quality of a finished contest: which rows its models doubt together, and what is trained without them."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from core.evaluation.errors import family_disagreement, held_out, label_issues
from core.evaluation.errors.held_out import FoldAnswers
from core.evaluation.errors.label_issues import LabelIssues
from core.schema import Contest, Dataset, Finding, LoadError, Run, Split

# Beyond this share of the rows the classes overlap, rather than that labels are wrong.
MOST_SHARE = 0.2
FINDING = "doubted_labels"


def judging_contestants(contest: Contest) -> tuple[str, ...]:
    """Keys of the contestants whose agreement makes a label doubtful: one a family; two of the only family there is.

    Args:
        contest: finished.

    Returns:
        One to three keys; () where no answers were kept.
    """
    folds = held_out.first_round(held_out.collect_answers(contest), contest)
    there = {key for fold in folds for key in fold.predictions}
    runs = [run for run in contest.runs if run.contestant in there and run.family != "chance"]
    chosen = list(family_disagreement.family_representatives(runs, contest.comparisons).values())
    if len(chosen) == 1:
        others = [run for run in runs if run.contestant not in chosen]
        chosen += [run.contestant for run in sorted(others, key=_mean_skill, reverse=True)[:1]]
    return tuple(chosen)


def doubted_labels(contest: Contest, folds: Sequence[FoldAnswers] | None = None) -> LabelIssues | None:
    """The rows whose recorded class these contestants doubt together.

    Args:
        contest: finished. folds: of its first round where they were collected before.

    Returns:
        The rows, the most doubtful first; None where nothing is classified or no answers were kept.
    """
    if contest.task.kind != "classification":
        return None
    counted = held_out.first_round(held_out.collect_answers(contest), contest) if folds is None else folds
    chosen = judging_contestants(contest)
    shared = held_out.shared_folds(counted, chosen)
    answers = [one for key in chosen if (one := held_out.answers_of(shared, key)) is not None]
    return label_issues.find_label_issues(answers) if answers else None


def too_many(issues: LabelIssues) -> bool:
    """Whether so many labels are doubted that the classes overlap, and leaving them out would hide it.

    Args:
        issues: of ``doubted_labels``.
    """
    return len(issues) > MOST_SHARE * issues.rows


def without_training_on(split: Split, dataset: Dataset, rows: Sequence[int]) -> Split:
    """The same split with some rows neither trained nor validated on; its test rows stay.

    Args:
        split: of the prepared data. dataset: prepared. rows: numbers of rows of the data as read.

    Raises:
        LoadError: a class, or the inner validation part, would be left without rows.
    """
    from core.evaluation.splits import make_split

    numbers = dataset.rows_read if dataset.rows_read is not None else np.arange(len(dataset))
    out = np.isin(numbers, np.asarray(rows, dtype=np.int64))
    train, valid = (part[~out[part]] for part in (split.train, split.valid))
    if dataset.target is None or not dataset.labels:
        raise LoadError("Labels can be doubted only where classes are predicted.", dataset.name, "Name no such rows.")
    before, after = (set(np.unique(dataset.target[part]).tolist()) for part in (split.train, train))
    if before != after or not len(valid):
        lost = sorted(before - after)
        what = f"the class {dataset.labels[int(lost[0])]!r}" if lost else "choosing when to stop"
        raise LoadError(
            f"Without the doubted labels there are no rows left to train on for {what}.", dataset.name,
            "Leave out fewer rows.",
        )  # fmt: skip
    return make_split(train, valid, split.test, split.seed, split.method)


def untrained_finding(dataset: Dataset, rows: Sequence[int]) -> Finding | None:
    """What a contest that does not train on doubted labels must say; None where all its rows are trained on.

    Args:
        dataset: prepared. rows: numbers of rows of the data as read.
    """
    numbers = dataset.rows_read if dataset.rows_read is not None else np.arange(len(dataset))
    count = int(np.isin(numbers, np.asarray(rows, dtype=np.int64)).sum())
    if not count:
        return None
    return Finding(
        FINDING, "warning",
        f"{count:,} of {len(dataset):,} rows are left out of training because models of an earlier contest doubted "
        "their labels; they are still tested, against the recorded label.",
        how="Scores are optimistic: the list was made with all labels, test rows included, which was worth "
        "2 to 5 points of skill on an embedded table. A doubted label may be right, and where classes overlap training "
        "without such rows costs skill: look at the rows, and correct the file where it is wrong.",
    )  # fmt: skip


def _mean_skill(run: Run) -> float:
    found = [fit.skill for fit in run.fits if fit.skill is not None and math.isfinite(fit.skill)]
    return sum(found) / len(found) if found else -math.inf
