"""How every number is made, generated from the declarations themselves so that it cannot drift from what runs."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from core import limits
from core.schema import Contestant, Measurement
from pages.backend import catalogue, price_table
from pages.data import data_picker
from pages.ui import alerts, theme
from pages.ui.formatting import format_number, md

STEPS = (
    ("The same conditions for every contestant.", "The same rows, folds, work, threads and number of tries. Test "
        "rows are never seen in training; early stopping looks at an inner part of the training rows only."),
    ("Work is planned, not seconds.", "The budget counts seconds of a reference core from a fixed table of costs, so "
        "that a busy machine takes longer and gives the same scores. A network that the budget stopped before it "
            "converged is marked and loses no claim."),
    ("Skill instead of raw scores.", "0 points is guessing, 100 is perfect: one minus the loss over the loss of "
        "a contestant that ignores the columns. Brier score for classes, squared error for numbers."),
    ("Fold by fold, paired.", "Differences are taken within a fold and the interval is corrected for overlapping "
        "training sets (Nadeau and Bengio 2003). An ordinary t-test here has a 19–60 % false-positive rate."),
    ("Three probabilities, five outcomes.", "Classical better, practically equal (within the margin you set "
        "before the run), deep better. A claim is supported or contradicted at 95 %, else tied, undecided, or "
            "not measured, with the reason."),
    ("No look ahead.", "The number of folds follows from the work of the first fold, never from results; until the "
        "last fold everything on screen is provisional."),
    ("Many data sets.", "A claim over the shipped data sets is judged by a hierarchical model: the mean effect "
        "decides, and the next data set of the kind has its own interval. Half of the data sets, fixed by a hash "
            "before the first was played, is kept for that."),
    ("One game for SHAP and Captum.", "Same background rows, same output scale, same columns; the error against "
        "exact Shapley values is printed beside every explanation."),
)  # fmt: skip


def draw_rules() -> None:
    """The rules in plain words."""
    for place, (title, text) in enumerate(STEPS):
        st.markdown(f"**{md(place + 1)}. {md(title)}** {md(text)}")


def draw_contestants() -> None:
    """Who competes, one card each."""
    colours = {"classical": "blue", "deep": "orange", "hybrid": "green", "chance": "gray"}
    for who in catalogue.contestants().values():
        with st.container(border=True, gap="small"):
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                st.markdown(f"**{md(who.title)}**")
                st.badge(theme.FAMILY_TITLES[who.family], color=colours[who.family])
                if who.pretrained:
                    st.badge("pretrained", color="violet")
            st.markdown(md(who.about))
            st.caption(md(_plays(who)))


def _plays(who: Contestant) -> str:
    where = "every kind of data" if "*" in who.modalities else ", ".join(who.modalities)
    parts = [f"Plays {', '.join(who.kinds)} on {where}."]
    parts += [f"Explained by {who.explainer}."] if who.explainer else []
    return " ".join([*parts, f"Source: {who.reference}" if who.reference else ""]).strip()


def draw_measurements() -> None:
    """What is measured, with unit and direction; slow ones run on request."""
    there = catalogue.measurements().values()
    for slow, title in ((False, "With every contest"), (True, "On request")):
        shown = [one for one in there if one.slow is slow]
        if shown:
            st.header(title, anchor=False)
        for one in shown:
            _measured(one)


def _measured(one: Measurement) -> None:
    better = f", {one.better} is better" if one.better else ""
    st.markdown(f"**{md(one.title)}** :gray[({md(one.unit)}{md(better)})]  \n{md(one.about)}")


def draw_claims() -> None:
    """The rule of every row of the document."""
    there = sorted(catalogue.claims().values(), key=lambda claim: claim.row)
    if not there:
        alerts.draw_alert("info", "No rules are installed.")
    for claim in there:
        with st.expander(f"{md(claim.row)} · {md(claim.title)}"):
            st.markdown(md(claim.says))
            st.markdown(f"**Rule:** {md(claim.rule)}")


def draw_assumptions() -> None:
    """Prices and power figures, each with source and date."""
    lines = [
        [one.title, format_number(one.value, one.unit), one.source, str(one.date)]
        for one in price_table.list_assumptions()
    ]
    st.dataframe(
        pd.DataFrame(lines, columns=["Assumption", "Value", "Source", "Date"]), hide_index=True,
        alt="Prices and power assumptions",
    )  # fmt: skip
    st.caption("These are assumptions, not measurements: edit data/prices.toml to use your own.")


def draw_limits() -> None:
    """What may be uploaded and when no verdict is given."""
    data_picker.draw_upload_limits()
    st.text(
        f"No verdict below {limits.MIN_ROWS_VERDICT} rows or {limits.MIN_CLASS_ROWS_VERDICT} rows in the rarest class; "
        f"no contest below {limits.MIN_ROWS} rows. Contests use at most {limits.MAX_ROWS_CONTEST:,} rows."
    )
    st.markdown(
        "- A verdict speaks of these two approaches on data like yours, on this machine and within this budget: "
        "a larger "
        "network with a larger budget may do better.\n"
        "- Models of a trillion parameters do not fit here; statements about them are marked as not testable.\n"
        "- Energy is estimated from processor time unless the machine can measure it; every cell says which."
    )
