"""Who voted on a claim: one line a data set with its outcome and numbers, and the matrix of modalities."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from pages.ui import alerts, theme
from pages.ui.formatting import escape_markdown, format_points, literal

FAMILIES = ("classical", "deep", "hybrid")


def draw_votes(evidence: Mapping[str, Any]) -> None:
    """The ballots behind a verdict, and the matrix where the verdict has one."""
    cast: Sequence[Mapping[str, Any]] = evidence.get("ballots") or ()
    if len(cast) > 1:
        st.markdown("**Each data set's vote**")
        for one in cast:
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                alerts.draw_outcome(one["outcome"])
                st.markdown(escape_markdown(one.get("dataset") or "a data set"), width="content")
            st.text(literal(one.get("because", "")))
    if evidence.get("matrix"):
        st.markdown("**Kind of data × family, over everything played**")
        st.dataframe(modality_matrix(evidence["matrix"]), hide_index=True, height="content", alt="Modalities by family")
        st.caption("Mean skill over data sets; above chance and best count data sets; steps are those of the pipeline.")


def modality_matrix(cells: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """One line a modality, one column a family: skill, above chance, best, and how many steps."""
    found = {(one["modality"], one["family"]): one for one in cells}
    lines = []
    for modality in dict.fromkeys(one["modality"] for one in cells):
        line = [modality]
        for family in FAMILIES:
            one = found.get((modality, family))
            line.append("not played" if one is None else _cell(one))
        lines.append(line)
    return pd.DataFrame(lines, columns=["Kind of data", *(theme.FAMILY_TITLES[family] for family in FAMILIES)])


def _cell(cell: Mapping[str, Any]) -> str:
    said = f"{format_points(cell['skill'])} points; above chance {cell['above_chance']} of {cell['contests']}"
    said += f", best {cell['best']} of {cell['contests']}"
    steps = cell.get("steps") or ()
    return f"{said}; {len(steps)} step{'s' if len(steps) > 1 else ''}: {', '.join(steps)}" if steps else said
