"""Two runs beside one another: whether they compare at all, what was asked of both, and how their models differ."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from core.schema import Contest, Run
from pages.backend import catalogue, report_words, task_forms
from pages.backend.uncertainty_estimates import corrected_interval, fold_correlation
from pages.summaries import aligned_explanations
from pages.ui.formatting import MISSING, format_count, format_seconds

MOST_PARTS = 8


@dataclass(frozen=True)
class Setting:
    """What was asked of two runs under one name, and whether it is the same."""

    name: str
    first: str
    second: str

    @property
    def same(self) -> bool:
        """Whether both runs have it alike."""
        return self.first == self.second


@dataclass(frozen=True)
class ModelPair:
    """One model in two runs. first, second: mean skill in points, None where it has no score there; change: second
    minus first with its interval, which is None unless both were scored on the same folds."""

    title: str
    family: str
    first: float | None
    second: float | None
    change: float | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class PartShares:
    """The share of an explanation that one column or part carries, in either run."""

    part: str
    first: float
    second: float


@dataclass(frozen=True)
class ExplanationPair:
    """One model's explanations in two runs. correlation: of the order of the parts, None with fewer than three."""

    title: str
    correlation: float | None
    shares: tuple[PartShares, ...]


def refusal(first: Contest, second: Contest) -> str:
    """Why two runs cannot be compared, in words; "" where they can.

    Scores compare when the same question was asked of the same kind of data: the same columns or, where there are none,
    the same data set.
    """
    if first.id == second.id:
        return "This is one run twice. Choose two."
    kinds = [catalogue.modality_of(one).title for one in (first, second)]
    if kinds[0] != kinds[1]:
        return f"One run is on data of the kind “{kinds[0]}”, the other on “{kinds[1]}”: their scores do not compare."
    if not all(report_words.scored_runs(one) for one in (first, second)):
        return "One of the two runs has no scored model, so there is nothing to compare."
    forms = [task_forms.FORM_TITLES[one.task.form] for one in (first, second)]
    if forms[0] != forms[1]:
        return f"One run is {forms[0].lower()}, the other {forms[1].lower()}: their scores measure different things."
    targets = [str(one.dataset.get("target") or one.task.target or "") for one in (first, second)]
    if targets[0] != targets[1]:
        return f"One run predicts “{targets[0]}”, the other “{targets[1]}”: their scores answer different questions."
    if not _same_source(first, second):
        names = [str(one.dataset.get("name", "data")) for one in (first, second)]
        named = f"“{names[0]}” and “{names[1]}”" if names[0] != names[1] else f"two versions of “{names[0]}”"
        return f"The runs are on different data, {named}: a higher score may only mean an easier data set."
    return ""


def same_data(first: Contest, second: Contest) -> bool:
    """Whether both runs used the very same rows and columns."""
    known = first.dataset.get("digest")
    return bool(known) and known == second.dataset.get("digest")


def _same_source(first: Contest, second: Contest) -> bool:
    """Whether both runs took their rows from the same place: one embedded set, one use case, tables of the same
    columns, or items under one name. How many rows and which columns a run used of it may differ."""
    if same_data(first, second) or (first.scenario is not None and first.scenario == second.scenario):
        return True
    samples = [(one.dataset.get("origin") or {}).get("sample") for one in (first, second)]
    if any(samples):
        return samples[0] == samples[1]
    columns = [_columns(one) for one in (first, second)]
    if any(columns):
        return columns[0] == columns[1]
    return first.dataset.get("name") == second.dataset.get("name")


def same_folds(first: Contest, second: Contest) -> bool:
    """Whether both runs scored their models on the same test rows, so that their scores can be paired fold by fold.

    The folds must hold the same row numbers, and the data be the same or the recorded answers on these rows.
    """
    cuts = [{fit.fold: fit.split for run in one.runs for fit in run.fits if fit.split} for one in (first, second)]
    shared = cuts[0].keys() & cuts[1].keys()
    if len(shared) < 2 or any(cuts[0][fold] != cuts[1][fold] for fold in shared):
        return False
    return same_data(first, second) or _same_answers(first, second, shared)


def _same_answers(first: Contest, second: Contest, folds: Iterable[int]) -> bool:
    kept = [{fold.fold: fold for fold in one.held_out.folds} for one in (first, second)]
    return all(
        fold in kept[0] and fold in kept[1]
        and np.array_equal(np.asarray(kept[0][fold].row_numbers), np.asarray(kept[1][fold].row_numbers))
        and np.array_equal(np.asarray(kept[0][fold].truth), np.asarray(kept[1][fold].truth))
        for fold in folds
    )  # fmt: skip


def caution(first: Contest, second: Contest) -> str:
    """How far the scores of two comparable runs may be held against one another, in one sentence."""
    if same_folds(first, second):
        return "Both runs scored their models on the same test rows: changes are paired fold by fold."
    if same_data(first, second):
        return "The data are the same, the test rows are not: a change may come from the folds. It has no interval."
    return "The source is the same, the test rows are not: a change may come from the rows. It has no interval."


