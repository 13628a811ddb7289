"""Contestants against the libraries they are built on: our network and TabM's own loop, our trees and bare XGBoost."""

from __future__ import annotations

import os
import time

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

SAMPLES = (("telco_churn", 1500), ("telco_churn", 5000), ("credit_default", 3000), ("hotel_rates", 3000))
FOLDS = 4


def bare_xgboost(train, valid, test, output_spec, seed):
    """The same settings handed straight to xgboost with native categoricals; probabilities or values."""
    import numpy as np
    import xgboost

    from core.models.tabular import boosting
    from core.models.training.booster import METRICS, OBJECTIVES

    settings = boosting.default_settings(len(train))
    rounds, patience = settings.pop("rounds"), settings.pop("patience")
    frames = [part.inputs.copy() for part in (train, valid, test)]
    for frame in frames:
        for name in frame.columns:
            if frame[name].dtype.kind == "M":
                frame[name] = frame[name].to_numpy().astype("datetime64[s]").astype(float)
    data, held, asked = (
        xgboost.DMatrix(frame, part.target, enable_categorical=True)
        for frame, part in zip(frames, (train, valid, test), strict=True)
    )
    settings |= {"objective": OBJECTIVES[output_spec.form], "eval_metric": METRICS[output_spec.form]}
    settings |= {"nthread": 1, "seed": seed}
    if output_spec.form == "multiclass":
        settings["num_class"] = output_spec.classes
    booster = xgboost.train(
        settings, data, rounds, evals=[(held, "v")], early_stopping_rounds=patience, verbose_eval=False
    )
    answers = booster.predict(asked, iteration_range=(0, booster.best_iteration + 1)).astype(float)
    return np.stack([1 - answers, answers], axis=1) if output_spec.form == "binary" else answers


def contestant(key):
    """A function (train, valid, test, answer, seed) -> answers of one of ours."""
    from core import registry
    from core.schema import Budget, Task

    def run(train, valid, test, output_spec, seed):
        kind = "regression" if output_spec.form == "regression" else "classification"
        task = Task(None, kind, output_spec.form)
        budget = Budget(seconds=120, seed=seed, device="cpu")
        return registry.find("contestants", key).fit(train, valid, task, budget, lambda news: None).predict(test.inputs)

    return run


def measured(run, parts, output_spec, seed):
    """Skill in points and CPU-seconds of one run on one fold."""
    begin = time.process_time()
    answers = run(*parts, output_spec, seed)
    return output_spec.skill(answers, parts[2].target), time.process_time() - begin


def main() -> None:
    """Prints mean skill and CPU-seconds over the same folds, both orders alternating, and their difference."""
    import numpy as np
    import torch
    import torch._dynamo  # its import is not the first contender's cost

    from core import ingest
    from core.evaluation import splits, tasks
    from core.models.training.output_spec import OutputSpec
    from core.schema import Plan
    from core.storage import dataset_store
    from tests.bench import reference_tabm

    torch.set_num_threads(1)
    ours = {key: contestant(key) for key in ("table_deep", "table_xgboost", "table_linear", "table_hybrid")}
    bare = {"TabM's own loop": reference_tabm.fit_predict, "bare XGBoost": bare_xgboost}
    for key, rows in SAMPLES:
        _, sample = ingest.samples()[key]
        dataset = dataset_store.load(ingest.sample_folder(key))
        task = tasks.infer_task(dataset, sample.target)
        dataset = tasks.prepare(dataset, task)
        dataset = dataset.take(np.sort(np.random.default_rng(0).permutation(len(dataset))[:rows]))
        found: dict[str, list[tuple[float, float]]] = {name: [] for name in (*ours, *bare)}
        for number, split in enumerate(splits.make_splits(dataset, task, Plan())[:FOLDS]):
            parts = [dataset.take(chosen) for chosen in (split.train, split.valid, split.test)]
            output_spec = OutputSpec.from_dataset(parts[0], task)
            order = list({**ours, **bare}.items())
            for name, run in order if number % 2 else order[::-1]:
                found[name].append(measured(run, parts, output_spec, number))
        print(f"{key}, {rows} rows, {FOLDS} folds: skill (points) / CPU-seconds a fit")
        for name, pairs in found.items():
            skill, cpu = np.mean(pairs, axis=0)
            print(f"  {name:18} {skill:6.2f} {cpu:7.2f}")
        for mine, theirs in (("table_deep", "TabM's own loop"), ("table_xgboost", "bare XGBoost")):
            gap = np.mean(found[mine], axis=0) - np.mean(found[theirs], axis=0)
            ratio = np.mean(found[mine], axis=0)[1] / np.mean(found[theirs], axis=0)[1]
            print(f"  {mine} - {theirs}: {gap[0]:+.2f} points, CPU ratio {ratio:.2f}", flush=True)


if __name__ == "__main__":
    main()
