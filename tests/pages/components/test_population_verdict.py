"""Shipped evidence on the document page: in its own mark, beside and apart from the visitor's runs."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.atlas import atlas_summary, entry_store
from core.atlas.populations import DatasetEffect, PopulationVerdict
from pages.backend.evidence import shipped_evidence
from pages.components import population_verdict
from tests.atlas.made_entries import entry

ROOT = Path(__file__).parents[3]
FOUND = PopulationVerdict(
    claim="modality_support", outcome="supported", because="Over 5 shipped data sets ...", favours="deep",
    other="classical", says="lead of the deep side", unit="points of skill", margin=1.0, next_better=0.714,
    next_equal=0.2, next_worse=0.086, mean=4.0, mean_low=2.0, mean_high=6.0, next_low=-3.0, next_high=11.0,
    datasets=(
        DatasetEffect("a", "Set *A*", "image", 500, 6.0, 4.0, 8.0, stopped=("classical",)),
        DatasetEffect("b", "Set B", "text", 700, -3.0, -4.0, -2.0, exception=True),
    ),
    left_out={"Set C": "nobody beat guessing"}, latest="2026-11-30T12:00:00+00:00",
)  # fmt: skip


@pytest.fixture
def shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> atlas_summary.AtlasSummary:
    """A summary in which one verdict was made up; its files lie in a folder of their own."""
    folder, path = tmp_path / "entries", tmp_path / "populations.json"
    monkeypatch.setattr(atlas_summary, "ENTRIES", folder)
    monkeypatch.setattr(atlas_summary, "SUMMARY", path)
    for key in ("a", "b"):
        entry_store.write_entry(entry(key, (1.0, 2.0), (1.0, 2.5), "image"), folder)
    made = replace(atlas_summary.write_summary(folder, path), verdicts=(FOUND,))
    monkeypatch.setattr(atlas_summary, "read_summary", lambda: made)
    shipped_evidence._read.cache_clear()
    shipped_evidence._compared.cache_clear()
    return made


@pytest.fixture(autouse=True)
def forget() -> None:
    shipped_evidence._read.cache_clear()


def page() -> None:
    from pages.components import population_verdict

    population_verdict.draw_source()
    population_verdict.draw_verdict("modality_support")
    population_verdict.draw_verdict("architecture")
    population_verdict.draw_datasets("modality_support")


def drawn() -> str:
    app = AppTest.from_function(page, default_timeout=60).run()
    assert not app.exception
    return "\n".join(str(one.value) for kind in (app.caption, app.markdown, app.text) for one in kind)


def test_a_verdict_has_its_mark_probabilities_exceptions_and_date(shipped: atlas_summary.AtlasSummary) -> None:
    said = drawn()
    assert said.count("shipped evidence") == 3, "the source, the line of the row, the table of data sets"
    assert "deep 71 %" in said and "equal 20 %" in said and "classical 9 %" in said
    assert "Against it: Set B." in said and "Not scored: Set C." in said and "30 Nov 2026" in said
    assert "2 data sets (pictures: 2)" in said and "runs are not counted here" in said


def test_entries_of_other_code_are_marked_once_that_is_known(shipped: atlas_summary.AtlasSummary) -> None:
    evidence = shipped_evidence.load_evidence()
    shipped_evidence.outdated_entries(evidence)
    assert shipped_evidence._compared(shipped.digest).result(timeout=120) == ("a.1", "b.1")
    assert shipped_evidence.outdated_entries(evidence) == ("a.1", "b.1")
    assert "2 of 2 entries were played by earlier code" in drawn()


def test_a_damaged_atlas_is_told_and_the_page_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "populations.json"
    path.write_text("{")
    real = atlas_summary.read_summary
    monkeypatch.setattr(atlas_summary, "read_summary", lambda: real(tmp_path, path))
    said = drawn()
    assert "No shipped evidence" in said and "populations.json" in said and "shipped evidence]" not in said


def test_the_table_names_every_set_and_tells_times_as_factors() -> None:
    table = population_verdict.dataset_table(FOUND)
    assert list(table["Data set"]) == ["Set *A*", "Set B"] and table["Effect (points of skill)"][0] == "+6.0"
    assert table["Note"][0] == "classical side not converged"
    slow = DatasetEffect("a", "A", "table", 10, 1.0, 0.9, 1.1, crowded=True)
    times = population_verdict.dataset_table(replace(FOUND, unit="log10", datasets=(slow,)))
    assert times["Effect (factor)"][0] == "10" and times["Note"][0] == "timed beside other work"


def test_reading_it_opens_nothing_heavy() -> None:
    script = (
        "import sys\nfrom pages.backend.evidence import shipped_evidence\n"
        "assert shipped_evidence.load_evidence().summary is not None\n"
        "heavy = {'torch', 'xgboost', 'shap', 'captum', 'sklearn', 'scipy'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=200, cwd=ROOT)
    assert done.returncode == 0, done.stderr
