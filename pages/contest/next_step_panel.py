"""What to do next: a red strip for leaks, one button for the step that says most, and the others in a list."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from core.schema import Contest, LoadError
from pages.backend import contest_runs, contest_verdicts, report_files, report_words
from pages.summaries import next_steps
from pages.summaries.next_steps import NextStep
from pages.ui import alerts, session_state
from pages.ui.formatting import join_names, literal, md

WHERE = "next_step"
LONGEST = 320
# The reason stands beside its button where there is room for a line of this many pixels.
TEXT = 330
MOST_EXCLUDED = 2


def draw_leaks(contest: Contest) -> None:
    """A red strip where the data may give the answer away, with the button that runs again without it."""
    found = [one for one in contest.findings if one.level == "danger" or one.key == "too_good"]
    if not found:
        return
    steps = [] if session_state.shared_link() else next_steps.leak_steps(contest)
    with st.container(border=True, gap="small"):
        st.badge("Possible target leakage: scores would be over-optimistic", color="red", icon=":material/warning:")
        for one in found:
            st.text(literal(one.what, LONGEST))
        if steps:
            _draw_step(contest, steps[0], "leak", primary=True)
        elif found[0].how:
            st.text(literal(found[0].how, LONGEST))


def draw_button(contest: Contest, use: Callable[[Contest, str], None] | None) -> None:
    """The step that says most as one button with its reason; where nothing is left to find out, the model itself.

    Readers of a shared result get no button: what runs belongs to its owner.

    Args:
        use: hands out a model by its key; None where models cannot be handed out.
    """
    if session_state.shared_link():
        return
    if (message := session_state.pop_alert(WHERE)) is not None:
        alerts.draw_alert("danger", message, heading="Not started")
    leaking = bool(next_steps.leak_steps(contest))
    steps = next_steps.next_steps(contest)
    duel = report_words.primary_comparison(contest)
    decided = duel is not None and duel.comparison.winner not in ("undecided", "")
    # More rows would not change a decided answer; a network that was stopped might still win.
    if steps and not (decided and duel is not None and not duel.comparison.stopped):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            _draw_step(contest, steps[0], "next", primary=not leaking)
            st.caption(md(steps[0].why), width=TEXT)
        return
    _draw_model(contest, use, primary=not leaking)


def _draw_model(contest: Contest, use: Callable[[Contest, str], None] | None, primary: bool) -> None:
    """The recommended model, or the cheaper one of two equals, as the next step."""
    cheaper = next_steps.cheaper_model(contest)
    duel = report_words.primary_comparison(contest)
    equal = duel is not None and duel.comparison.winner in ("tie", "undecided")
    key = contest_verdicts.recommend(contest, contest_verdicts.default_rates(), {}).choice
    label, why = "Use this model", ""
    if cheaper is not None and equal:
        run, why = cheaper
        key, label = run.contestant, f"Take the cheaper: {run.title}"
    kind = "primary" if primary else "secondary"
    if use is not None and key is not None:
        if st.button(md(label), key=f"use_{contest.id}", type=kind):
            use(contest, key)
    else:
        name, mime, make = report_files.list_downloads(contest)["Report (HTML)"]
        st.download_button("Download the report", make, name, mime, key="report_next", on_click="ignore", type=kind)
        why = f"{label}. {why}" if why else why
    if why:
        st.caption(md(why))


def draw_others(contest: Contest) -> None:
    """Every step that is left as a button with its reason, for the list of ways to run again."""
    for place, step in enumerate((*next_steps.leak_steps(contest), *next_steps.next_steps(contest))):
        _draw_step(contest, step, f"other_{place}", primary=False)
        st.caption(md(step.why))


def _draw_step(contest: Contest, step: NextStep, where: str, primary: bool) -> None:
    label = f"Exclude {join_names(step.columns, MOST_EXCLUDED)} and run again" if step.columns else md(step.label)
    st.button(
        label,
        key=f"{where}_{contest.id}",
        type="primary" if primary else "secondary",
        on_click=start,
        args=(contest, step),
    )


def start(contest: Contest, step: NextStep) -> None:
    """Starts a step and shows its run (a callback)."""
    try:
        run = contest_runs.play_again(contest, session_state.owner(), step.plan, step.way == "continue", task=step.task)
        session_state.select_run(run)
    except LoadError as refused:
        session_state.queue_alert(WHERE, str(refused))
