"""Evidence for an auditor: every item with its rule, two scores a model, gaps between groups, and the file to keep."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from core.schema import Contest, Run
from pages.backend.uncertainty_estimates import INTERVAL
from pages.measurements import generic_panel, measurement_summary
from pages.ui.formatting import MISSING, format_number, format_percent, literal, md, safe_filename

KINDS = {"M": "measured", "G": "written by the program", "H": "a person's to give"}


def draw_panel(contest: Contest, key_prefix: str) -> None:
    """Two scores a contestant, the list of items, the groups, dated facts, and the audit files."""
    runs = [
        run
        for run in measurement_summary.runs_with_reading(contest, "regulatory")
        if "items" in run.readings["regulatory"].detail
    ]
    if not runs:
        return
    for column, run in zip(st.columns(len(runs), gap="small"), runs, strict=True):
        detail = run.readings["regulatory"].detail
        with column.container(border=True, gap="small"):
            st.text(literal(run.title))
            st.metric("Evidence that meets its rule", format_percent(detail.get("passed")))
            st.metric("Evidence there at all", format_percent(detail.get("present")))
            st.caption(f"{md(detail.get('measured', 0))} items measured, {md(detail.get('missing', 0))} missing.")
    st.dataframe(_items(runs), hide_index=True, height=420, alt="Every item of evidence, one column a contestant")
    st.caption(
        "✓ meets the stated rule, ✗ does not, ✎ written, – missing. This is evidence that was measured or is missing; "
        "whether a law is met is a person's judgement."
    )
    _groups(runs)
    _legal(runs)
    with st.container(horizontal=True):
        for run in runs:
            audit = run.readings["regulatory"].detail.get("audit")
            if audit:
                name = f"crossover-{safe_filename(contest.id[:8])}-audit-{safe_filename(run.contestant)}.json"
                st.download_button(
                    f"Audit file: {md(run.title)}", json.dumps(audit, indent=1, ensure_ascii=False, default=str),
                    name, "application/json", key=f"{key_prefix}_audit_{run.contestant}", on_click="ignore",
                )  # fmt: skip


def _items(runs: list[Run]) -> pd.DataFrame:
    listed: dict[str, dict[str, str]] = {}
    for run in runs:
        for item in run.readings["regulatory"].detail["items"]:
            line = listed.setdefault(
                str(item["key"]),
                {"Item": str(item["title"]), "Kind": KINDS.get(item["kind"], ""), "Rule": str(item["rule"])},
            )
            line[run.title] = _mark(item)
    return pd.DataFrame(list(listed.values())).fillna(MISSING)


def _mark(item: Mapping[str, Any]) -> str:
    why = f" {item['why']}" if item.get("why") else ""
    if item["kind"] == "M":
        return ("✓" if item["passed"] else MISSING if item["passed"] is None else "✗") + why
    return ("✎" if item["present"] else MISSING) + why


def _groups(runs: list[Run]) -> None:
    told = [
        [
            run.title,
            column,
            rate,
            format_number(gap[0], digits=2),
            f"{format_number(gap[1], digits=2)} to {format_number(gap[2], digits=2)}",
        ]
        for run in runs
        for column, found in dict(
            dict(run.readings["regulatory"].detail.get("audit") or {}).get("groups") or {}
        ).items()
        for rate, gap in dict(found.get("gaps") or {}).items()
    ]
    if not told:
        st.caption("No gaps between groups: declare a sensitive column before the contest to have them measured.")
        return
    with st.expander("Gaps between groups"):
        columns = ["", "Column", "Rate", "Largest gap", INTERVAL.capitalize()]
        st.dataframe(pd.DataFrame(told, columns=columns), hide_index=True, height="content", alt="Gaps between groups")


def _legal(runs: list[Run]) -> None:
    audit = dict(runs[0].readings["regulatory"].detail.get("audit") or {})
    for fact in audit.get("legal", ()):
        st.text(literal(f"As of {fact.get('as_of')}: {fact.get('what')} ({fact.get('source')})"))
    if audit.get("model_card"):
        with st.expander("Model card"):
            generic_panel.draw_nested(audit["model_card"])
