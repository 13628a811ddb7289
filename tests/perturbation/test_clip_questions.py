"""Questions about clips: a test clip or one's own becomes one clip of the data's shape; nonsense is refused."""

from __future__ import annotations

import base64

import numpy as np
import pytest

from core.perturbation.clip_questions import clip_question
from core.schema import Dataset, LoadError
from tests.readers.clips.toy_clips import frames, packed


def clips(channels: int = 1) -> Dataset:
    """Three clips whose frame t has brightness 10 t everywhere."""
    steps = np.broadcast_to(10 * np.arange(16).reshape(1, 16, 1, 1, 1), (3, 16, 8, 8, channels)).astype(np.uint8)
    return Dataset("c", "video", steps, target=np.arange(3) % 2, labels=("a", "b"))


def told(content: bytes) -> str:
    return base64.b64encode(content).decode()


@pytest.mark.parametrize(
    ("order", "brightness"),
    [("forwards", 10 * np.arange(16)), ("backwards", 10 * np.arange(16)[::-1]), ("still", np.full(16, 80))],
)
def test_a_test_clip_is_played_in_another_order(order: str, brightness: np.ndarray) -> None:
    asked = clip_question(clips(), {"row": 2, "order": order})
    assert asked.inputs.shape == (1, 16, 8, 8, 1) and asked.target is not None
    assert (asked.inputs[0, :, 0, 0, 0] == brightness).all()


def test_noise_falls_on_every_frame_and_is_the_same_each_time() -> None:
    once, again = (clip_question(clips(), {"row": 1, "noise": 0.1}).inputs for _ in range(2))
    assert (once == again).all() and (once[0, 5:] != clips().inputs[1, 5:]).mean() > 0.9


@pytest.mark.parametrize("form", ["GIF", "PNG", "WEBP"])
@pytest.mark.parametrize("channels", [1, 3])
def test_ones_own_animation_gets_the_shape_of_the_data(form: str, channels: int) -> None:
    made = frames(1, 32, side=20)
    asked = clip_question(clips(channels), {"clip": told(packed(made, form))})
    assert asked.inputs.shape == (1, 16, 8, 8, channels) and asked.inputs.dtype == np.uint8 and asked.target is None
    assert abs(float(asked.inputs[0, -1].mean()) - float(np.mean(made[-1]))) < 6, "the last frame is the clip's last"


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        ({"clip": 5}, "no file"), ({"clip": "§"}, "damaged on its way"), ({"clip": told(b"MZ no")}, "cannot be read"),
        ({"clip": told(packed(frames(1, 1)))}, "still picture"),
        ({"clip": told(packed(frames(1, 9))[:90])}, "cannot be read"),
        ({"clip": told(b"\x00\x00\x00\x18ftypmp42" + bytes(64))}, "upload only"), ({"row": 3}, "no item 4"),
        ({"row": 0, "order": "sideways"}, "forwards, backwards or still"), ({"row": 0, "noise": "much"}, "noise"),
    ],
)  # fmt: skip
def test_what_is_no_clip_is_refused_in_words(question: dict[str, object], reason: str) -> None:
    with pytest.raises(LoadError, match=reason):
        clip_question(clips(), question)
