"""Rows with likely wrong labels as a list to take away."""

from __future__ import annotations

from core import report
from core.schema import Contest
from pages.backend import held_out_answers, held_out_errors
from pages.backend.held_out_errors import LabelIssues


def label_rows(contest: Contest, found: LabelIssues) -> list[dict[str, object]]:
    """One line a doubtful row: its number in the data as read, from 1, both classes and their mean probabilities.

    Args:
        found: of ``held_out_errors.label_issues_of``.
    """
    names, read = held_out_answers.class_names(contest), held_out_errors.rows_in_file(contest, found)
    numbers = read if read is not None else [int(row) for row in found.row_numbers]
    return [
        {
            "row": number + 1,
            "recorded": names[int(given)],
            "suggested": names[int(suggested)],
            "probability of recorded": round(float(low), 4),
            "probability of suggested": round(float(high), 4),
        }
        for number, given, suggested, low, high in zip(
            numbers, found.given, found.suggested, found.given_share, found.suggested_share, strict=True
        )
    ]


def labels_csv(contest: Contest, found: LabelIssues) -> str:
    """The same lines as CSV.

    Args:
        found: of ``held_out_errors.label_issues_of``.
    """
    return report.rows_to_csv(label_rows(contest, found))
