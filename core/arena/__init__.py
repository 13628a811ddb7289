"""Contestants -> Runs: fit under one budget, predict, measure and explain, every failure a visible reason."""

from core.arena.contest import tournament
from core.arena.further import measure, play

__all__ = ["measure", "play", "tournament"]
