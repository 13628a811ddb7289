"""Use this model, for a forecast: from the result over the model file and a new file to the CSV of the future."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from core.arena.tournament import tournament
from core.evaluation import tasks
from core.panels import time_step
from core.panels.panel_layout import PanelLayout
from core.schema import Contest, Plan
from core.storage import json_codec
from tests.pages.test_pages import sound
from tests.panels.made_panels import weekly

# Both make a model file, which fits every fold again.
pytestmark = pytest.mark.slow
CONTEST_ID = "c" * 32


@pytest.fixture(scope="module")
def played() -> Contest:
    panel = weekly(series=3, steps=80)
    plan = Plan(contestants=("forecast_mean",), explain=False, budget_seconds=5, folds=5)
    made = tournament(panel, tasks.infer_task(panel), plan, lambda news: None, worker_mode="inline", measured=False)
    return replace(made, id=CONTEST_ID)


def later_weeks(frame_of: int = 90) -> bytes:
    """Rows of the same three series, ten weeks further."""
    panel = weekly(series=3, steps=frame_of)
    layout = PanelLayout.from_facts(panel.facts)
    times = time_step.times_after(layout.start, layout.step, np.arange(frame_of))
    rows = [
        pd.DataFrame({"week": times, "store": name, "units": panel.inputs[:, place, 0]})
        for place, name in enumerate(layout.series)
    ]
    return pd.concat(rows).to_csv(index=False).encode()


def _page(folder: str) -> None:
    """The panel, with jobs that are done at once in this process."""
    import json
    from pathlib import Path

    from core.bundles.bundle_maker import bundle_contest
    from core.bundles.file_prediction import PredictionOrder, predict_file
    from core.bundles.loaded_bundle import load_bundle
    from core.storage import json_codec
    from pages.backend import model_bundles
    from pages.contest import use_model_panel
    from pages.ui import session_state
    from tests.panels.made_panels import weekly

    home = Path(folder)
    contest = json_codec.loads((home / "contest.json").read_text(encoding="utf-8"))
    bundle, out = home / "bundle.zip", home / "predictions.csv"

    def start_bundle(contest, key, owner):
        card = bundle_contest(contest, weekly(series=3, steps=80), key, bundle, lambda news: None)
        (home / "card.json").write_text(json.dumps({**card, "bytes": bundle.stat().st_size}), encoding="utf-8")

    def start_prediction(contest, bundle_id, name, content, owner, options):
        path = home / "given.csv"
        path.write_bytes(content.read())
        told = predict_file(load_bundle(bundle), PredictionOrder(path, out, name), lambda news: None)
        (home / "told.json").write_text(json.dumps(told.to_json()), encoding="utf-8")

    def read(name):
        return json.loads((home / name).read_text(encoding="utf-8")) if (home / name).exists() else None

    model_bundles.start_bundle, model_bundles.start_prediction = start_bundle, start_prediction
    model_bundles.find_bundle = lambda *asked: {"id": "b", "state": "done", "reason": ""} if bundle.exists() else None
    model_bundles.find_prediction = lambda *asked: {"id": "p", "state": "done", "reason": ""} if out.exists() else None
    model_bundles.bundle_card = lambda *asked: read("card.json")
    model_bundles.prediction_outcome = lambda *asked: read("told.json")
    model_bundles.bundle_bytes = lambda *asked: bundle.read_bytes()
    model_bundles.prediction_bytes = lambda *asked: out.read_bytes()
    session_state.put(f"_use_open_{contest.id}", True)
    use_model_panel.draw_panel(contest)


@pytest.fixture
def app(played: Contest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    from pages.backend import model_bundles

    for name in ("start_bundle", "start_prediction", "find_bundle", "find_prediction", "bundle_card",
                 "prediction_outcome", "bundle_bytes", "prediction_bytes"):  # fmt: skip
        monkeypatch.setattr(model_bundles, name, getattr(model_bundles, name))
    (tmp_path / "contest.json").write_text(json_codec.dumps(played), encoding="utf-8")
    return AppTest.from_function(_page, kwargs={"folder": str(tmp_path)}, default_timeout=120).run()


def test_a_new_file_becomes_the_csv_of_the_future(app: AppTest, tmp_path: Path) -> None:
    assert not app.exception and not app.error
    assert "stand under Forecasts" in sound(app)
    app.button(key="use_make").click().run()
    assert not app.exception and (tmp_path / "bundle.zip").exists()
    assert any("Expected on new rows" in one.value for one in app.caption)
    labels = [one.label for one in app.file_uploader]
    assert labels == ["Foretell a new file: a table of series, the same columns and steps as in training"]
    assert "Say why, for the first 100 rows" not in [one.label for one in app.checkbox]
    app.file_uploader[0].set_value(("later.csv", later_weeks(), "text/csv"))
    next(one for one in app.button if one.label == "Predict").click().run()
    assert not app.exception and not app.error
    assert any("12 values foretold" in one.value for one in app.markdown)
    from pages.backend import model_bundles

    rows = list(csv.DictReader(io.StringIO(model_bundles.prediction_bytes("p", "").decode())))
    assert len(rows) == 3 * 4 and [row["series"] for row in rows[::4]] == ["s0", "s1", "s2"]
    assert rows[0]["time"] == "2025-09-28", "the week after the last of the new file"
    assert all(float(row["low_80"]) <= float(row["median"]) <= float(row["high_80"]) for row in rows)


def test_a_file_without_the_column_is_refused_in_words(app: AppTest) -> None:
    app.button(key="use_make").click().run()
    app.file_uploader[0].set_value(("odd.csv", b"week,store\n2024-01-07,s0\n2024-01-14,s0\n", "text/csv"))
    next(one for one in app.button if one.label == "Predict").click().run()
    assert not app.exception
    assert "Not started" in sound(app) and "values foretold" not in sound(app)
