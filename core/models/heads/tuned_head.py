"""A head with several settings tried: the same allowance and the same tuner as for every other contestant."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from core.models.heads.head import Head, HeadFit
from core.models.training import tuning
from core.schema import Budget, Facts


def fit_tuned_head(
    space: Mapping[str, Sequence[Any]],
    known: Facts,
    fit: Callable[[Facts, Budget], Head],
    held: tuple[np.ndarray, np.ndarray],
    how: HeadFit,
) -> Head:
    """The head whose settings reach the best skill on the inner validation rows; its facts tell what was tried.

    The head of the known settings where only one is to be tried, or no validation rows can tell.

    Args:
        space, known: as in ``tuning.tune``; what is not proposed stays as in ``known``.
        fit: (all settings, its budget) -> Head. held: validation (features (n, d), target (n,)).
        how: output_spec, budget with ``configurations`` settings in all, on_progress.
    """
    output_spec, budget, on_progress = how
    if budget.configurations <= 1 or not len(held[1]):
        return fit(known, budget)

    def train(settings: Facts, share: Budget) -> tuple[float, Head]:
        head = fit({**known, **settings}, replace(share, configurations=1))
        return output_spec.skill(output_spec.to_predictions(head.raw(held[0])), held[1]), head

    head, tuning_facts = tuning.tune(space, budget, train, on_progress, known)
    return replace(head, facts={**head.facts, **tuning_facts})
