"""One file adds one thing: five examples in a folder of their own are played, and seen on the pages, in the report and
in the list, with nothing else edited."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from core import api, arena, cli, ingest, registry, verdicts
from core.runtime import jobs, run_history
from core.schema import Contest
from tests.pages.conftest import packed
from tests.pages.test_pages import on_tab, opened, sound

ROOT = Path(__file__).resolve().parents[1]
EXAMPLES = ROOT / "tests" / "toy_plugins"
OWNER = "cd" * 16
KEYS = {
    "modalities": "dna",
    "contestants": "dna_counts",
    "measurements": "overconfidence",
    "claims": "calibration",
    "scenarios": "promoters",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The examples in a folder outside the package, searched for as long as this file's tests run."""
    place = tmp_path_factory.mktemp("plugins")
    shutil.copytree(EXAMPLES, place, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
    before = {name: os.environ.get(name) for name in (registry.FOLDERS, "CROSSOVER_HOME")}
    os.environ["CROSSOVER_HOME"] = str(tmp_path_factory.mktemp("home"))
    registry.add_folder(place)
    yield place
    for name, value in before.items():
        os.environ.pop(name, None) if value is None else os.environ.__setitem__(name, value)
    registry.discover.cache_clear()
    for room, key in KEYS.items():
        sys.modules.pop(f"core.{room}.{key}", None)


@pytest.fixture(scope="module")
def played(folder: Path) -> Contest:
    """The use case, played in worker processes, with the measurement made afterwards."""
    contest = arena.run_use_case("promoters", None, 0, lambda news: None)
    dataset = registry.find("scenarios", "promoters").load(0)[0]
    measured = arena.measure_contest(contest, dataset, ("overconfidence", "corruption"), lambda news: None)
    return replace(measured, id="ef" * 16)


@pytest.fixture
def run(played: Contest, monkeypatch: pytest.MonkeyPatch) -> str:
    """The id of that contest in a browser's history."""
    monkeypatch.setattr(jobs, "ensure_scheduler", lambda: None)
    if not run_history.list_runs(OWNER):
        run_history.restore_runs(OWNER, packed(played))
    return str(run_history.list_runs(OWNER)[0]["id"])


def test_the_examples_are_found_and_nothing_is_searched_without_the_variable(folder: Path) -> None:
    assert all(key in registry.discover(room) for room, key in KEYS.items())
    body = "from core import registry; print('dna' in registry.discover('modalities'))"
    environment = {name: value for name, value in os.environ.items() if name != registry.FOLDERS}
    done = subprocess.run([sys.executable, "-c", body], cwd=ROOT, capture_output=True, text=True, env=environment)
    assert done.stdout.strip() == "False", done.stderr


def test_the_examples_keep_their_duties(folder: Path) -> None:
    api.check_modality(registry.find("modalities", "dna"))
    api.check_contestant(registry.find("contestants", "dna_counts"))
    api.check_measurement(registry.find("measurements", "overconfidence"))


def test_a_contest_is_played_measured_and_judged(played: Contest) -> None:
    run = next(run for run in played.runs if run.contestant == "dna_counts")
    assert not run.error and min(fit.skill or 0.0 for fit in run.fits) > 20
    assert run.explanation is not None and run.explanation["method_error"] == 0.0
    assert played.rows.items[0]["letters"] == 60
    assert len(run.readings["overconfidence"].values) == 5
    assert list(run.readings["corruption"].detail["curves"]) == ["mutations"]
    scenario = registry.find("scenarios", "promoters")
    assert scenario.judge(scenario, played).outcome == "supported"
    assert "calibration" in {verdict.claim for verdict in verdicts.judge([played])}


def test_the_report_and_the_list_have_them(played: Contest) -> None:
    page, contract = api.report(played, "html"), api.report(played, "json")
    assert "Triplets + logistic" in page and "stretch 2" in page and "Calibration" in page
    assert "overconfidence" in contract and "dna_counts" in contract
    listed = cli.describe_plugins()
    assert all(key in {one["key"] for one in listed[room]} for room, key in KEYS.items())
    assert "dna_motif" in {one["key"] for one in listed["samples"]}


def test_an_upload_is_recognised_and_read_in_the_sandbox(folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "two.fasta"
    path.write_text("".join(f">class {row % 2}\n{'ACGT' * (5 + row % 3)}\n" for row in range(40)))
    told = ingest.inspect(path)
    assert (told["outcome"], told["modality"], told["rows"]) == ("load", "dna", 40), told
    path.write_text(">one\nHELLO\n")
    assert ingest.inspect(path)["outcome"] == "clear_error"


def test_the_method_page_describes_them(run: str) -> None:
    words = sound(opened("method", OWNER)).replace("\\", "")
    for said in (
        "Triplets + logistic",
        "Overconfidence",
        "The mean probability of the class that is chosen",
        "DNA: .fasta, .fa",
    ):
        assert said in words, said


def test_the_measurement_has_a_button_and_a_panel(run: str, played: Contest) -> None:
    app = opened("compare", OWNER, run)
    on_tab(app, "Trust")
    words = sound(app).replace("\\", "")
    assert "Is it surer than it is right?" in words
    without = replace(played, id="aa" * 16, runs=tuple(replace(one, readings={}) for one in played.runs))
    run_history.restore_runs("ab" * 16, packed(without))
    restored = run_history.list_runs("ab" * 16)[0]["id"]
    app = opened("compare", "ab" * 16, restored)
    on_tab(app, "Trust")
    assert app.button(key=f"ask_overconfidence_{restored}").label.startswith("Measure (about ")


def test_the_contest_page_takes_questions(run: str) -> None:
    words = sound(opened("compare", OWNER, run)).replace("\\", "")
    assert "Try it" in words and "Triplets + logistic" in words


def test_the_explain_page_shows_an_item(run: str) -> None:
    words = sound(opened("explain", OWNER, run)).replace("\\", "")
    assert "stretches" in words


def test_the_data_picker_offers_and_previews_the_sample(run: str) -> None:
    app = opened("compare", OWNER)
    picker = app.selectbox(key="sample")
    picker.set_value("dna_motif").run()
    words = sound(app).replace("\\", "")
    assert "200 sequences used" in words and "Motif in DNA" in words
    assert any("TATAAT" in str(text.value) for text in app.text), "its first sequences are shown"


def test_the_document_has_a_row_more_and_the_use_cases_a_card_more(run: str) -> None:
    app = opened("document", OWNER)
    words = sound(app).replace("\\", "")
    assert "13 · Calibration" in words and "of 13 rows" in words
    assert [tab.label for tab in app.tabs][:2] == ["The 13 rows", "The 9 uses"]
    cards = sound(opened("use_cases", OWNER)).replace("\\", "")
    assert "Nine use cases" in cards and "I · Promoters in DNA" in cards
    assert "Counting reaches" in cards


def test_a_name_that_is_taken_is_refused(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "contestants").mkdir()
    (tmp_path / "contestants" / "dummy.py").write_text("CONTESTANT = None\n")
    monkeypatch.setenv(registry.FOLDERS, str(tmp_path))
    registry.discover.cache_clear()
    with pytest.raises(registry.RegistryError, match=r"another core\.contestants\.dummy"):
        registry.discover("contestants")
    monkeypatch.undo()
    registry.discover.cache_clear()
    assert "dna_counts" in registry.discover("contestants")
    with pytest.raises(registry.RegistryError, match="no folder"):
        registry.add_folder(tmp_path / "nowhere")


@pytest.mark.slow
def test_the_command_line_plays_them(folder: Path) -> None:
    command = [sys.executable, "-m", "core", "scenario", "promoters", "--json", "-"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=280)
    assert done.returncode == 0, done.stderr
    assert "dna_counts" in done.stdout