def _columns(contest: Contest) -> set[str]:
    """The columns of a table, those that were left out of the inputs too."""
    return {str(column["name"]) for column in contest.dataset.get("columns") or ()} | set(contest.task.drop)


def settings(first: Contest, second: Contest) -> list[Setting]:
    """Plan and data of both runs, setting by setting."""
    pairs = zip(_described(first), _described(second), strict=True)
    return [Setting(name, one, other) for (name, one), (_, other) in pairs]


def _described(contest: Contest) -> list[tuple[str, str]]:
    plan, data, noun = contest.plan, contest.dataset, catalogue.modality_of(contest).unit_noun
    used, rows = data.get("rows_used"), data.get("rows")
    played = max((len(run.fits) for run in contest.runs), default=0)
    machine = contest.machine
    models = [run.title for run in contest.runs if run.family != "chance"]
    return [
        ("Data", str(data.get("name", "data"))),
        ("Predicted", str(data.get("target") or contest.task.target or MISSING)),
        ("Used", f"{used or 0:,} of {format_count(rows, noun)}"),
        ("Left out", ", ".join(contest.task.drop) or "nothing"),
        ("Folds", f"{played}, dealt {contest.method or 'by the task'}"),
        ("Budget", f"{format_seconds(plan.budget_seconds)} of training"),
        ("Seed", str(plan.seed)),
        ("Equivalence margin", f"{plan.margin:g} {'point' if plan.margin == 1 else 'points'} of skill"),
        ("Models", ", ".join(models)),
        ("Hardware", ", ".join(str(part) for part in (machine.cpu, machine.gpu) if part) or MISSING),
        ("Versions", ", ".join(f"{name} {number}" for name, number in contest.versions.items()) or MISSING),
        ("Digest of the data", str(data.get("digest") or MISSING)[:16]),
    ]


def model_pairs(first: Contest, second: Contest) -> list[ModelPair]:
    """Every model of either run but guessing, the best of the first run first."""
    sides = [{one.run.contestant: one for one in report_words.rank_contestants(each)} for each in (first, second)]
    paired = same_folds(first, second)
    found = []
    for key in dict.fromkeys([*sides[0], *sides[1]]):
        left, right = sides[0].get(key), sides[1].get(key)
        run = (left or right).run  # type: ignore[union-attr]
        if run.family == "chance":
            continue
        if left is None or right is None:
            means = (left.mean if left else None, right.mean if right else None)
            found.append(ModelPair(run.title, run.family, *means))
            continue
        change, low, high = right.mean - left.mean, None, None
        gaps = _paired_gaps(left.run, right.run) if paired else []
        if len(gaps) >= 2:
            between = corrected_interval(gaps, fold_correlation(first.plan.folds))
            change, low, high = between.gap, between.low, between.high
        found.append(ModelPair(run.title, run.family, left.mean, right.mean, change, low, high))
    return found


def _paired_gaps(first: Run, second: Run) -> list[float]:
    """The second run's skill minus the first's, on every fold that both have."""
    before = {fit.fold: fit.skill for fit in first.fits if fit.skill is not None}
    after = {fit.fold: fit.skill for fit in second.fits if fit.skill is not None}
    return [after[fold] - before[fold] for fold in before if fold in after]


def explanation_pairs(first: Contest, second: Contest) -> list[ExplanationPair]:
    """The overall importances of every model that both runs explain, over the parts that stand in either."""
    others = {run.contestant: run for run in aligned_explanations.explained_runs(second)}
    found = []
    for run in aligned_explanations.explained_runs(first):
        if run.contestant not in others:
            continue
        one, other = aligned_explanations.align_explanations([run, others[run.contestant]])
        order = np.argsort(-np.maximum(one.share, other.share), kind="stable")[:MOST_PARTS]
        shares = [PartShares(one.parts[k], float(one.share[k]), float(other.share[k])) for k in order]
        found.append(ExplanationPair(run.title, _rank_correlation(one.share, other.share), tuple(shares)))
    return found


def _rank_correlation(first: np.ndarray, second: np.ndarray) -> float | None:
    """Spearman's correlation of two rankings of the same parts; None where one of them ranks nothing."""
    ranks = [_ranks(values) for values in (first, second)]
    if len(first) < 3 or any(np.ptp(one) == 0 for one in ranks):
        return None
    found = float(np.corrcoef(ranks[0], ranks[1])[0, 1])
    return found if math.isfinite(found) else None


def _ranks(values: np.ndarray) -> np.ndarray:
    """Ranks from 0, ties at their mean."""
    smaller = (values[None, :] < values[:, None]).sum(axis=1)
    return np.asarray(smaller + ((values[None, :] == values[:, None]).sum(axis=1) - 1) / 2.0)
