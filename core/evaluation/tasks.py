"""Dataset -> Task: what is predicted, which rows and columns take part, and how an answer is scored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from core import limits
from core.evaluation import metrics, small_classes, target_coding
from core.panels import quantile_scores, windows
from core.readers import name_groups
from core.readers.tables import target_inference
from core.readers.tables.target_inference import task_form
from core.schema import Better, Dataset, LoadError, Model, Task, TaskForm, TaskKind

UNUSABLE = ("id", "constant", "empty")
KINDS: dict[TaskForm, TaskKind] = {
    "binary": "classification",
    "multiclass": "classification",
    "regression": "regression",
    "anomaly": "anomaly",
    "ranking": "ranking",
    "generation": "generation",
    "control": "control",
    "forecast": "forecast",
}
# Data that carries its own task has no column of answers: its metric, and which way is better.
CARRIED: dict[str, tuple[str, Better]] = {
    "generation": ("bits_per_character", "lower"), "ranking": ("ndcg_at_10", "higher"),
    "control": ("episode_return", "higher"),
}  # fmt: skip


@dataclass(frozen=True)
class FoldScore:
    """One fold's scores. ``units`` (n,), of forecasts (n, 2): per-row score, higher is better; ``skill`` in points."""

    skill: float
    scores: Mapping[str, float]
    units: np.ndarray


def infer_task(dataset: Dataset, target: str | None = None) -> Task:
    """The task that a data set suggests; every field may be edited afterwards.

    Args:
        dataset: as it was read.
        target: the column to predict; None lets the columns' types and names decide.

    Raises:
        LoadError: if the named target is not a column, or no column can be one.
    """
    if dataset.target is not None:
        return labelled_task(dataset)
    if (form := dataset.facts.get("form")) in CARRIED:
        return carried_task(form)
    if form == "forecast":
        return forecast_task(dataset, target)
    wanted = target or suggested_target(dataset)
    if wanted is None:
        raise LoadError("No column can be predicted.", dataset.name, "Upload a table with a column of answers.")
    column = target_inference.find_column(dataset.columns, wanted)
    if why := target_inference.rejection_reason(column):
        raise LoadError(f"The column {column.name!r} cannot be predicted: {why}.", dataset.name, "Pick another target.")
    form = task_form(column)
    return Task(target=column.name, kind=KINDS[form], form=form)


def suggested_target(dataset: Dataset) -> str | None:
    """The column most likely meant as the target, None where no column can be one.

    Args:
        dataset: as it was read.
    """
    frame = dataset.inputs if hasattr(dataset.inputs, "columns") else None
    found: str | None = target_inference.suggest_target(dataset.columns, dataset.facts.get("suggested"), frame)[
        "target"
    ]
    return found


def labelled_task(dataset: Dataset) -> Task:
    """The task of a data set that came with its targets (folders of pictures, labelled texts, windows).

    Args:
        dataset: whole numbers make a classification, others a regression, unless the data say the form.
    """
    form = str(dataset.facts.get("form") or "")
    if not form:
        whole = dataset.target is not None and np.issubdtype(dataset.target.dtype, np.integer)
        form = ("binary" if len(dataset.labels) == 2 else "multiclass") if whole else "regression"
    target = str(dataset.facts.get("target", "label"))
    groups = name_groups.default_groups(dataset)
    return Task(target=target, kind=KINDS[form], form=form, groups=groups)  # type: ignore[arg-type,index]


def carried_task(form: TaskForm) -> Task:
    """The task of data that carry their own: generation, ranking or control.

    Args:
        form: "generation", "ranking" or "control".
    """
    metric, better = CARRIED[form]
    return Task(None, KINDS[form], form, metric=metric, better=better)


def forecast_task(dataset: Dataset, target: str | None = None) -> Task:
    """The task of a panel of series: to foretell the named column, or the one it was read for.

    Args:
        dataset: a panel as it was read. target: one of its columns, or None.

    Raises:
        LoadError: the named target is no column of the panel.
    """
    wanted = target or str(dataset.facts["target"])
    return Task(target_inference.find_column(dataset.columns, wanted).name, "forecast", "forecast")


def prepare(dataset: Dataset, task: Task, rare_classes: bool = False) -> Dataset:
    """The data set as the contest sees it: target split off and coded, useless columns out, groups and order set.

    Args:
        dataset: as read. task: names the target and the columns to drop, keep, group by and order by.
        rare_classes: keep classes with fewer than three rows, for a caller who deals with them.

    Returns:
        A data set with int64 class codes (n,) or float64 values (n,) as its target.

    Raises:
        LoadError: if the target is missing, constant, or too few rows with an answer are left.
    """
    if task.kind == "forecast":
        return dataset if windows.is_windowed(dataset) else windows.build_windows(dataset, task)
    if dataset.target is not None or task.kind in ("ranking", "generation", "control"):
        ready = name_groups.take_name_groups(dataset, task.groups)
    else:
        ready = target_coding.split_target(dataset, task)
        ready = _drop_columns(ready, task)
    if len(ready) < limits.MIN_ROWS and task.kind in ("classification", "regression"):
        raise LoadError(
            f"Only {len(ready)} rows have an answer; a contest needs at least {limits.MIN_ROWS}.",
            dataset.name,
            "Upload more rows.",
        )
    return ready if rare_classes or task.kind != "classification" else small_classes.drop_rare_classes(ready)


