"""Which runs compare, in words where they do not, and what is paired where they do."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.schema import Contest
from pages.summaries import run_line, run_pairs
from tests.pages.conftest import fabricate


@pytest.fixture
def second(contest: Contest) -> Contest:
    """The same contest a second time, two points better for the network."""
    runs = tuple(
        replace(run, fits=tuple(replace(fit, skill=(fit.skill or 0.0) + 2.0) for fit in run.fits))
        if run.contestant == "table_deep"
        else run
        for run in contest.runs
    )
    return replace(contest, id="cd" * 16, runs=runs)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"id": "ab" * 16}, "one run twice"),
        ({"task": ("form", "regression")}, "measure different things"),
        ({"dataset": {"target": "other"}}, "answer different questions"),
        ({"dataset": {"modality": "image"}}, "of the kind"),
        ({"dataset": {"digest": "x", "columns": [{"name": "b"}]}}, "different data"),
        ({"dataset": {"digest": "x", "origin": {"sample": "digits"}}}, "different data"),
        ({"runs": ()}, "no scored model"),
    ],
)  # fmt: skip
def test_what_does_not_compare_is_refused_in_words(
    contest: Contest, second: Contest, change: dict[str, object], words: str
) -> None:
    changed: dict[str, object] = dict(change)
    if isinstance(change.get("dataset"), dict):
        changed["dataset"] = {**second.dataset, **change["dataset"]}  # type: ignore[dict-item]
    if "task" in change:
        changed["task"] = replace(second.task, form="regression")
    other = replace(second, **changed)  # type: ignore[arg-type]
    assert words in run_pairs.refusal(contest, other) and words in run_pairs.refusal(other, contest)


def test_the_same_data_under_another_plan_compares(contest: Contest, second: Contest) -> None:
    table = {**contest.dataset, "columns": [{"name": "a"}, {"name": "b"}]}
    one = replace(contest, dataset=table)
    less = {**table, "columns": [{"name": "a"}], "digest": "other", "rows_used": 10}
    dropped = replace(second, dataset=less, task=replace(second.task, drop=("b",)))
    assert run_pairs.refusal(one, dropped) == ""
    assert not run_pairs.same_folds(one, dropped), "recorded answers are needed to know that the rows are the same"
    assert "no interval" in run_pairs.caution(one, dropped)


def test_changes_are_paired_on_the_same_folds_only(contest: Contest, second: Contest) -> None:
    pairs = {one.title: one for one in run_pairs.model_pairs(contest, second)}
    network = pairs["TabM network"]
    assert network.change == pytest.approx(2.0) and network.low == pytest.approx(2.0), "every fold rose by two"
    assert pairs["XGBoost"].change == pytest.approx(0.0)
    fits = [tuple(replace(fit, split=f"other{fit.fold}") for fit in run.fits) for run in second.runs]
    moved = replace(second, runs=tuple(replace(run, fits=kept) for run, kept in zip(second.runs, fits, strict=True)))
    unpaired = {one.title: one for one in run_pairs.model_pairs(contest, moved)}["TabM network"]
    assert unpaired.change == pytest.approx(2.0) and unpaired.low is None


def test_settings_tell_what_differs(contest: Contest, second: Contest) -> None:
    other = replace(second, plan=replace(second.plan, seed=7, budget_seconds=120.0))
    assert [one.name for one in run_pairs.settings(contest, other) if not one.same] == ["Budget", "Seed"]


def test_explanations_of_the_same_model_are_ranked_alike(contest: Contest, second: Contest) -> None:
    pairs = run_pairs.explanation_pairs(contest, second)
    assert {one.title for one in pairs} == {"XGBoost", "TabM network", "Network into XGBoost"}
    assert all(one.correlation == pytest.approx(1.0) for one in pairs)
    assert all(share.first == share.second for one in pairs for share in one.shares)


def test_the_line_of_a_run_names_winner_metric_and_task() -> None:
    line = run_line.run_line(fabricate())
    assert line["winner"] == run_line.UNDECIDED and line["lead"].startswith("Classical +")
    assert line["task"] == "churn|*yes*: binary classification" and line["rows"] == 3_000
    assert (line["metric"], line["best"]) == ("Accuracy", "Network into XGBoost") and 0.7 < line["score"] < 0.9
    nothing = run_line.run_line(replace(fabricate(), comparisons=(), runs=()))
    assert nothing["winner"] == run_line.NO_ANSWER and nothing["score"] is None
