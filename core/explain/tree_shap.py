"""Boosted trees explained by shap's TreeExplainer, in the fair game and in the usual, unfair way."""

from __future__ import annotations

import time
import warnings
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from core.explain.attribution import with_completeness
from core.explain.maskers import select_output, sum_by_column
from core.schema import Attribution

if TYPE_CHECKING:
    from types import ModuleType

    import xgboost


def attribute_trees(
    booster: xgboost.Booster | xgboost.XGBModel,
    encoded: np.ndarray,
    background: np.ndarray,
    blocks: Sequence[str],
    outputs: np.ndarray | None = None,
    fair: bool = True,
) -> Attribution:
    """Interventional TreeSHAP on the raw margin, summed to original columns.

    Lundberg et al. (2020), "From local explanations to global understanding with explainable AI for trees".

    Args:
        booster: an xgboost model (Booster or scikit-learn wrapper) fitted on encoded columns.
        encoded: (n, e) rows as the trees see them; NaN is missing.
        background: (b, e); 50 to 100 training rows.
        blocks: (e,) original column of each encoded one; the players are these names in order of appearance.
        outputs: (n,) class explained per row for three or more classes.
        fair: False gives the path-dependent variant, which plays another game: its base is the training cover's,
            so its sum misses this background's base, and completeness_error says by how much.
    """
    shap = import_shap()
    encoded = np.asarray(encoded, dtype=np.float32).astype(float)  # trees split in float32; float64 would round apart
    background = np.asarray(background, dtype=np.float32).astype(float)
    started = time.perf_counter()
    if fair:
        explainer = shap.TreeExplainer(booster, background, feature_perturbation="interventional", model_output="raw")
    else:
        explainer = shap.TreeExplainer(booster, feature_perturbation="tree_path_dependent")
    raw = np.asarray(explainer.shap_values(encoded, check_additivity=False), dtype=float)
    spent = (time.perf_counter() - started) / max(len(encoded), 1)
    if raw.ndim == 3:
        raw = raw - raw.mean(axis=2, keepdims=True)
        if outputs is None:
            raise ValueError("several outputs: say which one each row explains")
        raw = raw[np.arange(len(raw)), :, np.asarray(outputs, dtype=int)]
    parts, values = sum_by_column(raw, blocks)
    answers = raw_margin(booster, np.concatenate([encoded, background]))
    margin = select_output(answers[: len(encoded)], outputs)
    expected = answers[len(encoded) :].mean(axis=0)
    base = np.full(len(encoded), expected) if expected.ndim == 0 else expected[np.asarray(outputs, dtype=int)]
    method = "TreeSHAP, interventional" if fair else "TreeSHAP, path-dependent"
    return with_completeness(Attribution(parts, values, base, method, margin, outputs, None, spent))


def raw_margin(booster: xgboost.Booster | xgboost.XGBModel, encoded: np.ndarray) -> np.ndarray:
    """The raw margin of boosted trees.

    Args:
        booster: an xgboost Booster. encoded: float32 (n, d).

    Returns:
        (n,), or (n, k) logits minus their mean for three or more classes.
    """
    core = booster.get_booster() if hasattr(booster, "get_booster") else booster
    answer = core.inplace_predict(encoded, predict_type="margin", validate_features=False).astype(float)
    answer = answer[:, 0] if answer.ndim == 2 and answer.shape[1] == 1 else answer
    return answer - answer.mean(axis=1, keepdims=True) if answer.ndim == 2 else answer


def import_shap() -> ModuleType:
    """The shap library, imported on first use without its warnings.

    Returns:
        The module.
    """
    with warnings.catch_warnings():
        # shap's plots, imported with it, use a colour-map function that matplotlib is about to deprecate
        warnings.filterwarnings("ignore", category=PendingDeprecationWarning)
        warnings.filterwarnings("ignore", category=DeprecationWarning)
        import shap
    return shap
