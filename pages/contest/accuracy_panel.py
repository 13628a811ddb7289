"""How accurate the models are, fold by fold, how quickly they learned, and which did not finish."""

from __future__ import annotations

import streamlit as st

from core.schema import Contest
from pages.backend import derived_cache, report_words
from pages.backend.uncertainty_estimates import INTERVAL
from pages.charts import chart_cache, score_chart, training_race
from pages.contest import cost_panel
from pages.ui import alerts
from pages.ui.error_boundary import error_boundary
from pages.ui.formatting import literal, md

ALARMS = ("anomaly_events", "anomaly_delay", "anomaly_range_f1")


@st.fragment
@error_boundary
def draw_panel(contest: Contest) -> None:
    """Dots a fold, the mean as a tick, the interval as a line; the metric can be changed."""
    st.header("Scores, fold by fold", anchor=False)
    offered = report_words.shared_metrics(contest)
    if not offered:
        alerts.draw_alert("info", "No contestant has a scored fold.")
    else:
        metric = st.selectbox(
            "Metric", offered, format_func=score_chart.metric_title, key="metric", persist_state="session",
            label_visibility="collapsed",
        )  # fmt: skip
        chart_cache.cached_chart_of(
            contest,
            lambda ink: score_chart.score_chart(report_words.rank_contestants(contest, metric), metric, ink),
            "Every contestant's score per fold, with mean and interval",
            ("dots", metric),
        )
        st.caption(
            f"A dot is one fold; the tick is their mean, the line its {md(INTERVAL)} (corrected for overlapping folds)."
        )
        if metric == "accuracy" and _is_imbalanced(contest):
            st.caption(
                ":orange[Guessing alone is right more than 80 % of the time here: accuracy says little, look at skill.]"
            )
    _draw_alarms(contest)


def _draw_alarms(contest: Contest) -> None:
    """Where anomalies are detected: alarms judged by stretches of time, not window by window."""
    if contest.task.kind != "anomaly":
        return
    found = cost_panel.cost_table(contest, ALARMS)
    if len(found):
        st.markdown("**Alarms, stretch by stretch**")
        alt = "Stretches noticed, delay and range-wise F1 of every contestant"
        st.dataframe(found, hide_index=True, height="content", alt=alt)
        st.caption(
            "Alarms ring on 1 % of the normal windows, the same for everybody; every window is judged by a model that "
            "has not seen it. A stretch is an unbroken run of anomalous windows."
        )


def draw_scores(contest: Contest) -> None:
    """Skill fold by fold, without a choice of metric: for a page that is redrawn every second."""
    st.markdown("**Accuracy**, in points of skill")
    alt = "Every contestant's skill per fold, with mean and interval"
    chart_cache.cached_chart_of(
        contest,
        lambda ink: score_chart.score_chart(report_words.rank_contestants(contest), "skill", ink),
        alt,
        ("dots", "live"),
    )


def draw_race(contest: Contest) -> None:
    """How quickly everybody got there: skill against CPU-seconds, over all folds."""
    run = derived_cache.cached_for(contest, "replay", lambda: training_race.finished_race(contest))
    if run.dots:
        st.header("Learning curves (score vs training time)", anchor=False)
        chart_cache.cached_chart_of(
            contest,
            lambda ink: training_race.race_chart(run, ink),
            "Skill against CPU-seconds of training",
            "race",
        )
        st.caption(
            "Thin lines: best skill so far on inner validation rows, one per fold. Dots: skill on the test rows."
        )


def _is_imbalanced(contest: Contest) -> bool:
    return any(
        one.run.family == "chance" and one.mean > 0.8 for one in report_words.rank_contestants(contest, "accuracy")
    )


def draw_failures(contest: Contest) -> None:
    """Who did not finish, or lost a fold on the way, with the reason."""
    for run in report_words.failed_runs(contest):
        reasons = [run.error] if run.error else sorted({fit.error for fit in run.fits if fit.error})
        for reason in reasons:
            st.text(literal(f"{run.title} did not finish: {reason}", 400))


def draw_notes(contest: Contest) -> None:
    """What the contestants noted about their own training."""
    for run in contest.runs:
        for note in run.notes:
            st.text(literal(f"{run.title}: {note}", 400))
