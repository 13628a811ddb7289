"""Tables, classical: logistic or ridge regression on standardised columns; on little data it can beat everybody."""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass, replace

import numpy as np

from core.evaluation.refitting import concatenate
from core.features import table_encoders
from core.models.tabular import table_network
from core.models.training import tuning
from core.models.training.output_spec import OutputSpec, target_of
from core.schema import (
    Attribution,
    Budget,
    Contestant,
    Dataset,
    Facts,
    JsonObject,
    Progress,
    ProgressCallback,
    TableRows,
    Task,
)
from core.storage import model_archive
from core.workers import learner_work, work_clock
from core.workers.work_clock import WorkClock

STEPS = 50
SPACE = {"C": (0.003, 0.01, 0.03, 0.1, 0.3, 3.0, 10.0)}


@dataclass(frozen=True)
class LinearTableModel:
    """Weights (outputs, width) and intercepts (outputs,) over a Dense encoding; of standardised values for numbers."""

    features: table_encoders.DenseEncoder
    output_spec: OutputSpec
    weights: np.ndarray
    intercept: np.ndarray
    facts: JsonObject
    suffix = "npz"

    @property
    def parameters(self) -> int:
        """Weights and intercepts."""
        return int(self.weights.size + self.intercept.size)

    def encoded(self, inputs: TableRows) -> np.ndarray:
        """Rows as the weights take them."""
        return self.features.transform(inputs)

    def _raw(self, inputs: TableRows) -> np.ndarray:
        return self.encoded(inputs) @ self.weights.T + self.intercept

    def predict(self, inputs: TableRows) -> np.ndarray:
        """Class probabilities (n, k) or values (n,)."""
        return self.output_spec.to_predictions(self._raw(inputs))

    def margin(self, inputs: TableRows) -> np.ndarray:
        """Log-odds (n,), centred logits (n, k), or values (n,)."""
        return self.output_spec.margin(self._raw(inputs))

    def explain(self, inputs: TableRows, background: TableRows, outputs: np.ndarray | None = None) -> Attribution:
        """Exact: weight times distance from the background's mean, by original column."""
        from core.explain.linear_shap import attribute_linear

        several = self.output_spec.form == "multiclass"
        weights, start = (self.weights, self.intercept) if several else (self.weights[0], self.intercept[0])
        rows, others = self.encoded(inputs), self.encoded(background)
        found = attribute_linear(weights, start, rows, others, self.features.column_names, outputs if several else None)
        if self.output_spec.form == "regression":
            found = table_network.rescale_attribution(found, self.output_spec.mean, self.output_spec.scale)
        return table_network.align_columns(found, self.features.columns.names)

    def saved(self) -> bytes:
        """Encoding, weights and intercepts as a pack."""
        facts, arrays = self.features.to_state()
        arrays |= {"weights": self.weights, "intercept": self.intercept}
        return model_archive.pack({**facts, "answer": asdict(self.output_spec)}, arrays)

    def describe(self) -> JsonObject:
        """Nonzero coefficients, the largest of them by name, and the settings tried."""
        strength = np.abs(self.weights).max(axis=0)
        largest = [int(place) for place in np.argsort(-strength)[:20]]
        return {
            **self.facts,
            "parameters": self.parameters,
            "nonzero": int((np.abs(self.weights) > 1e-12).sum()),
            "coefficients": [
                {"column": self.features.column_names[place], "weights": [float(w) for w in self.weights[:, place]]}
                for place in largest
            ],
            "multiply_adds": int(self.weights.size),
            "inputs_encoded": self.features.width,
            "device": "cpu",
        }


