"""The answers of all contestants side by side: what each says, how sure, how fast, and what moved it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from core.schema import Contest, Run
from pages.charts import attributions, chart_cache
from pages.components import document_badges, item_view
from pages.summaries import aligned_explanations
from pages.ui import theme
from pages.ui.formatting import (
    escape_markdown,
    format_number,
    format_percent,
    format_seconds,
    literal,
    md,
    truncated,
    unbroken,
)

TOP = 3
CARD = 230


def answers_by_contestant(answer: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """The answers without the one that only guesses, classical first."""
    order = ("classical", "deep", "hybrid")
    there = {key: one for key, one in answer["answers"].items() if one.get("family") in order}
    return dict(sorted(there.items(), key=lambda entry: order.index(entry[1]["family"])))


def family_dot(family: str) -> str:
    """A dot in the family's colour, as Markdown."""
    return f":{document_badges.COLOURS.get(family, 'gray')}[●]"


def draw_items_and_answers(contest: Contest, answer: Mapping[str, Any]) -> None:
    """The item as the models saw it, what was recorded of it, and the answers.

    Args:
        contest: on show. answer: to one question.
    """
    shown = answer.get("shown", {})
    for item in shown.get("items") or ():
        item_view.draw_original_item(item)
    if "recorded" in shown:
        st.caption(f"Recorded: {escape_markdown(truncated(shown['recorded'], 40))}")
    draw_answers(contest, answer)


def draw_answers(contest: Contest, answer: Mapping[str, Any], before: Mapping[str, Any] | None = None) -> None:
    """One column a contestant; below, for tables, the two stories on one axis.

    before: the answers to the unchanged item, to tell what a change did.
    """
    there = answers_by_contestant(answer)
    if not there:
        return
    told = _align(there)
    shown = (answer.get("shown", {}).get("items") or [None])[0]
    for first in range(0, len(there), 4):
        part = list(there.items())[first : first + 4]
        for column, (key, one) in zip(st.columns(max(2, min(4, len(there))), gap="medium"), part, strict=False):
            with column:
                _draw_answer(contest, one, (before or {}).get("answers", {}).get(key))
                if shown is not None and key in told:
                    item_view.draw_tinted_item(shown, told[key])
                _pending(one, answer)
    if shown is not None and told:
        st.caption(item_view.KEY)
    if shown is None and told:
        _waterfall(contest, list(told.values()), answer)
    if "explained" in answer.get("shown", {}):
        st.caption(f"Explained prediction: {escape_markdown(answer['shown']['explained'])}.")


def _draw_answer(contest: Contest, one: Mapping[str, Any], before: Mapping[str, Any] | None) -> None:
    # Close together, so that the first answers stand on the first screen of a result.
    with st.container(gap=None):
        st.caption(f"{family_dot(one['family'])} {md(one['title'])}")
        if one.get("trouble"):
            st.text(literal(f"No answer: {one['trouble']}", 300))
            return
        st.markdown(f"**{describe_answer(contest, one)}** {document_badges.family_badge(one['family'])}")
    if before is not None and (change := describe_change(one, before)):
        st.caption(md(change))
    if "probabilities" in one:
        for place in _rank_classes(one)[:TOP]:
            share = float(one["probabilities"][0][place])
            st.progress(
                min(1.0, max(0.0, share)),
                text=md(f"{truncated(one['labels'][place], 28)} {format_percent(share)}"),
            )
    if one.get("turn"):
        st.text(literal(describe_counterfactual(one["turn"]), 600))
    if one.get("ms") is not None:
        st.caption(f"answered in {md(format_seconds(float(one['ms']) / 1000))}")


