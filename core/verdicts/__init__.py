"""Runs -> Comparisons -> Verdicts -> a recommendation: the only place that names a winner."""

from core.verdicts.comparisons import compare, compare_unfinished
from core.verdicts.judge import judge
from core.verdicts.measurement_comparisons import compare_learning_curves, compare_surgeries
from core.verdicts.predictive_multiplicity import measure_disagreement
from core.verdicts.recommendation import default_rates, no_limits, recommend
from core.verdicts.verdict_wording import comparison_sentence

__all__ = [
    "compare",
    "compare_learning_curves",
    "compare_surgeries",
    "compare_unfinished",
    "comparison_sentence",
    "default_rates",
    "judge",
    "measure_disagreement",
    "no_limits",
    "recommend",
]
