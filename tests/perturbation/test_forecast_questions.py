"""Questions about forecasts: what is moved, what is refused, and what a page is told of a window."""

from __future__ import annotations

import numpy as np
import pytest

from core.evaluation import splits, tasks
from core.panels.panel_layout import PanelLayout
from core.perturbation import forecast_questions
from core.schema import Dataset, LoadError, Plan, Task
from tests.panels.made_panels import weekly


def asked() -> Dataset:
    ready = tasks.prepare(weekly(covariates=2), task := Task("units", "forecast", "forecast", known=("x0",)))
    return ready.take(splits.make_splits(ready, task, Plan())[0].test)


def test_only_what_was_moved_moves() -> None:
    test = asked()
    layout = PanelLayout.from_facts(test.facts)
    place = layout.channels.index("x0")
    made = forecast_questions.forecast_question(
        test, {"row": 2, "last": [None, 70.0], "covariates": {"x0": [1, 0, 1, None]}}
    )
    changed = ~np.isclose(made.inputs[0], test.inputs[2], equal_nan=True)
    assert np.isnan(made.inputs[0, layout.context - 2, 0]) and made.inputs[0, layout.context - 1, 0] == 70
    assert made.inputs[0, layout.context :, place][:3].tolist() == [1, 0, 1]
    assert changed.sum() == 2 + 4 and changed[:, [0, place]].sum() == 6
    told = forecast_questions.describe_window(made)
    assert told["past"][-2:] == [None, 70.0] and len(told["times"]) == len(told["past"]) + 4
    assert told["covariates"]["x0"]["ahead"] == [1.0, 0.0, 1.0, None] and list(told["covariates"]) == ["x0"]
    assert told["came"] == pytest.approx(test.target[2], rel=1e-5)


@pytest.mark.parametrize(("question", "words"), [
    ({"row": 99}, "no item 100"),
    ({"row": 0, "last": [1.0] * 1_000}, "at most"),
    ({"row": 0, "last": "12"}, "list"),
    ({"row": 0, "last": ["a"]}, "not a number"),
    ({"row": 0, "last": [float("inf")]}, "not a number"),
    ({"row": 0, "last": [True]}, "not a number"),
    ({"row": 0, "covariates": {"x1": [1.0]}}, "not known of the future"),
    ({"row": 0, "covariates": {"week of year": [1.0]}}, "not known of the future"),
    ({"row": 0, "covariates": {"x0": [1.0] * 9}}, "at most 4"),
    ({"row": 0, "covariates": [1]}, "names with a value"),
])  # fmt: skip
def test_questions_that_make_no_sense_are_refused_in_words(question: dict[str, object], words: str) -> None:
    with pytest.raises(LoadError, match=words):
        forecast_questions.forecast_question(asked(), question)


@pytest.mark.parametrize("step", [-1, 4, 1.5, "2", True])
def test_a_step_beyond_the_horizon_is_refused(step: object) -> None:
    with pytest.raises(LoadError, match="steps are 0 to 3"):
        forecast_questions.chosen_step(asked(), {"step": step})
