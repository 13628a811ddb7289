"""Designs of picture networks: equal width of what is active, balanced experts, a contest that finds what it should."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from core import registry
from core.evaluation import refitting
from core.measurements.ablation.design_ablation import design_study, picture_designs
from core.schema import Contestant, Dataset
from tests import toys

BY_KEY = {design.key: design for design in picture_designs.DESIGNS}


def pictures(rows: int = 120, side: int = 12, channels: int = 1) -> Dataset:
    """A bright bar that lies or stands, at a random place: two classes."""
    rng = np.random.default_rng(0)
    made = rng.integers(0, 60, (rows, side, side, channels), dtype=np.uint8)
    target = np.arange(rows) % 2
    for row, kind in enumerate(target):
        place = int(rng.integers(0, side))
        made[row, place] += np.uint8(180 * kind)
        made[row, :, place] += np.uint8(180 * (1 - kind))
    return Dataset("bars", "image", made, target=target.astype(np.int64), labels=("stands", "lies"))


def untrained() -> Contestant:
    """A deep contestant that fits nothing: the study builds networks of its own."""
    return toys.contestant(family="deep", fit=lambda train, valid, task, budget, tell: None)


@pytest.mark.parametrize("side", [8, 12, 28, 32])
@pytest.mark.parametrize("key", list(BY_KEY))
def test_every_design_takes_every_small_size(key: str, side: int) -> None:
    import torch

    network = BY_KEY[key].build(3, 5, side).eval()
    with torch.no_grad():
        assert network(torch.zeros(2, 3, side, side)).shape == (2, 5)


def test_experts_compute_as_much_for_a_patch_as_the_dense_layer_they_replace() -> None:
    import torch

    from core.workers import network_work

    tokens = torch.randn(4, 50, picture_designs.WIDTH)
    dense, experts = picture_designs.build_dense(), picture_designs.build_experts(4)
    counted = [
        network_work.count_call(lambda layer=layer: layer(tokens)).products["matrix"] for layer in (dense, experts)
    ]
    gate = 4 * 50 * picture_designs.WIDTH * 4
    assert counted[1] == counted[0] + gate
    sizes = [sum(one.numel() for one in layer.parameters()) for layer in (dense, experts)]
    assert sizes[1] > 3.9 * sizes[0]


def test_the_balance_term_moves_the_gate_and_leaves_the_answers_alone() -> None:
    import torch

    torch.manual_seed(0)
    experts = picture_designs.build_experts(4)
    with torch.no_grad():
        experts.gate.bias.copy_(torch.tensor([3.0, 0.0, 0.0, 0.0]))  # type: ignore[union-attr, operator]
    (experts(torch.randn(200, picture_designs.WIDTH)) * 0).sum().backward()
    moved = experts.gate.bias.grad  # type: ignore[union-attr]
    assert moved[0] > 0 and (moved[1:] <= 0).all(), "the crowded expert is asked less"  # type: ignore[index, operator]
    assert abs(float(experts.shares.sum()) - 1) < 1e-6  # type: ignore[operator]


@pytest.mark.slow
def test_all_designs_are_compared_on_the_same_cuts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refitting, "REPEATS", 2)
    monkeypatch.setattr(design_study, "SECONDS", 0.5)
    reading = design_study.compare_designs(toys.subject(pictures(), untrained()))
    json.dumps(reading.detail, allow_nan=False)
    assert len(reading.values) == 2
    assert [one["key"] for one in reading.detail["designs"]] == list(BY_KEY)
    for pair in reading.detail["pairs"]:
        skills = {one["key"]: one["skills"] for one in reading.detail["designs"]}
        assert np.allclose(pair["gaps"], np.subtract(skills[pair["left"]], skills[pair["right"]]))
    assert np.mean(reading.detail["designs"][0]["skills"]) > 20, "a bar that lies is told from one that stands"


def test_a_pretrained_contestant_says_why_it_has_none() -> None:
    declared = registry.find("measurements", "design_ablation")
    subject = toys.subject(pictures(40), replace(untrained(), pretrained=True))
    assert not declared.measure(subject).values and "from scratch" in declared.measure(subject).detail["reason"]
