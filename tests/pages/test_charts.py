"""Charts keep every mark whatever the names are, speak only of c0, c1, ..., and never swap a family's colour."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from core.vocabulary import Contest
from pages.parts import figures, palette, sides
from pages.parts.charts import attributions, chances, pareto, race, scores, verdict

PALETTES = (palette.LIGHT, palette.DARK)
LANES = {"table_xgboost": ("XGBoost", "classical"), "table_deep": ("TabM network", "deep")}
EVENTS = [
    {"stage": "fold", "contestant": key, "score": 20.0 + k, "cpu_seconds": 0.5 * (k + 1)}
    for k in range(4)
    for key in LANES
]


def drawn(contest: Contest, ink: palette.Palette) -> dict[str, Any]:
    """Every chart of the product on one contest, as specs."""
    duel = figures.duel(contest)
    both = sides.aligned(sides.explained(contest)[:2])
    values = contest.rows["values"]
    titles = {run.contestant: (run.title, run.family) for run in contest.runs}
    assert duel is not None
    charts = {
        "probabilities": verdict.probabilities(duel, ink),
        "interval": verdict.interval(duel, ink),
        "dots": scores.dots(figures.standings(contest), "skill", ink),
        "pareto": pareto.chart(contest, "fit_cpu_seconds", ink),
        "race": race.chart(race.course(EVENTS, LANES), ink),
        "replay": race.chart(race.replay(contest), ink),
        "bars": attributions.bars(both, ink),
        "waterfall": attributions.waterfall(both, 0, dict(zip(both[0].parts, values[0], strict=True)), "log-odds", ink),
        "numbers": attributions.dependence(both, 1, [row[1] for row in values], both[0].parts[1], ink),
        "words": attributions.dependence(both, 0, [row[0] for row in values], both[0].parts[0], ink),
        "chances": chances.chart({"table_xgboost": 0.8, "table_deep": 0.2}, titles, ink),
    }
    return {name: chart.to_dict() for name, chart in charts.items()}


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
def test_fields_are_codes(contest: Contest, ink: palette.Palette) -> None:
    for name, spec in drawn(contest, ink).items():
        for rows in spec["datasets"].values():
            assert all(re.fullmatch(r"c\d+", key) for row in rows for key in row), name
        for node in nodes(spec):
            if "field" in node:
                assert re.fullmatch(r"c\d+", node["field"]), (name, node)


def test_user_strings_appear_as_data_and_titles_only(contest: Contest) -> None:
    names = [name for name in contest.rows["columns"] if not name.isalpha()]
    for chart, spec in drawn(contest, palette.LIGHT).items():
        for node in nodes(spec):
            for key, value in node.items():
                if key not in ("title", "datasets") and isinstance(value, str):
                    assert not any(name in value for name in names), (chart, key, value)


def test_every_mark_is_kept(contest: Contest) -> None:
    specs = drawn(contest, palette.LIGHT)
    parts, rows = len(contest.rows["columns"]), len(contest.rows["values"])

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
                assert scale == {"domain": ink.domain, "range": ink.range}, name


def test_waterfall_adds_up(contest: Contest) -> None:
    side = sides.aligned(sides.explained(contest))[0]
    walk = attributions.steps(side, 3, [0, 1, 2])
    assert walk[0][0] == pytest.approx(side.base[3])
    assert walk[-1][1] == pytest.approx(side.margin[3])
    assert all(a[1] == pytest.approx(b[0]) for a, b in itertools.pairwise(walk))


def test_specs_are_json_without_nan(contest: Contest) -> None:
    for spec in drawn(contest, palette.DARK).values():
        json.dumps(spec, allow_nan=False)
