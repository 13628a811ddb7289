"""Skill against what it costs: one point a contestant, and the line of those that nothing beats on both."""

from __future__ import annotations

import altair as alt

from core.vocabulary import Contest
from pages.parts import figures
from pages.parts.charts import style
from pages.parts.palette import Palette

COSTS = {
    "fit_cpu_seconds": "Training, CPU-seconds a fit",
    "latency_p50": "One answer, ms (median)",
    "million_cost": "A million answers, US dollars",
    "size": "Size on disk, bytes",
    "energy": "1,000 answers, joules",
}


def offered(contest: Contest) -> list[str]:
    """The costs that at least two contestants have been measured on."""
    real = [run for run in figures.played(contest) if run.family != "chance"]
    return [key for key in COSTS if sum(bool(figures.reading(run, key)) for run in real) >= 2]


def places(contest: Contest, cost: str) -> list[tuple[str, str, float, float]]:
    """(title, family, cost, mean skill) of every contestant but the dummy that has both, cost above zero."""
    found = []
    for standing in figures.standings(contest):
        value = figures.reading(standing.run, cost)
        if standing.run.family != "chance" and value is not None and value > 0:
            found.append((standing.run.title, standing.run.family, value, standing.mean))
    return found


def chart(contest: Contest, cost: str, palette: Palette) -> alt.LayerChart:
    """Cost on a logarithmic axis (cheap is left), skill upwards; the frontier dashed."""
    points = places(contest, cost)
    best = set(figures.frontier([(value, skill) for _, _, value, skill in points]))
    low, high = min(point[2] for point in points), max(point[2] for point in points)
    domain = [low / 3, high * 3]
    rows = []
    for k, (title, family, value, skill) in enumerate(points):
        left = value * value <= low * high
        said = "nothing is cheaper and better" if k in best else "beaten"
        rows.append((title, family, value, skill, said, "left" if left else "right"))
    data = style.frame(["title", "family", "cost", "skill", "standing", "side"], rows)
    ticks = style.axis(f"{COSTS[cost]}  (cheaper ←)", palette, format="~g", values=style.decades(*domain))
    x = alt.X("c2:Q", axis=ticks, scale=alt.Scale(type="log", domain=domain, nice=False))
    y = alt.Y("c3:Q", axis=style.axis("Skill, points", palette, tickCount=6), scale=alt.Scale(zero=False, padding=34))
    base = alt.Chart(data)
    tip = [
        alt.Tooltip("c0:N", title="contestant"),
        alt.Tooltip("c2:Q", title=COSTS[cost], format=",.4~g"),
        alt.Tooltip("c3:Q", title="skill, points", format=".1f"),
        alt.Tooltip("c4:N", title="standing"),
    ]
    edge = base.transform_filter(alt.datum.c4 != "beaten")
    line = edge.mark_line(interpolate="step-after", strokeDash=[5, 4], color=palette.muted)
    line = line.encode(x=x, y=y, order="c2:Q")
    colour = style.family_colour("c1", palette)
    dots = edge.mark_circle(size=260, opacity=0.95).encode(x=x, y=y, color=colour, tooltip=tip)
    # Who is beaten on both is greyed; a thin edge keeps the family in sight.
    beaten = base.transform_filter(alt.datum.c4 == "beaten").mark_circle(size=220, fill=palette.band, strokeWidth=2)
    beaten = beaten.encode(
        x=x, y=y, stroke=alt.Stroke("c1:N", scale=colour.to_dict()["scale"], legend=None), tooltip=tip
    )
    # A name hangs towards the middle of the chart, so that none is cut off on a phone.
    names = [
        base.transform_filter(alt.datum.c5 == side)
        .mark_text(align=side, dx=-6 if side == "left" else 6, dy=-17, fontSize=13, color=palette.ink)
        .encode(x=x, y=y, text="c0:N")
        for side in ("left", "right")
    ]
    return style.finish(alt.layer(line, beaten, dots, *names), 320)
