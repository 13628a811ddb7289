"""Sets and intervals hold nine answers of ten on embedded data: quantiles from some folds, coverage on others."""

from __future__ import annotations

import numpy as np
import pytest

from core import ingest
from core.bundles import conformal
from core.bundles.retrain import retrain
from core.evaluation import tasks
from core.schema import Plan
from core.storage import dataset_store

# Data set, a quick contestant of its kind, rows.
SAMPLES = (
    ("telco_churn", "table_linear", 2_000), ("card_fraud", "table_linear", 4_000),
    ("hotel_rates", "table_linear", 2_000), ("credit_default", "table_linear", 2_000),
    ("mortgage_hmda", "table_linear", 2_000), ("crash_triage", "table_linear", 2_000),
    ("wildlife_strikes", "table_linear", 2_000), ("digits", "image_hog", 1_200), ("complaints", "text_tfidf", 1_500),
    ("spam", "text_nbsvm", 1_500), ("sentiment", "text_tfidf", 1_500),
)  # fmt: skip


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(("sample", "contestant", "rows"), SAMPLES)
def test_nine_answers_of_ten_are_held(sample, contestant, rows):
    dataset = dataset_store.load(ingest.sample_folder(sample))
    task = tasks.infer_task(dataset, ingest.samples()[sample][1].target)
    plan = Plan(contestants=(contestant,), budget_seconds=20, rows=rows, explain=False)
    done = retrain(dataset, task, plan, contestant, lambda news: None)
    found = conformal.fit_conformal(done.predictions, done.truths)
    assert found.coverage is not None
    # Two points, and what the number of rows leaves to chance.
    chance = 2 * np.sqrt(0.09 / found.coverage.rows)
    assert abs(found.coverage.share - 0.9) <= max(0.02, chance), found.coverage
