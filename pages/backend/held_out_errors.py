"""What the held-out answers of a contest say about its errors: matrices, curves, calibration, thresholds, residuals."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.evaluation.errors import (
    calibration_curve,
    confusion,
    decision_costs,
    family_disagreement,
    held_out,
    label_quality,
    residual_summary,
    right_answers,
    score_curves,
)
from core.evaluation.errors.calibration_curve import Calibration
from core.evaluation.errors.confusion import ConfusedPair, Confusion
from core.evaluation.errors.decision_costs import CostCurve, ErrorCosts, ThresholdChoice
from core.evaluation.errors.family_disagreement import AgreementSet, Disagreement
from core.evaluation.errors.label_issues import LabelIssues
from core.evaluation.errors.residual_summary import SHARES, ResidualBin, ResidualSummary
from core.evaluation.errors.score_curves import CurveBand, FoldMean, RankedFold
from core.schema import Contest
from pages.backend import derived_cache, held_out_answers

__all__ = [
    "SHARES",
    "AgreementSet",
    "Calibration",
    "ConfusedPair",
    "Confusion",
    "CostCurve",
    "CurveBand",
    "Disagreement",
    "ErrorCosts",
    "FoldMean",
    "LabelIssues",
    "ResidualBin",
    "ResidualSummary",
    "ThresholdChoice",
]

CONFUSION_CLASSES = 10
PAIRS = 5
POINTS = 800


@dataclass(frozen=True)
class ResidualPoint:
    """One row of a regression in the target's unit: predicted, and recorded minus predicted."""

    predicted: float
    residual: float


def confusion_of(contest: Contest, contestant: str) -> Confusion | None:
    """Recorded against answered classes, each row once; at most ten classes, the others joined."""
    whole = _whole_confusion(contest, contestant)
    return None if whole is None else confusion.join_small_classes(whole, CONFUSION_CLASSES)


def confused_pairs(contest: Contest, contestant: str) -> list[ConfusedPair]:
    """The five most frequent kinds of mistake of a contestant."""
    whole = _whole_confusion(contest, contestant)
    return [] if whole is None else confusion.confused_pairs(whole, PAIRS)


def roc(contest: Contest, contestant: str, label: int) -> CurveBand | None:
    """The ROC curve of one class against the rest, over all folds."""
    rho = held_out_answers.fold_overlap(contest)
    return derived_cache.cached_for(
        contest, ("roc", contestant, label), lambda: score_curves.roc_band(_ranked(contest, contestant, label), rho)
    )


def precision_recall(contest: Contest, contestant: str, label: int) -> CurveBand | None:
    """The precision-recall curve of one class against the rest, over all folds."""
    rho = held_out_answers.fold_overlap(contest)
    return derived_cache.cached_for(
        contest,
        ("precision", contestant, label),
        lambda: score_curves.precision_recall_band(_ranked(contest, contestant, label), rho),
    )


def calibration_of(contest: Contest, contestant: str, label: int | None) -> Calibration | None:
    """Predicted against observed shares, each row once: of one class, or of the most probable one (None)."""
    answers = held_out_answers.answers_of(contest, contestant)
    if answers is None or answers.predictions.ndim != 2:
        return None
    if label is None:
        return calibration_curve.calibration(*calibration_curve.top_answers(answers.truth, answers.predictions))
    return calibration_curve.calibration(answers.truth == label, np.clip(answers.predictions[:, label], 0.0, 1.0))


def threshold_choice(contest: Contest, contestant: str, label: int, costs: ErrorCosts) -> ThresholdChoice | None:
    """The threshold that costs least, what it saves against the usual one, and how surely."""
    rounds = _ranked_rounds(contest, contestant, label)
    if not rounds:
        return None
    rho = held_out_answers.fold_overlap(contest)
    return derived_cache.cached_for(
        contest,
        ("threshold", contestant, label, costs),
        lambda: decision_costs.choose_threshold(rounds, costs, rho, usual_threshold(contest)),
    )


def cost_curve(contest: Contest, contestant: str, label: int, costs: ErrorCosts) -> CostCurve | None:
    """Cost per 1,000 rows at every threshold, over all folds."""
    folds = [one for folds in _ranked_rounds(contest, contestant, label) for one in folds]
    if not folds:
        return None
    return derived_cache.cached_for(
        contest,
        ("costs", contestant, label, costs),
        lambda: decision_costs.cost_curve(folds, costs, held_out_answers.fold_overlap(contest)),
    )


