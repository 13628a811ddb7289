"""The leaderboard of a contest, as the report has it too."""

from __future__ import annotations

from pages.backend.report_words import (
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

__all__ = [
    "BADGES",
    "BEST",
    "FAILED",
    "FASTEST",
    "FIELD_METRICS",
    "PRETRAINED",
    "RECOMMENDED",
    "STOPPED",
    "TIED",
    "LeaderboardRow",
    "is_tied",
    "leaderboard",
    "leaderboard_metrics",
]
