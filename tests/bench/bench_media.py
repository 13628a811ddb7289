"""Pictures, texts, sounds and series against the best simple pipeline that installs from packages, side by side."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import Any

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import numpy as np

from core import registry
from core.evaluation import metrics, splits, tasks
from core.schema import Budget, Dataset, Plan, Task

TEXTS = ("text_tfidf", "text_nbsvm", "text_deep", "text_minilm", "text_minilm_hybrid")


def fold(modality: str, key: str, rows: int | None = None, place: int = 0) -> tuple[Task, list[Dataset]]:
    """The task and the train, valid and test parts of one fold of a sample."""
    sample = next(one for one in registry.find("modalities", modality).samples if one.key == key)
    dataset = sample.load()
    task = tasks.infer_task(dataset)
    dataset = splits.subsample_rows(tasks.prepare(dataset, task), task, rows, 0)
    split = splits.make_splits(dataset, task, Plan())[place]
    return task, [dataset.take(part) for part in (split.train, split.valid, split.test)]


def played(key: str, task: Task, parts: list[Dataset], seconds: float) -> tuple[float, float]:
    """(accuracy, or AUC for anomalies; CPU-seconds of the fit) of one contestant given so many CPU-seconds."""
    train, valid, test = parts
    budget = Budget(seconds=seconds, seed=1)
    began = time.process_time()
    model = registry.find("contestants", key).fit(train, valid, task, budget, lambda news: None)
    spent = time.process_time() - began
    found = tasks.score(task, train.target, test, tasks.predict(task, model, test)).scores
    return found["auc" if task.kind == "anomaly" else "accuracy"], spent


def other(
    make: Callable[[Any], Any], task: Task, parts: list[Dataset], features: Callable[[Any], Any]
) -> tuple[float, float]:
    """The same for a scikit-learn pipeline, which may learn from train and valid together."""
    train, valid, test = parts
    began = time.process_time()
    inputs = np.concatenate([train.inputs, valid.inputs])
    target = np.concatenate([train.target, valid.target])
    model = make(None).fit(features(inputs), target)
    spent = time.process_time() - began
    if task.kind == "anomaly":
        return metrics.auc(test.target, -model.score_samples(features(test.inputs))), spent
    return float((model.predict(features(test.inputs)) == test.target).mean()), spent


def mean(found: list[tuple[float, float]]) -> tuple[float, float]:
    """Several folds' figures as one."""
    return float(np.mean([value for value, _ in found])), float(np.mean([spent for _, spent in found]))


def show(
    what: str, ours: dict[str, tuple[float, float]], references: dict[str, tuple[float, float]], goal: str
) -> None:
    """One block of figures; gaps are to the best reference."""
    best = max(value for value, _ in references.values())
    print(f"{what}   (goal: {goal})", flush=True)
    for name, (value, spent) in references.items():
        print(f"  {name:<44} {value:.4f}   {spent:6.1f} CPU-s", flush=True)
    for key, (mine, cost) in ours.items():
        print(f"  {key:<44} {mine:.4f}   {cost:6.1f} CPU-s   {100 * (mine - best):+.1f} points", flush=True)


