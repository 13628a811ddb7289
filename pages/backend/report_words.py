"""What pages and the report say alike: the answer in words, the leaderboard, the standings and the marks of models."""

from __future__ import annotations

from core.report.answer import (
    HYBRID_UNKNOWN,
    VerdictSummary,
    describe_hybrid,
    describe_lead,
    summarize_verdict,
    verdict_heading,
)
from core.report.leaderboard_rows import (
    BADGES,
    BEST,
    FAILED,
    FASTEST,
    FIELD_METRICS,
    PRETRAINED,
    RECOMMENDED,
    STOPPED,
    TIED,
    LeaderboardRow,
    is_tied,
    leaderboard,
    leaderboard_metrics,
)
from core.report.marks import SHADES, SHAPES, ModelMark, declared_places, marker_svg, marks_of, mixed
from core.report.quick_answer import dropped_sentences, is_quick
from core.report.quick_answer import lead as quick_lead
from core.report.quick_answer import work_share as quick_work_share
from core.report.standings import (
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
    "BADGES",
    "BEST",
    "FAILED",
    "FASTEST",
    "FIELD_METRICS",
    "HYBRID_UNKNOWN",
    "PRETRAINED",
    "RECOMMENDED",
    "SHADES",
    "SHAPES",
    "STOPPED",
    "TIED",
    "ContestantScores",
    "LeaderboardRow",
    "ModelMark",
    "PrimaryComparison",
    "VerdictSummary",
    "declared_places",
    "describe_hybrid",
    "describe_lead",
    "dropped_sentences",
    "failed_runs",
    "hybrid_comparisons",
    "is_quick",
    "is_tied",
    "leaderboard",
    "leaderboard_metrics",
    "marker_svg",
    "marks_of",
    "median_value",
    "mixed",
    "pareto_front",
    "primary_comparison",
    "quick_lead",
    "quick_work_share",
    "rank_contestants",
    "scored_runs",
    "shared_metrics",
    "summarize_verdict",
    "value_range",
    "verdict_heading",
]
