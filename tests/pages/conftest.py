"""A fabricated finished contest for drawing and clicking: made here, used by tests only."""

from __future__ import annotations

import io
import json
import secrets
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.evaluation.uncertainty import corrected_t
from core.runtime import jobs, run_history
from core.schema import Comparison, Contest, DisplayRows, Finding, Fit, Machine, MeasurementResult, Plan, Run, Task
from core.storage import json_codec

AWKWARD = (
    "tenure",
    "a.b",
    "a[0]",
    "x:Q",
    "__proto__",
    'say "hi"',
    "![p](http://example.invalid/x.png)",
    "<b>bold</b>",
    "café \u202e txt",
    "constructor",
)
WHO = (
    ("dummy", "Guessing", "chance", 0.0, 0.001, 0.002, 300),
    ("table_linear", "Logistic regression", "classical", 24.0, 0.05, 0.02, 4_000),
    ("table_xgboost", "XGBoost", "classical", 31.5, 0.4, 0.31, 210_000),
    ("table_deep", "TabM network", "deep", 30.2, 6.8, 1.9, 940_000),
    ("table_hybrid", "Network into XGBoost", "hybrid", 31.9, 9.5, 2.4, 1_400_000),
)
FOLDS, REPEATS, ROWS, EXPLAINED = 5, 2, 3_000, 24