def pictures() -> None:
    """Handwriting and the smaller sets against HOG + SVC of scikit-image and scikit-learn."""
    from skimage.feature import hog
    from sklearn.svm import SVC

    def edges(given: np.ndarray) -> np.ndarray:
        side = given.shape[1]
        cell = max(2, side // 7)
        return np.stack([hog(one.mean(axis=2), 9, (cell, cell), (2, 2)) for one in given])

    for key, seconds in (("handwriting", 28.0), ("digits", 20.0), ("fashion", 28.0)):
        task, parts = fold("image", key)
        ours = {
            who: played(who, task, parts, seconds) for who in ("image_hog", "image_deep", "image_pretrained_hybrid")
        }
        reference = other(lambda _: SVC(C=10), task, parts, edges)
        goal = "deep 98 % within 30 CPU-s" if key != "fashion" else "shown beside it"
        show(f"{key}, {len(parts[0]):,} train", ours, {"scikit-image HOG + SVC": reference}, goal)


def texts() -> None:
    """Each text sample against scikit-learn's own TF-IDF + logistic regression."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    def pipeline(_: Any) -> Any:
        return make_pipeline(
            TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True), LogisticRegression(C=10, max_iter=1_000)
        )

    for key in ("complaints", "spam", "sentiment"):
        task, parts = fold("text", key, 3_000)
        ours = {who: played(who, task, parts, 15.0) for who in TEXTS}
        reference = other(pipeline, task, parts, list)
        show(
            f"{key}, {len(parts[0]):,} train",
            ours,
            {"scikit-learn TF-IDF + logistic": reference},
            "classical -0.5 or better",
        )


def sounds() -> None:
    """Drums of unseen kits, mean of three folds, against MFCC means and spreads + forest and + SVM."""
    from sklearn.ensemble import RandomForestClassifier
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler
    from sklearn.svm import SVC

    from core.features.audio_features import CEPSTRA, log_mel

    def cepstra(given: np.ndarray) -> np.ndarray:
        from scipy.fft import dct

        rows = dct(log_mel(given), axis=1, norm="ortho")[:, :CEPSTRA]
        return np.concatenate([rows.mean(axis=2), rows.std(axis=2)], axis=1)

    makers = {
        "MFCC mean and spread + forest": lambda _: RandomForestClassifier(300, random_state=0),
        "MFCC mean and spread + SVM": lambda _: make_pipeline(StandardScaler(), SVC(C=10)),
    }
    folds = [fold("sound", "drums", place=place) for place in range(3)]
    keys = ("sound_mfcc", "sound_svm", "sound_deep", "sound_pretrained", "sound_pretrained_hybrid")
    ours = {who: mean([played(who, task, parts, 15.0) for task, parts in folds]) for who in keys}
    references = {
        name: mean([other(make, task, parts, cepstra) for task, parts in folds]) for name, make in makers.items()
    }
    show("drums of unseen kits, three folds", ours, references, "best of ours at least level")


def kernels(task: Task, parts: list[Dataset]) -> dict[str, tuple[float, float]]:
    """MiniRocket and ridge regression from the package aeon, where that is installed; nothing elsewhere."""
    from importlib import util

    if util.find_spec("aeon") is None:
        print("  (MiniRocket is not run beside these: the package aeon is not installed)", flush=True)
        return {}
    from aeon.transformations.collection.convolution_based import MiniRocket
    from sklearn.linear_model import RidgeClassifierCV
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    def pipeline(_: Any) -> Any:
        ridge = RidgeClassifierCV(alphas=np.logspace(-3, 3, 10))
        return make_pipeline(MiniRocket(random_state=0), StandardScaler(with_mean=False), ridge)

    found = other(pipeline, task, parts, lambda x: x.transpose(0, 2, 1).astype(float))
    return {"MiniRocket + ridge (aeon)": found}


def series() -> None:
    """Activities of unseen people against simple figures + forest and MiniRocket; anomalies against a plain forest."""
    from sklearn.ensemble import IsolationForest, RandomForestClassifier

    def simple(given: np.ndarray) -> np.ndarray:
        return np.concatenate([given.mean(axis=1), given.std(axis=1), given.min(axis=1), given.max(axis=1)], axis=1)

    task, parts = fold("series", "activity", 2_000)
    keys = ("series_stats", "series_kernels", "series_deep", "series_hybrid")
    ours = {who: played(who, task, parts, 15.0) for who in keys}
    reference = other(lambda _: RandomForestClassifier(300, random_state=0), task, parts, simple)
    references = {"mean, spread, ends + forest": reference, **kernels(task, parts)}
    show("activities of unseen people", ours, references, "at least level")
    task, parts = fold("series", "sensors")
    keys = ("series_iforest", "series_autoencoder", "series_codes_forest", "series_stats", "series_deep")
    ours = {who: played(who, task, parts, 8.0) for who in keys}
    reference = other(lambda _: IsolationForest(random_state=0), task, parts, lambda x: x.reshape(len(x), -1))
    show("sensor anomalies, AUC", ours, {"isolation forest on raw windows": reference}, "at least level")


def main() -> None:
    """All four, one after the other; accuracies are of one fold, so gaps below a point or two mean little."""
    pictures()
    texts()
    sounds()
    series()


if __name__ == "__main__":
    main()
