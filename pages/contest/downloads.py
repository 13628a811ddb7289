"""What to take away: the findings about the data, the protocol, and the files."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from core.schema import Contest
from pages.backend import report_files
from pages.ui import alerts
from pages.ui.formatting import format_seconds, literal, md
from pages.ui.visitor import format_time


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


def draw_protocol(contest: Contest) -> None:
    """Everything that must agree for the same numbers: data, folds, budget, seed, versions, machine and digest."""
    st.header("Protocol", anchor=False)
    plan, machine = contest.plan, contest.machine
    folds = max((len(run.fits) for run in contest.runs), default=0)
    lines = [
        ("Data", f"{contest.dataset.get('rows_used') or 0:,} of {contest.dataset.get('rows') or 0:,} rows"),
        ("Folds", f"{folds}, dealt {contest.method or 'by the task'}; the same for every model"),
        ("Budget", f"{format_seconds(plan.budget_seconds)} of training, {plan.configurations} setting per model"),
        ("Equivalence margin", f"{plan.margin:g} point of skill"),
        ("Seed", f"{plan.seed}"),
        ("Hardware", ", ".join(str(part) for part in (machine.cpu, machine.gpu, machine.os) if part) or "unknown"),
        ("Time", f"{format_seconds(contest.seconds.get('total'))} in all, finished {format_time(contest.finished)}"),
        ("Versions", ", ".join(f"{name} {number}" for name, number in contest.versions.items()) or "unknown"),
        ("Digest", contest.digest),
        ("Digest of the data", str(contest.dataset.get("digest") or "unknown")),
    ]
    table = pd.DataFrame([[name, literal(text, 400)] for name, text in lines], columns=["", "Value"])
    st.dataframe(table, hide_index=True, height="content", alt="The protocol of this contest")


def draw_downloads(contest: Contest) -> None:
    """One button a file; each is made when it is asked for."""
    st.header("Export", anchor=False)
    with st.container(horizontal=True):
        for title, (name, mime, make) in report_files.list_downloads(contest).items():
            st.download_button(md(title), make, name, mime, key=f"get_{name}", on_click="ignore")