def _drop_columns(dataset: Dataset, task: Task) -> Dataset:
    """Leaves out ids, constants, the group column and what the user dropped; keeps what the user insists on."""
    frame, warnings = dataset.inputs, list(dataset.warnings)
    groups, order = dataset.groups, dataset.order
    out = [n for n in task.drop if n in frame.columns]
    for column in dataset.columns:
        if column.type in UNUSABLE and column.name in frame.columns and column.name not in (*task.keep, *out):
            out.append(column.name)
            if column.type == "id":
                warnings.append(f"{column.name!r} looks like an identifier and was left out.")
    if task.groups:
        if task.groups not in frame.columns:
            raise LoadError(
                f"There is no column {task.groups!r} to group by.", dataset.name, "Name one of the columns."
            )
        groups = frame[task.groups].astype("string").fillna("(missing)").astype("category").cat.codes.to_numpy(np.int64)
        out.append(task.groups)
    if task.order and task.order in frame.columns:
        order = np.asarray(target_coding.column_numbers(frame[task.order]), dtype=float)
    frame = frame.drop(columns=list(dict.fromkeys(out)))
    if frame.shape[1] == 0:
        raise LoadError(
            "No column is left to predict from.",
            dataset.name,
            "Every other column is constant, empty, an identifier or dropped; keep one of them.",
        )
    left = tuple(c for c in dataset.columns if c.name in set(frame.columns))
    return replace(dataset, inputs=frame, groups=groups, order=order, columns=left, warnings=tuple(warnings))


def predict(task: Task, model: Model, test: Dataset) -> np.ndarray:
    """The model's predictions on the n test rows, checked for shape and finiteness.

    Returns:
        float (n, k) probabilities, or (n,) values or per-unit figures.

    Raises:
        ValueError: if the predictions have the wrong length or hold NaN or infinity.
    """
    predictions = np.asarray(model.predict(test.inputs), dtype=float)
    if len(predictions) != len(test):
        raise ValueError(f"{len(predictions)} answers for {len(test)} questions")
    if not np.isfinite(predictions).all():
        raise ValueError(f"{int((~np.isfinite(predictions)).sum())} of the answers are not finite numbers")
    return predictions


def score(task: Task, known_targets: np.ndarray, test: Dataset, predictions: np.ndarray) -> FoldScore:
    """Scores of one fold; the dummy's loss comes from the training targets alone.

    Args:
        task: decides losses and metrics.
        known_targets: (m,) the training targets (train and inner validation), all the dummy may know.
        test: n prepared rows with their targets.
        predictions: (n, k) probabilities, (n,) values, or per-unit figures: anomaly scores, bits per character
            (generation), episode returns (control), NDCG (ranking); of forecasts quantiles (n, horizon, quantiles).

    Returns:
        Skill in points, the metrics of ``core.evaluation.metrics``, and one score a row (n,), more is better; of
        forecasts the skill against the seasonal naive, and (n, 2) with its loss beside.
    """
    if task.kind == "classification":
        frequencies = np.bincount(known_targets, minlength=len(test.labels)) / len(known_targets)
        losses = metrics.brier_losses(test.target, predictions)
        dummy = metrics.brier_losses(test.target, np.tile(frequencies, (len(test), 1)))
        scores = metrics.class_scores(test.target, predictions)
    elif task.kind == "regression":
        losses = metrics.squared_losses(test.target, predictions)
        dummy = metrics.squared_losses(test.target, np.full(len(test), known_targets.mean()))
        scores = metrics.number_scores(test.target, predictions)
    elif task.kind == "anomaly":
        scores = metrics.anomaly_scores(test.target, predictions)
        return FoldScore(100.0 * (2.0 * scores["auc"] - 1.0), scores, np.asarray(predictions))
    elif task.kind == "forecast":
        return _forecast(test, predictions)
    else:
        return _per_unit(task, test, predictions)
    return FoldScore(metrics.skill(float(losses.mean()), float(dummy.mean())), scores, -losses)


def _forecast(test: Dataset, quantiles: np.ndarray) -> FoldScore:
    """Scores of one origin. units (n, 2): the quantile loss of each window, negated, and the seasonal naive's loss."""
    asked = quantile_scores.TestWindows.of(test)
    losses, naive = quantile_scores.quantile_losses(asked.truth, quantiles), quantile_scores.naive_losses(asked)
    points = metrics.skill(float(losses.sum()), float(naive.sum()))
    return FoldScore(points, quantile_scores.forecast_scores(asked, quantiles), np.column_stack([-losses, naive]))


def _per_unit(task: Task, test: Dataset, predictions: np.ndarray) -> FoldScore:
    """Scores of ranking, generation and control: the per-unit figure on the scale from chance to perfect."""
    mean = float(np.mean(predictions))
    floor, ceiling = (float(test.facts[key]) for key in ("score_of_chance", "score_of_perfect"))
    points = 100.0 * (mean - floor) / (ceiling - floor)
    name = {"ranking": "ndcg_at_10", "generation": "bits_per_character", "control": "episode_return"}[task.kind]
    units = -predictions if ceiling < floor else predictions
    return FoldScore(points, {name: mean}, units)
