"""The recommendation: the user's exchange rates, hard limits, who to take, how sure, and what would flip it."""

from __future__ import annotations

import streamlit as st

from core.schema import Contest, Recommendation
from pages.backend import contest_verdicts
from pages.charts import chart_cache, win_probability
from pages.ui import number_field
from pages.ui.error_boundary import error_boundary
from pages.ui.formatting import literal, md
from pages.ui.number_field import NumberField

RATES = {
    "cost": "Weight: cost (points of skill per 10× cheaper)",
    "latency": "Weight: latency (points of skill per 10× faster)",
    "interpretability": "Weight: complete, stable explanations (points of skill)",
    "regulation": "Weight: full audit evidence (points of skill)",
}
BOUNDS = {
    "latency_ms": ("Slowest answer allowed, ms", 1.0),
    "size_bytes": ("Largest model allowed, MB", 1e6),
    "cost_usd": ("Most to pay for training and a million answers, US dollars", 1.0),
}
STRENGTHS = {
    "strong": ("high confidence", "green"),
    "lean": ("moderate confidence", "orange"),
    "toss-up": ("low confidence", "gray"),
    "none": ("none", "red"),
}


@st.fragment
@error_boundary
def draw_panel(contest: Contest) -> None:
    """Sliders on the left, the advice on the right; only this panel is redrawn when one moves."""
    st.header("Recommendation", anchor=False)
    left, right = st.columns([1, 1], gap="large")
    with left:
        rates = _rates()
        bounds = _bounds()
    with right:
        _draw_recommendation(contest, contest_verdicts.recommend(contest, rates, bounds))


def _rates() -> dict[str, float]:
    start = contest_verdicts.default_rates()
    return {
        name: st.slider(
            md(label), 0.0, 10.0, float(start.get(name, 1.0)), 0.25, format="%.2f points", key=f"rate_{name}",
            persist_state="session",
        )
        for name, label in RATES.items()
    }  # fmt: skip


def _bounds() -> dict[str, float]:
    found = {}
    with st.expander("Hard limits"):
        for name, (label, unit) in BOUNDS.items():
            value = number_field.draw_number(
                NumberField(label, None, f"bound_{name}", least=0.0, placeholder="no limit")
            )
            if value is not None:
                found[name] = float(value) * unit
    return found


def _draw_recommendation(contest: Contest, advice: Recommendation) -> None:
    titles = {run.contestant: (run.title, run.family) for run in contest.runs}
    word, colour = STRENGTHS[advice.strength]
    if advice.choice is None:
        st.markdown("**No model meets these limits.**")
    else:
        st.markdown(f"### {md(titles[advice.choice][0])}")
        st.badge(md(word), color=colour)
        chart_cache.cached_chart_of(
            contest,
            lambda ink: win_probability.win_probability_chart(advice.p_best, titles, ink),
            "Probability that each contestant is the best choice",
            ("chances", *advice.p_best.items()),
        )
    st.text(literal(advice.because))
    for sentence in list(advice.flip_points.get("words", ()))[:4]:
        st.text(literal("↔ " + str(sentence)))
    for key, reason in advice.excluded.items():
        st.text(literal(f"✗ {titles.get(key, (key, ''))[0]}: {reason}"))
    st.caption(
        "A recommendation weighs expected value; a verdict needs statistical evidence. The probabilities weigh "
        "skill, cost, latency and explanations at your weights."
    )
