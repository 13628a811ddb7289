"""Explanations by kind of data: places overall, Captum maps, what a side said, and how far a story may be believed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core.schema import Contest, Task
from pages.charts import region_importance
from pages.components import saliency_map_view
from pages.contest import explanation_checks
from pages.summaries import aligned_explanations, predictions
from pages.ui.theme import LIGHT


def side(parts: list[str], share: list[float]) -> aligned_explanations.AlignedExplanation:
    sized = np.asarray(share)
    return aligned_explanations.AlignedExplanation(
        "k", "K", "deep", tuple(parts), sized[None], np.zeros(1), np.zeros(1), sized / sized.sum(), {}
    )


def test_patches_lie_where_their_names_say() -> None:
    where = region_importance.region_grid(["row 1, column 1", "row 1, column 2", "row 2, column 1", "row 2, column 2"])
    assert where.cells == ((0, 1, 0), (1, 2, 0), (0, 1, 1), (1, 2, 1)) and not any(where.names)
    assert region_importance.region_grid(["tenure", "row 1, column 1"]) is None


def test_pitches_stand_high_to_low_and_channels_keep_their_names() -> None:
    heard = region_importance.region_grid(["0.00-0.50 s, 0-100 Hz", "0.00-0.50 s, 100-4000 Hz"])
    assert heard.names == ("to 4,000 Hz", "to 100 Hz") and [cell[2] for cell in heard.cells] == [1, 0]
    felt = region_importance.region_grid(["0-4, x:Q", "5-9, x:Q", "0-4, a.b", "5-9, a.b"])
    assert felt.names == ("x:Q", "a.b") and felt.cells[1] == (5, 10, 0)


def test_a_grid_draws_each_share_once() -> None:
    parts = ["0-4, vibration", "5-9, vibration"]
    where = region_importance.region_grid(parts)
    drawn = region_importance.region_chart(side(parts, [3.0, 1.0]), where, 0.75, LIGHT).to_dict()
    cells = next(rows for rows in drawn["datasets"].values() if "c5" in rows[0])
    assert [row["c5"] for row in cells] == ["75 %", "25 %"]
    named = next(rows for rows in drawn["datasets"].values() if "c5" not in rows[0])
    assert [row["c1"] for row in named] == ["vibration"]


def test_channels_are_called_by_their_names() -> None:
    told = aligned_explanations.with_channel_names(
        [side(["0-4, channel 1", "0-4, channel 2", "other"], [1, 1, 1])], ["a.b", "**x**"]
    )
    assert told[0].parts == ("0-4, a.b", "0-4, **x**", "other")
    assert aligned_explanations.with_channel_names(told, ()) == told


def test_a_map_covers_the_picture_and_keeps_its_sign() -> None:
    drawn = saliency_map_view.overlay_map(np.full((4, 4), 200.0), [[1.0, 0.0], [0.0, -1.0]])
    red, blue = drawn[0, 0], drawn[-1, -1]
    assert red[0] > red[2] and blue[2] > blue[0] and drawn[0, -1].tolist() == [200, 200, 200]
    assert (saliency_map_view.overlay_map(np.full((4, 4), 200.0), np.full((2, 2), np.nan)) == 200).all()


def fitted(contest: Contest, predictions: list[list[float]] | list[float], rows: list[int]) -> Contest:
    runs = list(contest.runs)
    first = replace(runs[1].fits[0], predictions=predictions, rows=rows)
    runs[1] = replace(runs[1], fits=(first, *runs[1].fits[1:]))
    return replace(contest, runs=tuple(runs), rows=replace(contest.rows, row_numbers=(7, 9, 40)))


def test_what_a_side_said_is_looked_up_by_its_row(contest: Contest) -> None:
    asked = fitted(contest, [[0.9, 0.1], [0.3, 0.7]], [9, 7])
    assert (
        predictions.describe_prediction(asked, asked.runs[1], 0) == "Yes, 70 %"
        and predictions.is_correct(asked, asked.runs[1], 0) is True
    )
    assert (
        predictions.describe_prediction(asked, asked.runs[1], 1) == "No, 90 %"
        and predictions.is_correct(asked, asked.runs[1], 1) is True
    )
    assert (
        predictions.describe_prediction(asked, asked.runs[1], 2) == ""
        and predictions.is_correct(asked, asked.runs[1], 2) is None
    )
    assert predictions.describe_prediction(asked, asked.runs[2], 0) == "", "a run that kept no predictions says nothing"
    assert predictions.describe_prediction(asked, asked.runs[1], 99) == ""


def test_alarms_are_called_alarms(contest: Contest) -> None:
    odd = replace(fitted(contest, [0.25, 3.5], [7, 9]), task=Task("x", "anomaly", "anomaly"))
    odd = replace(odd, rows=replace(odd.rows, labels=("0", "1", "?")))
    assert predictions.describe_prediction(odd, odd.runs[1], 1) == "an alarm of 3.5"
    assert [predictions.describe_recorded(odd, row) for row in range(4)] == ["normal", "anomaly", "?", ""]


@pytest.mark.parametrize(
    ("told", "word"),
    [({"method_error": 0.01}, "small shares too"), ({"method_error": 0.1}, "Large shares"),
     ({"method_error": 0.5}, "Only the strongest"), ({"referee": {"reason": "too slow"}}, "too slow"),
     ({}, "Not checked")],
)  # fmt: skip
def test_how_far_an_explanation_may_be_believed(told: dict[str, object], word: str) -> None:
    assert word in explanation_checks.describe_method_error(told)


def test_two_stories_are_held_against_a_new_seed() -> None:
    assert "no more than between two random seeds" in explanation_checks.describe_agreement(
        {"model_gap": 0.5, "reseed_floor": 0.48}
    )
    assert "2.5× more" in explanation_checks.describe_agreement({"model_gap": 0.5, "reseed_floor": 0.2})
    assert "similar" in explanation_checks.describe_agreement({"model_gap": 0.1, "reseed_floor": None})
    assert "different explanations" in explanation_checks.describe_agreement({"model_gap": 0.9, "reseed_floor": 0.0})
    assert "could not be compared" in explanation_checks.describe_agreement({})