def describe_answer(contest: Contest, one: Mapping[str, Any]) -> str:
    """An answer in a few words of Markdown: the class, the number, or how odd the item looks."""
    if "probabilities" in one:
        best = _rank_classes(one)[0]
        # The number stays beside its sign where a long name is broken.
        share = unbroken(format_percent(float(one["probabilities"][0][best])))
        return md(f"{truncated(one['labels'][best], 28)} {share}")
    if "odder_than" in one:
        return f"anomaly percentile {md(format_number(100 * float(one['odder_than'][0])))}"
    return md(format_number(float(one["value"][0]))) if one.get("value") else md("–")


def describe_change(one: Mapping[str, Any], before: Mapping[str, Any]) -> str:
    """What a change did to an answer: percentage points of the class named now, or the difference of two numbers."""
    if "probabilities" in one and "probabilities" in before:
        best = _rank_classes(one)[0]
        now, then = float(one["probabilities"][0][best]), float(before["probabilities"][0][best])
        if _rank_classes(before)[0] != best:
            return f"changed from {truncated(before['labels'][_rank_classes(before)[0]], 28)}"
        return f"{100 * (now - then):+z.1f} points of probability (change)"
    if one.get("value") and before.get("value"):
        gap = float(one["value"][0]) - float(before["value"][0])
        return f"{'+' if gap >= 0 else '-'}{format_number(abs(gap))} (change)"
    return ""


def describe_counterfactual(counterfactual: Mapping[str, Any]) -> str:
    """What would have turned an answer, in words; a search of the model, not advice about the world."""
    if counterfactual.get("trouble"):
        return f"No counterfactual: {counterfactual['trouble']}"
    if not counterfactual.get("flips"):
        return "No change of one or two columns flips the prediction."
    changes = "; ".join(
        f"{truncated(name, 40)}: {truncated(old, 40)} to {truncated(new, 40)}"
        for name, old, new in counterfactual["changes"]
    )
    return f"Prediction flips with {changes}."


def _rank_classes(one: Mapping[str, Any]) -> list[int]:
    shares = one["probabilities"][0]
    return sorted(range(len(shares)), key=lambda place: -float(shares[place]))


def _pending(one: Mapping[str, Any], answer: Mapping[str, Any]) -> None:
    why = one.get("explanation")
    if why and why.get("trouble"):
        st.caption(md(f"No explanation: {truncated(why['trouble'], 120)}"))
    elif why is None and answer.get("question", {}).get("explain") and not answer.get("complete"):
        st.caption("Computing explanation …")


def _align(answers: Mapping[str, Mapping[str, Any]]) -> dict[str, aligned_explanations.AlignedExplanation]:
    """The explanations that have arrived, over the union of their parts."""
    runs = [
        Run(
            key, str(one["title"]), one["family"],
            explanation={
                "parts": one["explanation"]["parts"], "values": [one["explanation"]["values"]],
                "base": [one["explanation"]["base"]], "method": one["explanation"]["method"],
            },
        )
        for key, one in answers.items() if "values" in (one.get("explanation") or {})
    ]  # fmt: skip
    return {side.key: side for side in aligned_explanations.align_explanations(runs)} if runs else {}


def _waterfall(
    contest: Contest, explanations: Sequence[aligned_explanations.AlignedExplanation], answer: Mapping[str, Any]
) -> None:
    labels = contest.dataset.get("labels") or ()
    unit = f"log-odds of {truncated(labels[1], 24)}" if contest.task.form == "binary" and len(labels) == 2 else "answer"
    texts = {str(name): str(value) for name, value in (answer.get("shown", {}).get("row") or {}).items()}
    # The question is one family against another, not one classical model against the next.
    other = next((one for one in explanations[1:] if one.family != explanations[0].family), None)
    pair = [explanations[0], other] if other is not None else list(explanations[:2])
    drawn = attributions.waterfall_chart(pair, 0, texts, unit, theme.current_palette())
    if len(pair) == 2:
        st.caption(f"Attributions: {md(pair[0].title)} (upper bars) and {md(pair[1].title)} (lower bars).")
    alt = "From the average answer to this row's answer, step by step, for two models"
    st.altair_chart(drawn, alt=alt, height=chart_cache.chart_height(drawn))
