"""Questions become one item of the data's kind; nonsense is refused in words."""

from __future__ import annotations

import base64
import io
import wave
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from PIL import Image

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


def test_a_wide_drawing_stays_whole_in_pictures_that_are_not_square() -> None:
    pixels = np.zeros((4, 20, 60, 1), np.uint8)
    pixels[:, 8:12, 3:57] = 255
    wide = Dataset("lines", "image", pixels, target=np.arange(4) % 2, labels=("a", "b"))
    grid = np.zeros((56, 56))
    grid[2:50, 10:12] = 255
    grid[2:4, 10:30] = grid[48:50, 10:30] = 255
    ink = live_questions.picture_question(wide, {"pixels": grid.tolist()}).inputs[0, ..., 0]
    rows = np.flatnonzero(ink.max(1) > 60)
    assert rows[0] <= 1 and rows[-1] >= 18, "a drawing higher than the pictures was cut"
    assert ink[rows[0]].max() > 60 and ink[rows[-1]].max() > 60 and (ink > 60).sum(1)[rows[0]] > 3


def base64_of(content: bytes) -> str:
    return base64.b64encode(content).decode()


def test_a_photo_is_cut_in_the_middle_to_the_size_of_the_data() -> None:
    photo = np.zeros((40, 80, 3), np.uint8)
    photo[:, 20:60] = (200, 0, 0)
    held = io.BytesIO()
    Image.fromarray(photo).save(held, "PNG")
    asked = live_questions.picture_question(pictures(), {"photo": base64_of(held.getvalue())})
    assert asked.inputs.shape == (1, 28, 28, 1) and asked.inputs.dtype == np.uint8 and asked.target is None
    assert asked.inputs.min() > 40, "only the middle of the photo is seen"
    for wrong in ("%%", base64_of(b"no picture"), 7, None, base64_of(held.getvalue()[:60])):
        with pytest.raises(LoadError, match=r"picture|recording"):
            live_questions.picture_question(pictures(), {"photo": wrong})


def wav(samples: np.ndarray, rate: int = 16_000) -> bytes:
    held = io.BytesIO()
    with wave.open(held, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes((samples * 32_000).astype(np.int16).tobytes())
    return held.getvalue()


def test_a_recording_gives_its_loudest_part_at_the_length_of_the_data() -> None:
    clips = Dataset("s", "sound", np.zeros((3, 1_600), np.float32), target=np.zeros(3, int), facts={"rate": 16_000})
    tone = 0.5 * np.sin(np.arange(1_600))
    spoken = np.concatenate([np.zeros(8_000), tone, np.zeros(8_000)])
    asked = live_questions.sound_question(clips, {"recording": base64_of(wav(spoken))})
    assert asked.inputs.shape == (1, 1_600) and asked.target is None
    assert np.sqrt(np.mean(asked.inputs**2)) > 0.2
    short = live_questions.sound_question(clips, {"recording": base64_of(wav(tone[:400]))})
    assert short.inputs.shape == (1, 1_600) and not short.inputs[0, 400:].any()
    hissing = live_questions.sound_question(clips, {"recording": base64_of(wav(spoken)), "noise": 1.0})
    assert np.abs(hissing.inputs - asked.inputs).max() > 0.1
    for wrong in (wav(np.zeros(5_000)), b"no sound", b""):
        with pytest.raises(LoadError, match="recording"):
            live_questions.sound_question(clips, {"recording": base64_of(wrong)})
