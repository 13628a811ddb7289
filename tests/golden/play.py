"""Plays one golden case and prints its scores, comparisons and verdicts as JSON.

Run as ``python -m tests.golden.play CASE`` in a process of its own. Nothing in it depends on how fast or busy the
machine is, since training and explaining are planned by work; the guard of a fit so short leaves 25 times its seconds.
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any

SECONDS_A_FIT = 0.4

# case -> (sample or scenario, rows, contestants or () for the default ones)
CASES: dict[str, tuple[str, int | None, tuple[str, ...]]] = {
    "table_binary": ("telco_churn", 300, ()),
    "table_multiclass": ("crash_triage", 300, ()),
    "table_regression": ("hotel_rates", 300, ()),
    "image": ("digits", 200, ()),
    "text": ("spam", 250, ()),
    "sound": ("drums", 150, ()),
    "series": ("activity", 200, ()),
    "anomaly": ("sensors", 400, ()),
    "ranking": ("lecture_ratings", None, ()),
    "generation": ("moby_dick", 400, ()),
    "control": ("autonomous", None, ()),
}
# The quickest case; all others are played in the slow suite.
FAST = ("series",)
# Its vote compares seconds of explaining, which no plan makes equal.
CLOCKED = ("interpretability",)


def outcome(case: str) -> dict[str, Any]:
    """Digest, scores per fold, comparisons, findings, verdicts and recommendation of one case, JSON-able."""
    from dataclasses import asdict, replace

    from core import arena, ingest, registry, verdicts
    from core.evaluation import tasks
    from core.report.contract import contest_to_json
    from core.schema import Plan

    name, rows, contestants = CASES[case]
    sample = ingest.samples().get(name)
    if sample:
        dataset = sample[1].load()
        task = replace(tasks.infer_task(dataset, sample[1].target), groups=sample[1].groups, order=sample[1].order)
    else:
        scenario = registry.find("scenarios", name)
        dataset, task = scenario.load(0)
        contestants = scenario.contestants
    explain = case.startswith("table")
    plan = Plan(
        contestants=contestants, folds=3, repeats=1, fixed_folds=True, rows=rows, device="cpu", explain=explain,
        budget_seconds=SECONDS_A_FIT * 10,
    )  # fmt: skip
    contest = arena.tournament(dataset, task, plan, lambda news: None, worker_mode="inline", measured=False)
    judged = verdicts.judge([contest])
    advice = verdicts.recommend(contest)
    return {
        "digest": contest.digest,
        "versions": dict(contest.versions),
        "fits": {run.contestant: [[dict(sorted(fit.scores.items())), fit.skill, fit.error] for fit in run.fits]
                 for run in contest.runs},
        "parameters": {run.contestant: run.parameters for run in contest.runs},
        "comparisons": [asdict(one) for one in contest.comparisons if one.measurement == "skill"],
        "explanations": {run.contestant: (run.explanation or {}).get("global") for run in contest.runs if explain},
        "findings": [finding.key for finding in contest.findings],
        "verdicts": {one.claim: [one.outcome, one.measured] for one in judged if one.claim not in CLOCKED},
        "recommendation": None if advice is None else [advice.choice, advice.strength, dict(advice.p_best)],
        "contract": sorted(paths(contest_to_json(contest, judged, advice))),
    }  # fmt: skip


def paths(value: Any, start: str = "") -> set[str]:
    """Every key path of nested JSON, lists counted as one; keys of contestants and columns are left out."""
    if isinstance(value, dict):
        return {start} | {one for key, item in value.items() for one in paths(item, f"{start}/{key}")}
    if isinstance(value, list):
        return {start} | {one for item in value for one in paths(item, f"{start}/*")}
    return {start}


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    sys.stdout.write(json.dumps(outcome(sys.argv[1]), default=str, allow_nan=True))