def _run(key: str, title: str, family: str, level: float, cpu: float, latency: float, size: int, seed: int) -> Run:
    rng = np.random.default_rng(seed)
    shared = np.random.default_rng(99).normal(0, 2.0, FOLDS * REPEATS)
    fits = []
    for fold in range(FOLDS * REPEATS):
        skill = 0.0 if key == "dummy" else float(level + shared[fold] + rng.normal(0, 0.8))
        curve = tuple((cpu * k / 8, 0.6 - 0.02 * k, skill - 8 * 0.6**k) for k in range(1, 9))
        scores = {
            "skill": skill,
            "accuracy": 0.73 + skill / 400,
            "auc": 0.5 + skill / 95,
            "log_loss": 0.58 - skill / 200,
        }
        fits.append(Fit(fold, f"d{fold}", scores, skill, cpu * 1.1, cpu, 0.01, 120.0 + level, curve))
    near = lambda value: MeasurementResult(tuple(float(value * f) for f in rng.uniform(0.9, 1.1, 10)))  # noqa: E731
    readings = {
        "fit_seconds": near(cpu * 1.1),
        "fit_cpu_seconds": near(cpu),
        "latency_p50": near(latency),
        "latency_p95": near(latency * 1.4),
        "latency_p95_bound": near(latency * 1.6),
        "batch_latency": near(latency * 9),
        "peak_memory": near(90 + cpu * 20),
        "size": MeasurementResult((float(size),)),
        "parameters": MeasurementResult((float(size // 4),)),
        "energy": MeasurementResult((latency * 3.6,), {"how": "estimated"}),
        "train_cost": MeasurementResult((cpu * 0.041 / 3600,)),
        "million_cost": MeasurementResult((latency * 0.038,)),
    }
    return Run(key, title, family, fits=tuple(fits), readings=readings, parameters=size // 4)  # type: ignore[arg-type]


def _explanation(run: Run, parts: tuple[str, ...], seed: int) -> dict[str, Any]:
    rng, weights = np.random.default_rng(seed), 1 / (1 + np.arange(len(parts)))
    values = np.random.default_rng(5).normal(0, 1, (EXPLAINED, len(parts))) * weights
    values = values + rng.normal(0, 0.35, values.shape) * weights
    base = np.full(EXPLAINED, -1.1)
    unfair = np.abs(values).mean(axis=0) * rng.uniform(0.4, 1.8, len(parts))
    method = "DeepLiftShap" if run.family == "deep" else "interventional TreeSHAP"
    return {
        "method": method,
        "parts": list(parts),
        "values": values.tolist(),
        "base": base.tolist(),
        "margin": (base + values.sum(axis=1)).tolist(),
        "outputs": None,
        "global": np.abs(values).mean(axis=0).tolist(),
        "completeness_error": 0.00002 if run.family != "deep" else 0.03,
        "method_error": 0.0 if run.family != "deep" else 0.14,
        "light": "green" if run.family != "deep" else "amber",
        "reseed": {"gap": 0.18, "spearman": 0.93, "row_spearman": 0.9},
        "stability": {"gap": 0.09, "spearman": 0.97, "row_spearman": 0.95},
        "deletion": 0.9,
        "insertion": 0.88,
        "seconds_per_row": 0.005,
        "unfair": {
            "method": "integrated gradients, zero baseline" if run.family == "deep" else "path-dependent TreeSHAP",
            "values": (values * rng.uniform(0.4, 1.8, len(parts))).tolist(),
            "global": unfair.tolist(),
            "completeness_error": 0.66,
            "light": "red",
            "base": base.tolist(),
        },
        "lime": _lime(parts, values),
    }


def _lime(parts: tuple[str, ...], values: np.ndarray) -> dict[str, Any]:
    told = {
        "values": values[:5].tolist(), "global": np.abs(values[:5]).mean(axis=0).tolist(), "error": 0.17,
        "seed_error": 0.21, "r2": 0.87, "seconds_per_row": 0.01,
    }  # fmt: skip
    return {
        "rows": list(range(5)),
        "parts": list(parts),
        "game": {"method": "LIME in the same game, 500 coalitions", **told},
        "library": {"method": "LIME with the usual defaults, 1000 draws", **told, "error": 0.93, "r2": 0.43},
    }


def _compare(left: Run, right: Run) -> Comparison:
    gaps = tuple(float(a.skill - b.skill) for a, b in zip(left.fits, right.fits, strict=True))  # type: ignore[operator]
    said = corrected_t(gaps, 1 / (FOLDS - 1), 1.0)
    most = max((said.p_left_better, left.contestant), (said.p_tie, "tie"), (said.p_right_better, right.contestant))
    winner = most[1] if most[0] >= 0.95 else "undecided"
    return Comparison(
        "skill", left.contestant, right.contestant, said.gap, said.low, said.high, said.p_left_better, said.p_tie,
        said.p_right_better, len(gaps), winner, 9_000 if winner == "undecided" else None, differences=gaps,
        because=f"{left.title} minus {right.title}: {said.gap:+.1f} points over 10 folds.",
    )  # fmt: skip


def fabricate(parts: tuple[str, ...] = AWKWARD, identity: str = "ab" * 16) -> Contest:
    """A whole contest with awkward column names, one failed contestant, findings and explanations."""
    runs = {who[0]: _run(*who, seed=k) for k, who in enumerate(WHO)}  # type: ignore[arg-type]
    for k, key in enumerate(("table_xgboost", "table_deep", "table_hybrid")):
        runs[key] = replace(runs[key], explanation=_explanation(runs[key], parts, k))
    failed = Run("table_transformer", "Transformer", "deep", error="did not converge: the loss became NaN in epoch 2")
    pairs = [("table_deep", "table_xgboost"), ("table_hybrid", "table_xgboost"), ("table_hybrid", "table_deep")]
    rng = np.random.default_rng(11)
    texts = [[f"{rng.normal(10, 3):.2f}" if c % 3 else rng.choice(["yes", "no"]) for c in range(len(parts))]
             for _ in range(EXPLAINED)]  # fmt: skip
    primary = {"spearman": 0.88, "rbo": 0.81, "top3": 0.67, "sign": 0.9, "row_spearman": 0.71, "model_gap": 0.3,
               "reseed_floor": 0.18}  # fmt: skip
    return Contest(
        id=identity,
        digest="3f" * 32,
        dataset={
            "name": "customers `v2` ![x](http://example.invalid/y.png).csv", "modality": "table", "rows": 7_043,
            "rows_used": ROWS, "cols": len(parts), "target": "churn|*yes*", "labels": ("No", "Yes"),
            "warnings": ("11 rows had no answer and were left out.",), "columns": [], "source": "upload",
            "digest": "9c" * 32,
        },
        task=Task("churn|*yes*", "classification", "binary"),
        plan=Plan(contestants=tuple(runs), folds=FOLDS, repeats=REPEATS, budget_seconds=60.0),
        runs=(*runs.values(), failed),
        comparisons=tuple(_compare(runs[a], runs[b]) for a, b in pairs),
        findings=(
            Finding("leak", "danger", "The column 'x:Q' alone gives the answer away (AUC 0.99).", ("x:Q",),
                    "Drop it unless you will know it before the answer."),
            Finding("duplicates", "info", "12 rows are exact copies; copies were kept in the same fold."),
        ),
        agreement={"pairs": {"table_xgboost|table_deep": {**primary, "rows": [3, 5, 7], "method_share": 0.4,
                   "unfair": {**primary, "spearman": 0.41, "sign": 0.62, "top3": 0.33}}},
                   "primary": "table_xgboost|table_deep", **primary},
        rows=DisplayRows(
            columns=tuple(parts), values=tuple(map(tuple, texts)), labels=("Yes", "No") * (EXPLAINED // 2),
            background=50,
        ),
        regime="3,000 rows; 60 s budget; 1 thread on a test machine",
        machine=Machine(cpu="test processor", cores=2),
        seconds={"total": 48.0, "read": 0.3, "fit": 36.0, "measure": 4.0, "explain": 6.0},
        versions={"torch": "2.13.0", "xgboost": "3.2.0"},
        finished="2026-01-02T03:04:05+00:00",
    )  # fmt: skip


@pytest.fixture(scope="session", autouse=True)
def components_found_once() -> Iterator[None]:
    """Looks through the installed packages for components once: a server does so when it starts, but every run of an
    ``AppTest`` is a new server to Streamlit, and the search was 85 % of the time of a drawn page."""
    from streamlit.components.v2 import manifest_scanner

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest_scanner, "scan_component_manifests", cache(manifest_scanner.scan_component_manifests))
        yield


@pytest.fixture
def contest() -> Contest:
    """The fabricated contest."""
    return fabricate()


def packed(contest: Contest) -> bytes:
    """A contest as an exported history of one finished run."""
    extra = {"key": contest.scenario} if contest.scenario else {}
    spec = {"task": json_codec.to_plain(contest.task), "plan": json_codec.to_plain(contest.plan), "extra": extra}
    entry = {
        "id": contest.id, "kind": "scenario" if contest.scenario else "contest", "name": contest.dataset["name"],
        "title": "", "state": "finished",
        "reason": "", "created": 1_767_409_000.0, "started": 1_767_409_001.0, "ended": 1_767_409_049.0,
        "spec": json.dumps(spec),
    }  # fmt: skip
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr(f"{contest.id}.json", json_codec.dumps(contest))
        archive.writestr("runs.json", json.dumps([entry]))
    return held.getvalue()


@pytest.fixture(scope="session")
def parsed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose embedded tables have been parsed once for all page tests."""
    return tmp_path_factory.mktemp("home")


@pytest.fixture
def place(parsed: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of its own for the app, with an engine that stays asleep."""
    monkeypatch.setenv("CROSSOVER_HOME", str(parsed))
    monkeypatch.setattr(jobs, "ensure_scheduler", lambda: None)
    # Exports made here are read in this process: a child for each of a hundred tests would take a minute.
    monkeypatch.setattr(run_history.sandbox, "run_reader", _read_here(run_history.sandbox.run_reader))
    return parsed


def _read_here(in_a_child: Any) -> Any:
    def run(order: Any, reader: str = "core.ingest.reader_process") -> Any:
        from core.runtime import history_import

        return (
            history_import.read_export(dict(order))
            if reader == "core.runtime.history_import"
            else in_a_child(order, reader)
        )

    return run


@pytest.fixture
def owner() -> str:
    """A browser's identity."""
    return secrets.token_hex(16)


@pytest.fixture
def finished(place: Path, owner: str, contest: Contest) -> str:
    """The id of a finished run that belongs to ``owner``."""
    run_history.restore_runs(owner, packed(contest))
    return run_history.list_runs(owner)[0]["id"]
