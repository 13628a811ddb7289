"""Charts that are kept say the same as charts made anew, and change with the object, the choice and the theme."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import Any

import altair as alt
import pandas as pd
import pyarrow as pa
import pytest
from altair.utils import schemapi
from streamlit.testing.v1 import AppTest

from core.schema import Contest
from pages.charts import chart_cache, style
from pages.ui import theme
from tests.pages.charts.test_charts import ALL, nodes
from tests.pages.test_pages import on_tab, opened

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize("name", ALL)
def test_specs_equal_those_of_the_library(contest: Contest, name: str) -> None:
    ours, theirs = chart_cache.vega_spec(ALL[name](contest, theme.LIGHT)), ALL[name](contest, theme.LIGHT).to_dict()
    tables, rows = ours.pop("datasets"), theirs.pop("datasets")
    assert sorted(map(len, map(read, tables.values()))) == sorted(map(len, rows.values()))
    assert every_cell(map(read, tables.values())) == every_cell(map(pd.DataFrame, rows.values()))
    for spec, known in ((ours, tables), (theirs, rows)):
        for node in nodes(spec):
            if isinstance(node.get("data"), dict):
                assert node["data"]["name"] in known
                node["data"] = "a table"
    assert json.dumps(ours, sort_keys=True) == json.dumps(theirs, sort_keys=True)


def read(packed: bytes) -> pd.DataFrame:
    with pa.ipc.open_stream(packed) as stream:
        return stream.read_pandas()


def every_cell(tables: Any) -> list[str]:
    return sorted(
        f"{cell:.9g}" if isinstance(cell, float | int) else str(cell)
        for table in tables
        for row in table.itertuples(index=False)
        for cell in row
    )


def charts(app: AppTest) -> list[str]:
    return [block.proto.spec for block in app.get("vega_lite_chart")]


def test_a_redraw_hands_out_the_same_charts(place: object, owner: str, finished: str, monkeypatch: Any) -> None:
    app = on_tab(opened("compare", owner, finished), "Why")
    first, made = charts(app), []
    monkeypatch.setattr(chart_cache, "vega_spec", lambda drawing: made.append(drawing))
    assert charts(app.run()) == first and len(first) >= 3
    assert made == [], "nothing is made twice"


def test_another_choice_is_another_chart(place: object, owner: str, finished: str) -> None:
    app = on_tab(opened("compare", owner, finished), "Learning")
    first = charts(app)
    app.selectbox(key="metric").select("accuracy").run()
    assert charts(app) != first


@pytest.mark.parametrize("name", ALL)
def test_a_chart_keeps_its_place_before_it_is_drawn(contest: Contest, name: str) -> None:
    made = chart_cache.vega_spec(ALL[name](contest, theme.LIGHT))
    height = chart_cache.reserved_height(made)
    assert height == made["height"] if isinstance(made.get("height"), int) else height == "content"
    assert chart_cache.chart_height(ALL[name](contest, theme.LIGHT)) == height


def test_charts_above_one_another_and_growing_ones_are_as_high_as_they_get() -> None:
    assert chart_cache.reserved_height({"vconcat": [], "height": 100}) == "content"
    assert chart_cache.reserved_height({"height": {"step": 20}}) == "content"
    assert chart_cache.reserved_height({"height": 110.4}) == 110


def test_no_chart_of_full_width_is_drawn_without_its_height() -> None:
    for path in sorted((Path(__file__).resolve().parents[3] / "pages").rglob("*.py")):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute):
                named = {word.arg for word in call.keywords}
                if call.func.attr in ("altair_chart", "vega_lite_chart"):
                    assert named & {"height", "width"}, f"{path.name}, line {call.lineno}"


def test_no_part_of_a_chart_is_checked_when_it_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []
    monkeypatch.setattr(schemapi.SchemaBase, "to_dict", lambda part, *args, **options: asked.append(part) or {})
    alt.Chart(style.chart_frame(["a"], [(1,)])).mark_bar().encode(x=alt.X("c0:Q", axis=alt.Axis(title="a")))
    assert asked == []


def test_channels_are_given_as_objects() -> None:
    """A channel given as words is looked up in the whole schema, which took a third of the time of drawing."""
    wrong = []
    for path in sorted((ROOT / "pages").rglob("*.py")):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "encode":
                for channel in call.keywords:
                    value = ast.unparse(channel.value)
                    if isinstance(channel.value, ast.Constant | ast.JoinedStr) or value.startswith("alt.value("):
                        wrong.append(f"{path.relative_to(ROOT)}:{channel.value.lineno} {channel.arg}={value}")
    assert wrong == []
