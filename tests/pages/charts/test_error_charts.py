"""Charts of mistakes: valid, speaking of c0, c1, ... only, with marks that never rest on colour alone."""

from __future__ import annotations

import json
import re
from typing import Any

import numpy as np
import pytest

from core.schema import Contest
from pages.backend import held_out_errors
from pages.charts.errors import (
    agreement_chart,
    calibration_chart,
    confusion_chart,
    item_curves,
    legend_chart,
    residual_charts,
    score_curve_charts,
)
from pages.charts.errors.score_curve_charts import BandedCurve, CurveAxes, CurvePlace
from pages.mistakes import model_choice
from pages.ui import theme
from tests.pages.mistakes.held_out_contests import LABELS, contest, items

KEY, COSTS = "table_deep", held_out_errors.ErrorCosts(1.0, 5.0)
TITLES = {"table_linear": "Logistic or ridge regression", "table_deep": "Deep network (TabM)"}


def curves(found: Contest) -> list[BandedCurve]:
    made = []
    for key, title in TITLES.items():
        band = held_out_errors.roc(found, key, 1)
        assert band is not None and band.low is not None and band.high is not None
        made.append(BandedCurve(title, band.x.tolist(), band.mean.tolist(), band.low.tolist(), band.high.tolist()))
    return made


def charts(ink: theme.Palette) -> dict[str, Any]:
    found, numbers = contest("multiclass"), contest("regression")
    marks = model_choice.marks_of(found, ink)
    matrix, spread = held_out_errors.confusion_of(found, KEY), held_out_errors.residuals_of(numbers, KEY)
    sets, said = held_out_errors.disagreement(found), held_out_errors.calibration_of(found, KEY, None)
    assert matrix and spread and sets and said
    axes = CurveAxes("x", "y", rise=True, level=0.3, upright=0.5)
    title = TITLES[KEY]
    return {
        "confusion": confusion_chart.confusion_chart(matrix, marks.marks[title].colour, ink),
        "curves": score_curve_charts.banded_chart(
            curves(found), axes, marks, ink, [CurvePlace(title, 0.2, 0.4, "20 %")]
        ),
        "calibration": calibration_chart.calibration_chart({title: said}, "x", marks, ink),
        "ranges": residual_charts.residual_ranges({title: spread}, "x", marks, ink),
        "scatter": residual_charts.residual_scatter(
            held_out_errors.residual_points(numbers, KEY), held_out_errors.residual_bins(numbers, KEY),
            marks.marks[title], ink,
        ),
        "agreement": agreement_chart.agreement_chart(sets.sets, 3, ink),
        "legend": legend_chart.legend_chart([(title, "AUC 0.8")], marks, ink),
        "wave": item_curves.waveform_chart(np.sin(np.arange(1_000)), 0.5, ink),
        "channel": item_curves.channel_curves(items("series", 1)[0], ink)[1],
    }  # fmt: skip


@pytest.mark.parametrize("ink", [theme.LIGHT, theme.DARK], ids=["light", "dark"])
def test_charts_are_valid_and_name_no_user_s_field(ink: theme.Palette) -> None:
    for name, made in charts(ink).items():
        spec = made.to_dict()
        fields = set(re.findall(r'"field": "([^"]*)"', json.dumps(spec)))
        assert fields and all(re.fullmatch(r"c\d+", field) for field in fields), name
        bare = json.dumps({key: value for key, value in spec.items() if key != "datasets"})
        assert not any(label in bare for label in LABELS), name


def test_every_model_is_told_by_shape_as_well_as_colour() -> None:
    spec = json.dumps(charts(theme.LIGHT)["curves"].to_dict())
    marks = model_choice.marks_of(contest("multiclass"), theme.LIGHT).marks
    assert '"shape"' in spec and len({mark.colour for mark in marks.values()}) == len(marks) == 3


def test_the_sets_are_named_in_words() -> None:
    sets = held_out_errors.disagreement(contest("binary"))
    assert sets is not None
    names = {one.families: agreement_chart.set_title(one, 3) for one in sets.sets}
    assert names[()] == "None is right" and names["classical", "deep", "hybrid"] == "All are right"
    assert names["deep",] == "Only deep is right" and names["classical", "deep"] == "Only classical and deep are right"


def test_a_waveform_keeps_the_peaks() -> None:
    samples = np.zeros(10_000)
    samples[7_777] = 3.0
    drawn = item_curves.waveform_chart(samples, 2.0, theme.LIGHT).to_dict()
    (rows,) = drawn["datasets"].values()
    assert max(row["c2"] for row in rows) == 1.0 and len(rows) == item_curves.WAVE_STEPS
    at = next(row["c0"] for row in rows if row["c2"] == 1.0)
    assert at == pytest.approx(1.555, abs=0.01)


def test_long_names_of_classes_can_be_told_apart() -> None:
    from pages.charts.errors import confusion_chart

    names = ["sneaker that moves left", "sneaker that moves right", "sneaker turns", "bag"]
    short = confusion_chart.distinct_names(names)
    assert short == ["sneaker…es left", "sneaker…s right", "sneaker turns", "bag"]
