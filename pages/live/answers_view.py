"""The answers of all contestants side by side: what each says, how sure, how fast, and what moved it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from core.schema import Contest, Run
from pages.charts import attributions
from pages.components import document_badges, item_view
from pages.summaries import aligned_explanations
from pages.ui import theme
from pages.ui.formatting import inert, number, own, percent, plain, prose

TOP = 3


def players(found: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """The answers without the one that only guesses, classical first."""
    order = ("classical", "deep", "hybrid")
    there = {key: one for key, one in found["answers"].items() if one.get("family") in order}
    return dict(sorted(there.items(), key=lambda entry: order.index(entry[1]["family"])))


def draw(contest: Contest, found: Mapping[str, Any], before: Mapping[str, Any] | None = None) -> None:
    """One column a contestant; below, for tables, the two stories on one axis.

    before: the answers to the unchanged item, to tell what a change did.
    """
    there = players(found)
    if not there:
        return
    told = _sides(there)
    shown = (found.get("shown", {}).get("items") or [None])[0]
    for first in range(0, len(there), 4):
        part = list(there.items())[first : first + 4]
        for column, (key, one) in zip(st.columns(max(2, len(part)), gap="medium"), part, strict=False):
            with column:
                _one(contest, one, (before or {}).get("answers", {}).get(key))
                if shown is not None and key in told:
                    item_view.tinted(shown, told[key])
                _pending(one, found)
    if shown is not None and told:
        st.caption(item_view.KEY)
    if shown is None and told:
        _waterfall(contest, list(told.values()), found)
    if "explained" in found.get("shown", {}):
        st.caption(f"The reasons speak for or against {inert(found['shown']['explained'])}.")


def _one(contest: Contest, one: Mapping[str, Any], before: Mapping[str, Any] | None) -> None:
    st.markdown(f"{document_badges.family(one['family'])} {own(one['title'])}")
    if one.get("trouble"):
        st.text(prose(f"No answer: {one['trouble']}", 300))
        return
    st.markdown("#### " + said(contest, one))
    if before is not None and (change := moved(one, before)):
        st.caption(own(change))
    if "probabilities" in one:
        for place in _best(one)[:TOP]:
            share = float(one["probabilities"][0][place])
            st.progress(min(1.0, max(0.0, share)), text=f"{inert(plain(one['labels'][place], 28))} {percent(share)}")
    if one.get("turn"):
        st.text(prose(turned(one["turn"]), 600))
    if one.get("ms") is not None:
        st.caption(f"answered in {own(number(float(one['ms']), 'ms'))}")


def said(contest: Contest, one: Mapping[str, Any]) -> str:
    """An answer in a few words of Markdown: the class, the number, or how odd the item looks."""
    if "probabilities" in one:
        best = _best(one)[0]
        return f"{inert(plain(one['labels'][best], 28))} {own(percent(float(one['probabilities'][0][best])))}"
    if "odder_than" in one:
        return f"odder than {own(percent(float(one['odder_than'][0])))} of usual items"
    return own(number(float(one["value"][0]))) if one.get("value") else own("–")


def moved(one: Mapping[str, Any], before: Mapping[str, Any]) -> str:
    """What a change did to an answer: percentage points of the class named now, or the difference of two numbers."""
    if "probabilities" in one and "probabilities" in before:
        best = _best(one)[0]
        now, then = float(one["probabilities"][0][best]), float(before["probabilities"][0][best])
        if _best(before)[0] != best:
            return f"turned: it said {plain(before['labels'][_best(before)[0]], 28)} before"
        return f"{100 * (now - then):+.1f} points of probability by this change"
    if one.get("value") and before.get("value"):
        gap = float(one["value"][0]) - float(before["value"][0])
        return f"{'+' if gap >= 0 else '-'}{number(abs(gap))} by this change"
    return ""


def turned(way: Mapping[str, Any]) -> str:
    """What would have turned an answer, in words; a search of the model, not advice about the world."""
    if way.get("trouble"):
        return f"No way out could be looked for: {way['trouble']}"
    if not way.get("flips"):
        return "No change of one or two columns turns it."
    changes = "; ".join(f"{plain(name, 40)}: {plain(old, 40)} to {plain(new, 40)}" for name, old, new in way["changes"])
    return f"It would turn with {changes}."


def _best(one: Mapping[str, Any]) -> list[int]:
    shares = one["probabilities"][0]
    return sorted(range(len(shares)), key=lambda place: -float(shares[place]))


def _pending(one: Mapping[str, Any], found: Mapping[str, Any]) -> None:
    why = one.get("explanation")
    if why and why.get("trouble"):
        st.caption(own(f"No reasons: {plain(why['trouble'], 120)}"))
    elif why is None and found.get("question", {}).get("explain") and not found.get("complete"):
        st.caption("Working out its reasons …")


def _sides(there: Mapping[str, Mapping[str, Any]]) -> dict[str, aligned_explanations.Side]:
    """The explanations that have arrived, over the union of their parts."""
    runs = [
        Run(
            key, str(one["title"]), one["family"],
            explanation={
                "parts": one["explanation"]["parts"], "values": [one["explanation"]["values"]],
                "base": [one["explanation"]["base"]], "method": one["explanation"]["method"],
            },
        )
        for key, one in there.items() if "values" in (one.get("explanation") or {})
    ]  # fmt: skip
    return {side.key: side for side in aligned_explanations.aligned(runs)} if runs else {}


def _waterfall(contest: Contest, told: Sequence[aligned_explanations.Side], found: Mapping[str, Any]) -> None:
    labels = contest.dataset.get("labels") or ()
    unit = f"log-odds of {plain(labels[1], 24)}" if contest.task.form == "binary" and len(labels) == 2 else "answer"
    texts = {str(name): str(value) for name, value in (found.get("shown", {}).get("row") or {}).items()}
    # The question is one family against another, not one classical model against the next.
    other = next((one for one in told[1:] if one.family != told[0].family), None)
    pair = [told[0], other] if other is not None else list(told[:2])
    drawn = attributions.waterfall(pair, 0, texts, unit, theme.current())
    if len(pair) == 2:
        st.caption(f"How they get there: {own(pair[0].title)} (upper bars) and {own(pair[1].title)} (lower bars).")
    st.altair_chart(drawn, alt="From the average answer to this row's answer, step by step, for two models")