def usual_threshold(contest: Contest) -> float:
    """What a threshold is compared with: .5 of a probability, alarms on 1 % of the normal rows."""
    return held_out_answers.ALARM if contest.task.kind == "anomaly" else 0.5


def residuals_of(contest: Contest, contestant: str) -> ResidualSummary | None:
    """Quantiles, bias and size of a regression's residuals, each row once."""
    answers = held_out_answers.answers_of(contest, contestant)
    return (
        None if answers is None else residual_summary.residual_summary(answers, held_out_answers.fold_overlap(contest))
    )


def residual_bins(contest: Contest, contestant: str) -> list[ResidualBin]:
    """Residuals by what was predicted."""
    answers = held_out_answers.answers_of(contest, contestant)
    return [] if answers is None else residual_summary.residuals_by_prediction(answers)


def residual_points(contest: Contest, contestant: str) -> list[ResidualPoint]:
    """At most 800 rows, evenly drawn: predicted and residual."""
    answers = held_out_answers.answers_of(contest, contestant)
    if answers is None:
        return []
    step = max(1, -(-len(answers) // POINTS))
    left = answers.truth - answers.predictions
    return [ResidualPoint(float(a), float(b)) for a, b in zip(answers.predictions[::step], left[::step], strict=True)]


def disagreement(contest: Contest) -> Disagreement | None:
    """The rows sorted by which families answer them right; None where fewer than two families answered."""
    return derived_cache.cached_for(contest, "disagreement", lambda: _disagreement(contest))


def label_issues_of(contest: Contest) -> LabelIssues | None:
    """Rows whose recorded class the families' models doubt together; None where nothing is classified."""
    return derived_cache.cached_for(
        contest,
        "label issues",
        lambda: label_quality.doubted_labels(contest, held_out_answers.counted_folds(contest)),
    )


def rows_in_file(contest: Contest, issues: LabelIssues) -> list[int] | None:
    """The numbers of doubtful rows in the data as read, from 0; None in runs that did not record them."""
    found = held_out.rows_as_read(contest, issues.row_numbers)
    return None if found is None else [int(row) for row in found]


def _disagreement(contest: Contest) -> Disagreement | None:
    runs = held_out_answers.answering_runs(contest)
    chosen = family_disagreement.family_representatives(runs, contest.comparisons)
    return family_disagreement.measure_disagreement_sets(held_out_answers.counted_folds(contest), contest.task, chosen)


def _whole_confusion(contest: Contest, contestant: str) -> Confusion | None:
    answers = held_out_answers.answers_of(contest, contestant)
    if answers is None or contest.task.kind == "regression":
        return None
    names = held_out_answers.class_names(contest)
    if contest.task.kind == "anomaly":
        alarms = held_out_answers.percentiles(contest, contestant, answers) >= held_out_answers.ALARM
        return confusion.confusion_matrix((answers.truth > 0).astype(np.int64), alarms.astype(np.int64), names)
    return confusion.confusion_matrix(answers.truth, answers.predictions.argmax(axis=1), names)


def _ranked_rounds(contest: Contest, contestant: str, label: int) -> list[list[RankedFold]]:
    """Every fold's rows as a yes-or-no question about one class, with a score from 0 to 1, by rounds."""
    made = []
    for folds in held_out_answers.rounds(contest):
        ranked = []
        for fold in folds:
            answers = held_out.answers_of([fold], contestant)
            if answers is None:
                continue
            if contest.task.kind == "anomaly":
                ranked.append(RankedFold(answers.truth > 0, right_answers.anomaly_percentiles(answers)))
            elif answers.predictions.ndim == 2 and 0 <= label < answers.predictions.shape[1]:
                scores = np.clip(answers.predictions[:, label], 0.0, 1.0)
                ranked.append(RankedFold(answers.truth == label, scores))
        if ranked:
            made.append(ranked)
    return made


def _ranked(contest: Contest, contestant: str, label: int) -> list[RankedFold]:
    return [one for folds in _ranked_rounds(contest, contestant, label) for one in folds]
