"""The picture of a population verdict: a dot a data set, on the same axis as every other picture of a gap."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from core.atlas.populations import DatasetEffect, PopulationVerdict, SizedEffect
from pages.charts.population_chart import population_chart, size_chart
from pages.ui import theme

GAPS = (6.0, 5.9, 0.4, -3.0)
FOUND = PopulationVerdict(
    claim="classical_for_tables", outcome="undecided", because="", favours="classical", other="deep",
    says="lead of the classical side", unit="points of skill", margin=1.0, mean=2.0, mean_low=-4.0, mean_high=8.0,
    next_low=-30.0, next_high=34.0,
    datasets=tuple(DatasetEffect(f"s{k}", f"Set {k}", "table", 500, gap, gap - 1, gap + 1) for k, gap in
                   enumerate(GAPS)),
)  # fmt: skip


def rows(chart: object, columns: set[str]) -> list[dict[str, object]]:
    """The rows of the layers that have these columns."""
    spec = chart.to_dict()  # type: ignore[attr-defined]
    return [row for found in spec["datasets"].values() for row in found if set(row) == columns]


def test_to_the_right_deep_is_better_whichever_side_the_claim_favours() -> None:
    drawn = rows(population_chart(FOUND, theme.LIGHT), {f"c{k}" for k in range(6)})
    dots = {row["c3"]: row for row in drawn if str(row["c3"]).startswith("Set")}
    assert [dots[f"Set {k}"]["c0"] for k in range(4)] == [-6.0, -5.9, -0.4, 3.0]
    assert [dots[f"Set {k}"]["c2"] for k in range(4)] == ["classical", "classical", "chance", "deep"]
    assert {dots["Set 0"]["c1"], dots["Set 1"]["c1"]} == {0.5, 1.5}, "close ones stand on one another"
    assert dots["Set 3"]["c5"] == "deep by 3.0 points" and dots["Set 2"]["c5"] == "equal"
    turned = replace(FOUND, favours="deep", other="classical")
    again = {row["c3"]: row["c0"] for row in rows(population_chart(turned, theme.LIGHT), {f"c{k}" for k in range(6)})}
    assert again["Set 0"] == 6.0 and again["Set 3"] == -3.0


def test_an_interval_wider_than_the_data_sets_is_cut_at_the_edge_and_nobodys_is_not_drawn() -> None:
    lines = [row for row in rows(population_chart(FOUND, theme.DARK), {f"c{k}" for k in range(5)}) if "95 %" in
             str(row["c4"])]  # fmt: skip
    assert {str(row["c4"]).split(":")[0] for row in lines} == {"mean of such data sets", "next data set"}
    nothing = replace(FOUND, mean=None, mean_low=None, mean_high=None, next_low=None, next_high=None)
    assert "95 %" not in str(population_chart(nothing, theme.DARK).to_dict())


@pytest.mark.parametrize(("gaps", "wanted"), [((0.3, 0.9, -0.2, 0.1), 2), ((3.0, 1.0, -0.2, 0.1), 1_000)])
def test_times_are_factors(gaps: tuple[float, ...], wanted: int) -> None:
    found = replace(
        FOUND, unit="log10", margin=0.1, mean=0.2, mean_low=0.0, mean_high=0.5, next_low=-1.0, next_high=1.0,
        datasets=tuple(replace(one, gap=gap) for one, gap in zip(FOUND.datasets, gaps, strict=True)),
    )  # fmt: skip
    spec = str(population_chart(found, theme.LIGHT).to_dict())
    assert "pow(10" in spec and "times" in spec and "points" not in spec
    assert str(-math.log10(wanted)) in spec


def test_sizes_are_a_line_a_data_set() -> None:
    sizes = (SizedEffect(100, 5.0, 3.0, 7.0), SizedEffect(800, -2.0, -3.0, -1.0))
    found = replace(FOUND, datasets=(replace(FOUND.datasets[0], sizes=sizes), FOUND.datasets[1]))
    drawn = rows(size_chart(found, theme.LIGHT), {f"c{k}" for k in range(5)})
    assert [(row["c0"], row["c1"], row["c3"]) for row in drawn] == [(100, -5.0, "classical"), (800, 2.0, "deep")]
    assert drawn[0]["c4"] == "−5.0 (−7.0 to −3.0)" or drawn[0]["c4"] == "-5.0 (-7.0 to -3.0)"
