"""Do the answers differ between groups of people? Gaps in selection, error and hit rates, with bootstrap intervals.

The rates by group come from fairlearn's MetricFrame; a gap is the largest group rate minus the smallest.
"""

from __future__ import annotations

import warnings

import numpy as np

from core.evaluation import uncertainty
from core.schema import Dataset, JsonObject, Task

LEAST_ROWS = 10
MOST_GROUPS = 8
DRAWS = 200


def groups_of(dataset: Dataset, column: str) -> np.ndarray:
    """(n,) the group of each row as text: levels of a category, quarters of a number, "missing".

    Raises:
        ValueError: the table has no such column.
    """
    frame = dataset.inputs
    if not hasattr(frame, "columns") or column not in frame.columns:
        raise ValueError("the declared sensitive column is not among the columns used")
    values = frame[column]
    if getattr(values.dtype, "kind", "O") in "fiub" and values.nunique() > MOST_GROUPS:
        numbers = values.to_numpy(dtype=float)
        cuts = np.unique(np.nanquantile(numbers, [0.25, 0.5, 0.75]))
        named = [f"up to {cut:g}" for cut in cuts] + [f"above {cuts[-1]:g}"]
        told = np.array(named, dtype=object)[np.searchsorted(cuts, numbers)]
        return np.where(np.isfinite(numbers), told, "missing")
    words = values.astype(object).to_numpy()
    return np.array(["missing" if word is None or word != word else str(word) for word in words], dtype=object)


def fairness_report(
    task: Task, target: np.ndarray, answers: np.ndarray, groups: np.ndarray, seed: int = 0
) -> JsonObject:
    """Rates by group and their gaps.

    Args:
        target: (n,) class codes or values. answers: (n, k) probabilities or (n,) values. groups: (n,) texts.

    Returns:
        {"groups": [{"group", "rows", rate: value}], "gaps": {rate: [gap, low, high]}, "left_out": rows}.

    Raises:
        ValueError: fewer than two groups have ten rows.
    """
    names, counts = np.unique(groups.astype(str), return_counts=True)
    kept = names[counts >= LEAST_ROWS][:MOST_GROUPS]
    if len(kept) < 2:
        raise ValueError(f"fewer than two groups have {LEAST_ROWS} rows among the test rows")
    mask = np.isin(groups.astype(str), kept)
    target, answers, groups = np.asarray(target)[mask], np.asarray(answers)[mask], groups.astype(str)[mask]
    columns = _columns(task, target, answers)
    table = _by_group(columns, groups)
    gaps = {}
    for rate, (values, counted) in columns.items():

        def gap(rows: np.ndarray, values: np.ndarray = values, counted: np.ndarray = counted) -> float:
            return _gap(values[rows], counted[rows], groups[rows], kept)

        found = uncertainty.bootstrap(np.arange(len(groups)), gap, seed, DRAWS)
        if np.isfinite(found).all():
            gaps[rate] = list(found)
    return {"groups": table, "gaps": gaps, "left_out": int((~mask).sum())}


def _columns(task: Task, target: np.ndarray, answers: np.ndarray) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Rate -> (per-row value, which rows count): a group's rate is the mean of its counted rows."""
    everyone = np.ones(len(target), dtype=bool)
    if task.form == "regression":
        spread = max(float(np.std(target)), 1e-12)
        return {
            "absolute error": (np.abs(answers - target) / spread, everyone),
            "mean answer": (answers / spread, everyone),
        }
    guessed = answers.argmax(axis=1)
    wrong = (guessed != target).astype(float)
    if answers.shape[1] != 2:
        return {"error rate": (wrong, everyone)}
    picked = (guessed == 1).astype(float)
    return {
        "error rate": (wrong, everyone),
        "selection rate": (picked, everyone),
        "true positive rate": (picked, target == 1),
        "false positive rate": (picked, target == 0),
    }


def _gap(values: np.ndarray, counted: np.ndarray, groups: np.ndarray, names: np.ndarray) -> float:
    rates = [values[(groups == name) & counted] for name in names]
    known = [rate.mean() for rate in rates if len(rate)]
    return float(max(known) - min(known)) if len(known) >= 2 else float("nan")


def _by_group(columns: dict[str, tuple[np.ndarray, np.ndarray]], groups: np.ndarray) -> list[JsonObject]:
    with warnings.catch_warnings():
        # fairlearn imports parts of scikit-learn and pandas that announce changes of their own.
        warnings.simplefilter("ignore")
        from fairlearn.metrics import MetricFrame, count

        rows = np.arange(len(groups))
        metrics: JsonObject = {
            rate: (lambda truth, picked, v=values, c=counted: _mean(v, c, truth))
            for rate, (values, counted) in columns.items()
        }
        frame = MetricFrame(metrics={"rows": count, **metrics}, y_true=rows, y_pred=rows, sensitive_features=groups)
        found = frame.by_group
    return [
        {"group": str(name), **{key: (None if value != value else float(value)) for key, value in row.items()}}
        for name, row in found.iterrows()
    ]


def _mean(values: np.ndarray, counted: np.ndarray, rows: np.ndarray) -> float:
    """A group's rate: the mean over its rows (given by number) that count."""
    chosen = np.asarray(rows, dtype=int)
    chosen = chosen[counted[chosen]]
    return float(values[chosen].mean()) if len(chosen) else float("nan")
