"""The cascade of a contest's two sides, measured once and kept while the contest is held."""

from __future__ import annotations

from core.schema import Contest
from core.verdicts import cascade
from core.verdicts.cascade import Cascade
from pages.backend import derived_cache
from pages.backend.report_words import primary_comparison

__all__ = ["Cascade", "cascade_of"]


def cascade_of(contest: Contest) -> Cascade | None:
    """The cascade of the two models that the verdict is about; None where it cannot be measured or saves nothing."""
    found = primary_comparison(contest)
    if found is None:
        return None
    pair = (found.classical.contestant, found.deep.contestant)
    return derived_cache.cached_for(contest, "cascade", lambda: cascade.measure_cascade(contest, pair))
