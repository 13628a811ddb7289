"""Forecasts of a contest: series with their past and bands, how bands hold, the loss by step, and the next values."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from core.schema import Contest
from pages.backend import report_files
from pages.charts import chart_cache, forecast_charts
from pages.summaries import forecast_bands
from pages.summaries.forecast_bands import SeriesPicture
from pages.ui import theme
from pages.ui.error_boundary import error_boundary
from pages.ui.formatting import literal, md, truncated

SHOWN = 6
SHARES = {
    "coverage_80": "In the 80 % band", "coverage_95": "In the 95 % band", "width_80": "80 % band, width",
    "width_95": "95 % band, width", "bias": "Bias",
}  # fmt: skip


def applies_to(contest: Contest) -> bool:
    """Whether a contest kept forecasts to draw."""
    return contest.task.kind == "forecast" and bool(contest.forecast)


@st.fragment
@error_boundary
def draw_panel(contest: Contest) -> None:
    """Small multiples with bands of the best model of each family, and the button for the next values."""
    facts = contest.forecast
    if not facts:
        return
    st.header("Forecasts", anchor=False)
    beyond = "beyond the data"
    times = [facts["times"][int(place)] for place in facts["origins"]]
    choices = [beyond, *times] if facts.get("next") else list(times)
    chosen = st.segmented_control(
        "Forecast from", choices, default=choices[0], required=True, format_func=md, key=f"forecast_from_{contest.id}",
        help="The last values are not known to the models that foretell them.",
    )  # fmt: skip
    origin = None if chosen == beyond else times.index(str(chosen))
    runs = forecast_bands.drawn_runs(contest)
    named = ", ".join(f"{run.title} ({theme.FAMILY_TITLES[run.family].lower()})" for run in runs)
    st.caption(md(f"Ink: recorded. Lines and 80 % bands: {named}, the best of each family. Steps: {facts['step']}."))
    pictures = forecast_bands.series_pictures(contest, origin)
    columns = st.columns(2)
    for place, picture in enumerate(pictures[:SHOWN]):
        with columns[place % 2]:
            _draw_series(contest, picture, f"{place} {origin}")
    if len(pictures) > SHOWN and st.toggle("More series", key=f"forecast_more_{contest.id}"):
        for place, picture in enumerate(pictures[SHOWN:]):
            with columns[place % 2]:
                _draw_series(contest, picture, f"{SHOWN + place} {origin}")
    if facts.get("next"):
        name, mime, make = report_files.forecast_download(contest)
        st.download_button(
            f"Next {int(facts['horizon']):,} values of all {len(facts['names']):,} series (CSV)", make, name, mime,
            key="get_forecast", on_click="ignore",
        )  # fmt: skip
        if facts.get("notes"):
            st.caption(md(str(facts["notes"])))


def _draw_series(contest: Contest, picture: SeriesPicture, place: str) -> None:
    st.text(literal(truncated(picture.name, 48)))
    chart_cache.cached_chart_of(
        contest, lambda ink: forecast_charts.series_chart(picture, ink),
        f"The past of {picture.name} with the forecasts and 80 % bands of each family", ("forecast", place),
    )  # fmt: skip


@error_boundary
def draw_details(contest: Contest) -> None:
    """How well the bands hold, and the loss by step ahead."""
    if not applies_to(contest):
        return
    st.header("Bands and steps ahead", anchor=False)
    losses = forecast_bands.step_losses(contest)
    if losses:
        chart_cache.cached_chart_of(
            contest, lambda ink: forecast_charts.step_loss_chart(losses, ink),
            "Loss at each step ahead, as a share of the seasonal naive's", "step losses",
        )  # fmt: skip
    rows = forecast_bands.band_figures(contest)
    if rows:
        table = pd.DataFrame(rows).rename(columns={"title": "Model", "mase": "MASE", "wql": "WQL", **SHARES})
        st.dataframe(table.round(3), hide_index=True, height="content", alt="Bands, bias and errors of every model")
        st.caption(
            "Coverage should be near .80 and .95. Widths and bias are shares of the mean value; a bias above 0 "
            "forecasts too much. Means over the origins; no verdict rests on these alone."
        )
