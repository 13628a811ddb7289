"""Contestants -> Runs: fit under one budget, predict, measure and explain, every failure a visible reason."""

from core.arena.followups import measure, play
from core.arena.prediction_service import hold, serve
from core.arena.sample_contests import play as samples
from core.arena.tournament import tournament

__all__ = ["hold", "measure", "play", "samples", "serve", "tournament"]
