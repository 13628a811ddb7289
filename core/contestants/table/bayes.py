"""Tables, classical: naive Bayes on columns cut into parts, calibrated; an answer is a sum of one term a column."""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass, replace

import numpy as np

from core.evaluation.refitting import concatenate
from core.features import table_columns
from core.models.heads import fit_calibration
from core.models.training import tuning
from core.models.training.output_spec import OutputSpec, target_of
from core.schema import (
    Attribution,
    Budget,
    Contestant,
    Dataset,
    Facts,
    Inputs,
    JsonObject,
    Progress,
    ProgressCallback,
    Task,
)
from core.storage import model_archive

SPACE = {"cuts": (2, 15), "prior_rows": (1.0, 20.0)}
DEFAULTS = {"prior_rows": 5.0}
MOST_LEVELS = 256


@dataclass(frozen=True)
class NaiveBayesModel:
    """Log-likelihood of every part of every column under every class, added up, then calibrated.

    edges (p, cuts): where numbers are cut, NaN where fewer cuts are needed. terms (p + c, bins, k): by column and bin;
    the last bin is for missing values, the last but one for levels that training had not. calibration: slope and shift.
    """

    columns: table_columns.TableColumns
    output_spec: OutputSpec
    edges: np.ndarray
    terms: np.ndarray
    calibration: np.ndarray
    facts: JsonObject
    suffix = "npz"

    @property
    def parameters(self) -> int:
        """Cuts and log-likelihoods."""
        return int(np.isfinite(self.edges).sum() + self.terms.size + self.calibration.size)

    def _evidence(self, inputs: Inputs) -> np.ndarray:
        """Terms (n, p + c, width) of every row, calibrated: they add up to the raw outputs without the prior."""
        bins = _bins(self.columns, self.edges, inputs, self.terms.shape[1])
        found = self.terms[np.arange(len(self.terms)), bins] * self.calibration[0]
        return found if self.output_spec.form == "multiclass" else found[..., 1:] - found[..., :1]

    def _raw(self, inputs: Inputs) -> np.ndarray:
        start = np.log(np.asarray(self.output_spec.prior))
        start = start if self.output_spec.form == "multiclass" else start[1:] - start[:1]
        return self._evidence(inputs).sum(axis=1) + self.calibration[0] * start + self.calibration[1]

    def predict(self, inputs: Inputs) -> np.ndarray:
        """Class probabilities (n, k)."""
        return self.output_spec.to_predictions(self._raw(inputs))

    def margin(self, inputs: Inputs) -> np.ndarray:
        """Log-odds (n,) or centred logits (n, k)."""
        return self.output_spec.margin(self._raw(inputs))

    def explain(self, inputs: Inputs, background: Inputs, outputs: np.ndarray | None = None) -> Attribution:
        """Exact: a column's terms less their mean over the background, since the answer is their sum."""
        from core.explain.attribution import with_completeness
        from core.explain.maskers import select_output

        begun, several = time.perf_counter(), self.output_spec.form == "multiclass"
        asked = outputs if several else None
        own, other = self._evidence(inputs), self._evidence(background)
        apart = own - other.mean(axis=0)
        if several:
            apart = (apart - apart.mean(axis=2, keepdims=True))[np.arange(len(own)), :, np.asarray(outputs, dtype=int)]
        else:
            apart = apart[..., 0]
        owners = np.concatenate([self.columns.number_owners, self.columns.code_owners])
        values = np.stack([apart[:, owners == one].sum(axis=1) for one in range(len(self.columns.names))], axis=1)
        expected = self.margin(background).mean(axis=0)
        base = np.broadcast_to(expected, len(own)) if expected.ndim == 0 else expected[np.asarray(outputs, dtype=int)]
        margin, spent = select_output(self.margin(inputs), asked), (time.perf_counter() - begun) / max(len(own), 1)
        made = Attribution(self.columns.names, values, base, "exact, a sum of terms", margin, asked, None, spent)
        return with_completeness(made)

    def saved(self) -> bytes:
        """Cuts and log-likelihoods as a pack."""
        facts, arrays = self.columns.to_state()
        arrays |= {"edges": self.edges, "terms": self.terms, "calibration": self.calibration}
        return model_archive.pack({**facts, "answer": asdict(self.output_spec)}, arrays)

    def describe(self) -> JsonObject:
        """Cuts, the rows that stand for the prior, and the settings tried."""
        return {**self.facts, "parameters": self.parameters, "device": "cpu"}


