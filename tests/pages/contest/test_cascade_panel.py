"""The panel of the cascade: in words, with a chart, and absent where nothing was measured."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.storage import json_codec
from core.verdicts.cascade import measure_cascade
from pages.charts import cascade_chart
from pages.contest import cascade_panel
from pages.ui.theme import DARK, LIGHT
from tests.verdicts.test_cascade import contest


@pytest.fixture(scope="module")
def measured():
    return measure_cascade(contest(0.94, 0.95), ("cheap", "dear"))


def test_words_carry_share_costs_and_both_gaps(measured) -> None:
    said = cascade_panel.describe_cascade(measured, "Trees", "TabM")
    assert said.startswith("TabM is asked about 3") and "21 ms for TabM alone" in said and "Against Trees: +" in said


@pytest.mark.parametrize("palette", [LIGHT, DARK])
def test_the_chart_has_the_curve_both_models_and_the_chosen_point(measured, palette) -> None:
    sides = cascade_chart.CascadeSides("Trees", "classical", "TabM", "deep")
    drawn = json.loads(cascade_chart.cascade_chart(measured, sides, palette).to_json())
    assert sorted(map(len, drawn["datasets"].values())) == [1, 2, len(measured.curve)] and len(drawn["layer"]) == 5


def _page(path: str) -> None:
    from pathlib import Path

    from core.storage import json_codec
    from pages.contest import cascade_panel

    cascade_panel.draw_panel(json_codec.loads(Path(path).read_text(encoding="utf-8")))


def test_a_contest_without_comparison_draws_nothing(tmp_path: Path) -> None:
    path = tmp_path / "contest.json"
    path.write_text(json_codec.dumps(contest(0.94, 0.95)), encoding="utf-8")
    app = AppTest.from_function(_page, kwargs={"path": str(path)}, default_timeout=60).run()
    assert not app.exception and not app.error and not app.subheader
