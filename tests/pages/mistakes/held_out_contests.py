"""Fabricated finished contests with held-out answers of every kind of task and data."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from core.explain import item_thumbnails
from core.schema import Contest, DisplayRows, Fit, HeldOut, HeldOutFold, Plan, Run, Task

LABELS = ("No `x`", "![p](http://example.invalid/x.png)", "__proto__")
WHO = (("dummy", "Guessing", "chance"), ("table_linear", "Logistic or ridge regression", "classical"),
       ("table_deep", "Deep network (TabM)", "deep"),
       ("table_hybrid", "Network + trees (hybrid)", "hybrid"))  # fmt: skip
ROWS, FOLDS = 40, 5


def predictions(kind: str, truth: np.ndarray, classes: int, skill: float, draw: np.random.Generator) -> np.ndarray:
    if kind == "classification":
        logits = draw.normal(0, 1, (len(truth), classes))
        logits[np.arange(len(truth)), truth.astype(int)] += skill
        odds = np.exp(logits)
        return odds / odds.sum(axis=1, keepdims=True)
    return skill * truth + draw.normal(0, 1, len(truth))


def items(modality: str, count: int) -> tuple[dict[str, Any], ...]:
    draw = np.random.default_rng(3)
    made = {
        "image": lambda: item_thumbnails.image_thumbnail(draw.integers(0, 255, (12, 12, 3)), {}),
        "sound": lambda: item_thumbnails.sound_thumbnail(draw.normal(0, 1, 4_000), {"rate": 8_000}),
        "text": lambda: item_thumbnails.text_thumbnail("so <b>good</b> ![p](http://example.invalid/x.png) " * 20, {}),
        "series": lambda: item_thumbnails.series_thumbnail(draw.normal(0, 1, (50, 2)), {"channels": ["a.b", "x:Q"]}),
    }[modality]
    return tuple(made() for _ in range(count))


def contest(form: str = "binary", modality: str = "table", folds: int = FOLDS) -> Contest:
    """A contest of four contestants; the further down the list, the better they answer."""
    kind = {"binary": "classification", "multiclass": "classification"}.get(form, form)
    labels = LABELS[: 2 if form == "binary" else 3] if kind == "classification" else ()
    draw = np.random.default_rng(1)
    truths = [
        draw.integers(0, len(labels), ROWS) if labels
        else (draw.random(ROWS) < 0.2).astype(int) if kind == "anomaly" else draw.normal(0, 3, ROWS)
        for _ in range(folds)
    ]  # fmt: skip
    kept = tuple(HeldOutFold(k, np.arange(ROWS) + ROWS * k, truths[k], ROWS) for k in range(folds))
    runs = tuple(
        Run(key, title, family, fits=tuple(  # type: ignore[arg-type]
            Fit(k, f"d{k}", {"auc": 0.7}, 10.0 * place,
                predictions=predictions(kind, truths[k], len(labels), place, draw)) for k in range(folds)
        ))
        for place, (key, title, family) in enumerate(WHO)
    )  # fmt: skip
    shown = tuple(range(ROWS * min(folds, 4)))
    recorded = [labels[int(truths[row // ROWS][row % ROWS])] if labels else f"{truths[row // ROWS][row % ROWS]:g}"
                for row in shown]  # fmt: skip
    display = DisplayRows(shown, labels=tuple(recorded))
    if modality == "table":
        display = replace(display, columns=("tenure", "a.b", "x:Q"), values=(("1", "<b>", "3"),) * len(shown))
    else:
        display = replace(display, items=items(modality, len(shown)))
    return Contest(
        "ab" * 16, "d" * 64,
        {"name": "x", "modality": modality, "rows": ROWS * folds, "rows_used": ROWS * folds, "labels": labels},
        Task("y", kind, form), Plan(folds=FOLDS), runs, held_out=HeldOut(kept, display),  # type: ignore[arg-type]
    )  # fmt: skip


def with_planted_labels(found: Contest, count: int = 3) -> Contest:
    """The same contest of two classes, in which the first rows of fold 0 are recorded as the other class, while all
    contestants but the dummy are sure of the right one; rows as read stand 100 further."""
    folds = list(found.held_out.folds)
    truth = np.array(folds[0].truth)
    flipped = truth.copy()
    flipped[:count] = 1 - flipped[:count]
    folds = [replace(one, rows_read=np.asarray(one.row_numbers) + 100) for one in folds]
    folds[0] = replace(folds[0], truth=flipped)
    sure = np.full((count, 2), 0.001)
    sure[np.arange(count), truth[:count].astype(int)] = 0.999

    def told(run: Run) -> Run:
        first, *rest = run.fits
        if run.family == "chance":
            return run
        return replace(run, fits=(replace(first, predictions=np.concatenate([sure, first.predictions[count:]])), *rest))

    return replace(found, held_out=replace(found.held_out, folds=tuple(folds)), runs=tuple(map(told, found.runs)))
