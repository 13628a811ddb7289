"""The JSON of a contest by contract: keys are added freely, never renamed or dropped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from core import registry
from core.report.doubted_rows import label_quality_to_json
from core.report.quick_answer import quick_answer_to_json
from core.report.replay import replay_to_json
from core.schema import Comparison, Contest, Facts, JsonObject, Recommendation, Run, Verdict
from core.storage.json_codec import to_plain

VERSION = "0.3.0"
SECONDS = ("total", "read", "check", "fit", "measure", "explain")
DATASET = (
    "name", "modality", "rows", "rows_used", "cols", "target", "warnings", "labels", "digest", "readings",
)  # fmt: skip
AGREEMENT = ("spearman", "rbo", "top3", "sign")


def _asked(origin: Facts) -> JsonObject:
    """What a person said of the file: types of columns, and a sheet of a workbook."""
    return {"types": origin.get("types") or {}, "sheet": origin.get("sheet")}


def contest_to_json(contest: Contest, judged: Sequence[Verdict], advice: Recommendation | None) -> JsonObject:
    """A contest as JSON-able data; figures that were not measured are null, never invented."""
    dataset, plan = contest.dataset, contest.plan
    scored = [run for run in contest.runs if run.explanation]
    return to_plain(
        {
            "outcome": "done",
            "version": VERSION,
            "digest": contest.digest,
            "id": contest.id, "scenario": contest.scenario,
            "finished": contest.finished,
            "dataset": {key: dataset.get(key) for key in DATASET} | _asked(dataset.get("origin") or {}),
            "task": {
                "kind": contest.task.kind, "form": contest.task.form, "metric": contest.task.metric,
                "better": contest.task.better,
            },
            "plan": {
                "folds": plan.folds, "repeats": plan.repeats, "budget_seconds": plan.budget_seconds,
                "seed": plan.seed, "margin": plan.margin, "device": contest.machine.device or plan.device,
                "threads": plan.threads, "method": contest.method or None,
                "configurations": plan.configurations, "small_classes": plan.small_classes,
            },
            "replay": replay_to_json(contest), **quick_answer_to_json(contest),
            "regime": contest.regime,
            "machine": {
                **asdict(contest.machine), "fit_seconds_allowed": contest.fit_seconds_allowed,
                "method": contest.method or None,
            },
            "versions": dict(contest.versions),
            "findings": [
                {"key": f.key, "level": f.level, "what": f.what, "columns": list(f.columns), "how": f.how}
                for f in contest.findings
            ],
            "contestants": [run_to_json(run) for run in contest.runs],
            "comparisons": [comparison_to_json(one) for one in contest.comparisons],
            "explanations": {
                **{run.contestant: explanation_to_json(run) for run in scored},
                "agreement": {key: contest.agreement.get(key) for key in AGREEMENT} if contest.agreement else None,
            },
            "claims": [verdict_to_json(verdict) for verdict in judged],
            "label_quality": label_quality_to_json(contest),
            "recommendation": None if advice is None else recommendation_to_json(advice),
            "study": contest.study, **use_case_to_json(contest), "forecast": contest.forecast,
            "stage_work": contest.stage_work, "seconds": {key: contest.seconds.get(key) for key in SECONDS},
        },
        fallback=str,
    )  # fmt: skip


def use_case_to_json(contest: Contest) -> JsonObject:
    """The further parts of a use case and its own verdict by its own rule; null for any other contest."""
    there = registry.discover("scenarios")
    if contest.scenario is None or contest.scenario not in there:
        return {"parts": None, "use_case": None}
    scenario = there[contest.scenario]
    try:
        judged = scenario.judge(scenario, contest)
    except Exception as error:
        # A rule that fails costs its verdict, never the contest it judges.
        judged = Verdict(scenario.key, "not measured", f"Its rule could not be applied: {error}.")
    return {"parts": contest.parts or None, "use_case": {**verdict_to_json(judged), "favours": scenario.favours}}


def verdict_to_json(verdict: Verdict) -> JsonObject:
    """One judged claim."""
    return {
        "key": verdict.claim, "row": verdict.evidence.get("row"), "outcome": verdict.outcome,
        "because": verdict.because, "regime": verdict.regime,
    }  # fmt: skip


def recommendation_to_json(advice: Recommendation) -> JsonObject:
    """The advice with its probabilities and what would change it."""
    return {
        "choice": advice.choice, "strength": advice.strength, "p_best": dict(advice.p_best),
        "flip_points": dict(advice.flip_points), "because": advice.because, "excluded": dict(advice.excluded),
    }  # fmt: skip


def run_to_json(run: Run) -> JsonObject:
    """One contestant's line of the contract; per-fold lists skip folds that failed."""
    good = [fit for fit in run.fits if fit.error is None]
    metrics = sorted({name for fit in good for name in fit.scores})
    size, energy = median_reading(run, "size"), run.readings.get("energy")
    how = energy.detail.get("how") if energy else None
    return {
        "key": run.contestant,
        "title": run.title,
        "family": run.family,
        "pretrained": run.pretrained,
        "parameters": run.parameters,
        "trouble": run.error,
        "notes": list(run.notes),
        "scores": {name: [fit.scores.get(name) for fit in good] for name in metrics},
        "skill": [fit.skill for fit in good],
        "fit_seconds": [fit.fit_seconds for fit in good],
        "fit_cpu_seconds": [fit.fit_cpu_seconds for fit in good],
        "work_seconds": [fit.work_seconds for fit in good],
        "stopped": [fit.stopped for fit in good],
        "converged": _converged([fit.stopped for fit in good]),
        "latency_ms": {
            "batch1_p50": median_reading(run, "latency_p50"),
            "batch1_p95": median_reading(run, "latency_p95"),
            "batch1_p95_bound": median_reading(run, "latency_p95_bound"),
            "batch1000_p50": median_reading(run, "batch_latency"),
        },
        "peak_memory_mb": median_reading(run, "peak_memory"),
        "size_bytes": None if size is None else int(size),
        "energy_j_per_1000": {"value": median_reading(run, "energy"), "how": how},
        "cost": {
            "train_usd": median_reading(run, "train_cost"),
            "usd_per_million": median_reading(run, "million_cost"),
        },
        "facts": dict(run.facts),
        "readings": {key: list(reading.values) for key, reading in run.readings.items()},
        "details": {key: dict(reading.detail) for key, reading in run.readings.items()},
    }


