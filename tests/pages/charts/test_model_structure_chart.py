"""Drawn networks and trees: every node has a place of its own, and the charts are valid."""

from __future__ import annotations

from pages.charts import model_structure_chart
from pages.ui import theme

LAYERS = [{"name": f"layer {k}", "inputs": 10, "outputs": 10**k, "weights": 100 * k} for k in range(1, 4)]
NODES = [
    {"node": 0, "parent": None, "side": "", "column": "age", "below": 40.0, "missing": "left", "leaf": None},
    {"node": 1, "parent": 0, "side": "left", "column": None, "below": None, "missing": None, "leaf": -0.2},
    {"node": 2, "parent": 0, "side": "right", "column": "$<b>x</b>", "below": 1.5, "missing": "left", "leaf": None},
    {"node": 3, "parent": 2, "side": "left", "column": None, "below": None, "missing": None, "leaf": 0.1},
    {"node": 4, "parent": 2, "side": "right", "column": None, "below": None, "missing": None, "leaf": 0.4},
]


def test_leaves_stand_side_by_side_and_parents_above_the_middle():
    places = model_structure_chart._places(NODES)
    assert [places[k][1] for k in range(5)] == [0, 1, 1, 2, 2]
    assert [places[k][0] for k in (1, 3, 4)] == [0.0, 1.0, 2.0]
    assert places[2][0] == 1.5 and places[0][0] == 0.75


def test_the_charts_are_valid_and_say_what_they_draw():
    for ink in (theme.LIGHT, theme.DARK):
        net, tree = (
            model_structure_chart.network_chart(LAYERS, "deep", ink),
            model_structure_chart.tree_chart(NODES, "classical", ink),
        )
        assert net.to_dict() and ink.families["deep"] in str(net.to_dict())
        said = str(tree.to_dict())
        assert "age below 40?" in said and "adds +0.4" in said and ink.families["classical"] in said
