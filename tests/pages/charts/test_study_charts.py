"""Charts of studies: family colours that stay, coded fields, zeros on logarithms; sections of use cases."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from core.schema import Contest
from core.storage import json_codec
from pages.charts import curves, intervals, study_charts
from pages.ui import theme

LINE = [
    curves.CurvePoint("XGBoost", "classical", 1.0, 5.0, 4.0, 6.0),
    curves.CurvePoint("XGBoost", "classical", 2.0, 6.0, 5.0, 7.0),
]
BOTH = [*LINE, *(point._replace(title="TabM", family="deep") for point in LINE)]
ROWS = [{"x": 1, "y": 2.0, "low": 1.0, "high": 3.0, "series": "a", "family": "deep"},
        {"x": 2, "y": 3.0, "low": None, "high": None, "series": "a", "family": "deep"}]  # fmt: skip
CARTS = [{"title": "Feedback", "family": "classical", "frames": [[0.0, 0.1], [0.2, 0.2], [0.3, 0.1]], "steps": 3},
         {"title": "Q-network", "family": "deep", "frames": [[0.0, 0.1], [0.2, 0.9]], "steps": 2}]  # fmt: skip
SECTIONS: dict[str, dict[str, Any]] = {
    "table": {"columns": ["who", "n"], "rows": [["a", 1.5], ["b", None]]},
    "line": {"rows": ROWS, "x_title": "size", "y_title": "noticed, %"},
    "bar": {"rows": [{**ROWS[0], "x": "here"}, {**ROWS[1], "x": "there"}], "x_title": "where", "y_title": "right, %"},
    "text": {"rows": [{"title": "The author", "family": "", "text": "Call me <b>this</b>"}], "blind": True},
    "pictures": {"rows": [{"title": "Real", "family": "", "picture": [[0, 255], [128, 300]]}]},
    "frames": {"rows": CARTS, "scene": "cartpole", "tick": 0.04},
    "hologram": {"rows": [{"depth": 3.75}]},
}


def fields(spec: Any) -> set[str]:
    if isinstance(spec, dict):
        own = {spec["field"]} if isinstance(spec.get("field"), str) else set()
        return own.union(*(fields(value) for value in spec.values()))
    return set().union(*(fields(one) for one in spec)) if isinstance(spec, list) else set()


@pytest.mark.parametrize("colours", [theme.LIGHT, theme.DARK], ids=["light", "dark"])
def test_lines_wear_the_colours_of_their_families(colours: theme.Palette) -> None:
    spec = curves.line_chart(BOTH, curves.Axes("rows", "skill"), colours).to_dict()
    scales = [layer["encoding"]["color"]["scale"] for layer in spec["layer"]]
    assert all(scale["domain"] == ["XGBoost", "TabM"] for scale in scales)
    assert all(scale["range"] == [colours.families["classical"], colours.families["deep"]] for scale in scales)
    assert all(name[0] == "c" and name[1:].isdigit() for name in fields(spec))


def test_two_of_one_family_differ_in_dash() -> None:
    _, dash = curves.series_encoding([("a", "classical"), ("b", "classical"), ("c", "deep")], theme.LIGHT)
    dashes = dash.to_dict()["scale"]["range"]
    assert dashes[0] != dashes[1]
    assert dashes[0] == dashes[2]


def test_intervals_at_one_place_stand_side_by_side_and_keep_their_true_place() -> None:
    drawn = curves.line_chart(BOTH, curves.Axes("rows", "skill"), theme.LIGHT)
    data = next(iter(drawn.to_dict()["datasets"].values()))
    assert len({row["c2"] for row in data}) == 4
    assert {row["c6"] for row in data} == {1.0, 2.0}


def test_zero_on_a_logarithmic_axis_turns_linear_there() -> None:
    points = [curves.CurvePoint("a", "deep", x, x) for x in (0.0, 1.0, 64.0)]
    spec = curves.line_chart(points, curves.Axes("size", "share", log_x=True), theme.LIGHT).to_dict()
    assert spec["layer"][0]["encoding"]["x"]["scale"]["type"] == "symlog"


def test_a_hopeless_score_does_not_squash_the_rest() -> None:
    points = [curves.CurvePoint("a", "deep", 1.0, -900.0), curves.CurvePoint("a", "deep", 2.0, 20.0)]
    spec = curves.line_chart(points, curves.Axes("x", "y", floor=-30.0), theme.LIGHT).to_dict()
    assert spec["layer"][0]["encoding"]["y"]["scale"]["domain"][0] > -40


def test_the_reference_lies_within_the_picture() -> None:
    one = intervals.IntervalRow("a", "deep", (60.0, 70.0), 65.0, 61.0, 69.0)
    spec = intervals.interval_chart([one], "AUC x 100", theme.LIGHT, 50.0).to_dict()
    low, high = spec["layer"][1]["encoding"]["x"]["scale"]["domain"]
    assert low < 50 < high


def test_a_fallen_cart_says_so() -> None:
    spec = study_charts.cart_chart(CARTS, 2, theme.LIGHT).to_dict()
    said = {row["c5"] for rows in spec["datasets"].values() for row in rows if "c5" in row}
    assert said == {"Feedback", "Q-network fell"}


def test_money_starts_with_the_fit() -> None:
    drawn = study_charts.total_cost_chart(
        [study_charts.CostLine("own", "deep", 2.0, 1.0), study_charts.CostLine("rented", "", 0.0, 20.0)], theme.LIGHT
    ).to_dict()
    rows = [row for rows in drawn["datasets"].values() for row in rows]
    first = min((row for row in rows if row["c0"] == "own"), key=lambda row: row["c2"])
    assert first["c3"] == pytest.approx(2.0, rel=1e-3)


def _use(path: str) -> None:
    from pathlib import Path

    from core.storage import json_codec
    from pages.measurements import use_case_study

    use_case_study.draw_study.__wrapped__(json_codec.loads(Path(path).read_text(encoding="utf-8")))  # type: ignore[attr-defined]


def shown(contest: Contest, folder: Path) -> AppTest:
    path = folder / "contest.json"
    path.write_text(json_codec.dumps(contest), encoding="utf-8")
    app = AppTest.from_function(_use, kwargs={"path": str(path)}, default_timeout=60).run()
    assert not app.exception, app.exception[0].stack_trace
    assert not app.error
    return app


@pytest.mark.parametrize("kind", SECTIONS)
def test_sections_of_every_kind(kind: str, contest: Contest, tmp_path: Path) -> None:
    piece = {"title": f"A {kind}", "kind": kind, "about": "about it", **SECTIONS[kind]}
    app = shown(replace(contest, study={"sections": [piece]}), tmp_path)
    assert f"A {kind}" in "\n".join(str(block.value) for block in app.markdown)
    empty = {**piece, "rows": []}
    shown(replace(contest, study={"sections": [empty]}), tmp_path)


def test_texts_of_a_use_case_are_blind_until_asked_and_never_markup(contest: Contest, tmp_path: Path) -> None:
    piece = {"title": "Who?", "kind": "text", "about": "", **SECTIONS["text"]}
    app = shown(replace(contest, study={"sections": [piece]}), tmp_path)
    assert "The author" not in [block.value for block in app.caption]
    assert "Call me <b>this</b>" in [block.value for block in app.text]
    app.toggle[0].set_value(True).run()
    assert "The author" in [block.value for block in app.caption]


def test_further_parts_show_their_skill_and_their_failures(contest: Contest, tmp_path: Path) -> None:
    runs = [{"title": "N-grams", "family": "classical", "skill": [1.0, 2.0], "trouble": None},
            {"title": "Net", "family": "deep", "skill": [], "trouble": "ran out of memory"}]  # fmt: skip
    part = {"title": "Names", "runs": runs, "comparisons": [{"because": "Too few folds."}]}
    app = shown(replace(contest, parts=(part,)), tmp_path)
    said = "\n".join(str(block.value) for block in app.text)
    assert "ran out of memory" in said
    assert "Too few folds." in said


def test_nothing_is_drawn_where_there_is_no_study(contest: Contest, tmp_path: Path) -> None:
    assert not shown(contest, tmp_path).header


def test_a_blind_test_counts_what_was_guessed() -> None:
    from pages.components import blind_quiz

    rows = [{"text": f"text {k}", "real": k % 2 == 0, "title": "Who"} for k in range(4)]
    words = blind_quiz.QuizLabels("A person", "A machine")
    assert {row["text"] for row in blind_quiz.shuffle_rows(rows)} == {row["text"] for row in rows}
    assert blind_quiz.shuffle_rows(rows) == blind_quiz.shuffle_rows(rows[::-1]), (
        "the order does not follow who made them"
    )
    assert "by chance" in blind_quiz.score_guesses(rows, [None] * 4, words)
    half = blind_quiz.score_guesses(rows, ["A person", "A person", None, None], words)
    assert half.startswith("1 of 2 right; chance gives 1.") and "100 tries" not in half
    best = blind_quiz.score_guesses(rows, ["A person", "A machine", "A person", "A machine"], words)
    assert best.startswith("4 of 4 right") and "6 of 100" in best


def test_sections_with_one_switch_stand_in_one_place() -> None:
    from pages.measurements import use_case_study

    rows = [{"title": "a", "switch": ["x", "1"]}, {"title": "b"}, {"title": "c", "switch": ["x", "2"]}, {"title": "d"}]
    assert [[one["title"] for one in part] for part in use_case_study.group_sections(rows)] == [
        ["a", "c"],
        ["b"],
        ["d"],
    ]
