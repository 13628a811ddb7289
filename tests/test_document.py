"""Holds the restated document: its twelve rows, eight uses, six sections, and every figure of the source."""

from __future__ import annotations

import re

import pytest

from core import document

# Every figure the source prints, noted by hand from it: (number as restated, where it must stand).
ROW_FIGURES = {
    "architecture": ("billions",),
    "compute": ("92 %", "2023"),
    "training_time": ("days to weeks", "minutes to hours"),
    "generalisation": ("thousands of tasks",),
    "deploy_cost": ("2026", "$0.10", "$1M", "cents"),
}
PROSE_FIGURES = {
    "opening": ("2024", "hundreds of billions", "trillion", "90 %", "$30", "$0.10", "1 to 10 billion"),
    "architecture_and_complexity": ("2017", "2026"),
    "data_compute_cost": (
        "tens of millions of dollars",
        "$72 billion",
        "2025",
        "$80 billion",
        "$30",
        "2023",
        "$0.10",
        "$2.50",
        "minutes",
        "fractions of a cent",
        "orders of magnitude",
    ),
    "interpretability_and_regulation": ("2026", "trillion"),
    "generalisation_and_transfer": ("thousands of tasks", "40 %", "$263 billion", "2035"),
    "edge_and_efficiency": ("2026", "1 to 10 billion", "30B", "four times", "2030"),
    "open_source": ("years", "months", "a year before"),
    "bottom_line": ("2026", "two years"),
}
KEYS = [
    "architecture",
    "data_requirements",
    "compute",
    "interpretability",
    "training_time",
    "feature_engineering",
    "modality_support",
    "edge",
    "generalisation",
    "regulatory",
    "ecosystem",
    "deploy_cost",
]
WINNERS = {
    "vision": "deep",
    "language": "deep",
    "tabular": "classical",
    "regulated": "classical",
    "generative": "deep",
    "recommendation": "hybrid",
    "anomaly": "classical",
    "autonomous": "deep",
}


def test_rows_use_cases_and_sections_are_all_there():
    text = document.load()
    assert [row.key for row in text.rows] == KEYS
    assert [row.number for row in text.rows] == list(range(1, 13))
    assert {use.key: use.favours for use in text.use_cases} == WINNERS
    assert [use.letter for use in text.use_cases] == list("ABCDEFGH")
    assert len(text.sections) == 6
    assert all(part.sentences for part in (*text.sections, text.opening, text.bottom_line))


@pytest.mark.parametrize("key", sorted(ROW_FIGURES))
def test_every_figure_of_a_row_is_kept(key):
    row = document.load().row(key)
    words = f"{row.title} {row.deep} {row.classical}"
    for figure in ROW_FIGURES[key]:
        assert figure in words
        assert figure in {entry.value for entry in row.figures}


@pytest.mark.parametrize("key", sorted(PROSE_FIGURES))
def test_every_figure_of_the_prose_is_kept(key):
    text = document.load()
    parts = {part.key: part for part in (*text.sections, text.opening, text.bottom_line)}
    words = " ".join(sentence.says for sentence in parts[key].sentences)
    for figure in PROSE_FIGURES[key]:
        assert figure in words, figure


def test_no_figure_was_invented():
    text = document.load()
    known = {figure for group in (*ROW_FIGURES.values(), *PROSE_FIGURES.values()) for figure in group}
    digits = {number for figure in known for number in re.findall(r"\d[\d.]*", figure)} | {"3"}
    spoken = [sentence.says for sentence in text.sentences] + [f"{row.deep} {row.classical}" for row in text.rows]
    for words in spoken:
        assert set(re.findall(r"\d+(?:\.\d+)?", words)) <= digits, words


def test_every_sentence_is_tested_or_says_what_would_falsify_it():
    text = document.load()
    claims = set(KEYS) | {"classical_for_tables", "deep_for_unstructured", "router", "demand_forecasting", "experts"}
    for sentence in text.sentences:
        assert sentence.falsified_by.strip()
        assert sentence.claim in claims | {None}
        assert sentence.use_case in {*WINNERS, None}
    untestable = " ".join(sentence.says for sentence in text.not_testable)
    for figure in ("$72 billion", "$263 billion", "trillion parameters", "four times"):
        assert figure in untestable
    assert 0 < len(text.not_testable) < len(text.sentences)


def test_a_damaged_file_is_named(tmp_path):
    path = tmp_path / "document.toml"
    with pytest.raises(document.DocumentError, match="cannot be read"):
        document.load(path)
    path.write_text(document.PATH.read_text().replace('favours = "hybrid"', 'favours = "nobody"'))
    with pytest.raises(document.DocumentError, match="no family"):
        document.load(path)
    other = tmp_path / "twice.toml"
    other.write_text(document.PATH.read_text().replace('key = "edge"', 'key = "compute"'))
    with pytest.raises(document.DocumentError, match="repeats"):
        document.load(other)


def test_an_unknown_row_names_those_there_are():
    with pytest.raises(KeyError, match="deploy_cost"):
        document.load().row("nothing")
