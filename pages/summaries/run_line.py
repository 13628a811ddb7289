"""The line of a finished run in the history: what was predicted, who won by how much, and the best model's score."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from core.schema import Contest
from pages.backend import catalogue, report_words, task_forms
from pages.backend.report_words import PrimaryComparison
from pages.ui import theme
from pages.ui.formatting import MISSING, format_points

UNDECIDED, EQUAL, FEW_FOLDS, NO_ANSWER = "No clear winner", "Practically equal", "Not enough folds", "No comparison"
QUICK = "Quick answer"


def run_line(contest: Contest) -> dict[str, Any]:
    """The line as plain data, so that it can be kept beside the result.

    Returns:
        task, rows, winner (a family's title or why there is none), lead (of the side that is ahead, in points of skill,
        with its interval, as text), points (the same as a number or None), best (title of the best model), metric (its
        short name) and score (of the best model).
    """
    found = report_words.primary_comparison(contest)
    metric = next(iter(report_words.leaderboard_metrics(contest)), "skill")
    ranked = [one for one in report_words.rank_contestants(contest, metric) if one.run.family != "chance"]
    target, form = contest.dataset.get("target") or contest.task.target, task_forms.FORM_TITLES[contest.task.form]
    return {
        "task": f"{target}: {form.lower()}" if target else form,
        "rows": int(contest.dataset.get("rows_used") or 0),
        "winner": QUICK if report_words.is_quick(contest) else winner_words(found),
        "lead": lead_words(found),
        "points": found.lead if found is not None and math.isfinite(found.gap) else None,
        "best": ranked[0].run.title if ranked else MISSING,
        "metric": catalogue.metric_name(metric) if ranked else MISSING,
        "score": ranked[0].mean if ranked else None,
    }


def winner_words(found: PrimaryComparison | None) -> str:
    """The family that won, or in words why none did."""
    if found is None or not math.isfinite(found.gap):
        return NO_ANSWER
    if found.comparison.scope != "approaches":
        return FEW_FOLDS
    if found.comparison.winner == "tie":
        return EQUAL
    for run in (found.classical, found.deep):
        if found.comparison.winner == run.contestant:
            return theme.FAMILY_TITLES[run.family]
    return UNDECIDED


def lead_words(found: PrimaryComparison | None) -> str:
    """Who is ahead by how many points of skill, with the interval seen from that side."""
    if found is None or not math.isfinite(found.gap):
        return MISSING
    low, high = found.lead_interval
    between = f" ({format_points(low)} to {format_points(high)})" if math.isfinite(low + high) else ""
    between = between.replace("-", "\N{MINUS SIGN}")
    return f"{theme.FAMILY_TITLES[found.ahead.family]} +{format_points(found.lead)}{between}"


def unread_line(run: Mapping[str, Any]) -> dict[str, Any]:
    """The line of a run without a result: only what was asked for is known.

    Args:
        run: a row of the history.
    """
    task = run["spec"].get("task") or {}
    form = task_forms.FORM_TITLES.get(task.get("form"), "")
    said = ": ".join(part for part in (task.get("target"), form.lower()) if part)
    return {
        "task": said or MISSING, "rows": None, "winner": MISSING, "lead": MISSING, "points": None, "best": MISSING,
        "metric": MISSING, "score": None,
    }  # fmt: skip
