"""Contestants -> Runs: fit under one budget, predict, measure and explain, every failure a visible reason."""

from core.arena.contest import tournament
from core.arena.desk import hold, serve
from core.arena.further import measure, play
from core.arena.samples import play as samples

__all__ = ["hold", "measure", "play", "samples", "serve", "tournament"]
