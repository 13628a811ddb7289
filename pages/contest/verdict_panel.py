"""The answer first: one sentence, three probabilities as one picture, and the interval under it."""

from __future__ import annotations

import math
from collections.abc import Sequence

import streamlit as st

from core.schema import Comparison, Contest
from pages.backend import catalogue, contest_verdicts
from pages.charts import chart_cache, verdict_chart
from pages.summaries import contest_summary
from pages.ui import alerts, theme
from pages.ui.formatting import escape_markdown, format_count, format_percent, format_points, format_seconds, md

# Points of skill that print as 0.0.
LEVEL = 0.05


def verdict_heading(contest: Contest, duel: contest_summary.PrimaryComparison | None) -> str:
    """The answer in a handful of words; nothing the interval does not carry."""
    if duel is None or not math.isfinite(duel.gap):
        return "No verdict: deep and classical could not be compared"
    best = max((standing.mean for standing in contest_summary.rank_contestants(contest)), default=0.0)
    if best <= 0:
        return "Nothing to learn here that either side finds"
    if duel.comparison.scope != "approaches":
        if abs(duel.gap) < LEVEL:
            return "A first look, no verdict: both sides score the same"
        ahead = "deep" if duel.gap > 0 else "classical"
        return f"A first look, no verdict: {ahead} is ahead by {format_points(abs(duel.gap))} points"
    if duel.comparison.winner == "tie":
        return "Practically equal: take the cheaper one"
    if duel.comparison.winner == duel.classical.contestant:
        return f"Classical wins on {data_owner(contest)} data"
    if duel.comparison.winner == duel.deep.contestant:
        return f"Deep wins on {data_owner(contest)} data"
    ahead = "deep" if duel.gap > 0 else "classical"
    return f"Too close to call: {ahead} is ahead by {format_points(abs(duel.gap))} points, which may be chance"


def data_owner(contest: Contest) -> str:
    """A use case is played on prepared data, everything else on what the visitor chose."""
    return "this" if contest.scenario else "your"


def draw_panel(contest: Contest) -> None:
    """Draws the answer and what it rests on."""
    duel = contest_summary.primary_comparison(contest)
    st.title(md(verdict_heading(contest, duel)), anchor=False)
    name, target = contest.dataset.get("name", "data"), contest.dataset.get("target")
    st.markdown(f"{escape_markdown(name)} · predicting {escape_markdown(target)}" if target else escape_markdown(name))
    if contest.error:
        alerts.draw_alert("warning", contest.error, heading="Incomplete")
    if duel is None or not math.isfinite(duel.gap):
        reasons = [one.because for one in contest.comparisons if one.measurement == "skill" and one.because]
        alerts.draw_alert("info", reasons[0] if reasons else "One of the two sides has no scored fold.", heading="Why")
        return
    with st.container(border=True):
        left, right = st.columns([3, 2], gap="large", vertical_alignment="center")
        with left:
            _picture(contest, duel)
        with right:
            st.text(contest_verdicts.describe_comparison(duel.comparison))
            others = contest_summary.hybrid_comparisons(contest)
            if others:
                with st.expander(md(describe_hybrid(contest, others))):
                    for other in others:
                        st.text(contest_verdicts.describe_comparison(other))
            st.caption(_basis(contest))
    st.caption(_regime(contest))


def describe_hybrid(contest: Contest, others: Sequence[Comparison]) -> str:
    """Where the hybrid stands, in one line: how far ahead of or behind either side it is so far."""
    families = {run.contestant: run.family for run in contest.runs}
    said = []
    for one in others:
        ahead = one.gap if families.get(one.left) == "hybrid" else -one.gap
        side = one.right if families.get(one.left) == "hybrid" else one.left
        if math.isfinite(ahead):
            far = f"{format_points(abs(ahead))} points {'ahead of' if ahead >= 0 else 'behind'}"
            said.append(f"{'level with' if abs(ahead) < LEVEL else far} {theme.FAMILY_TITLES[families[side]].lower()}")
    return "The hybrid is " + " and ".join(said) if said else "And the hybrid?"


