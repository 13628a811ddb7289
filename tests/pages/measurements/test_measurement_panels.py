"""Studies on the contest's page: panels on hand-made readings, empty states, failed checks, queueing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from core import registry
from core.runtime import run_history
from core.schema import Contest, Fit, MeasurementResult
from core.storage import json_codec, paths
from pages.measurements import (
    measurement_catalogue,
    measurement_menu,
    measurement_panels,
    measurement_summary,
    pending_jobs,
)

ROOT = Path(__file__).resolve().parents[3]
SKILLS = [20.0, 22.0, 19.0, 24.0, 21.0]
ITEMS = [
    {"key": "calibration", "title": "Calibration", "kind": "M", "rule": "at most .05", "passed": True, "present": True,
     "value": 0.03, "low": None, "high": None, "why": "0.030 on average"},
    {"key": "model_card", "title": "Model card", "kind": "G", "rule": "written", "passed": None, "present": True,
     "value": None, "low": None, "high": None, "why": "in the audit file"},
    {"key": "risk", "title": "Risk management", "kind": "H", "rule": "a person's words", "passed": None,
     "present": False, "value": None, "low": None, "high": None, "why": "missing"},
]  # fmt: skip
AUDIT = {
    "groups": {"sex": {"groups": [], "gaps": {"error rate": [0.1, 0.02, 0.2]}}}, "model_card": {"model": "x"},
    "legal": [{"what": "A duty moved.", "source": "an act", "as_of": "2026-06"}],
}  # fmt: skip
VARIANTS = [
    {"name": "as trained", "about": "trees", "skill": 30.0, "lost": 0.0, "bytes": 900, "packed": 400, "p50": 0.01},
    {"name": "pruned", "reason": "nothing to prune"},
]
EDGE: dict[str, Any] = {
    "bytes": 900, "p50": 0.01, "p95": 0.02, "load_ms": 3.0, "first_ms": 1.0, "memory_mb": 9.0, "kind": "trees",
    "same": True, "worst_difference": 1e-7, "variants": VARIANTS, "file": "AAAA", "note": "from the encoded row on",
    "devices": {"phone": {"fits": False, "title": "a phone", "why": "too slow", "rule": "3 times slower"}},
}  # fmt: skip
STACK = {
    "stack": ["torch"], "import_seconds": 2.0, "megabytes": 700.0, "dependencies": 9, "modules": 900, "warnings": 1,
    "heard": ["DeprecationWarning: old"], "packages": [{"name": "torch", "version": "2", "needs": []}],
    "bill_of_materials": {"bomFormat": "CycloneDX"},
}  # fmt: skip


def steps(name: str, places: tuple[float, ...]) -> list[dict[str, Any]]:
    return [{name: place, "skills": [value + place / 100 for value in SKILLS], "cut_short": 0} for place in places]


def details(family: str) -> dict[str, dict[str, Any]]:
    """A detail for every study as the measurements leave it."""
    operation = {"title": "Your table as it is", "tests": "nothing", "skills": SKILLS, "reason": None}
    return {
        "learning_curve": {"curve": steps("rows", (40, 80, 160, 320, 640)), "rho": 0.25, "cut_short": 0},
        "few_shot": {"curve": steps("labels", (1, 2, 5, 10)), "rho": 0.25, "troubles": ["1 labels: too few"]},
        "unlabelled_rows": {"curves": {arm: steps("labels", (2, 5, 10)) for arm in ("pretrained", "scratch")},
                            "rho": 0.25, "rows": 400, "pretext": "columns", "pretext_cpu_seconds": [1.0] * 5,
                            "because": "10 labels do what 20 do"},
        "scaling": {"points": [{"rows": n, "cpu_seconds": n / 1e3, "capped": 0.0} for n in (50, 100, 200)],
                    "interval": [0.8, 1.1], "capped": 1},
        "anytime": {"to": {"95%": [0.2], "99%": [0.3], "100%": [0.4]}, "curves": [[[0.1, 5.0], [0.4, 20.0]]]},
        "surgeries": {"operations": [{**operation, "key": "unchanged"}, {**operation, "key": "noise"}], "rho": 0.25},
        "depth_ablation": {"kind": "network" if family == "deep" else "tree", "curve": steps("depth", (0, 1, 2)),
                           "picked": [1] * 5, "rho": 0.25},
        "design_ablation": {
            "designs": [{"key": "experts", "title": "Four experts", "skills": SKILLS, "parameters": 9_000,
                         "epochs": [3, 4], "shares": [0.5, 0.5]}],
            "pairs": [{"key": "experts", "title": "Four experts instead of one", "gaps": [2.0, 2.5, 1.5, 2.0, 2.2]}],
            "rho": 0.25, "rows": 1_600, "seconds": 5.0,
        },
        "engineered": {"raw": SKILLS, "engineered": SKILLS, "added": 20, "rho": 0.25},
        "tuned": {"defaults": SKILLS[:3], "tuned": SKILLS[:3], "cpu_seconds": [[1.0, 8.0]] * 3, "rho": 0.5},
        "mixed_inputs": {"skills": {"together": SKILLS, "columns only": SKILLS, "texts only": SKILLS}, "rho": 0.25},
        "planted_truth": {"rank": 1, "decoy_rank": None, "model_moves": 0.9, "method": "TreeSHAP"},
        "surrogate": {"leaves": 16, "same_decision": 0.9},
        "canary": {"low": 0.1, "high": 2.0, "alarm": family == "deep", "because": "has skill on shuffled answers"},
        "multiplicity": {"skills": SKILLS, "share_contested": 0.1, "rows": list(range(40)), "n": 200},
        "corruption": {"curves": {"noise": steps("level", (0.0, 0.5, 1.0))}, "rho": 0.25},
        "shift": {"by": "time", "here": SKILLS, "there": SKILLS, "rho": 0.25},
        "unknowns": {"strangers": [55.0], "deferral": [{"answered": s, "accuracy": [0.9, 0.8]} for s in (0.5, 1.0)]},
        "prompt_calibration": {"right, %": {"uncalibrated": 52.0, "calibrated": 71.0}, "peeks": "never used",
                               "answered most without calibration": "good: 97 %"},
        "token_cost": {"tokens_a_second": 9.0, "joules_a_token": 0.6, "energy": "estimated", "usd_busy": 1.2,
                       "rented": {"token_low": 0.1, "token_high": 2.5}, "note": "larger and better"},
        "edge": EDGE,
        "million_cost": {"rented": {"token_low": 20.0}},
        "regulatory": {"items": ITEMS, "passed": 0.5, "present": 0.9, "measured": 1, "missing": 1, "audit": AUDIT},
        "ecosystem": STACK,
    }  # fmt: skip


@pytest.fixture
def studied(contest: Contest) -> Contest:
    """The fabricated contest with a reading of every study."""
    runs = []
    for run in contest.runs:
        more = {} if run.error or run.family == "chance" else details(run.family)
        added = {key: MeasurementResult(tuple(SKILLS), detail) for key, detail in more.items()}
        runs.append(replace(run, readings={**run.readings, **added}))
    return replace(contest, runs=tuple(runs))


def with_reading(contest: Contest, key: str, reading: MeasurementResult) -> Contest:
    runs = tuple(replace(run, readings={**run.readings, key: reading}) for run in contest.runs)
    return replace(contest, runs=runs)


def _page(path: str, key: str) -> None:
    from pathlib import Path

    from core.storage import json_codec
    from pages.measurements import measurement_panels

    measurement_panels.draw_measurement.__wrapped__(key, json_codec.loads(Path(path).read_text(encoding="utf-8")))  # type: ignore[attr-defined]


def drawn(contest: Contest, key: str, folder: Path) -> AppTest:
    """A panel alone, its errors not swallowed."""
    path = folder / "contest.json"
    path.write_text(json_codec.dumps(contest), encoding="utf-8")
    app = AppTest.from_function(_page, kwargs={"path": str(path), "key": key}, default_timeout=60).run()
    assert not app.exception, app.exception[0].stack_trace
    return app


def words(app: AppTest) -> str:
    kinds = ("markdown", "caption", "text", "info", "metric")
    said = [str(getattr(block, "label", "")) + str(block.value) for kind in kinds for block in app.get(kind)]
    tables = [table.value.to_string() for table in app.dataframe]
    return "\n".join(said + tables)


@pytest.mark.parametrize("key", [study.key for study in measurement_catalogue.studies()])
def test_every_study_has_a_panel_that_names_everybody(key: str, studied: Contest, tmp_path: Path) -> None:
    app = drawn(studied, key, tmp_path)
    assert key in measurement_panels.DRAWN
    assert app.dataframe or app.get("arrow_vega_lite_chart") or app.get("vega_lite_chart")
    assert "Not measured yet" not in words(app)


@pytest.mark.parametrize(
    "key", [study.key for study in measurement_catalogue.studies() if study.cost.fits or study.cost.seconds]
)
def test_an_empty_panel_names_its_button(key: str, contest: Contest, tmp_path: Path) -> None:
    said = words(drawn(contest, key, tmp_path))
    assert "Not measured yet" in said
    assert key == "multiplicity" or measurement_catalogue.question(key) in said.replace("\\", "")


@pytest.mark.parametrize("key", [study.key for study in measurement_catalogue.studies()])
def test_a_reason_instead_of_values_is_told(key: str, contest: Contest, tmp_path: Path) -> None:
    said = words(
        drawn(with_reading(contest, key, MeasurementResult((), {"reason": "too few rows here"})), key, tmp_path)
    )
    assert "too few rows here" in said


@pytest.mark.parametrize(
    ("gaps", "said"),
    [([3.0, 3.1, 2.9], "it pays"), ([-3.0, -3.1, -2.9], "it costs"), ([0.1, 0.0, -0.1], "practically equal"),
     ([9.0, -9.0, 1.0], "cannot be told"), ([], "not measured")],
)  # fmt: skip
def test_a_choice_of_design_is_told_with_its_interval(gaps: list[float], said: str) -> None:
    from pages.measurements import design_panel

    assert said in design_panel.describe_pair("Experts", gaps, 0.25, 1.0)


def test_an_export_that_failed_its_check_is_not_offered(contest: Contest, tmp_path: Path) -> None:
    bad = MeasurementResult((), {**EDGE, "same": False, "reason": "the export answers differently, by up to 0.2"})
    app = drawn(with_reading(contest, "edge", bad), "edge", tmp_path)
    assert "answers differently from the model" in words(app)
    assert not app.get("download_button")
    good = drawn(with_reading(contest, "edge", MeasurementResult((1.0,), EDGE)), "edge", tmp_path)
    assert good.get("download_button")


def test_evidence_is_never_called_compliance(studied: Contest, tmp_path: Path) -> None:
    app = drawn(studied, "regulatory", tmp_path)
    said = words(app)
    assert "Evidence that meets its rule" in said
    assert "compliant" not in said
    assert "As of 2026-06" in said
    assert app.get("download_button")


def test_the_canary_sings_for_whom_it_should(studied: Contest, tmp_path: Path) -> None:
    app = drawn(studied, "canary", tmp_path)
    assert [block.value for block in app.text if str(block.value).startswith("✓")]
    assert "Look for a column" in words(app)


def test_a_reading_without_a_panel_is_shown_all_the_same(contest: Contest, tmp_path: Path) -> None:
    found = with_reading(
        contest, "carbon", MeasurementResult((1.5, 2.5), {"grid": 412.5, "parts": [{"hour": 1, "g": 3.25}]})
    )
    assert "carbon" in measurement_catalogue.unlisted_measurements(found, measurement_menu.CHEAP)
    said = words(drawn(found, "carbon", tmp_path))
    assert "412" in said
    assert "3.25" in said


def test_only_what_means_something_is_offered(contest: Contest) -> None:
    def keys(one: Contest) -> set[str]:
        return {study.key for study in measurement_catalogue.offered_questions(one)}

    assert {"surgeries", "unknowns", "edge"} <= keys(contest)
    assert "mixed_inputs" not in keys(contest)
    texts = replace(contest, dataset={**contest.dataset, "columns": [{"name": "a", "type": "text"}]})
    assert "mixed_inputs" in keys(texts)
    assert "surgeries" not in keys(replace(contest, dataset={**contest.dataset, "modality": "image"}))
    assert "unknowns" not in keys(replace(contest, task=replace(contest.task, kind="regression")))
    assert keys(replace(contest, task=replace(contest.task, kind="control"))) == {
        "ecosystem",
        "anytime",
        "million_cost",
    }


def test_estimates_follow_the_fits(contest: Contest) -> None:
    study = measurement_catalogue.find_measurement("canary")
    slower = replace(
        contest,
        runs=tuple(
            replace(run, fits=tuple(replace(fit, fit_seconds=2 * fit.fit_seconds) for fit in run.fits))
            for run in contest.runs
        ),
    )
    assert (
        measurement_catalogue.estimate_seconds(slower, study)
        > 1.2 * measurement_catalogue.estimate_seconds(contest, study)
        > 1.0
    )
    nobody = replace(contest, runs=tuple(replace(run, fits=(Fit(0, "d"),)) for run in contest.runs))
    assert measurement_catalogue.estimate_seconds(nobody, study) == 1.0


def test_progress_counts_contestants_and_their_steps() -> None:
    assert pending_jobs.job_progress([], ("canary",), 3, None)[0] == 0.0
    news = [
        {"stage": "measure", "contestant": "a", "step": 4, "of": 5, "message": "first"},
        {"stage": "measure", "contestant": "b", "step": 1, "of": 2, "message": "second"},
    ]
    share, left, said = pending_jobs.job_progress(news, ("canary",), 3, started=100.0, now=110.0)
    assert share == pytest.approx(0.5)
    assert left == pytest.approx(10.0)
    assert said == "second"


def test_progress_counts_measurements_of_one_run() -> None:
    keys = ("canary", "edge")
    titles = [registry.find("measurements", key).title for key in keys]
    news = [
        {"stage": "measure", "contestant": None, "step": 0, "of": 2, "message": titles[0]},
        {"stage": "measure", "contestant": "a", "step": 1, "of": 2, "message": "old"},
        {"stage": "measure", "contestant": None, "step": 1, "of": 2, "message": titles[1]},
        {"stage": "measure", "contestant": "a", "step": 1, "of": 2, "message": "now"},
        {"stage": "measure", "contestant": None, "step": 1, "of": 2, "message": "a fit of its own"},
    ]
    assert pending_jobs.finished_measurements(news, keys)[:2] == (1, 2)
    assert pending_jobs.job_progress(news, keys, 1, None)[0] == pytest.approx(1.5 / 2)


def test_intervals_need_two_values() -> None:
    assert measurement_summary.mean_interval([]) is None
    assert measurement_summary.mean_interval([None, float("nan"), 3.0]) == (3.0, None, None)
    found = measurement_summary.mean_interval([1.0, 2.0, 3.0], 0.5)
    wider = measurement_summary.mean_interval([1.0, 2.0, 3.0], 2.0)
    assert found and wider and wider[1] < found[1] < 2.0 < found[2] < wider[2]  # type: ignore[operator]


def opened(owner: str, run: str, tab: str = "Learning") -> AppTest:
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=90)
    app.session_state["_owner"] = owner
    app.session_state["result_tab"] = tab
    app.query_params["run"] = run
    return app.run()


def test_a_button_queues_one_measurement_that_can_be_cancelled(place: Path, owner: str, finished: str) -> None:
    parcel = paths.runs_folder() / finished / "parcel"
    parcel.mkdir()
    (parcel / "dataset.json").write_text("{}")
    app = opened(owner, finished)
    app.button(f"ask_learning_curve_{finished}").click().run()
    queued = [row for row in run_history.list_runs(owner) if row["kind"] == "measure"]
    assert [row["spec"]["extra"]["keys"] for row in queued] == [["learning_curve"]]
    assert queued[0]["spec"]["extra"]["run"] == finished
    app = opened(owner, finished)
    assert app.button(f"ask_learning_curve_{finished}").disabled
    app.button(f"stop_{queued[0]['id']}").click().run()
    assert not pending_jobs.pending_jobs(_contest(finished), owner)


def _contest(identity: str) -> Any:
    return type("Named", (), {"id": identity})()


def test_everything_missing_is_one_run(place: Path, owner: str, finished: str) -> None:
    parcel = paths.runs_folder() / finished / "parcel"
    parcel.mkdir(exist_ok=True)
    (parcel / "dataset.json").write_text("{}")
    opened(owner, finished).button(f"measure_all_{finished}").click().run()
    queued = [row for row in run_history.list_runs(owner) if row["kind"] == "measure"]
    assert len(queued) == 1
    assert len(queued[0]["spec"]["extra"]["keys"]) > 10


def test_a_refusal_is_told_in_words(place: Path, owner: str, finished: str) -> None:
    app = opened(owner, finished).button(f"ask_learning_curve_{finished}").click().run()
    assert "Upload it again" in words(app)
    assert not [row for row in run_history.list_runs(owner) if row["kind"] == "measure"]


def test_nested_figures_become_rows_of_a_table_and_no_tree() -> None:
    from pages.measurements import generic_panel

    nested = {"first_part": {"a": 1, "b": [1, 2]}, "pairs": [[1, 2], [3, 4]], "layers": [1], "none": None}
    assert generic_panel.flat_cells(nested) == [
        ("first part, a", "1"), ("first part, b", "1, 2"), ("pairs, 1", "1, 2"), ("pairs, 2", "3, 4"), ("none", "–"),
    ]  # fmt: skip
    assert len(generic_panel.flat_cells([[k, k] for k in range(99)])) == generic_panel.MOST_PARTS
