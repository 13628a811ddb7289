"""Studies: contestants fitted again, shares with their intervals, lines under rising damage."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core.evaluation import refitting
from core.judging import study_fits
from core.schema import Cancelled, Contest, Dataset, Plan, Run, Task

TASK = Task("y", "classification", "binary")


def table(rows=120):
    draw = np.random.default_rng(0)
    x = draw.normal(size=rows)
    return Dataset("t", "table", pd.DataFrame({"x": x}), (x > 0).astype(np.int64), labels=("no", "yes"))


def contest(*keys, trouble=None):
    runs = tuple(Run(key, key, "chance" if key == "dummy" else "classical", error=trouble) for key in keys)
    return Contest("c", "d", {}, TASK, Plan(), runs)


def quiet(news):
    pass


def test_finished_contestants_are_fitted_and_failures_are_told_in_words():
    cut = refitting.folds(table(), TASK, 5)[0]
    bench = study_fits.fit_study_models(contest("dummy", "table_linear", "image_hog"), cut, TASK, 6.0, quiet)
    assert [who.key for who in bench.models] == ["table_linear"]
    assert bench.note.startswith(" Left out: image_hog (") and bench.note.endswith(").")
    assert not study_fits.fit_study_models(contest("table_linear", trouble="lost"), cut, TASK, 6.0, quiet).models


def test_a_study_can_be_cancelled():
    def stop(news):
        raise Cancelled

    with pytest.raises(Cancelled):
        study_fits.fit_study_models(contest("table_linear"), refitting.folds(table(), TASK, 5)[0], TASK, 6.0, stop)


def test_a_point_carries_a_known_wilson_interval():
    who = study_fits.StudyModel("table_linear", "Linear", "classical", None)
    # 8 of 10, Wilson 1927: at 90 % 54.08 to 93.14 per cent.
    point = study_fits.accuracy_point(0, 8, 10, who)
    assert (point["y"], point["low"], point["high"]) == (80.0, 54.08, 93.14)
    assert (
        study_fits.accuracy_point(0, 0, 5, who)["low"] == 0.0
        and study_fits.accuracy_point(0, 5, 5, who)["high"] == 100.0
    )
    assert np.isnan(study_fits.accuracy_point(0, 0, 0, who)["y"])


def test_lines_fall_under_damage_that_hides_the_answer():
    cut = refitting.folds(table(), TASK, 5)[0]
    bench = study_fits.fit_study_models(contest("table_linear"), cut, TASK, 6.0, quiet)

    def hide(frame, level):
        return frame.assign(x=frame["x"] * (1 - 2 * level))

    rows = study_fits.accuracy_lines(bench, cut.test, (0.0, 1.0), hide, quiet)
    assert rows[0]["y"] > 85 > 15 > rows[1]["y"]
    assert all(row["low"] <= row["y"] <= row["high"] and row["family"] == "classical" for row in rows)
    assert study_fits.accuracy_lines(bench, cut.test, (0.0, 1.0), hide, quiet, seconds=-1.0) == []
    assert study_fits.line_section("t", "", rows, "x", "y")["kind"] == "line"
    assert "Nobody" in study_fits.line_section("t", "", [], "x", "y")["rows"][0]["text"]


def test_a_cut_parts_the_rows_and_a_few_are_a_few():
    test = np.arange(120) >= 100
    cut = study_fits.holdout(table(), test, 1)
    assert [len(part) for part in (cut.train, cut.valid, cut.test)] == [80, 20, 20]
    assert len(study_fits.subsample(table(), 7)) == 7 and len(study_fits.subsample(table(), 700)) == 120
