"""Windows and origins: nothing from an origin on reaches what learns or what is asked."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core.evaluation import splits, tasks
from core.panels.panel_layout import PanelLayout
from core.panels.windows import latest_steps
from core.schema import Dataset, LoadError, Plan, Split, Task
from tests.panels.made_panels import weekly

TASK = Task("units", "forecast", "forecast")


def windows_and_splits(panel: Dataset, task: Task = TASK) -> tuple[Dataset, list[Split]]:
    ready = tasks.prepare(panel, task)
    return ready, splits.make_splits(ready, task, Plan())


def changed_after(panel: Dataset, step: int) -> Dataset:
    """The same panel with everything from a step on replaced by something else."""
    cube = np.array(panel.inputs)
    cube[step:] = 1e6 + np.arange(cube[step:].size).reshape(cube[step:].shape) % 977
    return replace(panel, inputs=cube)


def test_test_windows_lie_side_by_side_and_after_everything_learnt() -> None:
    ready, made = windows_and_splits(weekly())
    ends = np.asarray(ready.order)
    assert len(made) == 8 and {split.method for split in made} == {"origins"}
    origins = [int(ends[split.test][0]) for split in made]
    assert origins == [76, 72, 68, 64, 60, 56, 52, 48]
    for split, origin in zip(made, origins, strict=True):
        assert set(ends[split.test]) == {origin} and len(split.test) == 4
        assert ends[split.valid].max() + 4 <= origin, "validation foretells nothing from the origin on"
        assert ends[split.train].max() + 4 <= ends[split.valid].min(), "training ends before validation is foretold"


def test_the_future_reaches_no_row_that_learns_and_no_question() -> None:
    panel = weekly(covariates=2)
    ready, made = windows_and_splits(panel, replace(TASK, known=("x1",)))
    split = made[0]
    origin = int(np.asarray(ready.order)[split.test][0])
    again, _ = windows_and_splits(changed_after(panel, origin), replace(TASK, known=("x1",)))
    layout = PanelLayout.from_facts(ready.facts)
    for rows in (split.train, split.valid):
        assert np.array_equal(ready.inputs[rows], again.inputs[rows], equal_nan=True)
        assert np.array_equal(ready.target[rows], again.target[rows], equal_nan=True)
    hidden = [number for number, name in enumerate(layout.channels) if name not in layout.known]
    asked, other = ready.inputs[split.test], again.inputs[split.test]
    assert np.array_equal(asked[:, :, hidden], other[:, :, hidden], equal_nan=True)
    assert np.isnan(asked[:, layout.context :, hidden]).all(), "no value and no undeclared covariate lies ahead"
    told = layout.channels.index("x1")
    assert not np.array_equal(asked[:, layout.context :, told], other[:, layout.context :, told])


def test_series_are_chosen_by_what_was_before_the_first_origin() -> None:
    panel = weekly(series=3)
    cube = np.array(panel.inputs)
    cube[:48, 0] = 7.0  # constant until the first origin, whatever it does later
    cube[48:, 1] = 7.0  # constant from then on, but not before
    ready, _ = windows_and_splits(replace(panel, inputs=cube))
    assert PanelLayout.from_facts(ready.facts).series == ("s1", "s2")
    later = np.array(cube)
    later[48:] = 123.0
    again, _ = windows_and_splits(replace(panel, inputs=later))
    assert PanelLayout.from_facts(again.facts).series == ("s1", "s2")


def test_a_season_counts_if_it_fits_twice_before_the_first_origin() -> None:
    short = tasks.prepare(weekly(steps=104), TASK)
    long = tasks.prepare(weekly(steps=160), TASK)
    assert PanelLayout.from_facts(short.facts).season == 1
    assert PanelLayout.from_facts(long.facts).season == 52


def test_the_last_window_asks_beyond_the_last_step_and_teaches_nothing() -> None:
    ready, made = windows_and_splits(weekly())
    last = np.flatnonzero(np.asarray(ready.order) == 80)
    assert len(last) == 4 and np.isnan(ready.target[last]).all()
    used = np.concatenate([np.concatenate([split.train, split.valid, split.test]) for split in made])
    assert not set(last) & set(used)


def test_a_horizon_longer_than_the_past_is_refused() -> None:
    with pytest.raises(LoadError, match="cannot test a horizon of 30"):
        tasks.prepare(weekly(), replace(TASK, horizon=30))
    for horizon in (0, -3, 400):
        with pytest.raises(LoadError, match=f"A horizon of {horizon} cannot be foretold: it is 1 to 366 steps"):
            tasks.prepare(weekly(), replace(TASK, horizon=horizon))
    with pytest.raises(LoadError, match="There is no column 'y'"):
        tasks.prepare(weekly(), replace(TASK, target="y"))


def test_many_numbers_are_thinned_and_keep_every_origin(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.limits.FORECAST_NUMBERS", 9_000)
    ready, made = windows_and_splits(weekly())
    assert len(np.unique(ready.order)) < 40 and len(made) == 8
    assert all(len(split.test) == 4 and len(split.train) for split in made)


def test_fewer_steps_are_the_latest_ones() -> None:
    panel = weekly()
    cut = latest_steps(panel, 50)
    layout = PanelLayout.from_facts(cut.facts)
    assert (layout.length, layout.start) == (50, "2024-08-04")
    assert np.array_equal(cut.inputs, panel.inputs[30:], equal_nan=True)
    assert latest_steps(panel, None) is panel and latest_steps(panel, 80) is panel
