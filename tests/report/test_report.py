"""What people take away: the contract's keys, inert strings, a notebook that parses, text for a terminal."""

from __future__ import annotations

import ast
import base64
import csv
import io
import json
import re
from dataclasses import asdict, replace
from html.parser import HTMLParser
from typing import Any

import numpy as np
import pytest

from core import registry, report, verdicts
from core.report import answer, drawings, item_pictures, plain, standings
from core.schema import (
    ColumnReading,
    Contest,
    DisplayRows,
    Finding,
    Fit,
    HeldOut,
    HeldOutFold,
    MeasurementResult,
    Plan,
    ReadingDoubt,
    Run,
    Task,
    ValueChange,
)

EVIL = '<script>alert(1)</script>=cmd|" /C calc"!A0 ![x](http://a.b/c)'
KEYS = {
    "outcome", "version", "digest", "dataset", "task", "plan", "contestants", "comparisons", "explanations", "claims",
    "recommendation", "seconds",
}  # fmt: skip


def run(key: str, family: Any, skill: float) -> Run:
    fits = tuple(
        Fit(fold, "s", {"accuracy": 0.9, "auc": 0.8 + fold / 100}, skill + fold % 3, 1.0, 0.5) for fold in range(10)
    )
    readings = {
        "latency_p50": MeasurementResult((1.0, 3.0)),
        "size": MeasurementResult((2_000_000.0,)),
        "energy": MeasurementResult((0.2,), {"how": "estimated"}),
    }
    told = {"method": "TreeSHAP", "parts": [EVIL, "b"], "global": [2.0, 1.0], "completeness_error": 1e-7}
    return Run(key, key + EVIL, family, fits=fits, readings=readings, explanation=told, parameters=3)


@pytest.fixture
def contest() -> Contest:
    runs = (run("tree", "classical", 50.0), run("net", "deep", 40.0), Run("lost", "Lost", "hybrid", error=EVIL))
    compared = verdicts.compare(runs, Task("y", "classification", "binary"), Plan(), rows=400, method="stratified")
    data = {
        "name": EVIL,
        "modality": "table",
        "rows": 400,
        "rows_used": 400,
        "cols": 2,
        "target": EVIL,
        "warnings": [EVIL],
    }
    return Contest(
        "id", "d" * 64, data, Task(EVIL, "classification", "binary"), Plan(), runs, compared, regime="400 rows",
        method="stratified", versions={"numpy": "2"}, finished="2026-01-01T00:00:00+00:00",
        seconds={"total": 1.0, "fit": float("nan")},
    )  # fmt: skip


def test_the_contract_has_its_keys_and_no_nan(contest: Contest) -> None:
    told = report.contest_to_json(contest, verdicts.judge([contest]), verdicts.recommend(contest))
    assert set(told) >= KEYS
    text = json.dumps(told, allow_nan=False)
    assert json.loads(text)["seconds"]["fit"] is None
    first = told["contestants"][0]
    assert first["latency_ms"]["batch1_p50"] == 2.0 and first["size_bytes"] == 2_000_000
    assert first["energy_j_per_1000"] == {"value": 0.2, "how": "estimated"}
    assert len(first["skill"]) == 10 and told["contestants"][2]["trouble"] == EVIL
    assert told["comparisons"][0]["winner"] in ("tree", "tie", "undecided")


