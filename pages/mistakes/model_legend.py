"""The models of a chart by name, each with its mark and a number."""

from __future__ import annotations

from collections.abc import Sequence

from core.schema import Contest, Run
from pages.charts import chart_cache
from pages.charts.errors import legend_chart
from pages.mistakes import model_choice


def draw_legend(contest: Contest, entries: Sequence[tuple[Run, str]]) -> None:
    """One line a model: its mark, its name, its number."""
    lines = [(run.title, said) for run, said in entries]
    chart_cache.cached_chart_of(
        contest,
        lambda ink: legend_chart.legend_chart(lines, model_choice.marks_of(contest, ink), ink),
        "; ".join(f"{title}: {said}" if said else title for title, said in lines),
        ("legend", tuple(lines)),
    )
