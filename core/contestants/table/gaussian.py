"""Tables, classical: a Gaussian process with a Matern kernel fitted by its marginal likelihood."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

import numpy as np

from core.models.heads import Head
from core.models.tabular import estimator_model
from core.models.training.output_spec import OutputSpec
from core.schema import Budget, Contestant, Dataset, Facts, ProgressCallback, Task
from core.workers import work_clock

if TYPE_CHECKING:
    from sklearn.gaussian_process.kernels import Kernel

MOST_ROWS, TUNED_ROWS = 1_500, 400
SPACE = {"smoothness": ("rough", "usual", "smooth")}
MATERN = {"rough": 0.5, "usual": 1.5, "smooth": 2.5}


def fit(
    train: Dataset, valid: Dataset, task: Task, budget: Budget, on_progress: ProgressCallback
) -> estimator_model.EncodedTableModel:
    """Fits the process on at most 1,500 training rows, calibrates it on the inner rows, and fits it on both."""
    kind = estimator_model.EstimatorKind(_fit_process, estimator_model.encode_dense, SPACE, MOST_ROWS)
    return estimator_model.fit_estimator((train, valid), task, kind, budget, on_progress)


def _fit_process(
    rows: np.ndarray, target: np.ndarray, output_spec: OutputSpec, settings: Facts, budget: Budget
) -> Head:
    """The posterior mean of the latent function: one kernel and one weight a training row for every output."""
    from sklearn.gaussian_process.kernels import ConstantKernel, Matern, WhiteKernel

    nu = MATERN[settings.get("smoothness", "usual")]
    kernel = ConstantKernel(1.0, (1e-2, 1e3)) * Matern(np.sqrt(rows.shape[1]), (1e-1, 1e3), nu=nu)
    inside = rows.astype(np.float64)
    if output_spec.form == "regression":
        standard = (target - output_spec.mean) / output_spec.scale
        found = [_regression(inside, standard, kernel + WhiteKernel(0.1, (1e-4, 1e1)))]
    else:
        codes = range(output_spec.classes) if output_spec.form == "multiclass" else (1,)
        found = [_one_class(inside, target == code, kernel) for code in codes]
    kernels, weights = [one[0] for one in found], np.stack([one[1] for one in found], axis=1)

    def raw(asked: np.ndarray) -> np.ndarray:
        parts = [one(asked.astype(np.float64), inside) @ weights[:, place] for place, one in enumerate(kernels)]
        return np.stack(parts, axis=1)

    work = len(found) * min(len(rows), TUNED_ROWS) ** 2
    work_clock.charge("process_tuning", work)
    work_clock.charge("process_row", len(found) * float(len(rows)) ** 3)
    shape = np.array([one.theta for one in kernels])
    facts = {"head": "Gaussian process", "kernel": f"Matern {nu:g}", "hyperparameters": shape.round(3).tolist()}
    arrays = {"rows": rows, "weights": weights, "hyperparameters": shape}
    return Head(raw, arrays, int(weights.size + shape.size), facts)


def _regression(rows: np.ndarray, target: np.ndarray, kernel: Kernel) -> tuple[Kernel, np.ndarray]:
    from sklearn.gaussian_process import GaussianProcessRegressor

    with warnings.catch_warnings():
        # a hyperparameter at its bound, or too few steps, is no reason to stop
        warnings.simplefilter("ignore")
        tuned = GaussianProcessRegressor(kernel, random_state=0).fit(rows[:TUNED_ROWS], target[:TUNED_ROWS])
        process = GaussianProcessRegressor(tuned.kernel_, optimizer=None).fit(rows, target)
    return process.kernel_.k1, np.asarray(process.alpha_).ravel()


def _one_class(rows: np.ndarray, ours: np.ndarray, kernel: Kernel) -> tuple[Kernel, np.ndarray]:
    """Laplace's approximation of one class against the others; a class that is absent, or alone, says nothing."""
    from sklearn.gaussian_process import GaussianProcessClassifier

    few = ours[:TUNED_ROWS]
    if ours.all() or not ours.any():
        return kernel, np.zeros(len(rows))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if few.any() and not few.all():
            tuned = GaussianProcessClassifier(kernel, random_state=0).fit(rows[:TUNED_ROWS], few)
            kernel = tuned.base_estimator_.kernel_
        process = GaussianProcessClassifier(kernel, optimizer=None).fit(rows, ours).base_estimator_
    return process.kernel_, np.asarray(process.y_train_ - process.pi_)


CONTESTANT = Contestant(
    key="table_gaussian",
    title="Gaussian process",
    family="classical",
    modalities=("table",),
    kinds=("classification", "regression"),
    about="A Bayesian prior over smooth functions, on at most 1,500 rows, since its time grows with their cube; its "
    "hyperparameters are fitted on 400 of them, for every class anew.",
    reference="Williams & Rasmussen 1996; Williams & Barber 1998",
    fit=fit,
    default=False,
    explainer="Shapley values by antithetic permutations",
)
