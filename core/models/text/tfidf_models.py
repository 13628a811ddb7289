"""Texts as weighted counts: the features that linear text models and hybrids stand on, and those models themselves."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from core.explain import text_masking
from core.explain.maskers import Masker, word_masker
from core.features import text_features
from core.features.torch_modules import text
from core.models import heads
from core.models.composed_model import ComposedModel
from core.models.onnx import export_routes
from core.models.training.output_spec import OutputSpec
from core.schema import Attribution, Budget, Dataset, Inputs, Progress, ProgressCallback
from core.workers import reference_costs, work_clock
from core.workers.work_clock import WorkClock

if TYPE_CHECKING:
    from scipy.sparse import csr_array

RUN_SHARE = 0.35


@dataclass(frozen=True)
class TfidfViews:
    """Fitted vocabularies side by side: words and pairs always, character runs where the clock allows."""

    views: tuple[text_features.TfidfVocabulary, ...]

    def rows(self, found: Sequence[str]) -> csr_array:
        """TF-IDF rows of texts, all views side by side.

        Args:
            found: n texts.

        Returns:
            scipy CSR float32 (n, d).
        """
        from scipy.sparse import csr_array, hstack

        return csr_array(hstack([view.transform(found) for view in self.views], format="csr"))

    def arrays(self) -> dict[str, np.ndarray]:
        """Vocabulary (UTF-8, one term a line) and weights of each view.

        Returns:
            name -> array.
        """
        stored = {}
        for place, view in enumerate(self.views):
            stored[f"terms{place}"] = np.frombuffer("\n".join(view.index).encode(), dtype=np.uint8)
            stored[f"weights{place}"] = view.weight
        return stored

    @property
    def size(self) -> int:
        """The number of terms in all views.

        Returns:
            d.
        """
        return sum(len(view.index) for view in self.views)


def fit_views(found: Sequence[str], seconds: float) -> TfidfViews:
    """The vocabularies of training texts; character runs are left out when they would take too long.

    Args:
        found: n training texts. seconds: allowed.

    Returns:
        The fitted views.
    """
    made = [text_features.fit_tfidf(found, text_features.word_ngrams)]
    # Read twice: once for the vocabulary, once for the rows.
    if 2 * reference_costs.cost("text_run_letter") * sum(map(len, found)) <= RUN_SHARE * seconds:
        made.append(text_features.fit_tfidf(found, text_features.char_ngrams, max_terms=80_000))
    return TfidfViews(tuple(made))


def default_masker(inputs: Sequence[str], background: Inputs) -> Masker:
    """A masker of words; an absent word is deleted.

    Args:
        inputs: n texts. background: not used.

    Returns:
        The masker.
    """
    return word_masker(list(inputs), text_masking.MOST_PLAYERS)


def fast_masker(
    output_spec: OutputSpec, prepare: Callable[[text_masking.TokenOwners], text_masking.Scorer]
) -> Callable[[Any], Any]:
    """A masker of deleted words that scores them without spelling the texts out; see ``explain.text_masking``.

    Args:
        output_spec: width and link. prepare: token owners -> scorer.

    Returns:
        inputs -> masker with its scorer.
    """
    return lambda inputs: text_masking.text_masker(list(inputs), prepare, output_spec.margin)


def linear_explanation(
    output_spec: OutputSpec, views: Sequence[text_features.TfidfVocabulary], slope: np.ndarray, shift: np.ndarray
) -> Callable:
    """What a linear model's weights alone say of each word, as the usual explanation: slope (d, width), shift (width,).

    Exact for the answer as it stands; the game deletes words, and the rest is brought to unit length again.
    """

    def usual(inputs: Sequence[str], background: Inputs, outputs: np.ndarray | None) -> Attribution:
        steep, start = output_spec.margin(slope), output_spec.margin(shift[None])
        if output_spec.form == "regression":
            steep, start = slope * output_spec.scale, shift * output_spec.scale + output_spec.mean
        else:
            steep, start = steep.reshape(slope.shape), start.reshape(-1)
        picked = np.zeros(len(inputs), dtype=int) if outputs is None else np.asarray(outputs, dtype=int)
        names, paid = text_masking.linear_word_weights(views, list(inputs), steep[:, picked])
        return Attribution(tuple(names), paid, start[picked], "linear, w x of each word", None, outputs)

    return usual


def fit_tfidf_model(
    train: Dataset, valid: Dataset, output_spec: OutputSpec, budget: Budget, on_progress: ProgressCallback
) -> ComposedModel:
    """TF-IDF of words, word pairs and character runs, then logistic or ridge regression.

    Args:
        train, valid: texts with targets. output_spec: width, loss and link. budget: of the fit.
        on_progress: called once a setting.

    Returns:
        The composed model.
    """
    return fit_tfidf_parts(train, valid, output_spec, budget, on_progress)[0]


def fit_tfidf_parts(
    train: Dataset, valid: Dataset, output_spec: OutputSpec, budget: Budget, on_progress: ProgressCallback
) -> tuple[ComposedModel, Callable[[text_masking.TokenOwners], text_masking.Scorer]]:
    """``fit_tfidf_model``, and the same ready to answer texts with words deleted."""
    clock = WorkClock()
    seen = fit_views(train.inputs, budget.seconds)
    own, held = seen.rows(train.inputs), seen.rows(valid.inputs)
    room = text.row_width(own)
    left = max(budget.seconds - clock.elapsed(), 0.1)
    parts = (heads.LabelledRows(own, train.target), heads.LabelledRows(held, valid.target))
    head = heads.fit_linear(*parts, output_spec, left, on_progress)
    slope, shift = head.arrays["weights"], head.arrays["bias"]
    prepare = text_masking.tfidf_scorer(seen.views, slope, shift)
    made = ComposedModel(
        raw_outputs=lambda inputs: head.raw(seen.rows(inputs)),
        output_spec=output_spec,
        masker=default_masker,
        arrays=lambda: {**seen.arrays(), **head.arrays},
        parameters=head.parameters + seen.size,
        facts={**head.facts, "kind": "TF-IDF", "terms": [len(view.index) for view in seen.views]},
        fast_masker=fast_masker(output_spec, prepare),
        common_explanation=linear_explanation(output_spec, seen.views, slope, shift),
        portable=lambda: export_routes.routes_of_tfidf(seen.views, (head.arrays["weights"], head.arrays["bias"]), room),
    )
    return made, prepare


def fit_nbsvm_model(
    train: Dataset, valid: Dataset, output_spec: OutputSpec, budget: Budget, on_progress: ProgressCallback
) -> ComposedModel:
    """NB-SVM: a linear model a class on counts scaled by the log-count ratio.

    Args:
        train, valid: texts with targets. output_spec: width, loss and link. budget: of the fit.
        on_progress: called once a setting.

    Returns:
        The composed model.

    Reference: Wang & Manning 2012.
    """
    spent = time.process_time()
    base = text_features.fit_tfidf(train.inputs, text_features.word_ngrams)
    ones = np.ones_like(base.weight)
    counted = text_features.TfidfVocabulary(base.index, ones, text_features.word_ngrams, sublinear=False)
    own = counted.transform(train.inputs)
    classes = [1] if output_spec.form == "binary" else list(range(output_spec.classes))
    weights, bias = np.zeros((own.shape[1], len(classes)), dtype=np.float32), np.full(len(classes), -1.0)
    for place, code in enumerate(classes):
        inside = train.target == code
        if inside.any() and not inside.all():
            weights[:, place], bias[place] = _fit_ratio_svm(own, inside, budget.seed)
        on_progress(Progress("fit", place + 1, len(classes), cpu_seconds=time.process_time() - spent))

    def scores(inputs: Sequence[str]) -> np.ndarray:
        return np.asarray(counted.transform(inputs) @ weights) + bias

    calibrate, settings = heads.fit_calibration(held := scores(valid.inputs), valid.target, output_spec)
    gain = output_spec.skill(output_spec.to_predictions(calibrate(held)), valid.target) if len(valid) else None
    on_progress(Progress("fit", len(classes), len(classes), score=gain, cpu_seconds=time.process_time() - spent))
    terms, coefficients = len(base.index), int(weights.size)
    facts = {"kind": "NB-SVM", "head": "linear SVM a class", "terms": terms, "coefficients": coefficients}
    stored, room = TfidfViews((counted,)), text.row_width(own)
    slope, shift = float(settings[0]), float(settings[1])
    explained = (settings[0] * weights, settings[0] * bias + settings[1])
    scorer = text_masking.tfidf_scorer((counted,), weights, bias)
    return ComposedModel(
        raw_outputs=lambda inputs: calibrate(scores(inputs)),
        output_spec=output_spec,
        masker=default_masker,
        arrays=lambda: {**stored.arrays(), "weights": weights, "bias": bias, "calibration": settings},
        parameters=int(weights.size + stored.size),
        facts=facts,
        fast_masker=fast_masker(output_spec, lambda tokens: _after(calibrate, scorer(tokens))),
        common_explanation=linear_explanation(output_spec, (counted,), *explained),
        portable=lambda: export_routes.routes_of_tfidf((counted,), (slope * weights, slope * bias + shift), room),
    )


def _fit_ratio_svm(counts: csr_array, inside: np.ndarray, seed: int) -> tuple[np.ndarray, float]:
    """Weights (d,) and bias of one class against the rest, on sparse counts (n, d) scaled by their log-count ratio."""
    from sklearn.svm import LinearSVC

    up, down = (np.asarray(counts[mask].sum(axis=0)).ravel() + 1 for mask in (inside, ~inside))
    ratio = np.log((up / up.sum()) / (down / down.sum())).astype(np.float32)
    scaled = counts.copy()
    scaled.data = scaled.data * ratio[scaled.indices]
    work_clock.charge("linear_machine", scaled.nnz)
    machine = LinearSVC(C=1.0, max_iter=2_000, tol=1e-3, random_state=seed % 2**31).fit(scaled, inside)
    return machine.coef_[0] * ratio, float(machine.intercept_[0])


def _after(finish: Callable[[np.ndarray], np.ndarray], prepared: text_masking.Scorer) -> text_masking.Scorer:
    return lambda asked: finish(prepared(asked))


def hstack(dense: np.ndarray, counted: csr_array) -> csr_array:
    """Standardised features, scaled to about unit length, beside sparse counts.

    Args:
        dense: float (n, a). counted: scipy CSR (n, b).

    Returns:
        scipy CSR float32 (n, a + b).
    """
    from scipy.sparse import csr_array, hstack

    return csr_array(hstack([csr_array((dense / np.sqrt(dense.shape[1])).astype(np.float32)), counted], format="csr"))
