"""The cost table measured again: CPU-seconds of every kind of work against the declared reference seconds.

A ratio of 2 says that this machine takes twice as long as the reference core; the ratios of one machine should lie
close together, since a plan is only as fair between contestants as the table is.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from functools import partial

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np

from core.workers import learner_work, reference_costs, work_clock

REPEATS = 3
Probe = Callable[[], object]


def least(call: Probe) -> float:
    """The least CPU-seconds of a few runs, after one that warms up."""
    call()
    taken = []
    for _ in range(REPEATS):
        began = time.process_time()
        call()
        taken.append(time.process_time() - began)
    return min(taken)


def networks() -> Iterator[tuple[str, float, Probe]]:
    """A step of each kind of network: name, reference seconds, what runs it."""
    import torch
    from torch import nn

    from core.workers import network_work

    torch.set_num_threads(1)
    torch.manual_seed(0)
    cases = {
        "network, dense, 256 rows": (
            nn.Sequential(nn.Linear(128, 256), nn.ReLU(), nn.Linear(256, 256), nn.ReLU(), nn.Linear(256, 2)),
            torch.randn(256, 128),
        ),
        "network, pictures of 28 pixels": (
            nn.Sequential(
                nn.Conv2d(1, 32, 3, padding=1), nn.BatchNorm2d(32), nn.ReLU(),
                nn.Conv2d(32, 64, 3, padding=1, stride=2), nn.BatchNorm2d(64), nn.ReLU(),
                nn.Conv2d(64, 96, 3, padding=1, stride=2), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(),
                nn.Linear(96, 10),
            ),
            torch.randn(64, 1, 28, 28),
        ),
        "network, windows of 128 steps": (
            nn.Sequential(
                nn.Conv1d(6, 48, 5, padding=2), nn.ReLU(), nn.Conv1d(48, 48, 5, padding=4, dilation=2), nn.ReLU(),
                nn.AdaptiveAvgPool1d(1), nn.Flatten(), nn.Linear(48, 6),
            ),
            torch.randn(64, 6, 128),
        ),
    }  # fmt: skip
    for name, (network, rows) in cases.items():
        optimizer = torch.optim.AdamW(network.parameters(), fused=True)

        def step(current: nn.Module, rows: torch.Tensor = rows) -> torch.Tensor:
            return current(rows).square().mean()

        def train(network: nn.Module = network, optimizer: torch.optim.Optimizer = optimizer, step=step) -> None:  # type: ignore[no-untyped-def]
            for _ in range(20):
                value = step(network)
                optimizer.zero_grad(set_to_none=True)
                value.backward()
                optimizer.step()

        yield name, 20 * network_work.count_step(network, step).seconds(), train


def learners() -> Iterator[tuple[str, float, Probe]]:
    """Boosting, linear models, kernel machines and forests."""
    import xgboost
    from sklearn.ensemble import IsolationForest
    from sklearn.linear_model import LogisticRegression
    from sklearn.svm import SVC, LinearSVC

    draw = np.random.default_rng(0)
    for rows, columns, classes, depth in ((1_500, 20, 1, 4), (20_000, 20, 1, 6), (1_500, 200, 4, 5), (8_000, 60, 8, 6)):
        inputs = draw.normal(size=(rows, columns)).astype(np.float32)
        target = (inputs[:, :3].sum(axis=1) + draw.normal(size=rows) > 0).astype(int)
        target = target if classes == 1 else draw.integers(0, classes, rows)
        form = (
            {"objective": "binary:logistic"} if classes == 1 else {"objective": "multi:softprob", "num_class": classes}
        )
        settings = {**form, "max_depth": depth, "nthread": 1, "tree_method": "hist", "eta": 0.05, "subsample": 0.8}
        data = xgboost.DMatrix(inputs, target, nthread=1)
        seconds = 30 * learner_work.boosting_round(rows, columns, classes, depth, learner_work.histogram_bins(inputs))
        yield (
            f"boosting, {rows} x {columns}, {classes} outputs, depth {depth}", seconds,
            lambda settings=settings, data=data: xgboost.train(settings, data, 30),
        )  # fmt: skip
    inputs = draw.normal(size=(1_500, 300))
    target = (inputs[:, :5].sum(axis=1) > 0).astype(int) + (inputs[:, 5] > 1)
    solved = LogisticRegression(max_iter=200, tol=1e-3)
    solved.fit(inputs, target)
    amount = inputs.size * 3 * int(solved.n_iter_.max())
    yield "logistic_dense", reference_costs.cost("logistic_dense") * amount, lambda: solved.fit(inputs, target)
    from scipy.sparse import random as sparse

    counted = sparse(3_000, 20_000, 0.003, format="csr", random_state=0, dtype=np.float32)
    told = draw.integers(0, 3, 3_000)
    other = LogisticRegression(max_iter=200, tol=1e-3, C=5)
    other.fit(counted, told)
    work = learner_work.logistic_seconds(counted.nnz, counted.shape, 3, int(other.n_iter_.max()), False)
    yield "logistic_sparse", work, lambda: other.fit(counted, told)
    kernel = SVC(C=10, cache_size=400)
    rows = draw.normal(size=(2_000, 120)).astype(np.float32)
    labels = draw.integers(0, 5, 2_000)
    seconds = reference_costs.cost("kernel_machine") * len(rows) ** 2 * rows.shape[1]
    yield "kernel_machine", seconds, lambda: kernel.fit(rows, labels)
    plain = LinearSVC(max_iter=2_000, tol=1e-3, random_state=0)
    yield "linear_machine", reference_costs.cost("linear_machine") * counted.nnz, lambda: plain.fit(counted, told == 1)
    forest = IsolationForest(n_estimators=200, random_state=0, max_samples=256)
    seconds = 200 * reference_costs.cost("forest_tree")
    yield "forest_tree", seconds, lambda: forest.fit(rows)
    grown = IsolationForest(n_estimators=200, random_state=0, max_samples=256).fit(rows)
    seconds = 200 * (reference_costs.cost("forest_call") + len(rows) * reference_costs.cost("forest_answer"))
    yield "forest_call and forest_answer", seconds, lambda: grown.score_samples(rows)
    yield from shipped()


def shipped() -> Iterator[tuple[str, float, Probe]]:
    """The estimators of contestants on tables: a forest, and a Gaussian process."""
    from core.contestants.table import forest, gaussian
    from core.models.training.output_spec import OutputSpec
    from core.schema import Budget

    draw = np.random.default_rng(0)
    rows = draw.normal(size=(1_500, 30)).astype(np.float32)
    target = (rows[:, 0] + draw.normal(size=1_500) > 0).astype(np.int64)
    for name, grow in (("forest_cell", forest._grow), ("process_tuning and process_row", gaussian._fit_process)):
        call = partial(grow, rows, target, OutputSpec.from_target("binary", target), {}, Budget())
        clock = work_clock.WorkClock()
        call()
        yield name, clock.elapsed(), call


def features() -> Iterator[tuple[str, float, Probe]]:
    """Encodings and hand-made features."""
    import pandas as pd

    from core.features import audio_features, image_features, table_encoders, text_features, window_features

    draw = np.random.default_rng(0)
    table = pd.DataFrame(draw.normal(size=(4_000, 12)), columns=[f"n{i}" for i in range(12)])
    for name in ("a", "b", "c", "d"):
        table[name] = pd.Categorical(draw.choice(["red", "green", "blue", "black"], 4_000))
    cells = table.size
    ordinal, dense = table_encoders.fit_ordinal(table), table_encoders.fit_dense(table, bins=16)
    cost = reference_costs.cost
    yield "table_cell_fit", cells * cost("table_cell_fit"), lambda: table_encoders.fit_dense(table, bins=16)
    yield "table_cell", cells * cost("table_cell"), lambda: ordinal.transform(table)
    yield "table_cell_dense", cells * cost("table_cell_dense"), lambda: dense.transform(table)
    for side, channels in ((28, 1), (64, 3)):
        pictures = draw.integers(0, 255, (400, side, side, channels)).astype(np.uint8)
        yield (
            f"picture_pixel, {side} x {side} x {channels}", pictures.size * cost("picture_pixel"),
            lambda pictures=pictures: image_features.picture_features(pictures),
        )  # fmt: skip
    sounds = draw.normal(size=(100, 16_000)).astype(np.float32)
    yield "sound_sample", sounds.size * cost("sound_sample"), lambda: audio_features.sound_features(sounds)
    windows = draw.normal(size=(600, 128, 6)).astype(np.float32)
    yield "window_number", windows.size * cost("window_number"), lambda: window_features.window_features(windows)
    rocket = window_features.fit_minirocket(windows, 0)
    amount = len(windows) * windows.shape[1] * len(rocket.bias)
    yield "rocket_position", amount * cost("rocket_position"), lambda: rocket.transform(windows)
    words = ["market", "river", "yellow", "seven", "the", "of", "and", "runner", "policy", "late"]
    texts = [" ".join(draw.choice(words, 60)) for _ in range(500)]
    letters = sum(map(len, texts))
    view = text_features.fit_tfidf(texts, text_features.word_ngrams)
    runs = text_features.fit_tfidf(texts, text_features.char_ngrams)
    fit = text_features.fit_tfidf
    yield "text_word_fit", letters * cost("text_letter"), lambda: fit(texts, text_features.word_ngrams)
    yield "text_word", letters * cost("text_letter"), lambda: view.transform(texts)
    yield "text_run_fit", letters * cost("text_run_letter"), lambda: fit(texts, text_features.char_ngrams)
    yield "text_run", letters * cost("text_run_letter"), lambda: runs.transform(texts)


def encoders() -> Iterator[tuple[str, float, Probe]]:
    """The frozen networks, where their packages are installed."""
    from core.encoders import efficientnet, frozen_pictures, frozen_texts, minilm_encoder, pretrained_encoders

    draw = np.random.default_rng(0)
    if not efficientnet.missing_packages(*frozen_pictures.PACKAGES):
        pictures = draw.integers(0, 255, (32, 32, 32, 3)).astype(np.uint8)
        for side in efficientnet.SIDES:
            seconds = len(pictures) * efficientnet.seconds_per_picture(side)
            yield (
                f"embedding of a picture of {side} pixels", seconds,
                lambda side=side: efficientnet.embed_pictures(pictures, side),
            )  # fmt: skip
    if not efficientnet.missing_packages(*frozen_texts.PACKAGES):
        for words in (12, 90):
            texts = [" ".join(draw.choice(["market", "river", "yellow", "the", "of"], words)) for _ in range(64)]
            seconds = len(texts) * minilm_encoder.seconds_per_text(texts, 128)
            yield (
                f"embedding of a text of {words} words", seconds,
                lambda texts=texts: minilm_encoder.embed_texts(texts, 128),
            )  # fmt: skip
    if not efficientnet.missing_packages("onnxruntime"):
        sounds = draw.normal(size=(32, 16_000)).astype(np.float32) / 10
        each = reference_costs.cost("sound_embedding") + reference_costs.cost("sound_embedding_second")
        yield "embedding of a second of sound", 32 * each, lambda: pretrained_encoders.embed_sounds(sounds, 16_000)


def main() -> None:
    """Prints measured / declared of every probe, and their median."""
    print(f"cost table {reference_costs.version()}; one thread; CPU-seconds, least of {REPEATS}")
    ratios = []
    for probes in (networks, learners, features, encoders):
        for name, declared, call in probes():
            measured = least(call)
            ratios.append(measured / declared)
            print(
                f"  {name:<44} declared {declared:8.4f}  measured {measured:8.4f}  ratio {ratios[-1]:5.2f}", flush=True
            )
    print(f"  median ratio {np.median(ratios):.2f}, between {min(ratios):.2f} and {max(ratios):.2f}")
