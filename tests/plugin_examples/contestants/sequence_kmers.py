"""DNA sequences, classical: naive Bayes on counts of k-mers, explained exactly because its log-odds are a sum."""

from __future__ import annotations

import itertools
import time
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.schema import Attribution, Budget, Contestant, Dataset, Progress, ProgressCallback, Task
from core.storage import model_archive

LENGTH = 3
KMERS = tuple("".join(letters) for letters in itertools.product("ACGT", repeat=LENGTH))


def counts(sequences: np.ndarray) -> np.ndarray:
    """How often each k-mer occurs, overlaps included: (n, 64)."""
    index = {kmer: column for column, kmer in enumerate(KMERS)}
    found = np.zeros((len(sequences), len(KMERS)))
    for row, sequence in enumerate(sequences):
        for start in range(len(sequence) - LENGTH + 1):
            column = index.get(sequence[start : start + LENGTH])
            if column is not None:
                found[row, column] += 1
    return found


@dataclass(frozen=True)
class KmerBayes:
    """The Model protocol: log priors (k,) and log frequencies of k-mers (k, 64), centred over the classes."""

    prior: np.ndarray
    weights: np.ndarray

    @property
    def parameters(self) -> int:
        """Numbers learnt in training."""
        return self.prior.size + self.weights.size

    def predict(self, inputs: Any) -> np.ndarray:
        """Class probabilities (n, k)."""
        logits = counts(inputs) @ self.weights.T + self.prior
        shifted = np.exp(logits - logits.max(axis=1, keepdims=True))
        return shifted / shifted.sum(axis=1, keepdims=True)

    def margin(self, inputs: Any) -> np.ndarray:
        """Log-odds of class 1 (n,) for two classes, logits minus their mean (n, k) for more."""
        logits = counts(inputs) @ self.weights.T + self.prior
        return logits[:, 1] - logits[:, 0] if len(self.prior) == 2 else logits - logits.mean(axis=1, keepdims=True)

    def explain(self, inputs: Any, background: Any, outputs: np.ndarray | None = None) -> Attribution:
        """Weight times distance from the background's mean count, exact: base + row sum = margin."""
        started = time.perf_counter()
        own, mean = counts(inputs), counts(background).mean(axis=0)
        margin, base = self.margin(inputs), self.margin(background).mean(axis=0)
        if len(self.prior) == 2:
            weights = np.tile(self.weights[1] - self.weights[0], (len(own), 1))
            base = np.full(len(own), base)
        else:
            outputs = margin.argmax(axis=1) if outputs is None else np.asarray(outputs, dtype=int)
            weights = (self.weights - self.weights.mean(axis=0))[outputs]
            margin, base = margin[np.arange(len(own)), outputs], base[outputs]
        values = weights * (own - mean)
        error = np.abs(margin - base - values.sum(axis=1)).mean() / max(float(margin.std()), 1e-12)
        seconds = (time.perf_counter() - started) / len(own)
        return Attribution(KMERS, values, base, "linear, w(x - mean)", margin, outputs, float(error), seconds)

    def saved(self) -> bytes:
        """Both arrays as an npz without pickles."""
        return model_archive.pack({}, {"prior": self.prior, "weights": self.weights})

    def describe(self) -> dict[str, Any]:
        """Facts about the structure, JSON-able."""
        return {"device": "cpu", "parameters": self.parameters, "kmers": len(KMERS)}


def fit(train: Dataset, valid: Dataset, task: Task, budget: Budget, on_progress: ProgressCallback) -> KmerBayes:
    """Counts k-mers a class, smoothed by one; inner rows only score the progress."""
    if train.target is None or valid.target is None:
        raise ValueError("these rows have no target")
    classes = len(train.labels)
    totals = np.stack([counts(train.inputs[train.target == code]).sum(axis=0) for code in range(classes)]) + 1.0
    weights = np.log(totals / totals.sum(axis=1, keepdims=True))
    prior = np.log((np.bincount(train.target, minlength=classes) + 1.0) / (len(train.target) + classes))
    model = KmerBayes(prior - prior.mean(), weights - weights.mean(axis=0))
    right = float((model.predict(valid.inputs).argmax(axis=1) == valid.target).mean())
    on_progress(Progress("fit", 1, 1, score=100 * right, cpu_seconds=0.0))
    return model


CONTESTANT = Contestant(
    key="sequence_kmers",
    title="Naive Bayes on 3-mers",
    family="classical",
    modalities=("sequence",),
    kinds=("classification",),
    about="Counts every run of three letters and adds up how much more frequent each is in one class.",
    reference="Rosen, Garbarine, Caseiro, Polikar & Sokhansanj 2008",
    fit=fit,
    explainer="exact",
)
