"""The five plug-ins of core/ADDING.md, dropped into a folder outside the package, are found, played and judged."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[1]
SCRIPT = """
import json
from dataclasses import replace

from core import registry, verdicts
from core.api import Plan, check_contestant, check_measurement, check_modality
from core.api import compare, explain, load, load_scenario, report
from core.schema import MeasurementResult

data, task = load_scenario("motif")
check_modality(registry.find("modalities", "sequence"))
check_contestant(registry.find("contestants", "sequence_kmers"), data, task)
check_measurement(registry.find("measurements", "calibration_error"))
with open("own.fasta", "w") as file:
    file.writelines(f">{data.labels[code]}\\n{letters}\\n" for letters, code in zip(data.inputs, data.target))
own = load("own.fasta")
plan = Plan(contestants=("sequence_kmers",), folds=5, repeats=1, fixed_folds=True, budget_seconds=10,
            measure=("calibration_error",))
contest = compare(own, plan=plan)
run = next(one for one in contest.runs if one.contestant == "sequence_kmers")
# A deep side whose probabilities are worse by .3, so that the claim has two sides to compare.
worse = MeasurementResult((run.readings["calibration_error"].values[0] + 0.3,))
deep = replace(run, contestant="twin", family="deep", readings={**run.readings, "calibration_error": worse})
sides = replace(contest, runs=(*contest.runs, deep))
claims = {one.claim: one.outcome for some in ([contest], [sides]) for one in verdicts.judge(some)}
alone = {one.claim: one.outcome for one in verdicts.judge([contest])}
scenario = registry.find("scenarios", "motif")
explained = explain(contest)["sequence_kmers"]
print(json.dumps({
    "kinds": {kind: len(registry.discover(kind)) for kind in registry.PLUGIN_KINDS},
    "read": [own.modality, len(own), list(own.labels)],
    "errors": [one.error for one in contest.runs],
    "skills": [fit.skill for fit in run.fits],
    "measured": run.readings["calibration_error"].values,
    "explained": [explained.method, explained.completeness_error, len(explained.parts)],
    "claims": [alone["calibration"], claims["calibration"]],
    "use": scenario.judge(scenario, contest).outcome,
    "reports": [report(contest, kind) for kind in ("text", "html")],
}))
"""


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the script prints with the examples in a folder of their own."""
    folder = tmp_path_factory.mktemp("plugins")
    plugins = folder / "mine"
    shutil.copytree(ROOT / "tests" / "plugin_examples", plugins, ignore=shutil.ignore_patterns("__pycache__"))
    environment = {
        **os.environ, "PYTHONPATH": str(ROOT), "CROSSOVER_HOME": str(folder / "home"),
        "CROSSOVER_PLUGINS": str(plugins),
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.strip().splitlines()[-1])


def test_each_kind_has_one_more(played: dict[str, Any]) -> None:
    from core import registry

    assert played["kinds"] == {kind: len(registry.discover(kind)) + 1 for kind in registry.PLUGIN_KINDS}


def test_the_modality_reads_its_file_by_content(played: dict[str, Any]) -> None:
    assert played["read"] == ["sequence", 200, ["motif", "none"]]


def test_the_contestant_competes_and_explains_itself_exactly(played: dict[str, Any]) -> None:
    assert not any(played["errors"])
    assert len(played["skills"]) == 5 and sum(played["skills"]) / 5 > 10
    method, error, parts = played["explained"]
    assert method == "linear, w(x - mean)" and error < 1e-9 and parts == 64


def test_the_measurement_the_claim_and_the_scenario_have_their_say(played: dict[str, Any]) -> None:
    assert 0 <= played["measured"][0] < 0.5
    assert played["claims"] == ["not measured", "supported"]
    assert played["use"] == "supported"


def test_reports_name_them(played: dict[str, Any]) -> None:
    for report in played["reports"]:
        assert "Naive Bayes on 3-mers" in report