def fit(train: Dataset, valid: Dataset, task: Task, budget: Budget, on_progress: ProgressCallback) -> LinearTableModel:
    """Fit with strength C = 1; several configurations try other strengths, chosen on the inner rows. The chosen
    strength is then fitted once more to all rows, within half of the seconds."""
    output_spec, half = OutputSpec.from_dataset(train, task), replace(budget, seconds=0.5 * budget.seconds)
    cpu = time.process_time()

    def solved(part: Dataset, settings: Facts, share: Budget) -> LinearTableModel:
        encoding = table_encoders.fit_dense(part.inputs, seed=budget.seed)
        solve = _ridge if output_spec.form == "regression" else _logistic
        strength = settings.get("C", 1.0)
        found = solve(encoding.transform(part.inputs), target_of(part), output_spec, strength, share)
        return LinearTableModel(encoding, output_spec, *found)

    def one(settings: Facts, share: Budget) -> tuple[float, LinearTableModel]:
        model = solved(train, settings, share)
        score = output_spec.skill(model.predict(valid.inputs), target_of(valid))
        on_progress(Progress("fit", 1, 1, score=score, cpu_seconds=time.process_time() - cpu))
        return score, model

    _, facts = tuning.tune(SPACE, half, one, on_progress, {"C": 1.0})
    model = solved(concatenate((train, valid)), facts["settings"], half)
    return replace(model, facts={**model.facts, **facts, "fitted_rows": len(train) + len(valid)})


def _ridge(own: np.ndarray, truth: np.ndarray, output_spec: OutputSpec, c: float, budget: Budget) -> tuple:
    from sklearn.linear_model import Ridge

    solved = Ridge(alpha=1 / c, solver="auto").fit(
        own.astype(np.float64), (truth - output_spec.mean) / output_spec.scale
    )
    work_clock.charge("ridge_cell", float(own.size) * own.shape[1])
    return np.atleast_2d(solved.coef_), np.atleast_1d(solved.intercept_), {"C": c, "notes": []}


def _logistic(own: np.ndarray, truth: np.ndarray, output_spec: OutputSpec, c: float, budget: Budget) -> tuple:
    import warnings

    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LogisticRegression

    if len(np.unique(truth)) < 2:
        raise ValueError("the training part holds a single class, there is nothing to tell apart")
    clock = WorkClock()
    solved = LogisticRegression(C=c, max_iter=STEPS, warm_start=True)
    steps = 0
    with warnings.catch_warnings():
        # sklearn warns when a stretch of steps ends early; the loop goes on until it converges or time is up
        warnings.simplefilter("ignore", ConvergenceWarning)
        while True:
            solved.fit(own.astype(np.float64), truth)
            steps += int(np.max(solved.n_iter_))
            work = learner_work.logistic_seconds(
                own.size, own.shape, output_spec.width, int(np.max(solved.n_iter_)), True
            )
            work_clock.charge_seconds(work)
            converged = bool(np.max(solved.n_iter_) < STEPS)
            if converged or steps >= 40 * STEPS or clock.elapsed() > budget.seconds:
                break
    cut = not converged and steps < 40 * STEPS
    work_clock.record_end("budget" if cut else "converged", None if cut else 1.0)
    notes = [] if converged else [f"did not converge within {steps} steps; these weights are kept"]
    if output_spec.form == "binary":
        return solved.coef_, solved.intercept_, {"C": c, "steps": steps, "notes": notes}
    # A class absent from the training part keeps its smoothed frequency as its only evidence.
    weights, intercept = np.zeros((output_spec.classes, own.shape[1])), np.log(np.asarray(output_spec.prior))
    codes = solved.classes_.astype(int)
    both = len(codes) == 2
    weights[codes] = np.concatenate([-solved.coef_, solved.coef_]) / 2 if both else solved.coef_
    intercept[codes] = np.concatenate([-solved.intercept_, solved.intercept_]) / 2 if both else solved.intercept_
    return weights, intercept, {"C": c, "steps": steps, "notes": notes}


CONTESTANT = Contestant(
    key="table_linear",
    title="Logistic or ridge regression",
    family="classical",
    modalities=("table",),
    kinds=("classification", "regression"),
    about="One weight per number and per category, on standardised columns.",
    reference="Hoerl & Kennard 1970; Cox 1958",
    fit=fit,
    explainer="exact, w(x - mean)",
)
