"""On a device: bytes, latency, memory and cold start of every export, its smaller versions, and what it fits."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from core.schema import Contest, Run
from pages.charts import chart_cache, study_charts
from pages.measurements import measurement_summary
from pages.ui import alerts
from pages.ui.formatting import MISSING, format_bytes, format_number, format_points, literal, md, safe_filename

DEVICES = {"microcontroller": "Microcontroller", "phone": "Phone", "laptop": "Laptop"}


def draw_panel(contest: Contest, key_prefix: str) -> None:
    """Devices as chips, the exports in one table, the smaller versions in another, and the checked files."""
    runs = [
        run for run in measurement_summary.runs_with_reading(contest, "edge") if "bytes" in run.readings["edge"].detail
    ]
    for run in runs:
        if run.readings["edge"].detail.get("same") is False:
            worst = format_number(run.readings["edge"].detail.get("worst_difference"), digits=2)
            alerts.draw_alert(
                "danger", f"{run.title}: the export answers differently from the model, by up to {worst}.",
                "It is not offered for download, and its numbers below decide nothing.", heading="Check failed",
            )  # fmt: skip
    if not runs:
        return
    _fits(runs, key_prefix)
    st.dataframe(
        _exports(runs), hide_index=True, height="content", alt="Every export: bytes, latency, memory, cold start"
    )
    places = _places(runs)
    left, right = st.columns([2, 3], gap="large")
    with left:
        if len(places) > 1:
            chart_cache.cached_chart_of_values(
                study_charts.scatter_chart, places, ("Bytes of the model", "Skill, points"), alt="Skill against bytes"
            )
    with right:
        st.markdown("**Smaller versions and what they lose**")
        st.dataframe(_variants(runs), hide_index=True, height="content", alt="Smaller versions of every export")
    _files(contest, runs, key_prefix)
    note = next(
        (str(run.readings["edge"].detail["note"]) for run in runs if run.readings["edge"].detail.get("note")), ""
    )
    st.caption(md(f"One thread in a fresh process: {note}."))


def _fits(runs: list[Run], key_prefix: str) -> None:
    device = st.segmented_control(
        "Device", list(DEVICES), format_func=DEVICES.get, default="phone", required=True, key=f"{key_prefix}_device",
    )  # fmt: skip
    for run in runs:
        found: Mapping[str, Any] = dict(run.readings["edge"].detail.get("devices", {})).get(str(device), {})
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.badge("fits" if found.get("fits") else "does not fit", color="green" if found.get("fits") else "red")
            st.text(literal(f"{run.title}: {found.get('why', 'not judged')}"))
    rule = next((dict(run.readings["edge"].detail.get("devices", {})).get(str(device)) for run in runs), None)
    if rule:
        title = str(rule.get("title", ""))
        st.caption(md(f"Asked of {title}, {rule.get('rule', '')}. A rule of thumb, not a test on the device."))


def _exports(runs: list[Run]) -> pd.DataFrame:
    lines = []
    for run in runs:
        detail = run.readings["edge"].detail
        lines.append(
            [run.title, str(detail.get("kind", MISSING)), format_bytes(detail.get("bytes")),
             *(format_number(detail.get(key), "ms") for key in ("p50", "p95", "load_ms", "first_ms")),
             format_number(detail.get("memory_mb"), "MB"), "same answers" if detail.get("same") else "differs"]
        )  # fmt: skip
    columns = ["", "Exported as", "Size", "Median answer", "95 % within", "Load", "First answer", "Memory", "Check"]
    return pd.DataFrame(lines, columns=columns)


def _variants(runs: list[Run]) -> pd.DataFrame:
    lines = []
    for run in runs:
        for one in run.readings["edge"].detail.get("variants", ()):
            if "reason" in one:
                lines.append([run.title, one["name"], MISSING, MISSING, MISSING, MISSING, str(one["reason"])])
                continue
            lines.append(
                [
                    run.title,
                    one["name"],
                    format_bytes(one.get("bytes")),
                    format_bytes(one.get("packed")),
                    format_number(one.get("p50"), "ms"),
                    format_points(one.get("skill")),
                    f"{format_points(one.get('lost'))} points lost",
                ]
            )
    return pd.DataFrame(lines, columns=["", "Version", "Bytes", "Packed", "Median answer", "Skill", "Price"])


def _places(runs: list[Run]) -> list[study_charts.VersionPoint]:
    return [
        study_charts.VersionPoint(run.title, run.family, float(one["bytes"]), float(one["skill"]), str(one["name"]))
        for run in runs
        for one in run.readings["edge"].detail.get("variants", ())
        if one.get("bytes") and isinstance(one.get("skill"), int | float)
    ]


def _files(contest: Contest, runs: list[Run], key_prefix: str) -> None:
    """The checked ONNX files; one that failed its check is never offered."""
    with st.container(horizontal=True):
        for run in runs:
            detail = run.readings["edge"].detail
            try:
                content = base64.b64decode(str(detail.get("file") or ""), validate=True)
            except (binascii.Error, ValueError):
                content = b""
            if content and detail.get("same"):
                name = f"crossover-{safe_filename(contest.id[:8])}-{safe_filename(run.contestant)}.onnx"
                st.download_button(
                    f"{md(run.title)} (ONNX)", content, name, "application/octet-stream",
                    key=f"{key_prefix}_onnx_{run.contestant}", on_click="ignore",
                )  # fmt: skip
