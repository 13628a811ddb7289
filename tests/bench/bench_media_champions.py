"""Our contestants against the simple published pipeline of each kind of data, on the same folds.

Pictures: EfficientNet-Lite0 and logistic regression. Texts: MiniLM or TF-IDF and logistic regression. Sounds: MFCC
or a speech embedding and logistic regression; one set only, since no second one is shipped or in a package. Series:
MiniRocket and ridge regression on activities, and on BasicMotions of the package aeon where that is installed.
``CHAMPION_SECONDS`` is the budget of a fit (12), ``CHAMPION_FOLDS`` how many folds are played (3), ``CHAMPION_SETS``
which sets, parted by commas (all).
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from importlib import util
from typing import Any, NamedTuple

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np

from core import registry
from core.arena import planning
from core.evaluation import splits, tasks
from core.schema import Budget, Dataset, Plan, Task
from core.workers import reused_work

SECONDS, FOLDS = float(os.environ.get("CHAMPION_SECONDS", "12")), int(os.environ.get("CHAMPION_FOLDS", "3"))
SETS = tuple(part for part in os.environ.get("CHAMPION_SETS", "").split(",") if part)
Features = Callable[[Dataset], Any]
# Training rows -> features of any rows.
Published = Callable[[Dataset], Features]


class Opponents(NamedTuple):
    """One set: its data, who of ours plays, and the published pipelines by name."""

    dataset: Dataset
    task: Task
    ours: tuple[str, ...]
    published: Mapping[str, Published]
    ridge: bool = False


def sample(modality: str, key: str) -> tuple[Dataset, Task]:
    """An embedded set, prepared and cut to the rows of its quick first run."""
    one = next(each for each in registry.find("modalities", modality).samples if each.key == key)
    dataset = one.load()
    task = tasks.infer_task(dataset, one.target)
    return splits.subsample_rows(tasks.prepare(dataset, task), task, one.rows, 0), task


def embedded(contestant: str, dataset: Dataset) -> Published:
    """The vectors of the frozen encoder of a contestant, at the setting that its plan gives these data."""
    encoder = registry.find("contestants", contestant).encoder
    setting = encoder.plan(dataset, planning.embedding_seconds(Plan())).setting

    def vectors(part: Dataset) -> np.ndarray:
        with reused_work.reusing():
            return np.asarray(encoder.embed(part.inputs, Budget(encoding=setting), lambda news: None), dtype=float)

    return lambda train: vectors


def cepstra(train: Dataset) -> Features:
    """Mean and spread of the MFCC of each sound."""
    from scipy.fft import dct

    from core.features.audio_features import CEPSTRA, log_mel

    def figures(part: Dataset) -> np.ndarray:
        rows = dct(log_mel(part.inputs), axis=1, norm="ortho")[:, :CEPSTRA]
        return np.concatenate([rows.mean(axis=2), rows.std(axis=2)], axis=1)

    return figures


def tfidf(train: Dataset) -> Features:
    """TF-IDF of words and pairs, fitted on these texts."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    counted = TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True).fit(list(train.inputs))
    return lambda part: counted.transform(list(part.inputs))


def kernels(train: Dataset) -> Features:
    """MiniRocket of the package aeon, or our own kernels where that is not installed."""
    if util.find_spec("aeon") is not None:
        from aeon.transformations.collection.convolution_based import MiniRocket

        made = MiniRocket(random_state=0).fit(train.inputs.transpose(0, 2, 1).astype(float))
        return lambda part: made.transform(part.inputs.transpose(0, 2, 1).astype(float))
    from core.features.window_features import fit_minirocket

    own = fit_minirocket(train.inputs.astype(float), 0)
    return lambda part: own.transform(part.inputs.astype(float))


def motions() -> tuple[Dataset, Task] | None:
    """Four motions by six channels, of the package aeon; None where it is not installed."""
    if util.find_spec("aeon") is None:
        return None
    from aeon.datasets import load_basic_motions

    inputs, names = load_basic_motions()
    labels, target = np.unique(names, return_inverse=True)
    windows = inputs.transpose(0, 2, 1).astype(np.float32)
    dataset = Dataset("BasicMotions", "series", windows, target, labels=tuple(map(str, labels)))
    return dataset, Task("motion", "classification", "multiclass")