def _converged(ends: Sequence[str | None]) -> bool | None:
    """Whether training ended by its own rule on every fold; None where it is fitted in one step."""
    known = [end for end in ends if end is not None]
    return all(end == "converged" for end in known) if known else None


def median_reading(run: Run, key: str) -> float | None:
    """The median of a reading's repeated values, or None when it was not measured."""
    reading = run.readings.get(key)
    values = sorted(reading.values) if reading else []
    if not values:
        return None
    middle = len(values) // 2
    return values[middle] if len(values) % 2 else (values[middle - 1] + values[middle]) / 2.0


def comparison_to_json(one: Comparison) -> JsonObject:
    """One pair on one measurement, with its interval and three probabilities."""
    return {
        "measurement": one.measurement, "left": one.left, "right": one.right, "gap": one.gap, "low": one.low,
        "high": one.high, "p_left_better": one.p_left_better, "p_tie": one.p_tie,
        "p_right_better": one.p_right_better, "n": one.n, "winner": one.winner, "rows_needed": one.rows_needed,
        "margin": one.margin, "level": one.level, "coverage": one.coverage, "scope": one.scope, "unit": one.unit,
        "because": one.because, "differences": list(one.differences),
    }  # fmt: skip


def explanation_to_json(run: Run) -> JsonObject:
    """The summary of one contestant's explanation."""
    found: Facts = run.explanation or {}
    keys = ("method", "parts", "global", "completeness_error", "method_error", "seconds_per_row", "trouble")
    return {key: found.get(key) for key in keys}
