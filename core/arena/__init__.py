"""Contestants -> Runs: fit under one budget, predict, measure and explain, every failure a visible reason."""

from core.arena.continuation import continue_contest
from core.arena.followups import explain_contest, measure_contest, run_use_case
from core.arena.prediction_service import open_service, serve
from core.arena.sample_contests import run_sample_contests
from core.arena.tournament import tournament

__all__ = [
    "continue_contest",
    "explain_contest",
    "measure_contest",
    "open_service",
    "run_sample_contests",
    "run_use_case",
    "serve",
    "tournament",
]
