"""Runs -> Comparisons -> Verdicts -> a recommendation: the only place where anybody is said to win."""

from core.verdicts.advice import defaults, no_limits, recommend
from core.verdicts.comparing import compare, running
from core.verdicts.judging import judge
from core.verdicts.pairing import chosen
from core.verdicts.stories import disagreement
from core.verdicts.studies import appetite, surgeries
from core.verdicts.wording import sentence

__all__ = [
    "appetite",
    "chosen",
    "compare",
    "defaults",
    "disagreement",
    "judge",
    "no_limits",
    "recommend",
    "running",
    "sentence",
    "surgeries",
]
