"""Follows a contest step by step, stops it after a fold, and shows how a refusal reads."""

from core.api import Cancelled, LoadError, Plan, Progress, compare, load


def stop_after_a_fold(news: Progress) -> None:
    """Prints every finished fold; the first fold of the linear model ends the contest."""
    if news.stage == "fold" and news.fold is not None and news.score is not None:
        print(f"{news.contestant}: fold {news.fold + 1} has a skill of {news.score:.1f} points")
        if news.contestant == "table_linear":
            raise Cancelled("one fold is enough")


try:
    compare(
        load("telco_churn"),
        plan=Plan(contestants=("table_linear",), budget_seconds=8, rows=200, explain=False),
        on_progress=stop_after_a_fold,
    )
except Cancelled as stopped:
    print("stopped:", stopped)

try:
    load("missing.csv")
except LoadError as refusal:
    print("refused:", refusal)
