"""All rows from one button on the document page: from nothing, from a contest, and row by row."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from core.runtime import jobs, run_history
from core.schema import Contest, MeasurementResult, Run
from core.storage import paths
from pages.measurements import measure_all_panel
from tests.pages.test_pages import opened, sound

REFUSED = MeasurementResult((), {"reason": "not today"})


def keep_data(run: str) -> None:
    """The run's data as they lie for a day: enough of them for a run to be queued."""
    parcel = paths.runs_folder() / run / "parcel"
    parcel.mkdir()
    (parcel / "dataset.json").write_text("{}", encoding="utf-8")


def waiting(owner: str) -> list[dict]:
    return [row for row in run_history.list_runs(owner) if row["state"] == "queued"]


def test_from_nothing_one_button_plays_the_table_and_measures_everything_behind_the_rows(
    place: Path, owner: str
) -> None:
    app = opened("document", owner)
    assert "Nothing has been measured yet" in sound(app)
    app.button(key="measure_first").click().run()
    (row,) = waiting(owner)
    plan, extra = row["spec"]["plan"], row["spec"]["extra"]
    assert row["kind"] == "contest" and extra["samples"] is True
    assert plan["measure"][0] == "edge", "what is timed comes first and alone"
    assert {"depth_ablation", "learning_curve", "tuned", "ecosystem", "shift", "multiplicity"} <= set(plan["measure"])
    assert "mixed_inputs" not in plan["measure"] and row["spec"]["task"]["target"] == "churn"
    assert "under way" in sound(app)
    app.button(key="stop_first").click().run()
    assert not waiting(owner)


def test_what_is_still_open_on_a_contest_is_measured_by_one_button(place: Path, owner: str, finished: str) -> None:
    keep_data(finished)
    app = opened("document", owner)
    assert "of the 12 rows have no outcome yet" in sound(app)
    app.button(key=f"measure_rows_{finished}").click().run()
    (row,) = waiting(owner)
    assert row["kind"] == "measure" and row["spec"]["extra"]["run"] == finished
    assert row["spec"]["extra"]["samples"] is True and row["spec"]["extra"]["keys"][0] == "edge"
    said = sound(app)
    assert "You can leave" in said and "On its way" in said
    assert "You can leave" in sound(opened("document", owner)), "whoever comes back finds it"
    jobs.cancel(row["id"], owner)


def test_a_row_measures_itself_and_stays_on_the_page(place: Path, owner: str, finished: str) -> None:
    keep_data(finished)
    app = opened("document", owner)
    app.button(key=f"measure_architecture_{finished}").click().run()
    (row,) = waiting(owner)
    assert row["spec"]["extra"]["keys"] == ["depth_ablation"] and "On its way" in sound(app)
    jobs.cancel(row["id"], owner)


def test_nothing_is_open_once_everything_has_a_reading_or_a_reason(contest: Contest) -> None:
    keys = measure_all_panel.missing_measurements(contest)
    assert "edge" in keys and len(keys) == len(set(keys))

    def told(run: Run) -> Run:
        return replace(run, readings={**run.readings, **dict.fromkeys(keys, REFUSED)})

    assert measure_all_panel.missing_measurements(replace(contest, runs=tuple(map(told, contest.runs)))) == ()
    assert measure_all_panel.lacks_sample_contests(contest)
    assert not measure_all_panel.lacks_sample_contests(replace(contest, sample_contests=({},)))


def test_data_that_are_gone_are_a_reason_in_words(place: Path, owner: str, finished: str) -> None:
    app = opened("document", owner)
    app.button(key=f"measure_rows_{finished}").click().run()
    assert "no longer kept" in sound(app) and not waiting(owner)
