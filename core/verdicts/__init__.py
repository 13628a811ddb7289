"""Runs -> Comparisons -> Verdicts -> a recommendation: the only place where anybody is said to win."""

from core.verdicts.comparisons import compare, running
from core.verdicts.judge import judge
from core.verdicts.measurement_comparisons import appetite, surgeries
from core.verdicts.pairing import chosen
from core.verdicts.predictive_multiplicity import disagreement
from core.verdicts.recommendation import defaults, no_limits, recommend
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
