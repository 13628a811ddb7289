"""Hand-made features rebuilt as torch modules give what the originals give, and whole contestants answer the same."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core import registry
from core.deployment import compression, onnx_export
from core.features import audio_features, image_features, text_features, window_features
from core.features.torch_modules import audio, image
from core.features.torch_modules import series as stretches
from core.features.torch_modules import text as counts
from core.models import heads
from core.models.heads import torch_heads
from core.models.onnx import export_routes, graphs
from core.models.training.output_spec import OutputSpec
from core.schema import Budget, Dataset, Task


def quiet(news):
    return None


def through(module, rows):
    import torch

    with torch.no_grad():
        return module(torch.as_tensor(np.asarray(rows, dtype=np.float32))).numpy()


@pytest.mark.parametrize("shape", [(28, 28, 1), (19, 32, 3)])
def test_picture_features_are_the_same(shape):
    pictures = np.random.default_rng(0).integers(0, 256, (9, *shape), dtype=np.uint8)
    pictures[4:] = (pictures[4:] // 64) * 64
    wanted = image_features.picture_features(pictures)
    assert np.abs(through(image.feature_module(shape), pictures) - wanted).max() < 1e-4


def test_sound_features_are_the_same():
    made = np.random.default_rng(0).normal(size=(6, 4_000)) * np.linspace(0.3, 0.0, 4_000)
    made[:, 3_000:] = 0
    wanted = audio_features.sound_features(made.astype(np.float32), 8_000)
    assert np.abs(through(audio.feature_module(4_000, 8_000), made) - wanted).max() < 1e-2
    log = audio_features.log_mel(made.astype(np.float32), 8_000)
    assert np.abs(through(audio.log_mel_module(4_000, 8_000), made) - log).max() < 1e-2
    assert through(audio.coarse_module(4_000, 8_000), made).shape == (6, audio_features.MELS * audio.STRETCHES)


@pytest.mark.parametrize("shape", [(40, 3), (24, 1)])
def test_window_figures_are_the_same(shape):
    series = np.random.default_rng(0).normal(size=(7, *shape)).cumsum(axis=1).astype(np.float32)
    series[0] = 1.0
    wanted = window_features.window_features(series)
    assert np.allclose(through(stretches.feature_module(*shape), series), wanted, rtol=1e-4, atol=1e-4)


def test_weighted_counts_are_the_same_and_a_word_nobody_knew_changes_nothing():
    found = ["good good day", "bad day", "bad bad bad night", "good night and day", ""] * 3
    views = (
        text_features.fit_tfidf(found, text_features.word_ngrams),
        text_features.fit_tfidf(found, text_features.char_ngrams),
    )
    width = sum(len(view.index) for view in views)
    draw = np.random.default_rng(0)
    weights, bias = draw.normal(size=(width, 2)).astype(np.float32), np.array([0.5, -1.0])
    from scipy.sparse import hstack

    rows = hstack([view.transform(found) for view in views]).tocsr()
    room = counts.row_width(rows)
    got = through(counts.linear_module(views, weights, bias, room), counts.encode_counts(views, found, room))
    assert np.abs(got - (np.asarray(rows @ weights) + bias)).max() < 1e-4
    known, odd = (counts.encode_counts(views, [text], room) for text in ("bad day", "bad day zzzz"))
    assert counts.vocabulary_bytes(views) > width and np.count_nonzero(odd) <= np.count_nonzero(known) + 2
    shared = through(counts.hashed_counts(room), counts.encode_counts(views, found[:4], room))
    assert np.allclose((shared**2).sum(axis=1), 1.0, atol=1e-5)


@pytest.mark.parametrize("classes", [2, 3])
def test_a_kernel_head_is_the_same_as_a_module(classes):
    draw = np.random.default_rng(0)
    rows = draw.normal(size=(120, 12)).astype(np.float32)
    target = np.digitize(rows[:, 0], [-0.4, 0.4][: classes - 1])
    output_spec = OutputSpec.from_target("binary" if classes == 2 else "multiclass", target, classes)
    head = heads.fit_kernel_svm(
        (rows[:80], target[:80]), (rows[80:], target[80:]), output_spec, Budget(), quiet, (5, 7)
    )
    assert np.abs(through(torch_heads.head_module(head), rows) - head.raw(rows)).max() < 1e-3


def test_a_linear_head_and_a_landmark_head_are_the_same_as_modules():
    draw = np.random.default_rng(1)
    rows = draw.normal(size=(90, 6)).astype(np.float32)
    value = rows[:, 0] * 3 + 1
    output_spec = OutputSpec.from_target("regression", value)
    parts = (rows[:60], value[:60]), (rows[60:], value[60:])
    for head in (
        heads.fit_linear(*parts, output_spec, 5.0, quiet),
        heads.fit_kernel_svm(*parts, output_spec, Budget(), quiet),
    ):
        assert np.abs(through(torch_heads.head_module(head), rows) - head.raw(rows)).max() < 2e-3
    with pytest.raises(ValueError, match="no form"):
        torch_heads.head_module(replace(head, arrays={"booster": np.zeros(3)}))


def pictures(rows=90):
    draw = np.random.default_rng(0)
    target = np.arange(rows) % 2
    made = draw.integers(0, 90, (rows, 16, 16, 1))
    made[target == 1, 4:12, 6:9] += 150
    return Dataset("toy", "image", made.astype(np.uint8), target, labels=("a", "b"))


@pytest.mark.slow
def test_a_whole_picture_contestant_answers_the_same_as_one_graph_and_gets_smaller():
    data = pictures()
    train, valid, test = (data.take(np.arange(begin, begin + 30)) for begin in (0, 30, 60))
    model = registry.find("contestants", "image_hog").fit(
        train, valid, Task("class", "classification", "binary"), Budget(seconds=5), quiet
    )
    assert onnx_export.export_routes(model) == 2
    for way in (0, 1):
        found = onnx_export.export_model(model, train.inputs[:2], way)
        theirs = found.to_predictions(onnx_export.run_graph(found.graph, found.encode(test.inputs)))
        assert np.abs(theirs - model.predict(test.inputs)).max() < 1e-3
        assert bool(found.outside_graph) == (way == 1)
    whole = onnx_export.export_model(model, train.inputs[:2])
    assert whole.fixed_tensors and len(graphs.quantise_dynamic(whole.graph, whole.fixed_tensors)) < len(whole.graph)
    small, about = compression.distil(whole, whole.encode(train.inputs))
    assert "same features" in about and onnx_export.run_graph(small, whole.encode(test.inputs)).shape == (30, 1)


@pytest.mark.slow
def test_boosted_trees_over_figures_of_windows_are_one_graph():
    draw = np.random.default_rng(0)
    target = np.arange(120) % 2
    series = draw.normal(size=(120, 30, 2)) + target[:, None, None]
    data = Dataset("toy", "series", series.astype(np.float32), target, labels=("a", "b"))
    train, valid, test = (data.take(np.arange(begin, begin + 40)) for begin in (0, 40, 80))
    model = registry.find("contestants", "series_stats").fit(
        train, valid, Task("class", "classification", "binary"), Budget(seconds=5), quiet
    )
    found = onnx_export.export_model(model, train.inputs[:2])
    theirs = found.to_predictions(onnx_export.run_graph(found.graph, found.encode(test.inputs)))
    assert found.kind == "trees" and np.abs(theirs - model.predict(test.inputs)).max() < 1e-3
    fewer, about = compression.prune(model, found, found.encode(test.inputs))
    assert "rounds" in about and len(fewer) < len(found.graph)
    small, _ = compression.distil(found, found.encode(train.inputs))
    assert onnx_export.run_graph(small, found.encode(test.inputs)).shape == (40, 1)
    assert model.portable()[1].outside_graph == export_routes.OUTSIDE
