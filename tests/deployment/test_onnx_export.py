"""Exports answer like their originals, with missing values and several classes, and run in a process of their own."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from core.deployment import compression, edge_benchmark, onnx_export
from core.models.onnx import graphs
from core.models.training.output_spec import OutputSpec


def rows(count=120, seed=0):
    values = np.random.default_rng(seed).normal(size=(count, 4)).astype(np.float32)
    values[::5, 1] = np.nan
    return values


def grown(classes):
    import xgboost

    data = rows()
    target = np.digitize(data[:, 0], [-0.5, 0.5][: classes - 1]) if classes else np.nan_to_num(data[:, 0]) * 3 + 7
    settings = {
        0: {"objective": "reg:squarederror"},
        2: {"objective": "binary:logistic"},
        3: {"objective": "multi:softprob", "num_class": 3},
    }[classes]
    booster = xgboost.train({**settings, "max_depth": 3}, xgboost.DMatrix(data, label=target), 12)
    form = {0: "regression", 2: "binary", 3: "multiclass"}[classes]
    return SimpleNamespace(
        booster=booster, encoded=lambda inputs: inputs, output_spec=OutputSpec.from_target(form, target, classes)
    )


def network():
    import torch

    torch.manual_seed(0)
    net = torch.nn.Sequential(torch.nn.Linear(4, 64), torch.nn.ReLU(), torch.nn.Linear(64, 1)).eval()
    output_spec = OutputSpec.from_target("binary", np.array([0, 1] * 10), 2)
    return SimpleNamespace(network=net, encoded=lambda inputs: np.nan_to_num(inputs), output_spec=output_spec)


@pytest.mark.parametrize("classes", [0, 2, 3])
def test_trees_answer_the_same_with_gaps(classes):
    model = grown(classes)
    found = onnx_export.export_model(model, rows(3))
    assert found.kind == "trees" and np.allclose(
        onnx_export.run_graph(found.graph, rows()), found.raw(rows()), atol=1e-4
    )
    if classes == 0:
        assert np.allclose(found.to_predictions(found.raw(rows())), model.booster.inplace_predict(rows()))


def test_a_network_answers_the_same_for_any_number_of_rows():
    model = network()
    found = onnx_export.export_model(model, rows(3))
    for count in (1, 2, 50):
        asked = found.encode(rows(count))
        assert np.allclose(onnx_export.run_graph(found.graph, asked), found.raw(asked), atol=1e-5)
    eight = graphs.quantise_dynamic(found.graph)
    asked = found.encode(rows())
    assert np.abs(onnx_export.run_graph(eight, asked) - found.raw(asked)).max() < 0.1


def test_a_picture_network_goes_in_by_its_tensor():
    import torch

    torch.manual_seed(0)
    net = torch.nn.Sequential(
        torch.nn.Conv2d(1, 4, 3), torch.nn.ReLU(), torch.nn.Flatten(), torch.nn.Linear(144, 1)
    ).eval()
    output_spec = OutputSpec.from_target("binary", np.array([0, 1]), 2)
    pictures = np.random.default_rng(0).integers(0, 255, (9, 8, 8, 1), dtype=np.uint8)
    scaled = lambda inputs: (torch.as_tensor(inputs.transpose(0, 3, 1, 2) / 255.0, dtype=torch.float32),)  # noqa: E731
    model = SimpleNamespace(network=net, tensors=scaled, output_spec=output_spec)
    found = onnx_export.export_model(model, pictures[:2])
    asked = found.encode(pictures)
    assert np.allclose(onnx_export.run_graph(found.graph, asked), found.raw(asked), atol=1e-4)
    small, _ = compression.distil(found, asked)
    assert onnx_export.run_graph(small, asked).shape == (9, 1)
    words = SimpleNamespace(
        network=net, tensors=lambda inputs: (torch.zeros(1, 2, dtype=torch.int64),), output_spec=output_spec
    )
    with pytest.raises(ValueError, match="one float tensor"):
        onnx_export.export_model(words, pictures)


def test_a_linear_map_by_hand():
    output_spec = OutputSpec.from_target("binary", np.array([0, 1]), 2)
    model = SimpleNamespace(weights=[1.0, 2.0], intercept=0.5, encoded=lambda inputs: inputs, output_spec=output_spec)
    found = onnx_export.export_model(model, np.zeros((1, 2), np.float32))
    assert onnx_export.run_graph(found.graph, np.array([[1.0, 10.0]]))[0, 0] == pytest.approx(21.5)
    with pytest.raises(ValueError, match="already small"):
        compression.prune(model, found, np.zeros((1, 2), np.float32))


def test_what_cannot_be_exported_says_so():
    with pytest.raises(ValueError, match="no part"):
        onnx_export.export_model(SimpleNamespace(), rows(2))
    both = SimpleNamespace(network=1, booster=2, encoded=lambda inputs: inputs, output_spec=1)
    with pytest.raises(ValueError, match="no common export"):
        onnx_export.export_model(both, rows(2))
    with pytest.raises(ValueError, match="no matrix"):
        graphs.quantise_dynamic(onnx_export.export_model(grown(2), rows(2)).graph)


def test_smaller_versions_stay_close_and_get_smaller():
    model = grown(2)
    found = onnx_export.export_model(model, rows(3))
    half, words = compression.prune(model, found, rows())
    assert "first 6" in words and len(half) < len(found.graph)
    small, _ = compression.distil(found, rows(500, seed=1))
    told = np.corrcoef(onnx_export.run_graph(small, rows())[:, 0], found.raw(rows())[:, 0])[0, 1]
    assert told > 0.9
    net = network()
    exported = onnx_export.export_model(net, rows(3))
    thinned, _ = compression.prune(net, exported, exported.encode(rows()))
    assert len(thinned) == pytest.approx(len(exported.graph), rel=0.2)
    taught, _ = compression.distil(exported, exported.encode(rows(500, seed=1)))
    asked = exported.encode(rows())
    assert np.corrcoef(onnx_export.run_graph(taught, asked)[:, 0], exported.raw(asked)[:, 0])[0, 1] > 0.95


def test_a_fresh_process_measures_and_a_broken_graph_is_worded():
    found = onnx_export.export_model(grown(2), rows(3))
    alone = edge_benchmark.measure_graph(found.graph, rows(), seconds=0.05)
    assert alone.bytes == len(found.graph) and 0 < alone.p50 <= alone.p95 <= alone.p95_bound
    assert alone.memory_mb >= 0 and alone.load_ms > 0 and len(alone.blocks) == 10
    with pytest.raises(ValueError, match="did not run"):
        edge_benchmark.measure_graph(b"not a graph", rows())


def test_devices_by_their_rules():
    small = edge_benchmark.EdgeTiming(50_000, 0.01, 0.02, 0.02, 1.0, 1.0, 5.0, (0.01,))
    told = edge_benchmark.device_fits(small, working_mb=0.01)
    assert [one["fits"] for one in told.values()] == [True, True, True]
    big = edge_benchmark.EdgeTiming(80_000_000, 20.0, 30.0, None, 1.0, 1.0, 900.0, (20.0,))
    told = edge_benchmark.device_fits(big, working_mb=2.0)
    assert [one["fits"] for one in told.values()] == [False, False, True]
    assert "80 MB of model" in told["microcontroller"]["why"] and "2.00 MB of memory" in told["microcontroller"]["why"]
    found = onnx_export.export_model(network(), rows(3))
    assert edge_benchmark.working_megabytes(found.graph, rows(3)) == pytest.approx(4 * 128 / 1e6)
