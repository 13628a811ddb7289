"""Runs -> Comparisons -> Verdicts -> a recommendation: the only place where anybody is said to win."""

from core.verdicts.comparing import compare, running
from core.verdicts.pairing import chosen
from core.verdicts.wording import sentence

__all__ = ["chosen", "compare", "running", "sentence"]
