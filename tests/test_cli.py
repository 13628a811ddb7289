"""The headless face: the contract's JSON, its exit codes, and no traceback for what a user can do wrong."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

ROOT = Path(__file__).parent.parent


def core(*arguments: str, home: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "CROSSOVER_HOME": str(home), "OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-m", "core", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, env=environment, timeout=280)


def test_everything_is_listed(tmp_path: Path) -> None:
    done = core("list", "--json", "-", home=tmp_path)
    told = json.loads(done.stdout)
    assert done.returncode == 0
    assert {"modalities", "samples", "contestants", "measurements", "claims", "scenarios"} <= set(told)
    assert {one["key"] for one in told["contestants"]} >= {"dummy", "table_xgboost", "table_deep", "table_hybrid"}
    assert len(told["claims"]) >= 12


def test_what_is_not_there_is_refused_in_words(tmp_path: Path) -> None:
    for arguments in (("compare", "nothing.csv"), ("inspect", "nothing.csv"), ("scenario", "nothing")):
        done = core(*arguments, "--json", "-", home=tmp_path)
        assert done.returncode == 2, done.stderr
        assert json.loads(done.stdout)["outcome"] == "clear_error"
        assert "Traceback" not in done.stderr


@pytest.mark.parametrize("options", [("--folds", "zero"), ("--contestants", "nobody"), ("--measure", "luck")])
def test_options_that_do_not_exist_are_refused_in_words(tmp_path: Path, options: tuple[str, ...]) -> None:
    done = core("compare", "telco_churn", *options, "--json", "-", home=tmp_path)
    assert done.returncode == 2 and json.loads(done.stdout)["outcome"] == "clear_error"


@pytest.mark.slow
def test_a_table_nobody_prepared_prints_the_contract(tmp_path: Path) -> None:
    draw = np.random.default_rng(3)
    frame = pd.DataFrame(
        {"a": draw.normal(size=150), "b": draw.choice(["x", "y", "z"], 150), "c": draw.integers(0, 9, 150)}
    )
    frame["bought"] = np.where(frame["a"] + (frame["b"] == "x") + draw.normal(0, 0.5, 150) > 0.3, "yes", "no")
    path = tmp_path / "my table.csv"
    frame.to_csv(path, index=False, sep=";", decimal=",")
    out, html, book = tmp_path / "o.json", tmp_path / "r.html", tmp_path / "n.ipynb"
    files = ("--json", str(out), "--report", str(html), "--notebook", str(book), "--models", str(tmp_path / "models"))
    done = core("compare", str(path), "--target", "bought", "--budget", "20", "--folds", "3x1", *files, home=tmp_path)
    assert done.returncode == 0, done.stderr
    told = json.loads(out.read_text())
    assert told["outcome"] == "done" and told["plan"]["folds"] == 3 and told["dataset"]["rows"] == 150
    families = {one["family"] for one in told["contestants"] if one["trouble"] is None}
    assert families == {"chance", "classical", "deep", "hybrid"}
    for one in told["contestants"]:
        assert len(one["skill"]) == 3 and one["latency_ms"]["batch1_p50"] > 0
    explained = {key: told["explanations"][key] for key in ("table_xgboost", "table_deep")}
    assert all(one["parts"] == ["a", "b", "c"] and one["completeness_error"] < 0.1 for one in explained.values())
    assert told["comparisons"][0]["measurement"] == "skill" and len(told["claims"]) >= 12
    assert told["recommendation"]["choice"] and told["seconds"]["total"] > 0
    assert html.stat().st_size > 5_000 and json.loads(book.read_text())["nbformat"] == 4
    assert {path.stem for path in (tmp_path / "models").iterdir()} >= {"table_xgboost", "table_deep", "table_linear"}


@pytest.mark.slow
def test_a_use_case_prints_the_contract_with_its_verdict_and_study(tmp_path: Path) -> None:
    # One use case through the command line; every other one is played whole in tests/scenarios.
    key = "recommendation"
    done = core("scenario", key, "--budget", "4", "--json", "-", home=tmp_path)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["outcome"] == "done" and told["scenario"] == key
    assert told["use_case"]["outcome"] in ("supported", "contradicted", "tied", "undecided")
    assert told["use_case"]["because"] and told["use_case"]["regime"] and told["study"]["sections"]
    families = {one["family"] for one in told["contestants"] if one["trouble"] is None}
    # Nobody guesses among things to recommend: the most taken ones are the simplest contestant there.
    assert families == {"classical", "deep", "hybrid"}


@pytest.mark.slow
def test_ones_own_text_is_learned_from(tmp_path: Path) -> None:
    path = tmp_path / "novel.txt"
    evening = "It was a dark night, and the rain fell.\nNobody, said the old man, goes out; yet somebody knocked.\n"
    path.write_text("".join(f"{evening}Evening {k} of that year was no better.\n" for k in range(120)), "utf-8")
    done = core("compare", str(path), "--budget", "4", "--folds", "2x1", "--json", "-", home=tmp_path)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["dataset"]["modality"] == "corpus" and told["task"]["metric"] == "bits_per_character"
