"""Every slow measurement of the table rows on shipped contestants: a reading, in plain data."""

from __future__ import annotations

import json

import numpy as np
import pytest

from core import registry
from core.schema import Fit, MeasurementContext
from tests import toys

KEYS = "depth_ablation engineered few_shot corruption shift unknowns scaling tuned edge regulatory ecosystem"


@pytest.mark.slow
@pytest.mark.parametrize("who", ["table_linear", "table_xgboost"])
def test_every_slow_measurement_reads_a_shipped_contestant(who):
    from dataclasses import replace

    subject = toys.subject(
        toys.table(300), registry.find("contestants", who), context=MeasurementContext(sensitive=("c",))
    )
    subject = replace(subject, fits=tuple(Fit(k, "s", skill=40.0 + k) for k in range(5)))
    for key in KEYS.split():
        reading = registry.find("measurements", key).measure(subject)
        assert reading.values and np.isfinite(reading.values).all(), (key, reading.detail.get("reason"))
        json.dumps(reading.detail)
