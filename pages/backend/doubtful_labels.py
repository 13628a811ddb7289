"""Rows with likely wrong labels as a list to take away, and the plan that does not train on them."""

from __future__ import annotations

from dataclasses import replace

from core import report
from core.evaluation.errors import label_quality
from core.report import doubted_rows
from core.schema import Contest, Plan
from pages.backend import held_out_answers, held_out_errors
from pages.backend.held_out_errors import LabelIssues


def labels_csv(contest: Contest, found: LabelIssues) -> str:
    """One line a doubtful row as CSV: its number in the data as read, from 1, both classes and their probabilities.

    Args:
        found: of ``held_out_errors.label_issues_of``.
    """
    return report.rows_to_csv(doubted_rows.label_rows(contest, found))


def judges(contest: Contest) -> list[str]:
    """The titles of the models whose agreement makes a label doubtful."""
    titles = {run.contestant: run.title for run in held_out_answers.answering_runs(contest)}
    return [titles[key] for key in label_quality.judging_contestants(contest) if key in titles]


def too_many(found: LabelIssues) -> bool:
    """Whether the list is so long that the classes overlap, rather than that labels are wrong.

    Args:
        found: of ``held_out_errors.label_issues_of``.
    """
    return label_quality.too_many(found)


def plan_without(contest: Contest, found: LabelIssues) -> Plan | None:
    """The plan that tests the doubted rows and does not train on them; None where their numbers are not known, they are
    too many, or the data of a use case are prepared anew.

    Args:
        found: of ``held_out_errors.label_issues_of``.
    """
    read = held_out_errors.rows_in_file(contest, found)
    if read is None or contest.scenario is not None or not len(found) or too_many(found):
        return None
    plan = contest.requested or contest.plan
    return replace(plan, doubted_labels=tuple(sorted({*plan.doubted_labels, *read})), fits=None)