def _picture(contest: Contest, duel: contest_summary.PrimaryComparison) -> None:
    """The probabilities and the interval; a single fold of a flawless pair has neither."""
    if not math.isfinite(duel.low + duel.high + duel.p_classical + duel.p_tie + duel.p_deep):
        alerts.draw_alert(
            "info", "One fold gives no interval and no probabilities here.", "Give it more time for training."
        )
        return
    chart_cache.cached_chart_of(
        contest, lambda ink: verdict_chart.probability_chart(duel, ink), _alt(duel), "probabilities"
    )
    _legend(duel)
    alt = "The gap in points of skill with its interval"
    chart_cache.cached_chart_of(contest, lambda ink: verdict_chart.gap_chart(duel, ink), alt, "interval")
    if duel.comparison.scope != "approaches":
        st.caption(
            "For these two trained models only, on the same "
            f"{md(format_count(_tested(contest), _noun(contest)))}. A "
            "verdict on the approaches takes five folds: give it more time under “Change the rules”."
        )


def _alt(duel: contest_summary.PrimaryComparison) -> str:
    return (
        f"Probability that classical is better {format_percent(duel.p_classical)}, practically equal "
        f"{format_percent(duel.p_tie)}, "
        f"deep better {format_percent(duel.p_deep)}"
    )


def _legend(duel: contest_summary.PrimaryComparison) -> None:
    st.markdown(
        f":blue[**■**] classical better **{format_percent(duel.p_classical)}** "
        f"  :gray[**■**] practically equal **{format_percent(duel.p_tie)}** "
        f"  :orange[**■**] deep better **{format_percent(duel.p_deep)}**"
    )


def _noun(contest: Contest) -> str:
    return catalogue.modality_of(contest).unit_noun


def _tested(contest: Contest) -> int:
    """How many items the first fold was scored on."""
    held = [len(fit.rows) for run in contest.runs for fit in run.fits if fit.fold == 0 and fit.rows is not None]
    return max(held, default=0)


def _basis(contest: Contest) -> str:
    plan, data = contest.plan, contest.dataset
    used, there = data.get("rows_used"), data.get("rows", 0)
    said = (
        format_count(used, _noun(contest))
        if used == there
        else f"{used or 0:,} of {format_count(there, _noun(contest))}"
    )
    folds = max((len(run.fits) for run in contest.runs), default=0)
    duel = contest_summary.primary_comparison(contest)
    reach = "It speaks of the two approaches, retrained on data like yours. "
    return md(
        f"Measured here: {said}, {folds} {'fold' if folds == 1 else 'folds'}, both sides on the same folds, "
        f"{format_seconds(contest.seconds.get('total'))} in all. Differences under {plan.margin:g} point count "
        "as equal. "
        f"{reach if duel and duel.comparison.scope == 'approaches' else ''}Digest {contest.digest[:16]}."
    )


def _regime(contest: Contest) -> str:
    """Under what the verdict holds: data, time, who was trained from scratch, hardware, augmentation."""
    machine, plan = contest.machine, contest.plan
    playing = [run for run in contest_summary.scored_runs(contest) if run.family != "chance"]
    taught = [run.title for run in playing if run.pretrained]
    trained = (
        "everybody trained from scratch" if not taught else f"pretrained: {', '.join(taught)}; the others from scratch"
    )
    cores = machine.get("cores")
    where = machine.get("gpu") if machine.get("device") == "cuda" else machine.get("cpu")
    hardware = " with ".join(
        part for part in (str(where or ""), f"{cores:g} {'core' if cores == 1 else 'cores'}" if cores else "") if part
    )
    said = [
        format_count(contest.dataset.get("rows_used"), _noun(contest)),
        f"{format_seconds(plan.budget_seconds)} of training",
        trained,
        hardware or "hardware unknown",
    ]
    if not catalogue.modality_of(contest).structured and not plan.augment:
        said.append("no augmentation")
    return md("Under these conditions: " + " · ".join(said) + ".")
