"""Raw and hand-made inputs of pictures, texts, sounds and series as plain numbers, fitted on training rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from core.schema import Dataset

SAMPLES = 1_024


@dataclass(frozen=True)
class InputView:
    """One way to look at inputs.

    Attributes:
        encode: inputs (n, ...) -> numbers (n, d), dense or scipy sparse.
        about: what they are, in words.
        head: the classical learner that such data are given to.
        blocks: widths of kinds of features side by side.
        as_readings: inputs -> (n, t, channels) for a temporal network, where the contestants' own networks see
            hand-made features. None: they see raw inputs.
    """

    encode: Callable[[Any], Any]
    about: str
    head: Literal["kernel_svm", "linear", "boosted_trees"] = "boosted_trees"
    blocks: tuple[int, ...] = ()
    as_readings: Callable[[np.ndarray], np.ndarray] | None = None


def image_views(train: Dataset) -> tuple[InputView, InputView]:
    """The two views of images: pixels, and oriented gradients with coarse levels and colours.

    Args:
        train: images.

    Returns:
        (raw view, engineered view).
    """
    from core.features.image_features import feature_widths, picture_features

    raw = InputView(lambda found: found.reshape(len(found), -1).astype(np.float32) / 255.0, "pixels", "kernel_svm")
    return raw, InputView(
        picture_features, "oriented gradients, coarse levels and colours", "kernel_svm", feature_widths(train.inputs)
    )


def text_views(train: Dataset) -> tuple[InputView, InputView]:
    """The two views of texts: counts of single words, and TF-IDF of word pairs and character runs.

    Args:
        train: texts.

    Returns:
        (raw view, engineered view).
    """
    from core.features import text_features
    from core.models.text.tfidf_models import TfidfViews

    words = text_features.fit_tfidf(train.inputs, text_features.tokens)
    bag = text_features.TfidfVocabulary(words.index, np.ones_like(words.weight), text_features.tokens, sublinear=False)
    craft = TfidfViews(
        (
            text_features.fit_tfidf(train.inputs, text_features.word_ngrams),
            text_features.fit_tfidf(train.inputs, text_features.char_ngrams, max_terms=40_000),
        )
    )
    return InputView(bag.transform, "bag of single words", "linear"), InputView(
        craft.rows, "weighted pairs of words and character runs", "linear"
    )


def sound_views(train: Dataset) -> tuple[InputView, InputView]:
    """The two views of sounds: at most 1,024 means of samples, and MFCC statistics.

    Args:
        train: sounds.

    Returns:
        (raw view, engineered view).
    """
    from core.features.audio_features import sound_features
    from core.models.sound.sound_network import sample_rate

    rate = sample_rate(train)
    return InputView(sample_mean, f"{SAMPLES} samples", as_readings=_as_readings), InputView(
        lambda found: sound_features(found, rate), "MFCC figures"
    )


def _as_readings(sounds: np.ndarray) -> np.ndarray:
    return sample_mean(sounds)[:, :, None]


def sample_mean(found: np.ndarray) -> np.ndarray:
    """Sounds averaged over neighbouring samples.

    Args:
        found: float32 (n, t).

    Returns:
        float32 (n, at most SAMPLES).
    """
    step = -(-found.shape[1] // SAMPLES)
    padded = np.pad(found, ((0, 0), (0, -found.shape[1] % step)))
    return padded.reshape(len(found), -1, step).mean(axis=2).astype(np.float32)


def series_views(train: Dataset) -> tuple[InputView, InputView]:
    """The two views of windows: readings, and window statistics.

    Args:
        train: windows.

    Returns:
        (raw view, engineered view).
    """
    from core.features.window_features import window_features

    return InputView(lambda found: found.reshape(len(found), -1).astype(np.float32), "readings"), InputView(
        window_features, "figures of windows"
    )
