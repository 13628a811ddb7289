"""The names promised to scripts and notebooks: load, compare, explain, report, bundles, and the nouns they need.

Everything else under ``core`` may move between versions; these keep their names and meaning. Example::

    from core.api import Plan, compare, load, report

    data = load("telco_churn")
    contest = compare(data, plan=Plan(contestants=("table_linear", "table_xgboost"), budget_seconds=20))
    print(report(contest))

    make_bundle(data, "table_linear", "model.zip", contest=contest)
    model = open_bundle("model.zip")
    print(predict(model, data.inputs.head(3)))
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import numpy as np

from core.bundles.file_prediction import FilePrediction
from core.bundles.loaded_bundle import LoadedBundle as Bundle
from core.bundles.loaded_bundle import load_bundle as open_bundle
from core.bundles.row_prediction import predict_rows as predict
from core.plugin_checks import check_contestant, check_measurement, check_modality
from core.schema import Cancelled, Contest, Dataset, JsonObject, LoadError, Origin, Plan, Progress, ReadAs, Task

Format = Literal["text", "html", "json", "csv", "notebook"]


@dataclass(frozen=True)
class Explanation:
    """Why one contestant answers as it does.

    parts: names of the m columns (or patches, words, segments). importance: float (m,), mean absolute attribution on
    the scale of the model's margin (log-odds, or the target's unit). values: float (n, m), a row an explained test row;
    each row sums to the margin minus ``base_value``. completeness_error: how far the sums miss, as a share of the
    margins' standard deviation; None where the method cannot say.
    """

    method: str
    parts: tuple[str, ...]
    importance: np.ndarray
    values: np.ndarray
    completeness_error: float | None = None


def load(
    source: str | os.PathLike[str],
    *,
    modality: str | None = None,
    target: str | None = None,
    types: Mapping[str, ReadAs] | None = None,
    sheet: str | None = None,
) -> Dataset:
    """A data set: an embedded sample by its key, or a file or folder, read in a sandboxed process.

    Args:
        source: the key of a sample (``python -m core list`` names them) unless a file of that name exists; or a path.
        modality: how to read a file ("table", "image", "text", "sound", "series", ...); None lets its content decide.
        target: the column that holds the answers in a table of texts or sensor readings; None finds it.
        types: columns of a table to be read as "number", "category", "date", "duration", "text" or "id" whatever their
            values look like, or to be left out ("drop"); others are read by their values.
        sheet: the name of a sheet of a workbook; None takes the one from which most can be learnt.

    Returns:
        A ``Dataset`` of n items; its ``warnings`` say in words what was changed while reading, its ``readings`` how
        each column was read.

    Raises:
        LoadError: there is nothing of that name, or it cannot be read; says why and what to do.
    """
    from core import ingest

    return ingest.load_source(str(source), Origin(modality=modality, target=target, types=types or {}, sheet=sheet))


def load_scenario(key: str, seed: int = 0) -> tuple[Dataset, Task]:
    """The data set and the task of one of the document's use cases.

    Raises:
        LoadError: there is no such use case.
    """
    from core import registry

    there = registry.discover("scenarios")
    if key not in there:
        raise LoadError(f"There is no use case {key!r}.", "", f"Choose: {', '.join(there)}.")
    return there[key].load(seed)


def task_for(dataset: Dataset, target: str | None = None) -> Task:
    """What predicting a column means: classification or regression, the positive class, groups and order.

    Args:
        target: the column; None takes the labels of the data, the sample's own target, or the suggested column.

    Raises:
        LoadError: the column is not there or cannot be predicted.
    """
    from core import ingest
    from core.evaluation import tasks

    sample = ingest.samples()[dataset.origin.sample][1] if dataset.origin.sample else None
    task = tasks.infer_task(dataset, target or (sample.target if sample else None))
    return replace(task, groups=sample.groups, order=sample.order) if sample else task


def compare(
    dataset: Dataset,
    task: Task | str | None = None,
    *,
    plan: Plan | None = None,
    folds: int | None = None,
    isolated: bool = False,
    on_progress: Callable[[Progress], None] = lambda news: None,
) -> Contest:
    """A contest of classical, deep and hybrid contestants on one data set, under the same folds and budget.

    Args:
        task: what is predicted; a column's name or None is given to ``task_for``.
        plan: contestants, budget in seconds, folds, seed; None is the default plan.
        folds: how many folds are played in all, repeats included; None leaves it to ``plan.fits``.
        isolated: fit every contestant in a process of its own, with a memory limit. A script that asks for it must
            keep its own calls under ``if __name__ == "__main__"``.
        on_progress: called with every step; may raise ``Cancelled`` to stop.

    Returns:
        A ``Contest``: ``runs`` (scores a fold and readings of every contestant, also of one that failed, with its
        reason), ``comparisons`` (gap, interval and three probabilities for every pair), ``digest`` (SHA-256 of
        data, task, plan, contestants and versions).

    Raises:
        LoadError: the data cannot carry a contest. Cancelled: from ``on_progress``.
    """
    from core import arena

    wanted = task if isinstance(task, Task) else task_for(dataset, task)
    mode: Literal["process", "inline"] = "process" if isolated else "inline"
    chosen = plan or Plan()
    chosen = replace(chosen, fits=folds) if folds else chosen
    return arena.tournament(dataset, wanted, chosen, on_progress, worker_mode=mode)


def explain(contest: Contest) -> Mapping[str, Explanation]:
    """Contestant key -> ``Explanation``, all over the same rows and background; empty where none was asked for.

    Contestants that could not be explained are left out; their reason stands in the run's ``explanation``.
    """
    found: dict[str, Explanation] = {}
    for run in contest.runs:
        explanation = run.explanation or {}
        if explanation.get("values") is None:
            continue
        found[run.contestant] = Explanation(
            method=str(explanation.get("method", "")),
            parts=tuple(explanation.get("parts") or ()),
            importance=np.asarray(explanation.get("global") or (), dtype=float),
            values=np.asarray(explanation["values"], dtype=float),
            completeness_error=explanation.get("completeness_error"),
        )
    return found


def report(contest: Contest, kind: Format = "text") -> str:
    """What people take away from a contest, as text.

    Args:
        kind: "text" (a table for a terminal), "html" (one file that loads nothing), "json" (the contract), "csv"
            (a row a contestant and fold) or "notebook" (plays the same contest again).

    Raises:
        ValueError: another kind.
    """
    from core import report as reports
    from core import verdicts
    from core.report.plain import score_rows

    judged, advice = verdicts.judge([contest]), verdicts.recommend(contest)
    makers: dict[str, Callable[[], Any]] = {
        "text": lambda: reports.render_text(contest, judged, advice),
        "html": lambda: reports.render_html(contest, judged, advice),
        "json": lambda: json.dumps(reports.contest_to_json(contest, judged, advice), indent=2, ensure_ascii=False),
        "csv": lambda: reports.rows_to_csv(score_rows(contest)),
        "notebook": lambda: reports.make_notebook(contest),
    }
    if kind not in makers:
        raise ValueError(f"There is no report of kind {kind!r}; choose among {', '.join(makers)}.")
    return str(makers[kind]())


def make_bundle(
    dataset: Dataset,
    contestant: str,
    path: str | os.PathLike[str],
    task: Task | str | None = None,
    *,
    contest: Contest | None = None,
    plan: Plan | None = None,
    on_progress: Callable[[Progress], None] = lambda news: None,
) -> JsonObject:
    """Fits a contestant on all rows of a data set and writes it as one zip, without pickle and without training rows.

    Args:
        dataset: all its rows are used. contestant: its key. path: of the new zip.
        task: as in ``compare``. contest: a finished one on these data, whose task and plan are taken and whose folds
            then stand as what to expect; else folds are fitted for that. plan: budget and seed without a contest.

    Returns:
        What the model card says, with "bundle", the digest of the file.

    Raises:
        LoadError: the contestant cannot take part or be written down. Cancelled: from ``on_progress``.
    """
    from core.bundles import bundle_maker

    if contest is not None:
        return bundle_maker.bundle_contest(contest, dataset, contestant, Path(path), on_progress)
    wanted = task if isinstance(task, Task) else task_for(dataset, task)
    chosen = replace(plan or Plan(), contestants=(contestant,), explain=False)
    return bundle_maker.make_bundle(dataset, wanted, chosen, contestant, Path(path), on_progress)


def predict_file(
    bundle: Bundle,
    path: str | os.PathLike[str],
    out: str | os.PathLike[str],
    *,
    renames: Mapping[str, str] | None = None,
    fill_missing: bool = False,
    reasons: int = 0,
    on_progress: Callable[[Progress], None] = lambda news: None,
) -> FilePrediction:
    """Predicts a file some rows at a time and says how it differs from training.

    Args:
        bundle: from ``open_bundle``. path: a table, a zip of pictures, sounds or texts, or readings. out: the CSV.
        renames: column of the file -> column of training. fill_missing: columns that are not there count as missing
            values. reasons: of so many first rows or items the reasons are given.

    Returns:
        ``rows`` written, ``differences`` (level and sentence), ``drift``, and ``scores`` where the file holds answers.

    Raises:
        LoadError: it cannot be read or lacks columns. Cancelled: from ``on_progress``; nothing is left then.
    """
    from core.bundles import file_prediction

    given = Path(path)
    order = file_prediction.PredictionOrder(given, Path(out), given.name, renames or {}, fill_missing, reasons)
    return file_prediction.predict_file(bundle, order, on_progress)


__all__ = [
    "Bundle",
    "Cancelled",
    "Contest",
    "Dataset",
    "Explanation",
    "FilePrediction",
    "LoadError",
    "Plan",
    "Progress",
    "Task",
    "check_contestant",
    "check_measurement",
    "check_modality",
    "compare",
    "explain",
    "load",
    "load_scenario",
    "make_bundle",
    "open_bundle",
    "predict",
    "predict_file",
    "report",
    "task_for",
]
