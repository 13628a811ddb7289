"""Inject your own anomaly: a bump of chosen size, place and channel in a window of readings, and who notices first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from core.schema import Contest
from pages.charts import chart_cache, curves, series_strips
from pages.live import answers_view, polling
from pages.ui import theme
from pages.ui.formatting import escape_markdown, md, truncated

MOST, STEPS = 4.0, 21
BARS = {0.9: "above percentile 90", 0.95: "above percentile 95", 0.99: "above percentile 99"}


def draw_form(contest: Contest, session: Mapping[str, Any]) -> None:
    """Which window, how large a bump, when and in which channel; the answers, and a curve over all sizes."""
    last, key = max(1, int(session["items"])), contest.id
    left, right = st.columns([2, 5], gap="large")
    with left:
        row = int(st.number_input(f"Test window, 1 to {last:,}", 1, last, 1, key=f"ask_item_{key}")) - 1
        whole = polling.first_answer(key, "window_before", {"kind": "item", "row": row})
        if whole is None:
            return
        channels = _channels(whole)
        spike = st.slider("Size (standard deviations of the channel)", -MOST, MOST, 0.0, 0.1, key=f"ask_spike_{key}")
        at = st.slider("Place in the window, %", 0, 100, 50, 5, key=f"ask_at_{key}")
        channel = 0
        if len(channels) > 1:
            channel = st.selectbox(
                "Channel",
                range(len(channels)),
                format_func=lambda k: truncated(channels[k], 40),
                key=f"ask_channel_{key}",
            )
    question = {"kind": "item", "row": row, "spike": spike, "at": at / 100, "channel": channel}
    with right:
        polling.draw_when_answered(
            key, "window", question, lambda answer: _answered(contest, answer, whole, int(channel))
        )
    _first(contest, {**question, "spike": 0.0}, spike < 0)


def _channels(answer: Mapping[str, Any]) -> list[str]:
    items = answer.get("shown", {}).get("items") or [{}]
    names = [str(name) for name in items[0].get("channels") or ()]
    return names or [f"channel {k + 1}" for k in range(len(items[0].get("curves") or [0]))]


def _answered(contest: Contest, answer: Mapping[str, Any], before: Mapping[str, Any], channel: int) -> None:
    items = answer.get("shown", {}).get("items") or []
    if items and channel < len(items[0]["curves"]):
        drawn = series_strips.series_strip([items[0]["curves"]], channel, theme.current_palette())
        alt = "The chosen channel of the window as they see it"
        st.altair_chart(drawn, alt=alt, height=chart_cache.chart_height(drawn))
    if "recorded" in answer.get("shown", {}):
        st.caption(f"Recorded, before the bump: {escape_markdown(truncated(answer['shown']['recorded'], 40))}")
    answers_view.draw_answers(contest, answer, before)


def _first(contest: Contest, question: Mapping[str, Any], down: bool) -> None:
    """Who notices first: the same bump in all sizes at once, and the smallest at which each rings."""
    sizes = [round((-1 if down else 1) * MOST * step / (STEPS - 1), 3) for step in range(STEPS)]
    many = {"kind": "many", "questions": [{**question, "spike": size} for size in sizes]}
    with st.container(border=True):
        st.markdown("**Who notices first?**")
        polling.draw_when_answered(
            contest.id, "window_sizes", many, lambda answer: _sizes(contest, answer, [abs(s) for s in sizes])
        )


def _sizes(contest: Contest, answer: Mapping[str, Any], sizes: Sequence[float]) -> None:
    there = answers_view.answers_by_contestant(answer)
    odd = {key: one for key, one in there.items() if len(one.get("odder_than") or ()) == len(sizes)}
    if odd:
        bar = st.segmented_control(
            "Alarm threshold", list(BARS), default=0.99, format_func=BARS.get, required=True,
            key=f"ask_bar_{contest.id}",
        )  # fmt: skip
        values = {key: [100 * float(share) for share in one["odder_than"]] for key, one in odd.items()}
        st.markdown(
            describe_thresholds({odd[key]["title"]: detection_threshold(values[key], sizes, 100 * bar) for key in odd})
        )
        title = "anomaly percentile among normal test windows"
    else:
        named = {key: one for key, one in there.items() if len(one.get("probabilities") or ()) == len(sizes)}
        values = {
            key: [100 * float(shares[_best(one["probabilities"][0])]) for shares in one["probabilities"]]
            for key, one in named.items()
        }
        title = "probability of the class named without a bump, %"
    points = [
        curves.CurvePoint(str(there[key]["title"]), str(there[key]["family"]), size, value)
        for key, line_ in values.items() for size, value in zip(sizes, line_, strict=True)
    ]  # fmt: skip
    if points:
        axes = curves.Axes("size of the bump (standard deviations of the channel)", title)
        drawn = curves.line_chart(points, axes, theme.current_palette(), 260)
        st.altair_chart(drawn, alt="Answers against the size of the bump", height=chart_cache.chart_height(drawn))


def detection_threshold(values: Sequence[float], sizes: Sequence[float], bar: float) -> float | None:
    """The smallest size from which on the answer stays at or above the bar; None when it never does."""
    held = None
    for size, value in zip(reversed(sizes), reversed(values), strict=True):
        if value < bar:
            break
        held = size
    return held


def describe_thresholds(answer: Mapping[str, float | None]) -> str:
    """Who rings at which size, the first one first, as Markdown."""
    order = sorted(answer, key=lambda who: (answer[who] is None, answer[who] or 0.0))
    said = [
        f"{md(who)}: " + ("**not at any size tried**" if (at := answer[who]) is None else f"**from {at:g}**")
        for who in order
    ]
    return " · ".join(said)


def _best(shares: Sequence[float]) -> int:
    return max(range(len(shares)), key=lambda place: float(shares[place]))
