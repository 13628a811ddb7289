"""Votes of several data sets counted into one outcome.

Reference: Gelman et al. 2013, "Bayesian data analysis", 2.1 (Beta posterior of a share).
"""

from __future__ import annotations

from collections.abc import Sequence

from core.evaluation import uncertainty
from core.schema import Outcome


def count_votes(cast: Sequence[Outcome]) -> tuple[Outcome, str]:
    """The outcome over several data sets, and the count in words.

    Args:
        cast: outcomes of the votes, one per data set.
    """
    from scipy.special import betainc

    ahead, behind, level = (cast.count(name) for name in ("supported", "contradicted", "tied"))
    open_ones = len(cast) - ahead - behind - level
    counts = (
        f"On {len(cast)} data sets: {ahead} for it, {behind} against, {level} practically equal, {open_ones} undecided."
    )
    if not ahead and not behind:
        return ("tied" if level and level >= open_ones else "undecided"), counts
    if ahead and behind:
        more_than_half = 1.0 - float(betainc(1 + ahead, 1 + behind, 0.5))
        return _sure(more_than_half), counts
    if level > ahead + behind:
        return "tied", counts
    return ("supported" if ahead else "contradicted"), counts


def _sure(more_than_half: float) -> Outcome:
    if more_than_half >= uncertainty.DECISION:
        return "supported"
    return "contradicted" if more_than_half <= 1.0 - uncertainty.DECISION else "undecided"
