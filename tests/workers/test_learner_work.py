"""The work of boosting and linear models follows from the shape of what they learn from."""

from __future__ import annotations

import numpy as np

from core.workers import learner_work


def test_a_round_of_boosting_costs_more_with_more_of_anything() -> None:
    least = learner_work.boosting_round(1_000, 10, 1, 4, 100)
    for more in ((9_000, 10, 1, 4, 100), (1_000, 90, 1, 4, 100), (1_000, 10, 3, 4, 100), (1_000, 10, 1, 4, 900)):
        assert learner_work.boosting_round(*more) > least
    columns = np.stack([np.arange(600.0), np.repeat([0.0, np.nan], 300)], axis=1)
    assert learner_work.histogram_bins(columns) == 256 + 2
