"""Every contestant for pictures, texts, sounds and series keeps the laws of the Model protocol on tiny data."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from core import registry
from core.evaluation import tasks
from core.models import composed_model
from core.schema import Budget, Cancelled, Dataset
from core.storage import model_archive
from core.storage.bundled_files import labelled_dataset


def pictures(count: int = 60) -> Dataset:
    draw = np.random.default_rng(0)
    codes = np.arange(count) % 2
    made = draw.integers(0, 60, (count, 12, 12, 3), dtype=np.uint8)
    for row, code in enumerate(codes):
        made[row, 6 * code : 6 * code + 6, :, code] += 150
    return labelled_dataset("image", "toy", made, codes, ("up", "down"), "made here")


def clips(count: int = 48) -> Dataset:
    """Bright bars on noise, of four frames; they move down in one class and up in the other."""
    draw = np.random.default_rng(0)
    codes = np.arange(count) % 2
    made = draw.integers(0, 60, (count, 4, 16, 16, 1), dtype=np.uint8)
    for row, code in enumerate(codes):
        for frame in range(4):
            at = 3 * frame + 2 if code else 11 - 3 * frame
            made[row, frame, at : at + 3] = 230
    return labelled_dataset("video", "toy", made, codes, ("up", "down"), "made here")


def texts(count: int = 60) -> Dataset:
    draw = np.random.default_rng(0)
    words = (["boat", "sea", "sail"], ["engine", "road", "wheel"])
    codes = np.arange(count) % 2
    made = [" ".join(draw.choice(words[code] + ["the", "and", "of", "我", "爱"], 8)) for code in codes]
    return labelled_dataset("text", "toy", np.array(made, dtype=object), codes, ("water", "land"), "made here")


def sounds(count: int = 48) -> Dataset:
    draw = np.random.default_rng(0)
    codes, when = np.arange(count) % 2, np.arange(3_200) / 16_000
    made = [np.sin(2 * np.pi * (400 + 900 * code + 20 * draw.normal()) * when) for code in codes]
    made = np.array(made, dtype=np.float32) * 0.5 + draw.normal(size=(count, 3_200)).astype(np.float32) * 0.02
    return labelled_dataset("sound", "toy", made, codes, ("low", "high"), "made here", facts={"rate": 16_000})


def windows(count: int = 60, form: str = "") -> Dataset:
    draw = np.random.default_rng(0)
    codes = np.arange(count) % 2 if form != "anomaly" else (np.arange(count) % 10 == 0).astype(int)
    made = draw.normal(size=(count, 16, 2)).astype(np.float32)
    wave = 4 * np.sin(np.arange(16))[None, :, None]
    if form == "anomaly":
        # The usual windows have a shape, the odd ones none: what an autoencoder can and cannot rebuild.
        made = np.where((codes == 1)[:, None, None], 4 * made, 0.3 * made + wave).astype(np.float32)
    else:
        made[codes == 1] += wave
    facts = {"form": form} if form else {}
    return labelled_dataset("series", "toy", made, codes, ("usual", "odd"), "made here", facts=facts)


@pytest.fixture(autouse=True)
def hasty(monkeypatch):
    """A block of permutations is enough to see that an explanation adds up."""
    monkeypatch.setattr(composed_model, "EXPLAIN_SECONDS", 0.0)


TOYS = {"image": pictures, "video": clips, "text": texts, "sound": sounds, "series": windows}
PLAYERS = [
    contestant
    for contestant in registry.discover("contestants").values()
    if contestant.modalities[0] in TOYS and "anomaly" not in contestant.kinds[:1]
]
DETECTORS = [
    one for one in registry.discover("contestants").values() if one.modalities == ("series",) and "anomaly" in one.kinds
]


def thirds(dataset: Dataset) -> tuple[Dataset, Dataset, Dataset]:
    rows = np.random.default_rng(1).permutation(len(dataset))
    half, more = len(rows) // 2, 3 * len(rows) // 4
    return dataset.take(rows[:half]), dataset.take(rows[half:more]), dataset.take(rows[more:])


def fitted(contestant, dataset: Dataset, **budget):
    train, valid, test = thirds(dataset)
    task = tasks.infer_task(dataset)
    reason = contestant.unsupported_reason(dataset, task)
    if reason:
        pytest.skip(reason)
    heard = []
    model = contestant.fit(train, valid, task, Budget(seconds=2.0, seed=3, **budget), heard.append)
    return model, train, test, heard


@pytest.mark.parametrize("contestant", PLAYERS, ids=lambda one: one.key)
def test_model_keeps_the_laws(contestant):
    model, _, test, heard = fitted(contestant, TOYS[contestant.modalities[0]]())
    chances, margin = model.predict(test.inputs), model.margin(test.inputs)
    assert chances.shape == (len(test), 2) and np.allclose(chances.sum(axis=1), 1, atol=1e-6)
    assert margin.shape == (len(test),) and np.array_equal(margin > 0, chances[:, 1] > 0.5)
    assert np.allclose(model.predict(test.inputs[:1]), chances[:1], atol=2e-3), "one row must get the same answer alone"
    # A prompt knows the words of language and none of made classes.
    learns = contestant.needs_labels and not contestant.key.endswith("_deep")
    assert not learns or (chances.argmax(axis=1) == test.target).mean() >= 0.7
    assert heard or contestant.pretrained
    facts = model.describe()
    if contestant.key in ("image_deep", "text_deep", "sound_deep", "series_deep"):
        assert facts["augmented"] is True and 1 <= facts["best_epoch"] <= facts["epochs"]
    assert json.loads(json.dumps(facts)) and facts["parameters"] == model.parameters > 0
    stored, arrays, _ = model_archive.unpack(model.saved())
    assert stored["parameters"] == model.parameters and arrays


@pytest.mark.slow
@pytest.mark.parametrize("contestant", [one for one in PLAYERS if not one.pretrained], ids=lambda one: one.key)
def test_explanation_adds_up(contestant):
    model, train, test, _ = fitted(contestant, TOYS[contestant.modalities[0]]())
    why = model.explain(test.inputs[:3], train.inputs[:10])
    assert why.values.shape == (3, len(why.parts)) and why.base_value.shape == (3,)
    assert np.allclose(why.base_value + why.values.sum(axis=1), model.margin(test.inputs[:3]), atol=1e-2)


@pytest.mark.parametrize("contestant", DETECTORS, ids=lambda one: one.key)
def test_detectors_score_oddness(contestant):
    model, train, test, _ = fitted(contestant, windows(240, "anomaly"))
    scores = model.predict(test.inputs)
    assert scores.shape == (len(test),) and np.isfinite(scores).all()
    found = tasks.score(tasks.infer_task(test), train.target, test, scores)
    assert found.scores["auc"] > 0.8, found.scores


@pytest.mark.parametrize("key", ["image_deep", "text_deep", "sound_deep", "series_deep", "series_autoencoder"])
def test_networks_can_be_cancelled(key):
    contestant = registry.find("contestants", key)
    dataset = windows(form="anomaly") if key == "series_autoencoder" else TOYS[contestant.modalities[0]]()
    train, valid, _ = thirds(dataset)

    def stop(news):
        raise Cancelled

    with pytest.raises(Cancelled):
        contestant.fit(train, valid, tasks.infer_task(dataset), Budget(seconds=5.0), stop)


def test_same_seed_gives_the_same_network():
    contestant = registry.find("contestants", "text_deep")
    task = tasks.infer_task(texts())
    train, valid, test = thirds(texts())
    answers = []
    for _ in range(2):
        model = contestant.fit(train, valid, task, Budget(seconds=1e3, seed=5), lambda news: None)
        answers.append(model.predict(test.inputs))
    assert np.array_equal(*answers)


@pytest.mark.parametrize("modality", ["image", "text", "sound", "series"])
def test_more_than_two_classes(modality):
    dataset = TOYS[modality](60)
    codes = np.arange(60) % 3
    three = labelled_dataset(
        modality, "toy", dataset.inputs, codes[: len(dataset)], ("a", "b", "c"), "x", facts=dict(dataset.facts)
    )
    key = {"image": "image_hog", "text": "text_tfidf", "sound": "sound_mfcc", "series": "series_kernels"}[modality]
    model, train, test, _ = fitted(registry.find("contestants", key), three)
    assert model.predict(test.inputs).shape == (len(test), 3)
    why = model.explain(test.inputs[:2], train.inputs[:8], np.array([0, 2]))
    assert why.outputs is not None and why.values.shape[0] == 2


def test_picture_networks_draw_maps_and_augmentation_can_be_switched_off():
    contestant = registry.find("contestants", "image_deep")
    model, train, test, _ = fitted(contestant, pictures())
    assert model.describe()["augmented"] is True
    drawn = model.maps(test.inputs[:3], train.inputs[:5], None)
    assert all(np.shape(drawn[key]) == (3, 12, 12) for key in ("ig", "gradcam", "occlusion")) and drawn["note"]
    assert fitted(contestant, pictures(), augment=False)[0].describe()["augmented"] is False


@pytest.mark.parametrize(
    "key",
    [
        "image_deep",
        "text_deep",
        "sound_deep",
        "series_deep",
        "series_autoencoder",
        pytest.param("image_pretrained", marks=pytest.mark.slow),
    ],
)
def test_a_failing_accelerator_is_replaced_by_the_processor_and_said(key, monkeypatch):
    import torch

    from core.workers import devices

    if torch.cuda.is_available():
        pytest.skip("a wish for CUDA is granted here")
    monkeypatch.setattr(devices, "select_device", lambda wanted="auto": ("cuda", ""))
    contestant = registry.find("contestants", key)
    anomaly = key == "series_autoencoder"
    toy = windows(form="anomaly") if anomaly else TOYS[contestant.modalities[0]]()
    model, train, test, _ = fitted(contestant, toy, augment=False)
    facts = model.describe()
    assert facts.get("augmented", False) is False, "every augmentation can be switched off"
    assert facts["device"] == "cpu" and any("on cuda failed, done on the CPU" in note for note in facts["notes"])
    assert np.isfinite(model.predict(test.inputs)).all()
    drawn = model.maps(test.inputs[:2], train.inputs[:4], None) if key == "image_pretrained" else None
    assert drawn is None or np.shape(drawn["gradcam"]) == (2, 12, 12)


@pytest.mark.parametrize(
    "key",
    ["text_deep", "series_deep", *(pytest.param(key, marks=pytest.mark.slow) for key in ("image_deep", "sound_deep"))],
)
def test_the_inner_validation_rows_decide_which_epoch_is_kept(key):
    contestant = registry.find("contestants", key)
    train, valid, test = thirds(TOYS[contestant.modalities[0]]())
    task, budget = tasks.infer_task(train), Budget(seconds=3.0, seed=3)
    # Where the answers of the validation rows are turned round, whatever training learns looks like a step back.
    turned = replace(valid, target=1 - valid.target)
    right, wrong = (contestant.fit(train, held, task, budget, lambda news: None) for held in (valid, turned))
    kept = [float((one.predict(test.inputs).argmax(axis=1) == test.target).mean()) for one in (right, wrong)]
    assert kept[0] >= kept[1] and right.describe()["best_epoch"] > wrong.describe()["best_epoch"]


@pytest.mark.gpu
@pytest.mark.parametrize("key", ["image_deep", "text_deep", "sound_deep", "series_deep"])
def test_networks_train_on_cuda(key):
    import torch

    if not torch.cuda.is_available():
        pytest.skip("no CUDA device here")
    contestant = registry.find("contestants", key)
    model, _, test, _ = fitted(contestant, TOYS[contestant.modalities[0]](), device="cuda")
    assert model.describe()["device"].startswith("cuda") and model.describe()["precision"] == "bfloat16"
    assert np.isfinite(model.predict(test.inputs)).all()


SLOWER = [pytest.param(key, marks=pytest.mark.slow) for key in ("image_deep", "sound_deep", "series_deep", "sound_svm")]


@pytest.mark.parametrize("key", ["image_hog", "series_stats", "text_deep", *SLOWER])
def test_several_settings_are_tried_under_one_allowance_and_told(key):
    contestant = registry.find("contestants", key)
    dataset = TOYS[contestant.modalities[0]](48)
    model, _, test, _ = fitted(contestant, dataset, configurations=3)
    told = json.loads(json.dumps(model.describe(), default=float))
    tried = told["configurations"]
    assert (
        len(tried) + told["configurations_left_out"] == 3 and tried[0]["settings"] == {} and "Optuna" in told["tuner"]
    )
    scores = [one["score"] for one in tried if one["score"] is not None]
    assert told["settings"] in [one["settings"] for one in tried if one["score"] == max(scores)]
    assert np.isfinite(model.predict(test.inputs)).all()
    plain, *_ = fitted(contestant, dataset)
    assert "tuner" not in plain.describe()
