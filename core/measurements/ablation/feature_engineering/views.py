"""Raw and hand-made inputs of pictures, texts, sounds and series as plain numbers, and the learners they are fed to.

The two learners of each kind of data are the same on both inputs: what a craft gives to one and to the other is then a
matter of the inputs alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.models import heads
from core.models.training.output_spec import OutputSpec
from core.schema import Budget, Dataset, ProgressCallback, Task

SAMPLES = 1_024
COMPONENTS = 200
Encode = Callable[[Any], Any]


@dataclass(frozen=True)
class View:
    """One way to look at inputs: ``encode`` gives numbers (n, d), dense or scipy sparse; ``blocks`` are the widths of
    kinds of features side by side, ``about`` says in words what they are."""

    encode: Encode
    about: str
    blocks: tuple[int, ...] = ()


def views(train: Dataset) -> tuple[View, View]:
    """The raw and the hand-made view of a kind of data, fitted on training rows.

    Raises:
        ValueError: there is no hand-made view of such data here.
    """
    made = {"image": _pictures, "text": _texts, "sound": _sounds, "series": _series}
    if train.modality not in made:
        raise ValueError(f"there are no hand-made features for {train.modality} data here")
    return made[train.modality](train)


def _pictures(train: Dataset) -> tuple[View, View]:
    from core.features.image_features import picture_features, widths

    raw = View(lambda found: found.reshape(len(found), -1).astype(np.float32) / 255.0, "pixels")
    return raw, View(picture_features, "oriented gradients, coarse levels and colours", widths(train.inputs))


def _texts(train: Dataset) -> tuple[View, View]:
    from core.features import text_features as texts
    from core.models.text.tfidf_models import TfidfViews

    words = texts.count(train.inputs, texts.tokens)
    bag = texts.Counted(words.index, np.ones_like(words.weight), texts.tokens, sublinear=False)
    craft = TfidfViews((texts.count(train.inputs, texts.terms), texts.count(train.inputs, texts.pieces, most=40_000)))
    return View(bag.rows, "bag of single words"), View(craft.rows, "weighted pairs of words and character runs")


def _sounds(train: Dataset) -> tuple[View, View]:
    from core.features.audio_features import sound_features
    from core.models.sound.sound_network import sample_rate

    rate = sample_rate(train)
    return View(sampled, f"{SAMPLES} samples"), View(lambda found: sound_features(found, rate), "MFCC figures")


def sampled(found: np.ndarray) -> np.ndarray:
    """Sounds (n, t) averaged over neighbouring samples to at most SAMPLES numbers a sound, float32."""
    step = -(-found.shape[1] // SAMPLES)
    padded = np.pad(found, ((0, 0), (0, -found.shape[1] % step)))
    return padded.reshape(len(found), -1, step).mean(axis=2).astype(np.float32)


def _series(train: Dataset) -> tuple[View, View]:
    from core.features.window_features import window_features

    return View(lambda found: found.reshape(len(found), -1).astype(np.float32), "readings"), View(
        window_features, "figures of windows"
    )


def classical(
    view: View, parts: tuple[Dataset, Dataset], task: Task, budget: Budget, on_progress: ProgressCallback
) -> Encode:
    """The classical learner of this kind of data on a view: a kernel machine for pictures, a linear model for texts,
    boosted trees for sounds and series. Returns inputs -> answers."""
    output_spec = _answer(parts[0], task)
    own, held = ((view.encode(part.inputs), np.asarray(part.target)) for part in parts)
    if parts[0].modality == "image":
        head = heads.fit_kernel_svm(own, held, output_spec, budget, on_progress, view.blocks)
    elif parts[0].modality == "text":
        head = heads.fit_linear(own, held, output_spec, budget.seconds, on_progress)
    else:
        head = heads.fit_boosted_trees(own, held, output_spec, budget, on_progress)
    return lambda inputs: output_spec.to_predictions(head.raw(view.encode(inputs)))


def network(
    view: View, parts: tuple[Dataset, Dataset], task: Task, budget: Budget, on_progress: ProgressCallback
) -> Encode:
    """A network of two hidden layers on a hand-made view, standardised; sparse views are first brought to 200
    principal components. Returns inputs -> answers."""
    import torch

    from core.models.training import trainer as training
    from core.models.training.fit_network import NetworkHyperparameters, fit_network

    output_spec = _answer(parts[0], task)
    ready = _standardised(view, parts[0], budget.seed)
    own, held = (torch.as_tensor(ready(part.inputs)) for part in parts)
    width = own.shape[1]

    def make() -> Any:
        return torch.nn.Sequential(
            torch.nn.Linear(width, 256), torch.nn.ReLU(), torch.nn.Dropout(0.2),
            torch.nn.Linear(256, 128), torch.nn.ReLU(), torch.nn.Dropout(0.2), torch.nn.Linear(128, output_spec.width),
        )  # fmt: skip

    targets = [np.asarray(part.target) for part in parts]
    diet = NetworkHyperparameters(learning_rate=2e-3, batch=64, epochs=40)
    net, _ = fit_network(
        make, ((own,), targets[0]), ((held,), targets[1]), output_spec, (diet, budget, None), on_progress
    )
    return lambda inputs: output_spec.to_predictions(training.predict_raw(net, (torch.as_tensor(ready(inputs)),), 512))


def over_time(parts: tuple[Dataset, Dataset], task: Task, budget: Budget, on_progress: ProgressCallback) -> Encode:
    """A temporal network on raw sounds: its own contestant is fed log-mel pictures, which are hand-made themselves."""
    from dataclasses import replace

    from core.models.series.series_networks import fit_series_network

    def as_series(found: np.ndarray) -> np.ndarray:
        return sampled(found)[:, :, None]

    own, held = (replace(part, inputs=as_series(part.inputs), modality="series") for part in parts)
    output_spec = _answer(parts[0], task)
    fitted = fit_series_network(own, held, output_spec, budget, on_progress)
    return lambda inputs: output_spec.to_predictions(fitted.raw(as_series(inputs)))


def _answer(train: Dataset, task: Task) -> OutputSpec:
    return OutputSpec.from_target(task.form, np.asarray(train.target), len(train.labels))


def _standardised(view: View, train: Dataset, seed: int) -> Callable[[Any], np.ndarray]:
    seen = view.encode(train.inputs)
    turn: Any = None
    if not isinstance(seen, np.ndarray):
        from sklearn.utils.extmath import randomized_svd

        turn = randomized_svd(seen, min(COMPONENTS, min(seen.shape) - 1), n_iter=2, random_state=seed)[2].T
        seen = np.asarray(seen @ turn)
    middle, spread = seen.mean(axis=0), seen.std(axis=0)
    spread = np.where(spread > 1e-6, spread, 1.0)

    def ready(inputs: Any) -> np.ndarray:
        rows = view.encode(inputs)
        rows = rows if turn is None else np.asarray(rows @ turn)
        return np.clip((rows - middle) / spread, -5, 5).astype(np.float32)

    return ready


def told(found: Sequence[View]) -> dict[str, str]:
    """What the two views are, in words."""
    return {"raw_inputs": found[0].about, "made_inputs": found[1].about}
