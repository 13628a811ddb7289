"""What hiding one part of an item does to its prediction: words, patches or stretches, one at a time."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from core.explain.maskers import Masker
from core.schema import Inputs

CLIPPED = 1e-6


def prediction_margin(found: np.ndarray, classes: np.ndarray | None) -> np.ndarray:
    """Predictions on the scale on which parts are compared.

    Args:
        found: class probabilities (n, k) or values (n,). classes: (n,) class asked about, for probabilities.

    Returns:
        Log-odds of the class asked about, or the values; float (n,).
    """
    if found.ndim != 2 or classes is None:
        return np.asarray(found, dtype=float).reshape(len(found))
    chance = np.clip(found[np.arange(len(found)), classes], CLIPPED, 1 - CLIPPED)
    return np.asarray(np.log(chance / (1 - chance)))


def occlusion_effects(predict: Callable[[Inputs], np.ndarray], masker: Masker) -> np.ndarray:
    """How far the prediction of one item falls when one of its parts is hidden.

    Args:
        predict: items -> class probabilities (n, k) or values (n,). masker: of one item, with one stand-in.

    Returns:
        float (parts,): positive for parts that speak for the predicted class or raise the value; 0 for parts that the
        item does not have.

    Reference:
        Zeiler and Fergus (2014), Visualizing and understanding convolutional networks, section 4.2.
    """
    parts = masker.active_features(0)
    present = np.ones((len(parts) + 1, len(masker.names)), dtype=bool)
    present[np.arange(len(parts)) + 1, parts] = False
    rows = np.zeros(len(present), dtype=int)
    found = np.concatenate([
        np.asarray(predict(masker.mask(rows[at : at + masker.batch], present[at : at + masker.batch],
                                       rows[at : at + masker.batch])), dtype=float)
        for at in range(0, len(present), masker.batch)
    ])  # fmt: skip
    classes = np.full(len(found), found[0].argmax()) if found.ndim == 2 else None
    margin = prediction_margin(found, classes)
    effects = np.zeros(len(masker.names))
    effects[parts] = margin[0] - margin[1:]
    return effects
