"""Questions become one item of the data's kind; nonsense is refused in words."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from core.perturbation import live_questions
from core.schema import Dataset, LoadError


def pictures() -> Dataset:
    """Bars of 12 pixels height around the middle, left of it."""
    pixels = np.zeros((6, 28, 28, 1), np.uint8)
    pixels[:, 8:20, 9:12] = 255
    return Dataset("bars", "image", pixels, target=np.arange(6) % 2, labels=("a", "b"))


def windows() -> Dataset:
    values = np.random.default_rng(0).normal(size=(5, 40, 2)).astype(np.float32) * [1.0, 10.0]
    return Dataset("w", "series", values.astype(np.float32), target=np.zeros(5, int), facts={"channels": ["x", "y"]})


def rows() -> Dataset:
    frame = pd.DataFrame({"n": [1.0, np.nan], "d": pd.to_datetime(["2024-01-01", "2024-02-01"])})
    frame["c"] = pd.Categorical(["u", "v"])
    frame["t"] = np.array(["one", "two"], dtype=object)
    return Dataset("t", "table", frame, target=np.array([0, 1]), labels=("no", "yes"))


def test_a_drawing_gets_the_size_and_the_place_of_the_datas_own_ink() -> None:
    grid = np.zeros((56, 56))
    grid[2:50, 40:52] = 255
    asked = live_questions.picture_question(pictures(), {"pixels": grid.tolist()})
    ink = np.argwhere(asked.inputs[0, ..., 0] > 128)
    assert asked.inputs.shape == (1, 28, 28, 1) and asked.target is None
    assert list(ink.min(0)) == [8, 9] and list(ink.max(0)) == [19, 11]


@pytest.mark.parametrize(
    "pixels",
    [[], [[0, 0], [0, 0]], [[0, 300], [0, 0]], [[0], [0, 1]], "abc", None, [[None, 1], [2, 3]], [[9] * 3] * 300],
)  # fmt: skip
def test_what_is_no_drawing_is_refused_in_words(pixels: object) -> None:
    with pytest.raises(LoadError, match=r"drawing|drawn"):
        live_questions.picture_question(pictures(), {"pixels": pixels})


def test_a_test_picture_is_moved_turned_and_made_noisy() -> None:
    data = pictures()
    assert (live_questions.picture_question(data, {"row": 1}).inputs == data.inputs[1:2]).all()
    right = live_questions.picture_question(data, {"row": 1, "shift": 0.25}).inputs
    assert (right[0, :, 7:] == data.inputs[1, :, :-7]).all() and not right[0, :, :7].any()
    assert (
        live_questions.picture_question(data, {"row": 1, "shift": -0.25}).inputs[0, :, :-7] == data.inputs[1, :, 7:]
    ).all()
    turned = live_questions.picture_question(data, {"row": 1, "turn": 90}).inputs[0, ..., 0]
    assert np.ptp(np.argwhere(turned > 128)[:, 1]) > np.ptp(np.argwhere(turned > 128)[:, 0])
    once, again = (live_questions.picture_question(data, {"row": 1, "noise": 0.3}).inputs for _ in range(2))
    assert (once == again).all() and (once != data.inputs[1:2]).any()


@pytest.mark.parametrize(
    "question", [{"row": 6}, {"row": -1}, {"row": 0.5}, {"row": "0"}, {"row": True}, {"row": 0, "turn": float("nan")}]
)
def test_items_that_are_not_there_are_refused(question: dict) -> None:
    with pytest.raises(LoadError):
        live_questions.picture_question(pictures(), question)


def test_an_injected_bump_changes_one_channel_at_one_place() -> None:
    data = windows()
    asked = live_questions.series_question(data, {"row": 2, "spike": 4.0, "at": 0.5, "channel": "y"})
    change = asked.inputs[0] - data.inputs[2]
    assert not change[:, 0].any() and list(np.flatnonzero(change[:, 1])) == [18, 19, 20, 21, 22]
    assert change[20, 1] == pytest.approx(4 * data.inputs[..., 1].std(), rel=1e-4)
    at_the_end = live_questions.series_question(data, {"row": 2, "spike": 4.0, "at": 1.0}).inputs[0] - data.inputs[2]
    assert list(np.flatnonzero(at_the_end[:, 0])) == [35, 36, 37, 38, 39]
    with pytest.raises(LoadError, match="channel"):
        live_questions.series_question(data, {"row": 2, "spike": 1.0, "channel": "z"})


def test_noise_on_a_clip_has_the_asked_loudness() -> None:
    clip = np.sin(np.linspace(0, 400, 8_000)).astype(np.float32)
    data = Dataset("s", "sound", np.stack([clip, clip]), target=np.array([0, 1]), labels=("a", "b"))
    hiss = live_questions.sound_question(data, {"row": 1, "noise": 0.5}).inputs[0] - clip
    assert np.sqrt((hiss**2).mean()) == pytest.approx(0.5 * np.sqrt((clip**2).mean()), rel=0.05)


def test_an_edited_row_keeps_the_rest() -> None:
    asked = live_questions.row_question(
        rows(), {"row": 1, "values": {"n": "2.5", "c": "new", "d": "2024-03-05", "t": "three"}}
    )
    one = asked.inputs.iloc[0]
    assert (one["n"], one["c"], one["t"], str(one["d"])[:10]) == (2.5, "new", "three", "2024-03-05")
    assert list(asked.inputs["c"].cat.categories) == ["u", "v", "new"] and asked.inputs["n"].dtype == float
    emptied = live_questions.row_question(rows(), {"row": 0, "values": {"n": "", "c": None, "d": "", "t": ""}}).inputs
    assert emptied.isna().all(axis=None) and emptied["d"].dtype.kind == "M"


@pytest.mark.parametrize("values", [{"n": "many"}, {"n": "inf"}, {"d": "someday"}, {"gone": 1}])
def test_an_impossible_edit_is_refused_by_name(values: dict) -> None:
    with pytest.raises(LoadError, match=repr(next(iter(values)))):
        live_questions.row_question(rows(), {"row": 0, "values": values})


def test_a_typed_text_must_say_something() -> None:
    data = Dataset(
        "t", "text", np.array(["a word", "another"], dtype=object), target=np.array([0, 1]), labels=("a", "b")
    )
    assert list(live_questions.text_question(data, {"text": "  how are you\x00 "}).inputs) == ["how are you"]
    assert list(live_questions.text_question(data, {"row": 1}).inputs) == ["another"]
    for empty in ("", "  ", "?!"):
        with pytest.raises(LoadError, match="word"):
            live_questions.text_question(replace(data), {"text": empty})
