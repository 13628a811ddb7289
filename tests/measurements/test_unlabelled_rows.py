"""Rows without labels: what is asked about them, that both networks differ in nothing else, and what the study says."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from core.evaluation import refitting
from core.measurements.data import unlabelled_rows
from core.measurements.data.unlabelled_rows import label_arms, pretext_tasks
from core.measurements.data.unlabelled_rows.label_arms import FewLabels
from core.models.training.output_spec import OutputSpec
from core.schema import Dataset
from tests import toys

torch = pytest.importorskip("torch")


def clusters(rows: int = 160) -> Dataset:
    draw = np.random.default_rng(0)
    target = draw.integers(0, 2, rows)
    values = draw.normal(size=(2, 8))[target] + draw.normal(size=(rows, 8))
    frame = pd.DataFrame(values, columns=[f"c{place}" for place in range(8)])
    return Dataset("made", "table", frame, target=target.astype(np.int64), labels=("a", "b"))


def test_columns_are_swapped_whole_and_told() -> None:
    rows = clusters()
    frame = rows.inputs.assign(kind=pd.Categorical(np.where(rows.target == 1, "x", "y")))
    task = pretext_tasks.pretext_of(replace(rows, inputs=frame))
    encoded = task.encode(frame)
    changed, truth = task.question(encoded, torch.Generator().manual_seed(0))
    values, swapped = truth[:, :-9], truth[:, -9:]
    assert torch.equal(values, encoded) and 0.2 < float(swapped.mean()) < 0.4
    moved = changed != encoded
    # The two one-hot columns of a category belong together; nothing moves where nothing is said to be swapped.
    assert not bool(moved[:, :8][swapped[:, :8] == 0].any())
    assert torch.equal(moved[:, 8], moved[:, 9])
    assert float(task.loss(torch.cat([values, 20 * swapped - 10], dim=1), truth)) < 1e-3


def test_pictures_are_turned_and_words_hidden() -> None:
    draw = np.random.default_rng(1)
    pictures = draw.integers(0, 255, (12, 10, 8, 1)).astype(np.uint8)
    task = pretext_tasks.pretext_of(Dataset("made", "image", pictures, target=np.zeros(12, dtype=np.int64)))
    encoded = task.encode(pictures)
    assert encoded.shape == (12, 1, 8, 8)
    turned, turns = task.question(encoded, torch.Generator().manual_seed(0))
    assert len(set(turns.tolist())) > 1
    for before, after, turn in zip(encoded, turned, turns, strict=True):
        assert torch.equal(torch.rot90(after, -int(turn), (1, 2)), before)
    assert task.body()(encoded).shape == (12, task.width)
    texts = np.array(["good film", "bad film", "good good play"], dtype=object)
    words = pretext_tasks.pretext_of(Dataset("made", "text", texts))
    counted = words.encode(texts)
    hidden, truth = words.question(counted, torch.Generator().manual_seed(0))
    assert counted.shape == (3, 4) and torch.equal(truth, counted) and bool((hidden <= counted).all())
    with pytest.raises(ValueError, match="tables, small pictures and texts"):
        pretext_tasks.pretext_of(Dataset("made", "sound", np.zeros((3, 4), dtype=np.float32)))


def test_both_bodies_start_alike_and_are_trained_by_the_same_steps() -> None:
    rows = clusters()
    task = pretext_tasks.pretext_of(rows)
    encoded = task.encode(rows.inputs)
    fresh = label_arms.fresh_body(task, 3)
    taught = label_arms.pretrained_body(replace(task, epochs=1), encoded, 3)
    again = label_arms.pretrained_body(replace(task, epochs=1), encoded, 3)
    assert all(torch.equal(a, b) for a, b in zip(taught.parameters(), again.parameters(), strict=True))
    assert not torch.equal(next(fresh.parameters()), next(taught.parameters()))
    spec = OutputSpec.from_target("binary", rows.target, 2)
    few = FewLabels(encoded[:20], rows.target[:20])
    before = [weight.clone() for weight in fresh.parameters()]
    label_arms.fine_tuned(fresh, task, few, spec, 3)
    assert all(torch.equal(a, b) for a, b in zip(before, fresh.parameters(), strict=True))


def test_labels_are_drawn_nested_and_as_many_of_each_class() -> None:
    target = np.repeat([0, 1, 2], [40, 20, 6])
    few, more = (unlabelled_rows.few_labels(target, count, 5) for count in (2, 5))
    assert few is not None and more is not None
    assert np.bincount(target[few]).tolist() == [2, 2, 2] and set(few) < set(more)
    assert unlabelled_rows.few_labels(target, 7, 5) is None


@pytest.mark.parametrize(
    ("gains", "outcome", "said"),
    [
        ([9.0, 10.0, 11.0, 10.0, 9.5], "supported", "save labels here"),
        ([-9.0, -10.0, -11.0, -10.0, -9.5], "contradicted", "cost skill"),
        ([0.1, 0.0, -0.1, 0.0, 0.1], "tied", "less than a point"),
        ([30.0, -30.0, 25.0, -20.0, 4.0], "undecided", "cannot be told"),
    ],
)
def test_the_study_can_come_out_either_way(gains: list[float], outcome: str, said: str) -> None:
    worth = {"labels": 23.0, "low": 15.0, "high": None, "least": 2.0, "most": 50.0}
    found = unlabelled_rows.saved_labels(gains, worth, 0.25)
    assert found["outcome"] == outcome and said in found["because"]
    assert "what 23 do from scratch" in found["because"] and "15 to more than 50" in found["because"]


def test_the_whole_study_on_a_table(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(label_arms, "STEPS", 8)
    monkeypatch.setattr(unlabelled_rows, "LABELS", (5, 10))
    rows = clusters()
    subject = toys.subject(rows, toys.contestant(family="deep"), context=None)
    found = unlabelled_rows.measure(subject)
    assert len(found.values) == refitting.REPEATS and found.detail["because"]
    curves = found.detail["curves"]
    assert [one["labels"] for one in curves["scratch"]] == [one["labels"] for one in curves["pretrained"]] == [5, 10]
    gap = np.mean(curves["pretrained"][1]["skills"]) - np.mean(curves["scratch"][1]["skills"])
    assert np.mean(found.values) == pytest.approx(gap)
    other = replace(subject, contestant=replace(subject.contestant, pretrained=True))
    with pytest.raises(ValueError, match="other data"):
        unlabelled_rows.measure(other)
