"""The answer of a contest in words and numbers, as the report gives it too."""

from __future__ import annotations

from pages.backend.report_words import (
    HYBRID_UNKNOWN,
    LEVEL,
    VerdictSummary,
    describe_hybrid,
    describe_lead,
    summarize_verdict,
    verdict_heading,
)

__all__ = [
    "HYBRID_UNKNOWN",
    "LEVEL",
    "VerdictSummary",
    "describe_hybrid",
    "describe_lead",
    "summarize_verdict",
    "verdict_heading",
]