class Tags(HTMLParser):
    """Collects the tags and attributes that a browser would see."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))


def test_the_html_report_runs_and_loads_nothing(contest: Contest) -> None:
    html = report.render_html(contest, verdicts.judge([contest]), verdicts.recommend(contest))
    tags = Tags()
    tags.feed(html)
    names = {tag for tag, _ in tags.seen}
    assert not names & {"script", "img", "link", "iframe", "object", "form"}
    assert not any(key.startswith("on") or key in ("src", "href") for _, attributes in tags.seen for key in attributes)
    assert "@page { size: A4" in html and "@media print" in html
    assert any("default-src 'none'" in (attributes.get("content") or "") for _, attributes in tags.seen)
    assert "Leaderboard" in html and "&lt;script&gt;" in html


def test_the_report_has_the_order_and_the_words_of_the_result_page(contest: Contest) -> None:
    html = report.render_html(contest, verdicts.judge([contest]), verdicts.recommend(contest))
    heads = re.findall(r"<h2>(.*?)</h2>", html)
    assert heads == ["Leaderboard", "Trade-offs", "Why", "Trust", "Claims", "Reproduce"]
    told = answer.summarize_verdict(contest)
    assert f"<h1>{told.heading}</h1>" in html and html.index("<h1>") < html.index("<h2>Leaderboard")
    assert "Recommended: <strong>" in html and "confidence</span>" in html


def test_no_report_shows_an_internal_key(contest: Contest) -> None:
    found = (Finding("duplicates", "info", "12 rows are copies.", (), "They stay together."),)
    html = report.render_html(replace(contest, findings=found), verdicts.judge([contest]), verdicts.recommend(contest))
    words = re.sub(r"<style>.*?</style>|<[^>]+>", " ", html, flags=re.S)
    keys = {*registry.discover("claims"), *registry.discover("measurements")}
    assert not {key for key in keys if "_" in key and key in words}
    assert "info:" not in words and "Note:" in words and "Core architecture" in words


def test_the_interval_stands_as_on_the_page(contest: Contest) -> None:
    """Classical is drawn on the left and deep on the right, whichever way the two were compared."""
    duel = standings.primary_comparison(contest)
    assert duel is not None and duel.gap < 0, "the classical side is ahead here"
    drawn = drawings.gap_drawing(duel)
    assert drawn is not None and drawn["low"] <= drawn["gap"] <= drawn["high"] and drawn["leader"] == "classical"
    assert drawn["gap"] < drawn["zero"], "classical better is the left half"
    flipped = drawings.gap_drawing(replace(duel, gap=-duel.gap, low=-duel.high, high=-duel.low))
    assert flipped is not None and flipped["gap"] > flipped["zero"] and flipped["leader"] == "deep"
    html = report.render_html(contest, (), None)
    assert "← classical better" in html and "deep better →" in html


def test_pictures_stand_in_the_report_as_pictures(contest: Contest) -> None:
    pixels = np.arange(48, dtype=np.uint8).reshape(4, 4, 3)
    kept = {"pixels": base64.b64encode(pixels.tobytes()).decode(), "shape": [4, 4, 3]}
    wrong = np.array([[0.1, 0.9], [0.8, 0.2]])
    fits = [replace(run.fits[0], predictions=wrong, rows=np.array([4, 7])) for run in contest.runs[:2]]
    seen = HeldOut((HeldOutFold(0, (4, 7), (0, 0), 2),), DisplayRows(row_numbers=(4,), items=(kept,), labels=("cat",)))
    data = {**contest.dataset, "labels": ("cat", "dog"), "modality": "image", "name": "pets"}
    runs = tuple(replace(run, fits=(fit,)) for run, fit in zip(contest.runs[:2], fits, strict=True))
    shown = replace(contest, runs=runs, dataset=data, held_out=seen)
    html = report.render_html(shown, (), verdicts.recommend(shown))
    tags = Tags()
    tags.feed(html)
    sources = [attributes["src"] or "" for tag, attributes in tags.seen if tag == "img"]
    assert sources and all(source.startswith("data:image/png;base64,") for source in sources)
    assert "Recorded: cat" in html and "dog, 90 %" in html and "1 of 2 test answers are wrong" in html


@pytest.mark.parametrize(
    ("item", "drawn"),
    [
        ({"pixels": "AAAA", "shape": [9, 9, 3]}, item_pictures.DrawnItem()),
        ({"clip": "not base64!", "rate": 8_000, "seconds": 1}, item_pictures.DrawnItem()),
        ({"text": "a\u202eb"}, item_pictures.DrawnItem(text="a\ufffdb")),
        ({"curves": [[None, None]], "channels": ["x"]}, item_pictures.DrawnItem(curves=("",), names=("x",))),
        ({"curves": [[0.0, None, 2.0]]}, item_pictures.DrawnItem(curves=("0.0,44.2 180.0,1.8",))),
    ],
)  # fmt: skip
def test_an_item_is_drawn_or_left_out(item: dict[str, Any], drawn: item_pictures.DrawnItem) -> None:
    assert item_pictures.draw_item(item) == drawn


def test_the_notebook_is_json_and_every_code_cell_is_python(contest: Contest) -> None:
    book = json.loads(report.make_notebook(contest))
    assert book["nbformat"] == 4
    for cell in book["cells"]:
        if cell["cell_type"] == "code":
            ast.parse(cell["source"])
        else:
            assert EVIL not in cell["source"]


def test_what_a_person_overruled_stands_in_every_report(contest: Contest) -> None:
    merged = (ValueChange("spellings merged", 3, EVIL),)
    colour = ColumnReading(EVIL, "categorical", ("a",), merged, "you said: category", overruled="category")
    dated = ColumnReading("when", "date", doubts=(ReadingDoubt("day first", "month first", "1/2/21", "x", "y"),))
    readings = [asdict(one) for one in (colour, dated, ColumnReading("plain", "numeric"))]
    told = {**contest.dataset, "readings": readings, "origin": {"file": "a.csv", "types": {EVIL: "category"}}}
    asked = replace(contest, dataset=told)
    page = report.render_html(asked, (), None)
    assert "How each column was read" in page and "1 of 3 columns" in page and "in doubt: day first" in page
    assert "<script>alert" not in page and "spellings merged: 3 values" in page
    assert report.contest_to_json(asked, (), None)["dataset"]["types"] == {EVIL: "category"}
    assert report.contest_to_json(asked, (), None)["dataset"]["readings"][0]["overruled"] == "category"
    assert f"types={ {EVIL: 'category'}!a}" in json.loads(report.make_notebook(asked))["cells"][2]["source"]
    assert "as category" in report.render_text(asked, (), None)
    assert "How each column" not in report.render_html(contest, (), None)


def test_the_text_names_everybody(contest: Contest) -> None:
    said = report.render_text(contest, verdicts.judge([contest]), None)
    assert "did not finish" in said and re.search(r"net<script.*deep +\d", said)


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "  =", "\u00a0=", "\uff1d"])
def test_no_cell_is_a_formula(start: str) -> None:
    assert str(plain.escape_formula(start + "1+1")).startswith("'")
    assert plain.escape_formula(-1.5) == -1.5 and plain.escape_formula("plain") == "plain"
    table = plain.rows_to_csv([{start + "head": start + "cell", "n": -2}])
    assert "-2" in table and ("'" + start.strip("\r\t")) in table


@pytest.mark.parametrize("said", ["-1.5", "+3", "-1,234.5", "-5 %", "1e-3", "-2E+10", " -5 ", ".5", "-0,25"])
def test_numbers_as_text_stay_numbers(said: str) -> None:
    assert plain.escape_formula(said) == said


@pytest.mark.parametrize(
    "said", ["-1+1", "+A1", "-5%x", "- 5", "-", "+", "-.", "=1", "-1-2", "\t5", "\r5", "-\uff15", "@1"]
)
def test_what_is_no_number_is_made_inert(said: str) -> None:
    assert plain.escape_formula(said) == "'" + said


def test_no_file_that_is_handed_out_holds_a_formula(contest: Contest) -> None:
    evil = "=HYPERLINK(0)"
    runs = tuple(replace(run, contestant=evil, title=evil, family=run.family) for run in contest.runs)
    versions = {"![x](http://h.invalid/x.png)": "=1"}
    made = replace(contest, runs=runs, versions=versions, digest="`![x](http://h.invalid/y.png)", finished="@now")
    cells = [cell for row in csv.reader(io.StringIO(plain.rows_to_csv(plain.score_rows(made)))) for cell in row]
    assert "'" + evil in cells and not [cell for cell in cells if plain.FORMULA.match(cell)]
    assert [cell for cell in cells if cell.replace(".", "", 1).isdigit()], "numbers stay numbers"
    sources = [cell["source"] for cell in json.loads(report.make_notebook(made))["cells"]]
    assert not [source for source in sources if plain.FORMULA.match(source)]
    assert "![" not in sources[0] and "http://" not in sources[0]


def test_the_scoreboard_has_a_row_a_fold(contest: Contest) -> None:
    rows = plain.score_rows(contest)
    assert len(rows) == 20 and rows[0]["auc"] == 0.8


def test_a_failed_run_without_fits_is_a_line_not_a_crash(contest: Contest) -> None:
    only = replace(contest, runs=contest.runs[2:], comparisons=())
    assert "did not finish" in report.render_text(only, [], None)
    assert "Lost" in report.render_html(only, [], None)


def test_a_use_case_brings_its_own_verdict(contest: Contest) -> None:
    assert report.contest_to_json(contest, (), None)["use_case"] is None
    played = report.contest_to_json(replace(contest, scenario="tabular"), (), None)["use_case"]
    assert played["key"] == "tabular" and played["favours"] == "classical" and played["outcome"] and played["because"]
    assert "Use case tabular (the document says classical)" in report.render_text(
        replace(contest, scenario="tabular"), (), None
    )
