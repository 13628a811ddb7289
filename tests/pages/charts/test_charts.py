"""Charts keep every mark whatever the names are, speak only of c0, c1, ..., and never swap a family's colour."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from core.schema import Contest
from pages.backend import report_words
from pages.charts import (
    attributions,
    model_marks,
    pareto_chart,
    score_chart,
    training_race,
    verdict_chart,
    win_probability,
)
from pages.summaries import aligned_explanations
from pages.ui import theme

PALETTES = (theme.LIGHT, theme.DARK)
LANES = {"table_xgboost": ("XGBoost", "classical"), "table_deep": ("TabM network", "deep")}
EVENTS = [
    {"stage": "fold", "contestant": key, "score": 20.0 + k, "cpu_seconds": 0.5 * (k + 1)}
    for k in range(4)
    for key in LANES
]


def _both(contest: Contest) -> list[aligned_explanations.AlignedExplanation]:
    return aligned_explanations.align_explanations(aligned_explanations.explained_runs(contest)[:2])


def _duel(contest: Contest) -> report_words.PrimaryComparison:
    found = report_words.primary_comparison(contest)
    assert found is not None
    return found


def _titles(contest: Contest) -> dict[str, tuple[str, str]]:
    return {run.contestant: (run.title, run.family) for run in contest.runs}


def _waterfall(contest: Contest, ink: theme.Palette) -> Any:
    both = _both(contest)
    texts = dict(zip(both[0].parts, contest.rows.values[0], strict=True))
    return attributions.waterfall_chart(both, 0, texts, "log-odds", ink)


def _dependence(contest: Contest, ink: theme.Palette, part: int) -> Any:
    both = _both(contest)
    return attributions.dependence_chart(
        both, part, [row[part] for row in contest.rows.values], both[0].parts[part], ink
    )


ALL: dict[str, Callable[[Contest, theme.Palette], Any]] = {
    "probabilities": lambda contest, ink: verdict_chart.probability_chart(_duel(contest), ink),
    "interval": lambda contest, ink: verdict_chart.gap_chart(_duel(contest), ink),
    "dots": lambda contest, ink: score_chart.score_chart(report_words.rank_contestants(contest), "skill", ink),
    "pareto": lambda contest, ink: pareto_chart.pareto_chart(contest, "fit_cpu_seconds", ink),
    "race": lambda contest, ink: training_race.race_chart(training_race.live_race(EVENTS, LANES), ink),
    "replay": lambda contest, ink: training_race.race_chart(training_race.finished_race(contest), ink),
    "bars": lambda contest, ink: attributions.importance_chart(_both(contest), ink),
    "waterfall": _waterfall,
    "numbers": lambda contest, ink: _dependence(contest, ink, 1),
    "words": lambda contest, ink: _dependence(contest, ink, 0),
    "chances": lambda contest, ink: win_probability.win_probability_chart(
        {"table_xgboost": 0.8, "table_deep": 0.2}, _titles(contest), ink
    ),
}


def drawn(contest: Contest, ink: theme.Palette) -> dict[str, Any]:
    """Every chart of the product on one contest, as specs."""
    return {name: make(contest, ink).to_dict() for name, make in ALL.items()}


def nodes(spec: Any) -> Iterator[dict[str, Any]]:
    if isinstance(spec, dict):
        yield spec
        for key, value in spec.items():
            if key != "datasets":
                yield from nodes(value)
    elif isinstance(spec, list):
        for value in spec:
            yield from nodes(value)


@pytest.mark.parametrize("ink", PALETTES, ids=("light", "dark"))
def test_fields_are_codes(contest: Contest, ink: theme.Palette) -> None:
    for name, spec in drawn(contest, ink).items():
        for rows in spec["datasets"].values():
            assert all(re.fullmatch(r"c\d+", key) for row in rows for key in row), name
        for node in nodes(spec):
            if "field" in node:
                assert re.fullmatch(r"c\d+", node["field"]), (name, node)


def test_user_strings_appear_as_data_and_titles_only(contest: Contest) -> None:
    names = [name for name in contest.rows.columns if not name.isalpha()]
    for chart, spec in drawn(contest, theme.LIGHT).items():
        for node in nodes(spec):
            for key, value in node.items():
                if key not in ("title", "datasets") and isinstance(value, str):
                    assert not any(name in value for name in names), (chart, key, value)


def test_every_mark_is_kept(contest: Contest) -> None:
    specs = drawn(contest, theme.LIGHT)
    parts, rows = len(contest.rows.columns), len(contest.rows.values)

    def sizes(name: str) -> list[int]:
        return sorted(len(data) for data in specs[name]["datasets"].values())

    assert sizes("bars") == [parts, 2 * parts]
    assert sizes("waterfall") == [2, 9, 18], "eight columns and the rest, on both sides, and two ends"
    assert sizes("numbers") == [2 * rows]
    assert sizes("words") == [2, 2 * rows]
    assert sizes("dots") == [5, 50]
    assert max(sizes("race")) == 8


def test_colours_are_tied_to_families(contest: Contest) -> None:
    for ink in PALETTES:
        for name, spec in drawn(contest, ink).items():
            scales = [node["color"]["scale"] for node in nodes(spec) if isinstance(node.get("color"), dict)
                      and "scale" in node["color"]]  # fmt: skip
            for scale in scales:
                assert scale == {"domain": ink.domain, "range": ink.range} or scale in marked(contest, ink, scale), name


def marked(contest: Contest, ink: theme.Palette, scale: dict[str, Any]) -> list[dict[str, Any]]:
    """The scale that gives each model of a chart its own mark."""
    families = {run.title: run.family for run in contest.runs}
    marks = model_marks.model_marks([(title, families[title]) for title in scale["domain"] if title in families], ink)
    return [{"domain": list(marks.marks), "range": [mark.colour for mark in marks.marks.values()]}]


def test_waterfall_adds_up(contest: Contest) -> None:
    side = aligned_explanations.align_explanations(aligned_explanations.explained_runs(contest))[0]
    walk = attributions.waterfall_steps(side, 3, [0, 1, 2])
    assert walk[0][0] == pytest.approx(side.base[3])
    assert walk[-1][1] == pytest.approx(side.margin[3])
    assert all(a[1] == pytest.approx(b[0]) for a, b in itertools.pairwise(walk))


def test_specs_are_json_without_nan(contest: Contest) -> None:
    for spec in drawn(contest, theme.DARK).values():
        json.dumps(spec, allow_nan=False)


def test_anytime_curves_never_fall() -> None:
    scores_told = [5.0, 30.0, -40.0, 31.0, 10.0]
    told = [
        {"stage": "fit", "contestant": "table_deep", "fold": 0, "score": score, "cpu_seconds": 0.1 * (k + 1)}
        for k, score in enumerate(scores_told)
    ]
    drawn = training_race.live_race([*told, *EVENTS], LANES)
    assert [row[3] for row in drawn.curves] == [5.0, 30.0, 30.0, 31.0, 31.0]
    assert [row[2] for row in drawn.curves] == pytest.approx([0.1, 0.2, 0.3, 0.4, 0.5])


def test_names_of_contestants_that_cost_alike_do_not_cover_each_other() -> None:
    alike = [
        pareto_chart.LabelPlace("XGBoost", 100.0, 100.0, "left"),
        pareto_chart.LabelPlace("Logistic regression", 104.0, 101.0, "left"),
        pareto_chart.LabelPlace("Ridge", 98.0, 96.0, "left"),
    ]
    ups = pareto_chart.label_offsets(alike)
    boxes = [
        (one.x + 8, one.x + 14 + 6.0 * len(one.title), one.y + up - 8, one.y + up + 8)
        for one, up in zip(alike, ups, strict=True)
    ]
    for one, other in itertools.combinations(boxes, 2):
        assert not (one[0] < other[1] and other[0] < one[1] and one[2] < other[3] and other[2] < one[3])
    assert pareto_chart.label_offsets(
        [
            pareto_chart.LabelPlace("XGBoost", 20.0, 50.0, "left"),
            pareto_chart.LabelPlace("Network", 250.0, 50.0, "right"),
        ]
    ) == [17, 17]


def test_no_name_crosses_the_line_of_an_interval() -> None:
    places = [
        pareto_chart.LabelPlace("Logistic or ridge regression", 40.0, 120.0, "left", (30.0, 60.0), (60.0, 190.0)),
        pareto_chart.LabelPlace("Deep network", 150.0, 130.0, "right", (140.0, 160.0), (60.0, 200.0)),
        pareto_chart.LabelPlace("Hybrid", 260.0, 110.0, "right", (250.0, 270.0), (50.0, 180.0)),
    ]
    for place, up in zip(places, pareto_chart.label_offsets(places), strict=True):
        width = 6.0 * len(place.title) + 6
        left, right = (place.x + 8, place.x + 8 + width) if place.side == "left" else (place.x - 8 - width, place.x - 8)
        low, high = place.y + up - 8, place.y + up + 8
        for other in places:
            assert other.across is not None and other.upright is not None
            upright = left < other.x + 2 and other.x - 2 < right and low < other.upright[1] and other.upright[0] < high
            across = left < other.across[1] and other.across[0] < right and low < other.y + 2 and other.y - 2 < high
            assert not upright and not across, (place.title, other.title)


def test_a_name_that_lines_leave_no_room_crosses_a_line_and_no_dot() -> None:
    places = [
        pareto_chart.LabelPlace("Deep", 180.0, 140.0, "right", None, (0.0, 262.0)),
        pareto_chart.LabelPlace("Logistic or ridge regression", 40.0, 124.0, "left", None, (0.0, 262.0)),
    ]
    rises = pareto_chart.label_offsets(places)
    assert rises[1] != 17 and abs(124.0 + rises[1] - 140.0) >= 17
