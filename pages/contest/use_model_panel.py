"""Use this model: fit it on all rows, take it as one file, and predict new files with it right here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from core.schema import Contest, LoadError
from pages.backend import catalogue, contest_runs, model_bundles
from pages.ui import alerts, session_state
from pages.ui.error_boundary import error_boundary
from pages.ui.formatting import MISSING, format_bytes, format_percent, literal, md, safe_filename

WHERE = "use_model"
TICK = 1.0
SHOWN = 4
LEVELS = ("danger", "warning", "info")
MOST_REASONS = 100
FILES = {
    "image": "a picture, or a zip of pictures",
    "video": "an animated picture, or a zip of clips",
    "sound": "a recording, or a zip of recordings",
    "text": "a table of texts, or a zip of texts",
    "series": "readings with the channels of training",
}
REASONS = {
    "text": "words",
    "image": "patches",
    "video": "patches of place and time",
    "sound": "stretches",
    "series": "stretches",
}
NEW_SERIES = "Foretell a new file: a table of series, the same columns and steps as in training"
NEXT_VALUES = (
    "The next values of every series of this contest stand under Forecasts, and under Export as CSV. A model file "
    "foretells series that go on, or new ones with the same columns and steps."
)


def open_panel(contest: Contest, key: str) -> None:
    """Opens the panel on a model of a contest; its place is ``draw_panel``'s.

    Args:
        contest: the contest. key: of the model.
    """
    session_state.put(f"_use_open_{contest.id}", True)
    session_state.put(f"_use_key_{contest.id}", key)
    st.rerun()


def draw_panel(contest: Contest) -> None:
    """Draws the panel where it was opened; it looks again by itself while something is being made."""
    if not session_state.get(f"_use_open_{contest.id}"):
        return
    waiting = _waits(contest)
    st.fragment(_draw, run_every=TICK if waiting else None)(contest, waiting)


def _waits(contest: Contest) -> bool:
    """Whether a bundle or a prediction of the chosen model is on its way."""
    owner = session_state.owner()
    bundle = model_bundles.find_bundle(contest.id, _chosen(contest), owner)
    if bundle is None or bundle["state"] in contest_runs.UNFINISHED:
        return bundle is not None
    prediction = model_bundles.find_prediction(bundle["id"], owner)
    return prediction is not None and prediction["state"] in contest_runs.UNFINISHED


def _chosen(contest: Contest) -> str:
    return str(session_state.get(f"_use_key_{contest.id}") or "")


@error_boundary
def _draw(contest: Contest, waiting: bool) -> None:
    # The panel looks again by itself only while something is being made, which is decided where the page is drawn.
    if waiting != _waits(contest):
        st.rerun()
    owner = session_state.owner()
    with st.container(border=True, key="use_model"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.subheader("Use this model", anchor=False)
            st.button("Close", key="use_close", on_click=_close, args=(contest.id,), icon=":material/close:")
        if (message := session_state.pop_alert(WHERE)) is not None:
            alerts.draw_alert("danger", message, heading="Not started")
        if contest.task.kind == "forecast":
            alerts.draw_alert("info", NEXT_VALUES)
        titles = {run.contestant: run.title for run in contest.runs if not run.error and run.fits}
        keys = list(titles)
        place = keys.index(_chosen(contest)) if _chosen(contest) in keys else 0
        picked = st.selectbox("Model", keys, place, format_func=lambda key: titles[key], key=f"use_pick_{contest.id}")
        if picked != _chosen(contest):
            session_state.put(f"_use_key_{contest.id}", picked)
            st.rerun()
        row = model_bundles.find_bundle(contest.id, picked, owner)
        if row is None or not _draw_bundle(contest, picked, row, owner):
            if row is None:
                _draw_start(contest, picked)
            return
        _draw_prediction(contest, str(row["id"]), owner)


def _close(contest: str) -> None:
    session_state.put(f"_use_open_{contest}", False)


def _draw_start(contest: Contest, key: str) -> None:
    rows = int(contest.dataset.get("rows_used") or 0)
    ahead = contest.task.kind == "forecast"
    what = "up to the last recorded step" if ahead else f"on all {rows:,} rows"
    st.caption(
        f"The model is fitted once more, {what}, and packed into one zip with its schema, its expected "
        "scores and a program that predicts without Crossover. Its folds are repeated for honest numbers."
    )
    st.button("Make the model file", type="primary", key="use_make", on_click=_start, args=(contest, key))


def _start(contest: Contest, key: str) -> None:
    try:
        model_bundles.start_bundle(contest, key, session_state.owner())
    except LoadError as refused:
        session_state.queue_alert(WHERE, str(refused))


def _draw_bundle(contest: Contest, key: str, row: Mapping[str, Any], owner: str) -> bool:
    """The model file as far as it is; True once it can be used."""
    if row["state"] in contest_runs.UNFINISHED:
        _draw_progress(row, owner, "Making the model file")
        return False
    card = model_bundles.bundle_card(row["id"], owner)
    if card is None:
        alerts.draw_alert("danger", row["reason"] or "It was stopped.", heading="No model file was made")
        st.button("Try again", key="use_again", on_click=_start, args=(contest, key))
        return False
    file_name = f"{safe_filename(card['title'])}.zip"
    st.download_button(
        f"Download the model file ({format_bytes(card['bytes'])})",
        lambda: model_bundles.bundle_bytes(row["id"], owner),
        file_name,
        "application/zip",
        key="use_download",
        on_click="ignore",
        type="primary",
    )
    needs = ", ".join(card["needs"])
    unit = "windows" if contest.task.kind == "forecast" else "rows"
    st.caption(md(f"Fitted on {card['rows_trained']:,} {unit}. {_expected(card)} Elsewhere it runs with {needs}."))
    return True


def _expected(card: Mapping[str, Any]) -> str:
    """The first score of the field that the folds let one expect, with its interval."""
    name = next((one for one in ("accuracy", "r2", "auc", "mase", "skill") if one in card["expected"]), None)
    if name is None:
        return ""
    told = card["expected"][name]
    # Cards of earlier versions do not name their level, which was 95 %.
    level = format_percent(float(card.get("interval_level", 0.95)))
    around = "" if told["low"] is None else f" ({level} interval {told['low']:.3g} to {told['high']:.3g})"
    score = f"{catalogue.metric_name(name)} {told['mean']:.3g}{around}"
    return f"Expected on new rows: {score}, from {len(told['folds'])} folds."


def _draw_progress(row: Mapping[str, Any], owner: str, title: str) -> None:
    now = contest_runs.run_state(row["id"], owner) or {}
    events = [event for event in contest_runs.run_events(row["id"], owner) if event.get("message") and event.get("of")]
    last = events[-1] if events else {}
    share = min(1.0, (last.get("step") or 0) / last["of"]) if last else 0.0
    said = str(last.get("message") or "starting")
    if now.get("state") == "queued":
        said = f"waiting, queue position {int(now.get('place') or 1)}"
    with st.container(horizontal=True, vertical_alignment="center"):
        st.progress(share, text=md(f"{title}: {said}"))
        st.button("Cancel", key=f"use_stop_{row['id']}", on_click=contest_runs.cancel_run, args=(row["id"], owner))


def _draw_prediction(contest: Contest, bundle: str, owner: str) -> None:
    """The form for a new file, and what came of the last one; in words where there is no such file."""
    if why := model_bundles.no_file_reason(contest.task.kind):
        st.caption(f"{why} The model file opens in Python: core.api.open_bundle(path).model.")
        return
    ahead = contest.task.kind == "forecast"
    with st.form("use_file", border=False):
        given = st.file_uploader(NEW_SERIES if ahead else _file_label(contest), key="use_upload")
        reasons = fill = False
        if not ahead:
            with st.container(horizontal=True):
                reasons = st.checkbox(
                    f"Say why, for the first {MOST_REASONS}", key="use_reasons", help=_reasons_help(contest)
                )
                fill = st.checkbox("Columns that are missing count as missing values", key="use_fill")
        asked = st.form_submit_button("Predict", type="primary")
    if ahead:
        st.caption("Forecasts come without reasons row by row: their values rest on the whole past of a series.")
    if asked and given is not None:
        options = {"fill_missing": fill, "reasons": MOST_REASONS if reasons else 0}
        try:
            model_bundles.start_prediction(contest, bundle, given.name, given, owner, options)
        except LoadError as refused:
            session_state.queue_alert(WHERE, str(refused))
        st.rerun()
    row = model_bundles.find_prediction(bundle, owner)
    if row is None:
        return
    if row["state"] in contest_runs.UNFINISHED:
        _draw_progress(row, owner, "Predicting")
        return
    told = model_bundles.prediction_outcome(row["id"], owner)
    if told is None:
        alerts.draw_alert("danger", row["reason"] or "It was stopped.", heading="No predictions were made")
        return
    _draw_outcome(row["id"], told, owner, "values foretold" if ahead else "rows predicted")


def _file_label(contest: Contest) -> str:
    """Which files a model of these data predicts."""
    return "Predict a new file: " + FILES.get(
        str(contest.dataset.get("modality")), "a table with the columns of training"
    )


def _reasons_help(contest: Contest) -> str:
    """What the reasons are made of."""
    parts = REASONS.get(str(contest.dataset.get("modality")), "columns")
    return f"Which {parts} speak for and against each prediction."


def _draw_outcome(run: str, told: Mapping[str, Any], owner: str, what: str) -> None:
    st.markdown(f"**{told['rows']:,} {md(what)}**")
    if told["scores"]:
        names = ("accuracy", "auc", "log_loss", "r2", "rmse", "mae")
        shown = [f"{name.replace('_', ' ')} {told['scores'][name]:.3g}" for name in names if name in told["scores"]]
        st.caption(md(f"The file holds the answers. Scored on {told['scored']:,} rows: {', '.join(shown)}."))
    st.dataframe(
        _preview(told["preview"]), hide_index=True, height=260, placeholder=MISSING, alt="The first predicted rows"
    )
    st.download_button(
        "Download all predictions (CSV)",
        lambda: model_bundles.prediction_bytes(run, owner),
        "predictions.csv",
        "text/csv",
        key="use_csv",
        on_click="ignore",
    )
    found = sorted(told["differences"], key=lambda one: LEVELS.index(one["level"]) if one["level"] in LEVELS else 9)
    if not any(one["level"] in ("danger", "warning") for one in found):
        alerts.draw_alert("good", "The new data are like those of training.")
    for one in found[:SHOWN]:
        alerts.draw_alert(one["level"], one["what"])
    if (hidden := len(found) - SHOWN) > 0:
        with st.expander(f"{hidden:,} more differences"):
            for one in found[SHOWN:]:
                alerts.draw_alert(one["level"], one["what"])


def _preview(rows: list[Mapping[str, Any]]) -> pd.DataFrame:
    """The first rows, what was predicted before what was given."""
    plain = [{name: _cell(value) for name, value in row.items()} for row in rows]
    table = pd.DataFrame(plain)
    first = [
        name for name in ("row", "prediction", "probability", "set", "low", "high", "score", "reasons") if name in table
    ]
    return table[[*first, *(name for name in table if name not in first)]]


def _cell(value: object) -> object:
    if isinstance(value, list):
        return literal("; ".join(map(str, value)) or "none", 200)
    return literal(value, 200) if isinstance(value, str) else value
