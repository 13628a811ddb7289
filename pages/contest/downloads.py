"""What to take away: the findings about the data, and the files."""

from __future__ import annotations

import streamlit as st

from core.schema import Contest
from pages.backend import report_files
from pages.ui import alerts


def draw_findings(contest: Contest) -> None:
    """What about the data could make a contest lie, worst first."""
    st.header("Data quality", anchor=False)
    order = ("danger", "warning", "info")
    found = sorted(contest.findings, key=lambda finding: order.index(finding.level))
    found = [finding for finding in found if finding.key != "too_good"]
    for finding in found[:6]:
        alerts.draw_alert(finding.level, finding.what, finding.how)
    if len(found) > 6:
        with st.expander("More findings"):
            for finding in found[6:]:
                alerts.draw_alert(finding.level, finding.what, finding.how)
    for warning in contest.dataset.get("warnings", ())[:6]:
        alerts.draw_alert("info", str(warning), heading="Reading the file")
    if not contest.findings and not contest.dataset.get("warnings"):
        alerts.draw_alert("good", "No leaks, identifiers, duplicates or shifts were found.")


def draw_score_alarm(contest: Contest) -> None:
    """Above the answer: scores that are too good to be true, and what carries them; nothing where there are none."""
    for finding in contest.findings:
        if finding.key == "too_good":
            alerts.draw_alert(finding.level, finding.what, finding.how)


def draw_downloads(contest: Contest) -> None:
    """One button a file; each is made when it is asked for."""
    st.header("Export", anchor=False)
    with st.container(horizontal=True):
        for title, (name, mime, make) in report_files.list_downloads(contest).items():
            st.download_button(title, make, name, mime, key=f"get_{name}", on_click="ignore")
