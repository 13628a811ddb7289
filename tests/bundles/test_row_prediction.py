"""Rows that a script holds are predicted like those of a file, whatever holds them."""

from __future__ import annotations

import numpy as np
import pytest

from core import api
from core.bundles import standalone_runner
from core.bundles.bundle_file import write_bundle
from core.bundles.bundle_maker import bundle_members
from core.schema import LoadError
from tests.bundles.toy_bundles import mixed_table, retrained, written
from tests.contestants.test_media import texts, windows


def test_a_data_frame_and_mappings_are_predicted_alike(tmp_path, monkeypatch) -> None:
    model = api.open_bundle(written(tmp_path))
    frame = mixed_table(25, seed=3, answers=False).inputs
    monkeypatch.setattr(standalone_runner, "MOST_ROWS", 10)
    found = api.predict(model, frame)
    expected = model.calibrated(model.predict(frame))
    assert np.allclose([row["p(yes)"] for row in found], expected[:, 1], atol=1e-6) and len(found) == 25
    assert api.predict(model, frame.to_dict("records")) == found and api.predict(model, []) == []
    with pytest.raises(LoadError, match="columns are missing: weight"):
        api.predict(model, frame[["size"]])
    with pytest.raises(LoadError, match="is no number"):
        api.predict(model, frame.assign(size="many"))


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_texts_and_arrays_are_predicted_as_they_are(tmp_path) -> None:
    for data, key in ((texts(), "text_tfidf"), (windows(), "series_stats")):
        path = tmp_path / f"{key}.zip"
        write_bundle(bundle_members(retrained(data, key, None, 1.0))[0], path)
        model = api.open_bundle(path)
        found = api.predict(model, data.inputs[:5])
        expected = model.calibrated(model.predict(data.inputs[:5]))
        assert np.allclose([row["probability"] for row in found], expected.max(axis=1), atol=1e-5)
    with pytest.raises(LoadError, match="items of shape"):
        api.predict(model, np.zeros((2, 3, 3)))


def test_a_contest_is_bundled_with_its_folds_as_expectation(tmp_path) -> None:
    data = mixed_table()
    plan = api.Plan(contestants=("table_linear",), budget_seconds=3.0, folds=3, fixed_folds=True, explain=False)
    contest = api.compare(data, "answer", plan=plan)
    card = api.make_bundle(data, "table_linear", tmp_path / "model.zip", contest=contest)
    assert card["expected_from"] == "the contest" and card["rows_trained"] == 200
    assert card["expected"]["skill"]["folds"] == [fit.skill for fit in contest.runs[-1].fits]
    assert api.open_bundle(tmp_path / "model.zip").digest == card["bundle"]
    with pytest.raises(LoadError, match="took no part"):
        api.make_bundle(data, "table_svm", tmp_path / "other.zip", contest=contest)
