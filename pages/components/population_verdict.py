"""A population verdict of the shipped evidence, in a mark of its own beside what the visitor's runs say."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from core.schema import Outcome
from pages.backend import catalogue
from pages.backend.evidence import shipped_evidence
from pages.backend.evidence.shipped_evidence import PopulationVerdict
from pages.charts import chart_cache
from pages.charts.population_chart import population_chart, size_chart
from pages.ui import alerts, theme
from pages.ui.formatting import format_percent, literal, md
from pages.ui.visitor import format_time

MARK = ":violet-badge[:material/inventory_2: shipped evidence]"
MOST_NAMES = 4
# Fewer data sets are a sentence, not a picture.
FEWEST_DRAWN = 4


def draw_source() -> None:
    """Where the shipped evidence comes from, in two lines; why there is none, where it cannot be used."""
    evidence = shipped_evidence.load_evidence()
    summary = evidence.summary
    if summary is None:
        st.caption(f"No shipped evidence: {md(evidence.problem)}")
        return
    if not summary.entries:
        return
    kinds = ", ".join(f"{_kind(kind)}: {count}" for kind, count in summary.modalities.items())
    said = (
        f"{summary.datasets} data sets ({kinds}), played on {_named(summary.machines)}, the latest "
        f"{format_time(summary.latest)}; the command make atlas repeats them. Claims are judged on "
        f"{summary.confirmation} of them, a half that was fixed before the first run. Your own runs are not counted "
        "here."
    )
    if summary.crowded:
        said += f" Times of {summary.crowded} of {summary.entries} entries were measured on a busy machine."
    if stale := shipped_evidence.outdated_entries(evidence):
        said += f" {len(stale)} of {summary.entries} entries were played by earlier code of a contestant."
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        # beside the caption, not in it: a caption is translucent, and so would be the letters of the mark
        st.markdown(MARK, width="content")
        st.caption(md(said), width="stretch")


def _kind(modality: str) -> str:
    """A kind of data by its title, in small letters."""
    declared = catalogue.modalities().get(modality)
    return modality if declared is None else declared.title.lower()


def shipped_outcomes(claims: Sequence[str]) -> list[Outcome]:
    """The outcome of every claim by the shipped evidence.

    Args:
        claims: their keys; one that it does not measure is "not measured".
    """
    evidence = shipped_evidence.load_evidence()
    return [found.outcome if (found := evidence.verdict(claim)) else "not measured" for claim in claims]


def draw_verdict(claim: str) -> None:
    """One line on a claim: the outcome over the shipped data sets, three probabilities, interval, exceptions, date."""
    found = shipped_evidence.load_evidence().verdict(claim)
    if found is None:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(MARK, width="content")
        alerts.draw_outcome(found.outcome)
        if found.next_better is not None:
            _draw_probabilities(found)
    st.text(literal(f"{found.because} {_further(found)}".strip()))
    if len(found.datasets) >= FEWEST_DRAWN:
        alt = f"{len(found.datasets)} shipped data sets on one axis: {found.says}"
        chart_cache.cached_chart_of(found, lambda palette: population_chart(found, palette), alt, "population")
    if sized := sum(len(one.sizes) > 1 for one in found.datasets):
        alt = f"Lead of the deep side against the number of rows, a line for each of {sized} data sets"
        chart_cache.cached_chart_of(found, lambda palette: size_chart(found, palette), alt, "sizes")


def _draw_probabilities(found: PopulationVerdict) -> None:
    """P(better), P(equal) and P(worse) on the next data set, by the names of the families."""
    better, equal, worse = (
        format_percent(one or 0.0) for one in (found.next_better, found.next_equal, found.next_worse)
    )
    ours, theirs = (theme.FAMILY_TITLES.get(one, one).lower() for one in (found.favours, found.other))
    st.markdown(
        f"next data set: **{md(ours)} {md(better)}** · equal {md(equal)} · **{md(theirs)} {md(worse)}**",
        width="content",
    )


def _further(found: PopulationVerdict) -> str:
    """Exceptions by name, which have no score, and the date."""
    parts = []
    if found.next_better is not None and found.exceptions:
        parts.append(f"Against it: {_named(found.exceptions)}.")
    if found.left_out:
        parts.append(f"Not scored: {_named(list(found.left_out))}.")
    if found.latest:
        parts.append(f"Played until {format_time(found.latest)}.")
    return " ".join(parts)


def _named(names: Sequence[str]) -> str:
    """The first names, and how many more there are."""
    more = f" and {len(names) - MOST_NAMES} more" if len(names) > MOST_NAMES else ""
    return ", ".join(names[:MOST_NAMES]) + more


def draw_datasets(claim: str) -> None:
    """The shipped data sets behind a verdict, one line each, and why others have no voice."""
    found = shipped_evidence.load_evidence().verdict(claim)
    if found is None or not (found.datasets or found.left_out):
        return
    st.markdown(f"{MARK} **{md(found.says)}**")
    if found.datasets:
        st.dataframe(dataset_table(found), hide_index=True, height="content", alt="Shipped data sets of this claim")
    for name, why in (found.left_out or {}).items():
        st.text(literal(f"{name}: no voice, {why}."))


def dataset_table(found: PopulationVerdict) -> pd.DataFrame:
    """One line a data set, the largest effect first: its effect with its 90 % interval, in the unit of the claim."""
    unit = "factor" if found.unit == "log10" else found.unit

    def told(value: float) -> str:
        return f"{10**value:.3g}" if found.unit == "log10" else f"{value:+z.1f}"

    lines = [
        {
            "Data set": one.title, "Kind": one.modality, "Rows": one.rows, f"Effect ({unit})": told(one.gap),
            "90 % interval": f"{told(one.low)} to {told(one.high)}",
            "Note": "; ".join(
                [f"{family} side not converged" for family in one.stopped]
                + (["timed beside other work"] if one.crowded and found.unit == "log10" else [])
            ),
        }
        for one in found.datasets
    ]  # fmt: skip
    return pd.DataFrame(lines)
