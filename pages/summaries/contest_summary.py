"""Numbers drawn from a contest for the panels; the report takes the same ones."""

from __future__ import annotations

from pages.backend.report_words import (
    ContestantScores,
    PrimaryComparison,
    failed_runs,
    hybrid_comparisons,
    median_value,
    pareto_front,
    primary_comparison,
    rank_contestants,
    scored_runs,
    shared_metrics,
    value_range,
)

__all__ = [
    "ContestantScores",
    "PrimaryComparison",
    "failed_runs",
    "hybrid_comparisons",
    "median_value",
    "pareto_front",
    "primary_comparison",
    "rank_contestants",
    "scored_runs",
    "shared_metrics",
    "value_range",
]