def every_set() -> dict[str, Opponents]:
    """The sets by name."""
    found: dict[str, Opponents] = {}
    published: dict[str, Published]
    for key in ("fruit", "fashion"):
        dataset, task = sample("image", key)
        published = {"EfficientNet-Lite0 + logistic": embedded("image_pretrained", dataset)}
        ours = ("image_hog", "image_deep", "image_pretrained", "image_pretrained_hybrid")
        found[key] = Opponents(dataset, task, ours, published)
    for key in ("sentiment", "complaints"):
        dataset, task = sample("text", key)
        published = {"MiniLM + logistic": embedded("text_minilm", dataset), "TF-IDF + logistic": tfidf}
        ours = ("text_tfidf", "text_deep", "text_minilm", "text_minilm_hybrid")
        found[key] = Opponents(dataset, task, ours, published)
    dataset, task = sample("sound", "drums")
    published = {"MFCC + logistic": cepstra, "speech embedding + logistic": embedded("sound_pretrained", dataset)}
    ours = ("sound_svm", "sound_deep", "sound_pretrained", "sound_pretrained_hybrid")
    found["drums"] = Opponents(dataset, task, ours, published)
    for key, made in (("activity", sample("series", "activity")), ("BasicMotions", motions())):
        if made is not None:
            published = {"MiniRocket + ridge": kernels}
            ours = ("series_stats", "series_kernels", "series_deep", "series_hybrid")
            found[key] = Opponents(*made, ours, published, True)
    return found


def published_accuracy(make: Published, ridge: bool, parts: tuple[Dataset, Dataset, Dataset]) -> float:
    """Accuracy of a linear model on features, fitted on training and validation rows together."""
    from scipy import sparse
    from sklearn.linear_model import LogisticRegression, RidgeClassifierCV
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    train, valid, test = parts
    head = RidgeClassifierCV(alphas=np.logspace(-3, 3, 10)) if ridge else LogisticRegression(C=1.0, max_iter=1_000)
    model = make_pipeline(StandardScaler(with_mean=False), head)
    features = make(train)
    rows = [features(train), features(valid)]
    joined = np.concatenate(rows) if isinstance(rows[0], np.ndarray) else sparse.vstack(rows)
    model.fit(joined, np.concatenate([train.target, valid.target]))
    return float((model.predict(features(test)) == test.target).mean())


def our_accuracy(key: str, asked: Opponents, parts: tuple[Dataset, Dataset, Dataset]) -> float:
    """Accuracy of one of our contestants within its budget."""
    contestant = registry.find("contestants", key)
    budget = Budget(seconds=SECONDS, seed=1)
    if contestant.encoder is not None:
        plan = contestant.encoder.plan(asked.dataset, planning.embedding_seconds(Plan()))
        budget = replace(budget, encoding=plan.setting)
    train, valid, test = parts
    with reused_work.reusing():
        model = contestant.fit(train, valid, asked.task, budget, lambda news: None)
        found = tasks.score(asked.task, train.target, test, tasks.predict(asked.task, model, test))
    return float(found.scores["accuracy"])


def main() -> None:
    """Mean accuracy and CPU-seconds a fold of every learner by set, and the gap to the best published pipeline."""
    for name, asked in every_set().items():
        if SETS and name not in SETS:
            continue
        made = splits.make_splits(asked.dataset, asked.task, Plan())[:FOLDS]
        learners = {title: partial(published_accuracy, one, asked.ridge) for title, one in asked.published.items()}
        learners |= {key: partial(our_accuracy, key, asked) for key in asked.ours}
        found: dict[str, list[tuple[float, float]]] = {title: [] for title in learners}
        for split in made:
            parts = tuple(asked.dataset.take(rows) for rows in (split.train, split.valid, split.test))
            for title, run in learners.items():
                begun = time.process_time()
                found[title].append((run(parts), time.process_time() - begun))
        print(f"{name}, {len(asked.dataset)} items, {len(made)} folds: accuracy / CPU-seconds a fold", flush=True)
        means = {title: np.mean(rows, axis=0) for title, rows in found.items()}
        for title, (accuracy, cpu) in means.items():
            print(f"  {title:34} {accuracy:.3f} {cpu:7.1f}")
        gap = max(means[key][0] for key in asked.ours) - max(means[title][0] for title in asked.published)
        print(f"  our best less the best published: {100 * gap:+.1f} points", flush=True)


if __name__ == "__main__":
    main()