def fit(train: Dataset, valid: Dataset, task: Task, budget: Budget, on_progress: ProgressCallback) -> NaiveBayesModel:
    """Counts the training rows, calibrates on the inner rows, and counts both once more with the settings chosen."""
    output_spec, begun = OutputSpec.from_dataset(train, task), time.process_time()
    truth = target_of(valid)

    def one(settings: Facts, share: Budget) -> tuple[float, NaiveBayesModel]:
        model = _count(train, output_spec, settings, share.seed)
        _, slopes = fit_calibration(model._raw(valid.inputs), truth, output_spec)
        model = replace(model, calibration=slopes)
        score = output_spec.skill(model.predict(valid.inputs), truth)
        on_progress(Progress("fit", 1, 1, score=score, cpu_seconds=time.process_time() - begun))
        return score, model

    model, facts = tuning.tune(SPACE, budget, one, on_progress, DEFAULTS)
    final = _count(concatenate((train, valid)), output_spec, facts["settings"], budget.seed)
    return replace(final, calibration=model.calibration, facts={**final.facts, **facts})


def _count(part: Dataset, output_spec: OutputSpec, settings: Facts, seed: int) -> NaiveBayesModel:
    # few rows are cut into few parts: their number grows with the cube root of the rows
    chosen = {"cuts": int(np.clip(round(len(part) ** (1 / 3)) - 1, 2, 15)), **DEFAULTS, **settings}
    columns, target = table_columns.fit_columns(part.inputs, seed), target_of(part).astype(np.int64)
    numbers, _ = columns.read(part.inputs)
    cuts = np.linspace(0, 1, int(chosen["cuts"]) + 2)[1:-1]
    edges = np.full((numbers.shape[1], len(cuts)), np.nan)
    for place, values in enumerate(numbers.T):
        known = values[~np.isnan(values)]
        found = np.unique(np.quantile(known, cuts)) if len(known) else known
        edges[place, : len(found)] = found
    levels = [min(len(columns.sources[owner].levels), MOST_LEVELS) for owner in columns.code_owners]
    width = max([len(cuts) + 1, *levels]) + 2
    bins = _bins(columns, edges, part.inputs, width)
    counts = np.zeros((bins.shape[1], width, output_spec.classes))
    for place in range(bins.shape[1]):
        np.add.at(counts[place], (bins[:, place], target), 1.0)
    used = counts.sum(axis=2, keepdims=True)
    # a bin's rows are drawn towards the frequencies of the classes; a bin without rows says nothing
    classes = counts.sum(axis=1, keepdims=True) + output_spec.classes * 1e-9
    shares = (counts + chosen["prior_rows"] * np.asarray(output_spec.prior)) / (used + chosen["prior_rows"])
    terms = np.log(shares) - np.log(np.maximum(classes / classes.sum(axis=2, keepdims=True), 1e-6))
    facts: JsonObject = {"head": "naive Bayes", **chosen, "multiply_adds": int(bins.shape[1]), "notes": []}
    return NaiveBayesModel(columns, output_spec, edges, terms, np.array([1.0, 0.0]), facts)


def _bins(columns: table_columns.TableColumns, edges: np.ndarray, inputs: Inputs, width: int) -> np.ndarray:
    """Bin (n, p + c) of every value; the last is missing, the last but one a level that is unknown or too rare."""
    numbers, codes = columns.read(inputs)
    parts = [
        np.searchsorted(one[~np.isnan(one)], values, "right") for one, values in zip(edges, numbers.T, strict=True)
    ]
    bins = np.array(parts, dtype=np.int64).T.reshape(len(numbers), -1)
    bins = np.where(np.isnan(numbers), width - 1, bins)
    sizes = np.array([min(len(columns.sources[owner].levels), MOST_LEVELS) for owner in columns.code_owners])
    coded = np.where(codes == table_columns.MISSING, width - 1, np.where(codes >= sizes, width - 2, codes))
    return np.concatenate([bins, coded.astype(np.int64)], axis=1)


CONTESTANT = Contestant(
    key="table_bayes",
    title="Naive Bayes",
    family="classical",
    modalities=("table",),
    kinds=("classification",),
    about="The frequency of each class in every part of every column, multiplied as if columns were independent, then "
    "calibrated.",
    reference="Domingos & Pazzani 1997; Dougherty, Kohavi & Sahami 1995; Zadrozny & Elkan 2001",
    fit=fit,
    default=False,
    explainer="exact, a sum of terms",
)
