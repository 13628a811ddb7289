"""Raw and hand-made views of every kind of data, and the learners that are fed both."""

from __future__ import annotations

import numpy as np
import pytest

from core.measurements.ablation.feature_engineering import view_models
from core.models import input_views
from core.schema import Budget, Dataset, Task

TASK = Task("class", "classification", "binary")


def quiet(news):
    return None


def data(kind, rows=80):
    draw = np.random.default_rng(0)
    target = np.arange(rows) % 2
    made = {
        "image": lambda: (draw.integers(0, 90, (rows, 12, 12, 1)) + target[:, None, None, None] * 120).astype(np.uint8),
        "text": lambda: np.array([f"{('bad rainy', 'good sunny')[one]} day {k % 7}" for k, one in enumerate(target)],
                                 dtype=object),
        "sound": lambda: (draw.normal(size=(rows, 2_000)) * (0.1 + 0.3 * target[:, None])).astype(np.float32),
        "series": lambda: (draw.normal(size=(rows, 20, 2)) + target[:, None, None]).astype(np.float32),
        "table": lambda: draw.normal(size=(rows, 2)),
    }[kind]()  # fmt: skip
    return Dataset("toy", kind, made, target, labels=("a", "b"), facts={"rate": 8_000})


SLOW = [pytest.param(kind, marks=pytest.mark.slow) for kind in ("image", "sound")]


@pytest.mark.parametrize("kind", [*SLOW, "text", "series"])
def test_both_views_feed_both_learners(kind):
    whole = data(kind)
    train, valid, test = (whole.take(np.arange(begin, end)) for begin, end in ((0, 40), (40, 60), (60, 80)))
    views = view_models.feature_views(train)
    assert len({view.about for view in views}) == 2 and set(view_models.raw_text(views)) == {
        "raw_inputs",
        "made_inputs",
    }
    for view in views:
        answers = view_models.fit_classical(view, (train, valid), TASK, Budget(seconds=3), quiet)(test.inputs)
        assert answers.shape == (20, 2) and np.allclose(answers.sum(axis=1), 1)
    made = view_models.fit_view_network(views[1], (train, valid), TASK, Budget(seconds=3), quiet)(test.inputs)
    assert (made.argmax(axis=1) == test.target).mean() > 0.8, "the hand-made view of a plain difference is enough"


@pytest.mark.slow
def test_sounds_are_sampled_to_a_bounded_number_and_learned_over_time():
    whole = data("sound")
    assert input_views.sample_mean(whole.inputs).shape == (80, 1_000)
    assert input_views.sample_mean(np.ones((2, 5_000), dtype=np.float32)).shape[1] <= input_views.SAMPLES
    parts = whole.take(np.arange(50)), whole.take(np.arange(50, 70))
    answers = view_models.temporal_network(input_views.sound_views(parts[0])[0], parts, TASK, Budget(seconds=2), quiet)(
        whole.inputs[70:]
    )
    assert answers.shape == (10, 2)


def test_other_data_have_no_craft_here():
    with pytest.raises(ValueError, match="no hand-made features"):
        view_models.feature_views(data("table"))
