"""Every example runs in a folder with nothing of ours in it and uses only the names that ``core.api`` promises."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

from core import api

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
EXAMPLES = sorted(path for path in HERE.glob("*.py") if path.stem not in ("__init__", Path(__file__).stem))
# What each prints, and the files it leaves.
PRINTS = {
    "compare_families": ("table_linear - table_xgboost", "points of skill"),
    "explain_contestants": ("TreeSHAP", "mean absolute log-odds"),
    "report_own_table": ("120 rows, target output (regression)",),
    "play_use_case": ("points of skill over 2 folds",),
    "use_model": ("expected on new rows", "500 rows written, accuracy 0."),
    "watch_and_stop": ("stopped: one fold is enough", "refused: There is no file or sample 'missing.csv'"),
}
FILES = {
    "report_own_table": {"factory.csv", "report.html", "again.ipynb"},
    "use_model": {"model.zip", "new.csv", "predictions.csv"},
}
QUICK = ("report_own_table",)


def test_there_are_six_and_each_is_expected_to_print_something() -> None:
    assert {path.stem for path in EXAMPLES} == set(PRINTS) and len(EXAMPLES) == 6


@pytest.mark.parametrize(
    "path", [pytest.param(p, marks=[] if p.stem in QUICK else [pytest.mark.slow], id=p.stem) for p in EXAMPLES]
)
def test_an_example_runs_in_a_clean_folder(path: Path, tmp_path: Path) -> None:
    folder = tmp_path / "clean"
    folder.mkdir()
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "CROSSOVER_HOME": str(tmp_path / "home")}
    done = subprocess.run(
        [sys.executable, str(path)], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    for words in PRINTS[path.stem]:
        assert words in done.stdout
    assert {one.name for one in folder.iterdir()} == FILES.get(path.stem, set())


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_imports_only_promised_names(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("core"):
            assert node.module == "core.api" and {one.name for one in node.names} <= set(api.__all__)
        elif isinstance(node, ast.Import):
            assert not any(one.name.startswith("core") for one in node.names)
