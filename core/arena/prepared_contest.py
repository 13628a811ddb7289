"""Everything about a contest that is fixed before its first fit: data, folds, contestants, seconds a fit, digest."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from importlib import metadata

import numpy as np

from core.arena import halving, planning
from core.evaluation import copy_checks, row_preparation, splits
from core.evaluation.errors import label_quality
from core.evaluation.near_copies import NearCopies
from core.panels.panel_layout import PanelLayout
from core.schema import Contest, Contestant, Dataset, Facts, JsonObject, Machine, Plan, Split, Task
from core.wording import count_of
from core.workers import hardware, memory_need, reference_costs
from core.workers.contest_size import ContestRows, DataSize
from core.workers.memory_need import MemoryNeed

# Fields of a plan that its digest leaves out while they say nothing.
UNSAID = (("leave_out", ()), ("strategy", "full"), ("prompt", ""), ("label_words", ()), ("doubted_labels", ()))
PACKAGES = ("numpy", "pandas", "scikit-learn", "xgboost", "torch", "shap", "captum", "streamlit", "tabm")


@dataclass(frozen=True)
class PreparedContest:
    """What a contest is played with, computed once by ``prepare_contest`` and carried through the arena.

    original: the data as they came. dataset: the n prepared rows, with the declared monotone directions. splits: in
    playing order; ``folds`` of them make one full round. unsupported: contestant key -> why it cannot take part.
    fit_seconds: seconds of the budget one fit may take. sensitive: columns on which group gaps are measured.
    rarest_class: rows of the rarest class, None where there are no classes. description: facts of the data for pages
    and reports. regime: under what a verdict holds, in words. digest: SHA-256 of data, task, plan, contestants and
    versions. copies: items found to be near copies of others, which the folds keep together. memory: what the contest
    needs of it by estimate, and what is allowed here.
    """

    original: Dataset
    dataset: Dataset
    task: Task
    plan: Plan
    splits: tuple[Split, ...]
    folds: int
    contestants: tuple[Contestant, ...]
    unsupported: Mapping[str, str]
    fit_seconds: float
    device: str
    sensitive: tuple[str, ...]
    rarest_class: int | None
    description: Facts
    regime: str
    machine: Machine
    versions: Mapping[str, str]
    digest: str
    copies: NearCopies
    memory: MemoryNeed

    @property
    def method(self) -> str:
        """How rows were dealt into folds, as in ``Split.method``."""
        return self.splits[0].method


def prepare_contest(original: Dataset, task: Task, plan: Plan) -> PreparedContest:
    """The data prepared and cut into folds, the contestants selected, and the digest of all of it.

    Args:
        original: the data as they were read. plan: as asked for; ``plan.rows`` caps the rows used.

    Raises:
        LoadError: the data cannot carry a contest, nobody can take part, or a named contestant or column is not there;
            in the user's words.
    """
    device, machine = hardware.default_device(plan.device), hardware.describe_machine()
    size = DataSize.of(original)
    used = memory_need.rows_here(size, plan)
    # The plan says what memory allows, so that the same contest is played again, and goes on, where there is more.
    plan = replace(plan, rows=used.rows) if used.reason == "memory" else plan
    dataset = _used_rows(original, task, plan, used)
    copies = copy_checks.find_copies(dataset)
    made = _folds(dataset, task, plan, copies)
    folds = len(made) if made[0].method in ("ordered", "origins") else splits.folds_for(dataset, task, plan)[0]
    halving.check_halving(plan, made, folds)
    dataset = planning.with_prompt(planning.with_monotone_directions(dataset, plan), plan)
    contestants, unsupported = planning.select_contestants(dataset, task, plan)
    unsupported |= memory_need.too_large(size, [one.key for one in contestants], used.rows)
    contestants = planning.without_refused(contestants, unsupported, dataset.name)
    need = memory_need.memory_need(size, [one.key for one in contestants], used.rows)
    dataset = replace(dataset, warnings=(*dataset.warnings, *([f"{need.words}."] if need.turns else [])))
    rounds = (folds,) if made[0].method == "origins" else ()
    seconds = planning.fit_seconds(contestants, plan, *rounds)
    counts, data_digest, versions = class_counts(dataset, task), digest_dataset(dataset), package_versions()
    return PreparedContest(
        original=original,
        dataset=dataset,
        task=task,
        plan=plan,
        splits=tuple(made),
        folds=folds,
        contestants=tuple(contestants),
        unsupported=unsupported,
        fit_seconds=seconds,
        device=device,
        sensitive=planning.sensitive_columns(dataset, plan),
        rarest_class=min(counts) if counts is not None else None,
        description=describe_dataset(original, dataset, task, data_digest),
        regime=describe_regime(told_rows(dataset), plan, machine, device),
        machine=machine,
        versions=versions,
        digest=digest_contest(data_digest, task, plan, contestants, versions | work_versions(seconds, device)),
        copies=copies,
        memory=need,
    )


def without_dropped(prepared: PreparedContest, contest: Contest) -> PreparedContest:
    """The same without those whom a quick answer dropped; the seconds of a fit stay those of all.

    Args:
        prepared: with everyone who took part. contest: finished.
    """
    dropped = {run.contestant for run in contest.runs if run.dropped is not None}
    return replace(prepared, contestants=tuple(one for one in prepared.contestants if one.key not in dropped))


def _folds(dataset: Dataset, task: Task, plan: Plan, copies: NearCopies) -> list[Split]:
    """The folds, from whose training parts the rows with doubted labels are gone."""
    made = splits.make_splits(dataset, task, plan, copy_checks.belong_together(dataset, copies))
    if not plan.doubted_labels:
        return made
    return [label_quality.without_training_on(one, dataset, plan.doubted_labels) for one in made]


def _used_rows(original: Dataset, task: Task, plan: Plan, used: ContestRows) -> Dataset:
    """The rows that a contest uses, with a warning where they are not all that were asked for."""
    dataset = row_preparation.prepare_rows(original, task, replace(plan, rows=used.rows) if used.reason else plan)
    told = replace(used, rows=len(dataset)).sentence
    return replace(dataset, warnings=(*dataset.warnings, told)) if told else dataset


def class_counts(dataset: Dataset, task: Task) -> list[int] | None:
    """Rows of each class in the order of the labels; None where nothing is classified."""
    if dataset.target is None or task.kind not in ("classification", "anomaly"):
        return None
    return [int(count) for count in np.bincount(dataset.target.astype(int), minlength=len(dataset.labels))]


def describe_dataset(original: Dataset, dataset: Dataset, task: Task, digest: str) -> JsonObject:
    """Facts of the data that pages and reports show, JSON-able."""
    return {
        "name": original.name, "modality": original.modality, "rows": len(original),
        "rows_used": len(original) if task.kind == "forecast" else len(dataset),
        "cols": len(dataset.columns) or None, "target": task.target, "labels": list(dataset.labels),
        "counts": class_counts(dataset, task) if dataset.labels else None, "warnings": list(dataset.warnings),
        "source": original.source, "columns": [asdict(column) for column in dataset.columns], "digest": digest,
        "origin": asdict(original.origin), "readings": [asdict(one) for one in original.readings],
    }  # fmt: skip


def told_rows(dataset: Dataset) -> str:
    """How much data there is, in words: rows, or series and their steps."""
    if "panel" not in dataset.facts:
        return f"{len(dataset):,} rows"
    layout = PanelLayout.from_facts(dataset.facts)
    return f"{count_of(len(layout.series), 'series', 'series')} of {count_of(layout.length, layout.step.key)}"


def describe_regime(rows: str, plan: Plan, machine: Machine, device: str) -> str:
    """Under what a verdict holds: rows, budget, training, hardware."""
    processor = machine.gpu if device == "cuda" else machine.cpu
    return (
        f"{rows}; {plan.budget_seconds:g} s budget; trained from scratch unless marked pretrained; "
        f"{plan.threads} thread(s) on {processor or device}"
    )


def digest_contest(
    data_digest: str, task: Task, plan: Plan, contestants: Sequence[Contestant], versions: Mapping[str, str]
) -> str:
    """SHA-256 of data, task, plan, versions (with those of the work) and contestants: what must agree for the same
    numbers."""
    content = {
        "data": data_digest,
        # A field that only forecasts have is left out while it says nothing, as it was before there were forecasts.
        "task": {key: value for key, value in asdict(task).items() if value or key not in ("horizon", "known")},
        # A plan that leaves no row out, or plays everybody, says nothing about it, as before there was such a choice.
        "plan": {
            key: value
            for key, value in asdict(plan).items()
            if key not in ("measure", "explain", "explain_all", "fits") and (key, value) not in UNSAID
        },
        "contestants": [contestant.key for contestant in contestants],
        "versions": versions,
    }
    return hashlib.sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()


def work_versions(seconds: float, device: str) -> dict[str, str]:
    """What decides how much is trained, for the digest: the cost table, the seconds of a fit and the device.

    Args:
        seconds: reference seconds a fit may take. device: as it was resolved, never "auto".
    """
    return {"cost table": reference_costs.version(), "seconds a fit": f"{seconds:.6g}", "device": device}


def digest_dataset(dataset: Dataset) -> str:
    """SHA-256 of the prepared values, targets and column names."""
    hasher = hashlib.sha256()
    inputs = dataset.inputs
    if hasattr(inputs, "columns"):
        import pandas as pd

        hasher.update(json.dumps([str(column) for column in inputs.columns]).encode())
        hasher.update(pd.util.hash_pandas_object(inputs, index=False).to_numpy().tobytes())
    elif isinstance(inputs, np.ndarray) and inputs.dtype == object:
        for value in inputs:
            hasher.update(str(value).encode("utf-8", "surrogatepass") + b"\0")
    else:
        hasher.update(np.ascontiguousarray(inputs).tobytes())
    if dataset.target is not None:
        hasher.update(np.ascontiguousarray(dataset.target).tobytes())
    return hasher.hexdigest()


def package_versions() -> dict[str, str]:
    """Installed versions of the packages that decide the numbers."""
    found = {}
    for package in PACKAGES:
        try:
            found[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            continue
    return found
