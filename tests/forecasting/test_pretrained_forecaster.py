"""The pretrained forecaster is written down by the name and hash of its network; other weights are refused."""

from __future__ import annotations

import importlib.util
import json
import sys
import types
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from core.bundles import runtime_sources
from core.contestants.forecast import pretrained
from core.encoders import fracast_network, network_hashes
from core.schema import Dataset, Split
from core.states import state_decoder, state_encoder
from core.states.code_references import CodeReferenceError
from tests.forecasting.test_forecasters import fitted, prepared


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A stand-in for the package: last value plus nine fixed steps."""
    import torch

    class Stand(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.weight = torch.nn.Parameter(torch.ones(1))

    class Model:
        def __init__(self, core: object, head: object, config: dict[str, object]) -> None:
            self.config = config

        def forecast_batch(self, past: np.ndarray, *, horizon: int) -> np.ndarray:
            return np.repeat(past[:, -1:, None] + np.arange(-4.0, 5.0), horizon, axis=1)

    folder = tmp_path / "fracast" / "weights"
    folder.mkdir(parents=True)
    (folder / "config.json").write_text(json.dumps({"model": {}}), encoding="utf-8")
    (folder / "model.safetensors").write_bytes(b"weights")
    made, inner = types.ModuleType("fracast"), types.ModuleType("fracast.inference")
    made.__file__ = str(folder.parent / "__init__.py")
    inner.FracastModel, inner.load_fracast = Model, lambda folder, weights: (Stand(), Stand())  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "fracast", made)
    monkeypatch.setitem(sys.modules, "fracast.inference", inner)
    for cache in (fracast_network.load_network, network_hashes.network_hash):
        cache.cache_clear()
    yield folder
    for cache in (fracast_network.load_network, network_hashes.network_hash):
        cache.cache_clear()


def ready() -> tuple[Dataset, Split]:
    made, parts = prepared(series=3)
    return made, parts[0]


def test_it_is_kept_without_its_weights_and_answers_alike(package: Path) -> None:
    whole, split = ready()
    model, test = fitted("pretrained", whole, split), whole.take(split.test).inputs
    state, encoders = state_encoder.encode_state(model)
    assert encoders == {"Fracast-0": network_hashes.network_hash("Fracast-0")}
    again = state_decoder.decode_state(state)
    assert np.array_equal(again.predict(test), model.predict(test))
    assert {"fracast", "safetensors", "torch"} <= set(runtime_sources.packages_of(runtime_sources.modules_named(state)))


def test_other_weights_and_a_missing_package_are_refused(package: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    state, _ = state_encoder.encode_state(fitted("pretrained", *ready()))
    (package / "model.safetensors").write_bytes(b"other weights")
    network_hashes.network_hash.cache_clear()
    with pytest.raises(CodeReferenceError, match="other weights"):
        state_decoder.decode_state(state)
    monkeypatch.setitem(sys.modules, "fracast", None)
    network_hashes.network_hash.cache_clear()
    with pytest.raises(CodeReferenceError, match="Fracast-0, which is not installed"):
        state_decoder.decode_state(state)


@pytest.mark.slow
@pytest.mark.skipif(importlib.util.find_spec("fracast") is None, reason="fracast is not installed")
def test_the_real_network_is_kept_and_answers_alike() -> None:
    whole, split = ready()
    model, test = fitted("pretrained", whole, split), whole.take(split.test).inputs
    again = state_decoder.decode_state(state_encoder.encode_state(model)[0])
    assert np.array_equal(again.predict(test), model.predict(test)) and model.parameters == 85_001
    assert pretrained.unsupported_reason(whole, None) is None  # type: ignore[arg-type]
