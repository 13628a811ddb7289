"""Try the models: a prepared example answered before the first click, and questions to the loaded models."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st

from core.schema import Contest, LoadError
from pages.backend import catalogue, live_answers
from pages.live import (
    clip_form,
    image_form,
    item_form,
    polling,
    prepared_example,
    prompt_form,
    series_form,
    sound_form,
    table_form,
    text_form,
    window_form,
)
from pages.ui import alerts, session_state
from pages.ui.error_boundary import error_boundary
from pages.ui.formatting import format_seconds, literal, md


@dataclass(frozen=True)
class LiveForm:
    """A way to ask contestants: its title, what it invites to, and the function that draws it."""

    title: str
    invitation: str
    draw: Callable[[Contest, Mapping[str, Any]], None]


# By the form that a modality declares; one that is not here asks about test items as they are.
FORMS = {
    "row": LiveForm("What if?", "Edit a row and see every model's answer change.", table_form.draw_form),
    "text": LiveForm(
        "Type a text",
        "Type a sentence and read both answers side by side, with the words that moved them.",
        text_form.draw_form,
    ),
    "image": LiveForm(
        "Draw, photograph or damage a picture",
        "Draw with mouse or finger, use the camera, or turn, move and blur a test picture; all models answer at once.",
        image_form.draw_form,
    ),
    "sound": LiveForm(
        "Record or damage a sound",
        "Record a sound, or add noise to a test clip, and read who still knows.",
        sound_form.draw_form,
    ),
    "clip": LiveForm(
        "Ask about a clip",
        "Choose a test clip or your own, play it backwards or still, and see which models use the motion.",
        clip_form.draw_form,
    ),
    "series": LiveForm(
        "Inject your own anomaly",
        "Inject an anomaly into a window of readings and compare the alarms.",
        series_form.draw_form,
    ),
    "forecast": LiveForm(
        "Move a forecast",
        "Drag the latest values, switch what is known ahead, and see the bands of both families move.",
        window_form.draw_form,
    ),
    "prompt": LiveForm("Let them write", "Type a beginning and let every writer go on.", prompt_form.draw_form),
}
ITEM = LiveForm("Ask about a test item", "Pick a test item and read every model's answer.", item_form.draw_form)


def takes_questions(contest: Contest) -> bool:
    """Whether the contestants of this contest take questions."""
    kind = catalogue.modalities().get(str(contest.dataset.get("modality")))
    finished = any(run.fits and not run.error and run.family != "chance" for run in contest.runs)
    return bool(contest.id) and finished and kind is not None and kind.ask is not None


def _form(contest: Contest) -> LiveForm:
    return FORMS.get(catalogue.modality_of(contest).live_form, ITEM)


def draw_panel(contest: Contest) -> None:
    """Draws the example and the questions of a finished contest; nothing where its contestants take no questions."""
    if not takes_questions(contest):
        return
    st.fragment(_draw_session, run_every=polling.LATER if polling.is_polling(contest.id) else None)(contest)


@error_boundary
def _draw_session(contest: Contest) -> None:
    with polling.polling(contest.id):
        seen = _seen(contest.id)
        _draw_heading(contest, seen["state"] == "ready")
        if (message := session_state.pop_alert(f"ask_{contest.id}")) is not None:
            alerts.draw_alert("danger", message, heading="Not possible now")
        if seen["state"] == "ready":
            _ready(contest, seen)
        elif seen["state"] == "starting":
            _starting(contest, seen)
        else:
            _invite(contest, seen)


def _draw_heading(contest: Contest, ready: bool) -> None:
    """The heading; beside it, once the models are loaded, what can be done and how to unload them."""
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.header("Try it", anchor=False, width="content")
        if ready:
            st.markdown(f"{md(_form(contest).title)} :green-badge[models loaded]", width="stretch")
            st.button("Unload", key=f"leave_{contest.id}", on_click=_unload, args=(contest.id,))


def _seen(run: str) -> dict[str, Any]:
    """The session of a run, which is opened where its models were kept, there is room, and nobody unloaded them."""
    owner = session_state.owner()
    seen = live_answers.read_session(run, owner)
    asked = seen["state"] == "gone" and seen.get("kept") and not session_state.get(f"_unloaded_{run}")
    if asked and live_answers.opens_by_itself(run, owner):
        _open_session(run)
        return live_answers.read_session(run, owner)
    return seen


def _invite(contest: Contest, session: Mapping[str, Any]) -> None:
    prepared_example.draw_example(contest)
    if session["state"] == "failed":
        reason = str(session["reason"] or "No reason was recorded.")
        alerts.draw_alert("warning", reason[:1].upper() + reason[1:], heading="Models could not be loaded")
    if (reason := live_answers.why_not(contest.id, session_state.owner())) is not None:
        st.caption(md(reason))
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            "Try again" if session["state"] == "failed" else "Load models",
            key=f"sit_{contest.id}",
            on_click=_open_session,
            args=(contest.id,),
        )
        st.markdown(md(_form(contest).invitation))
    st.caption(_cost(contest, bool(session.get("kept"))))


def _cost(contest: Contest, kept: bool) -> str:
    """What loading takes, as Markdown: models that were kept are read from disk, others are trained again."""
    if kept:
        return (
            "The models of fold 1 were kept: they are loaded, not trained again, also while another run trains, and "
            "stay in memory until they were idle for five minutes."
        )
    spent = md(format_seconds(sum(fit.fit_seconds for run in contest.runs for fit in run.fits[:1])))
    return (
        f"The models of this run were not kept. They are retrained on fold 1 with the same seed (about {spent}) once "
        "no other run trains, then stay in memory until they were idle for five minutes."
    )


def _starting(contest: Contest, session: Mapping[str, Any]) -> None:
    """The wait until the models are loaded."""
    polling.request_poll(contest.id)
    prepared_example.draw_example(contest)
    who = catalogue.contestants().get(session.get("news") or "")
    if session.get("place"):
        word = f"Queue position {int(session['place']):d}: one run trains at a time"
    else:
        word = f"Retraining {who.title}" if who and not session.get("kept") else "Loading the models"
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.markdown(f":gray[{md(word)} …]")
        st.button(
            "Cancel",
            key=f"unsit_{contest.id}",
            on_click=_unload,
            args=(contest.id,),
        )


def _ready(contest: Contest, session: Mapping[str, Any]) -> None:
    absent = [one for one in session["contestants"] if one.get("trouble") and one.get("family") != "chance"]
    for one in absent:
        st.text(literal(f"{one['title']} is not available: {one['trouble']}", 300))
    _form(contest).draw(contest, session)
    st.caption(
        f"Unloads after {md(format_seconds(session['seconds_left']))} without a question; "
        "can be loaded again at any time."
    )


def _unload(run: str) -> None:
    session_state.put(f"_unloaded_{run}", True)
    live_answers.close_session(run, session_state.owner())


def _open_session(run: str) -> None:
    session_state.put(f"_unloaded_{run}", False)
    try:
        live_answers.open_session(run, session_state.owner())
    except LoadError as refused:
        session_state.queue_alert(f"ask_{run}", str(refused))
