"""How far the verdicts can be trusted, in numbers: error rates, coverage, forecasts of learning curves, and seconds."""

from __future__ import annotations

import os
import time

import numpy as np

from tests import simulated

CURVE_ROWS = 6_000
CONTESTANTS = ("table_linear", "table_xgboost")
ALLOWED_FALSE = 18


def errors() -> int:
    """False positives on null data sets and coverage of the interval; returns how many cells miss their goal."""
    missed = 0
    print("Nobody is better: of 200 data sets of 200 rows, how many got a winner (allowed: 18), 2 x 5 folds, margin 1")
    for name, design in simulated.DESIGNS.items():
        if design.null:
            found = {form: simulated.rates(form, name) for form in simulated.FORMS}
            missed += sum(one["winners"] > ALLOWED_FALSE for one in found.values())
            cells = "   ".join(
                f"{form} {one['winners']} (interval without 0: {one['excluding_zero']})" for form, one in found.items()
            )
            print(f"  {design.about}: {cells}")
    print(
        "One is better: how often the 90 % interval holds the true gap, 400 data sets of 200 rows (goal: 88 % or more)"
    )
    for name, design in simulated.DESIGNS.items():
        if not design.null:
            found = {form: simulated.coverage(form, name) for form in simulated.FORMS}
            missed += sum(one["share"] < 0.88 for one in found.values())
            cells = "   ".join(
                f"{form} {one['share']:.1%} (true gap {one['truth']:.1f} points)" for form, one in found.items()
            )
            print(f"  {design.about}: {cells}")
    return missed


def curve_sets() -> list:
    """Embedded tables with at least 3,000 usable rows, as (name, prepared data, task)."""
    from core import ingest
    from core.evaluation import splits, tasks
    from core.storage import dataset_store

    kept = []
    for key, (modality, sample) in ingest.samples().items():
        if modality.key != "table":
            continue
        dataset = dataset_store.load(ingest.sample_folder(key))
        task = tasks.infer_task(dataset, sample.target)
        ready = tasks.prepare(dataset, task)
        if len(ready) >= 3_000:
            kept.append((key, splits.subsample_rows(ready, task, CURVE_ROWS, 0), task))
    return kept


def measured_curve(dataset, task, key: str) -> list:
    """The points of the shipped learning-curve measurement for one contestant."""
    from core import registry
    from core.measurements.data import learning_curve
    from core.schema import Budget, FittedContestant

    rows = np.arange(len(dataset))
    parts = [dataset.take(part) for part in (rows[::2], rows[1::4], rows[3::4])]
    subject = FittedContestant(
        registry.find("contestants", key), None, *parts, task, Budget(seconds=2.0), (), lambda news: None
    )
    return learning_curve.measure(subject).detail["curve"]


def curves() -> int:
    """Curves fitted to the smaller sizes alone, checked at the larger ones that were measured too."""
    from core.evaluation import learning_curves

    held = {1: [0, 0], 2: [0, 0]}
    right = calls = 0
    print("Learning curves: fitted to the smaller sizes, checked at the larger ones on the same test rows (95 %)")
    for name, dataset, task in curve_sets():
        points = {key: measured_curve(dataset, task, key) for key in CONTESTANTS}
        for key, found in points.items():
            whole = learning_curves.fit_curve(found)
            for hold, tally in held.items():
                foretold = learning_curves.predict(
                    learning_curves.fit_curve(found[:-hold]), whole.sizes[-hold:], lifted=False
                )
                inside = [o["low"] <= mean <= o["high"] for o, mean in zip(foretold, whole.means[-hold:], strict=True)]
                tally[0] += sum(inside)
                tally[1] += hold
                last = foretold[-1]
                print(
                    f"  {name:17s} {key:14s} from {found[-hold - 1]['rows']:5,} rows to {last['rows']:6,.0f}: foretold "
                    f"{last['skill']:5.1f} ({last['low']:.1f} to {last['high']:.1f}), measured {whole.means[-1]:5.1f}"
                )
        fits = [learning_curves.fit_curve(points[key][:-2]) for key in CONTESTANTS]
        sure = float(np.mean(fits[0].at(whole.sizes[-1:]) > fits[1].at(whole.sizes[-1:])))
        if not 0.2 < sure < 0.8:
            calls += 1
            first, second = (np.mean(points[key][-1]["skills"]) for key in CONTESTANTS)
            right += (sure > 0.5) == (first > second)
    for hold, (inside, total) in held.items():
        print(f"  the {hold} largest size(s) foretold: interval holds the measured mean in {inside} of {total}")
    print(f"  who is ahead at the largest size, where the curves were 80 % sure: right in {right} of {calls}")
    return sum(inside < 0.85 * total for inside, total in held.values())


def false_faster() -> int:
    """The same call timed against itself, interleaved and one after the other, on this machine."""
    from core.profiling import timing

    def call() -> None:
        sum(range(2_000))

    wrong = {"ABBA": 0, "all A, then all B": 0}
    for _ in range(40):
        both = timing.time_calls({"a": call, "b": call}, seconds=0.05)
        wrong["ABBA"] += timing.faster_side(both["a"], both["b"]) != "same"
        alone = [timing.time_calls({"x": call}, seconds=0.05)["x"] for _ in range(2)]
        wrong["all A, then all B"] += timing.faster_side(*alone) != "same"
    print("A call against itself, 40 trials, how often one was called faster: " + ", ".join(
        f"{name} {count}" for name, count in wrong.items()
    ))  # fmt: skip
    return int(wrong["ABBA"] > 6)


def seconds() -> int:
    """What the verdicts themselves cost."""
    import pandas as pd

    from core import verdicts
    from core.evaluation import data_checks
    from core.schema import Contest, Dataset, Plan, Task
    from tests.verdicts.table_of_runs import TASK, trio

    runs = trio(51, 50, hybrid=52)
    contest = Contest("", "", {}, TASK, Plan(), runs=tuple(runs))
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({f"x{k}": rng.normal(size=5_000) for k in range(50)})
    table = Dataset("t", "table", frame, rng.integers(0, 2, 5_000))
    timed = {
        "comparing three families": lambda: verdicts.compare(runs, TASK, Plan(), rows=1000, method="stratified"),
        "one recommendation": lambda: verdicts.recommend(contest),
        "leak checks, 5,000 rows x 50 columns": lambda: data_checks.check_data(
            table, Task("y", "classification", "binary")
        ),
    }
    for name, call in timed.items():
        taken = []
        for _ in range(5):
            start = time.perf_counter()
            call()
            taken.append(time.perf_counter() - start)
        print(f"{name}: {1e3 * min(taken):.1f} ms")
    return 0


def main() -> int:
    """Prints every part and returns how many goals were missed."""
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    return seconds() + false_faster() + errors() + curves()


if __name__ == "__main__":
    raise SystemExit(main())
