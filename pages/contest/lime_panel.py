"""LIME beside SHAP and Captum: the same rows, the same parts, and how far each LIME is from the exact shares."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.schema import Contest, Run
from pages.charts import attributions
from pages.contest import explanation_checks, importance_panel
from pages.summaries import aligned_explanations
from pages.ui import alerts
from pages.ui.formatting import MISSING, format_number, format_seconds, md

VARIANTS = (("game", "In the same game"), ("library", "With its library's defaults"))


def draw_lime(contest: Contest, chosen: Sequence[Run]) -> None:
    """A switch to LIME's shares, and a table of what they cost and how far they may be believed."""
    asked = [run for run in chosen if (run.explanation or {}).get("lime")]
    if not asked or not st.toggle(
        "Compare with LIME", key="lime",
        help="LIME fits a straight line to answers around one item. In the same game it asks about the same parts and "
        "background rows as the exact shares; with its library's defaults it cuts columns at their quartiles and draws "
        "rows of its own, so part of its distance is another question.",
    ):  # fmt: skip
        return
    sides = aligned_explanations.align_contest(contest, asked, "lime")
    if sides:
        importance_panel.draw_importance(contest, sides, "lime", attributions.SHOWN)
    rows = [row for run in asked for row in lime_rows(run)]
    if rows:
        st.dataframe(rows, hide_index=True, height="content", alt="LIME's distance from the exact shares, by model")
        items = max(len(run.explanation["lime"]["rows"]) for run in asked if run.explanation)
        st.caption(
            f"Over {items:d} explained items. Distances: 0 % is the same, 200 % the opposite. R² is the share "
            "of the answers' variation that the straight line follows; the changing background rows count against it."
        )
    for run in asked:
        reason = ((run.explanation or {})["lime"].get("game") or {}).get("reason")
        if reason:
            alerts.draw_alert("info", f"{md(run.title)}: no LIME, {md(reason)}.")


def lime_rows(run: Run) -> list[dict[str, str]]:
    """One row a variant of LIME that was measured for this contestant, in the words of the table.

    Args:
        run: with an explanation that has a "lime".
    """
    lime = (run.explanation or {}).get("lime") or {}
    return [
        {
            "Model": run.title,
            "LIME": title,
            "From exact shares": explanation_checks.format_share(told.get("error")),
            "From another seed": explanation_checks.format_share(told.get("seed_error")),
            "Local R²": format_number(told.get("r2"), digits=2) if told.get("r2") is not None else MISSING,
            "Time an item": format_seconds(told.get("seconds_per_row")),
        }
        for key, title in VARIANTS
        if "values" in (told := lime.get(key) or {})
    ]
