"""The answer first: one sentence, three probabilities as one picture, and the interval under it."""

from __future__ import annotations

import math

import streamlit as st

from core import verdicts
from core.vocabulary import Contest
from pages.parts import drawn, figures, notices
from pages.parts.charts import verdict
from pages.parts.text import inert, own, percent, points, rows, seconds


def heading(contest: Contest, duel: figures.Duel | None) -> str:
    """The answer in a handful of words; nothing the interval does not carry."""
    if duel is None or not math.isfinite(duel.gap):
        return "No verdict: deep and classical could not be compared"
    best = max((standing.mean for standing in figures.standings(contest)), default=0.0)
    if best <= 0:
        return "Nothing to learn here that either side finds"
    if duel.comparison.scope != "approaches":
        ahead = "deep" if duel.gap > 0 else "classical"
        return f"A first look, no verdict: {ahead} is ahead by {points(abs(duel.gap))} points"
    if duel.comparison.winner == "tie":
        return "Practically equal: take the cheaper one"
    if duel.comparison.winner == duel.classical.contestant:
        return "Classical wins on your data"
    if duel.comparison.winner == duel.deep.contestant:
        return "Deep wins on your data"
    ahead = "deep" if duel.gap > 0 else "classical"
    return f"Too close to call: {ahead} is ahead by {points(abs(duel.gap))} points, which may be chance"


def panel(contest: Contest) -> None:
    """Draws the answer and what it rests on."""
    duel = figures.duel(contest)
    st.title(own(heading(contest, duel)), anchor=False)
    name, target = contest.dataset.get("name", "data"), contest.dataset.get("target")
    st.markdown(f"{inert(name)} · predicting {inert(target)}" if target else inert(name))
    if contest.trouble:
        notices.box("warning", contest.trouble, heading="Incomplete")
    if duel is None or not math.isfinite(duel.gap):
        reasons = [one.because for one in contest.comparisons if one.measurement == "skill" and one.because]
        notices.box("info", reasons[0] if reasons else "One of the two sides has no scored fold.", heading="Why")
        return
    with st.container(border=True):
        left, right = st.columns([3, 2], gap="large", vertical_alignment="center")
        with left:
            drawn.chart(contest, lambda ink: verdict.probabilities(duel, ink), _alt(duel), "probabilities")
            _legend(duel)
            alt = "The gap in points of skill with its interval"
            drawn.chart(contest, lambda ink: verdict.interval(duel, ink), alt, "interval")
        with right:
            st.text(verdicts.sentence(duel.comparison))
            for other in figures.hybrid(contest):
                st.text(verdicts.sentence(other))
            st.caption(_basis(contest))


def _alt(duel: figures.Duel) -> str:
    return (
        f"Probability that classical is better {percent(duel.p_classical)}, practically equal {percent(duel.p_tie)}, "
        f"deep better {percent(duel.p_deep)}"
    )


def _legend(duel: figures.Duel) -> None:
    st.markdown(
        f":blue[**■**] classical better **{percent(duel.p_classical)}** "
        f"  :gray[**■**] practically equal **{percent(duel.p_tie)}** "
        f"  :orange[**■**] deep better **{percent(duel.p_deep)}**"
    )


def _basis(contest: Contest) -> str:
    plan, data = contest.plan, contest.dataset
    used = f"{rows(data.get('rows_used'))} of {data.get('rows', 0):,}"
    folds = max((len(run.fits) for run in contest.runs), default=0)
    return own(
        f"Measured here: {used}, {folds} folds, both sides on the same folds, {seconds(contest.seconds.get('total'))} "
        f"in all. Differences under {plan.margin:g} point count as equal. It speaks of the two approaches, retrained "
        f"on data like yours. Digest {contest.digest[:16]}."
    )
