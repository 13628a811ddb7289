"""A claim of one sentence of the document: demand, where both halves must hold and either can fail."""

from __future__ import annotations

from dataclasses import asdict, replace

import pytest

from core import document, registry
from core.arena import followups
from core.judging import contest_parts
from core.schema import Comparison, Contest, Fit, Plan, Run, Task, Verdict
from core.verdicts import judge
from core.verdicts.comparisons import Scope

FORECAST = Task("units", "forecast", "forecast")
LEVEL, CLASSICAL, DEEP, OPEN = (0.0, 0.0), (0.0, 0.99), (0.99, 0.0), (0.3, 0.2)


def played(
    deep: float, classical: float, chances: tuple[float, float], scope: Scope = "approaches", task: Task = FORECAST
) -> Contest:
    """Eight origins on which both sides took about so many CPU seconds, and the chances of either being better."""
    runs = tuple(
        Run(f"toy_{family}", family, family, fits=tuple(
            Fit(fold, "s", skill=30.0 + fold, fit_cpu_seconds=seconds * (1 + 0.05 * (fold % every)))
            for fold in range(8)
        ))
        for family, seconds, every in (("deep", deep, 3), ("classical", classical, 2))
    )  # fmt: skip
    left, right = chances
    one = Comparison(
        "skill", "toy_deep", "toy_classical", 1.0, -1, 3, left, 1 - left - right, right, 8, "undecided", scope=scope
    )
    facts = {"name": "sales", "modality": "forecast", "digest": "sales", "rows": 100, "rows_used": 100, "target": "y"}
    return Contest("c", "d", facts, task, Plan(), runs, (one,), regime="toy regime", finished="2026-01-01")


def judged(*contests: Contest) -> Verdict:
    claim = registry.find("claims", "demand_forecasting")
    verdict = claim.judge(claim, contests)
    assert isinstance(verdict, Verdict) and verdict.because.endswith(".")
    return verdict


@pytest.mark.parametrize(
    ("deep", "classical", "chances", "outcome"),
    [
        (50.0, 0.5, LEVEL, "supported"),
        (50.0, 0.5, CLASSICAL, "supported"),
        (50.0, 0.5, OPEN, "undecided"),
        (50.0, 0.5, DEEP, "contradicted"),
        (5.0, 4.0, LEVEL, "contradicted"),
        (5.0, 4.0, CLASSICAL, "contradicted"),
        (5.0, 0.5, LEVEL, "undecided"),
    ],
)
def test_both_halves_must_hold(deep: float, classical: float, chances: tuple[float, float], outcome: str) -> None:
    verdict = judged(played(deep, classical, chances))
    assert verdict.outcome == outcome and "CPU seconds" in verdict.because and "CPU-s" in verdict.measured


def test_too_few_origins_and_other_tasks_decide_nothing() -> None:
    assert judged(played(50.0, 0.5, LEVEL, scope="descriptive")).outcome == "undecided"
    table = Task("y", "classification", "binary")
    assert judged(played(50.0, 0.5, LEVEL, task=table)).outcome == "not measured"
    assert judged().outcome == "not measured"


def test_a_part_of_a_use_case_votes_with_its_own_kind_of_data_and_its_seconds() -> None:
    part = followups.summarize_contest("Demand", played(50.0, 0.5, LEVEL))
    main = replace(played(1.0, 1.0, OPEN, task=Task("y", "classification", "binary")), parts=(part,))
    main = replace(main, dataset={**main.dataset, "name": "churn", "modality": "table", "digest": "churn"})
    (_, other) = contest_parts.all_contests([main])
    assert (other.dataset["modality"], other.task.kind) == ("forecast", "forecast")
    assert judged(main).outcome == "supported"
    # A part that was stored before its seconds were has no vote, and nothing falls.
    for run in part["runs"]:
        run.pop("fit_cpu_seconds")
    assert judged(replace(main, parts=(part,))).outcome == "not measured"


def test_the_sentence_names_the_claim_and_every_claim_has_its_verdict() -> None:
    (sentence,) = [one for one in document.load().sentences if one.claim == "demand_forecasting"]
    assert "demand" in sentence.says and sentence.use_case == "tabular"
    assert "demand_forecasting" in {one.claim for one in judge([])}
    assert asdict(played(1.0, 1.0, OPEN))["task"]["kind"] == "forecast"


def test_use_case_c_plays_demand_as_its_fourth_part() -> None:
    scenario = registry.find("scenarios", "tabular")
    assert len(scenario.more) == 3
    (dataset, task), (again, _) = scenario.more[-1][1](3), scenario.more[-1][1](3)
    assert dataset.modality == "forecast" and task.kind == "forecast" and len(dataset.facts["panel"]["series"]) == 50
    assert dataset.facts["panel"]["series"] == again.facts["panel"]["series"]
    assert dataset.facts["panel"]["series"] != scenario.more[-1][1](4)[0].facts["panel"]["series"]
