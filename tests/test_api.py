"""The promised names: they load, compare, explain and report, and the exported notebook needs nothing else."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core import api, report
from core.api import Contest, LoadError, Plan

ROOT = Path(__file__).resolve().parents[1]
QUICK = Plan(contestants=("table_linear",), folds=2, repeats=1, budget_seconds=10, rows=120, explain=False)


@pytest.fixture(scope="module")
def sampled() -> Contest:
    return api.compare(api.load("telco_churn"), plan=QUICK)


@pytest.fixture(scope="module")
def uploaded(tmp_path_factory: pytest.TempPathFactory) -> tuple[Contest, Path]:
    draw = np.random.default_rng(0)
    frame = pd.DataFrame({"a": draw.normal(size=90), "b": draw.choice(["x", "y"], 90)})
    frame["bought"] = np.where(frame["a"] + draw.normal(0, 0.5, 90) > 0, "yes", "no")
    folder = tmp_path_factory.mktemp("upload")
    frame.to_csv(folder / "my 'own' table.csv", index=False, sep=";", decimal=",")
    dataset = api.load(folder / "my 'own' table.csv")
    return api.compare(dataset, "bought", plan=replace(QUICK, rows=None)), folder


def run_notebook(contest: Contest, folder: Path) -> str:
    """What the code cells of the contest's notebook print, run in a folder with nothing of ours in it."""
    cells = [cell for cell in json.loads(report.make_notebook(contest))["cells"] if cell["cell_type"] == "code"]
    script = folder / "cells.py"
    script.write_text("\n\n".join(cell["source"] for cell in cells), encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "CROSSOVER_HOME": str(folder / "home")}
    done = subprocess.run(
        [sys.executable, str(script)], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_notebook_of_a_sample_plays_the_same_contest(sampled: Contest, tmp_path: Path) -> None:
    assert f"digest {sampled.digest[:12]}" in run_notebook(sampled, tmp_path)


@pytest.mark.slow
def test_the_notebook_of_an_upload_plays_the_same_contest(uploaded: tuple[Contest, Path]) -> None:
    contest, folder = uploaded
    assert f"digest {contest.digest[:12]}" in run_notebook(contest, folder)


@pytest.mark.slow
def test_a_notebook_of_other_data_is_refused(uploaded: tuple[Contest, Path], tmp_path: Path) -> None:
    contest, folder = uploaded
    name = contest.dataset["origin"]["file"]
    text = (folder / name).read_text(encoding="utf-8")
    (tmp_path / name).write_text(text.replace("yes", "no", 3), encoding="utf-8")
    with pytest.raises(AssertionError, match="other data, versions or settings"):
        run_notebook(contest, tmp_path)


def test_the_notebook_uses_promised_names_only(sampled: Contest) -> None:
    for cell in json.loads(report.make_notebook(sampled))["cells"]:
        if cell["cell_type"] == "code":
            for node in ast.walk(ast.parse(cell["source"])):
                if isinstance(node, ast.ImportFrom):
                    assert node.module == "core.api" and {one.name for one in node.names} <= set(api.__all__)
                assert not isinstance(node, ast.Import)


@pytest.mark.parametrize("kind", ["text", "html", "json", "csv", "notebook"])
def test_every_kind_of_report(sampled: Contest, kind: api.Format) -> None:
    assert len(api.report(sampled, kind)) > 200


def test_other_reports_and_sources_are_refused_in_words(sampled: Contest) -> None:
    with pytest.raises(ValueError, match="choose among text"):
        api.report(sampled, "pdf")  # type: ignore[arg-type]
    with pytest.raises(LoadError, match=r"no file or sample 'nothing\.csv'"):
        api.load("nothing.csv")
    with pytest.raises(LoadError, match="no use case 'luck'"):
        api.load_scenario("luck")


def test_explanations_add_up_in_shape() -> None:
    contest = api.compare(api.load("telco_churn"), plan=replace(QUICK, explain=True))
    found = api.explain(contest)["table_linear"]
    assert found.importance.shape == (len(found.parts),) and found.values.shape[1] == len(found.parts)
    assert api.explain(replace(contest, runs=())) == {}


def test_a_use_case_has_its_data_and_task() -> None:
    dataset, task = api.load_scenario("tabular")
    assert len(dataset) > 100 and task.kind == "classification"
