"""The room in which contestants are asked: bring them in, wait until they sit, ask, send them home."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from core.schema import Contest, LoadError
from pages.backend import catalogue, live_answers
from pages.live import image_form, polling, prompt_form, series_form, sound_form, table_form, text_form
from pages.ui import alerts, session_state
from pages.ui.error_boundary import calmly
from pages.ui.formatting import own, prose, seconds

Form = Callable[[Contest, Mapping[str, Any]], None]
FORMS: dict[str, tuple[str, Form]] = {
    "table": ("What if?", table_form.form),
    "text": ("Type a text", text_form.form),
    "image": ("Draw, or damage a picture", image_form.form),
    "sound": ("Damage a sound", sound_form.form),
    "series": ("Inject your own anomaly", series_form.form),
    "corpus": ("Let them write", prompt_form.form),
}
INVITED = {
    "table": "Edit a row and see every model's answer change.",
    "text": "Type a sentence and read both answers side by side, with the words that moved them.",
    "image": "Draw with mouse or finger, or turn, move and blur a test picture; everybody answers at once.",
    "sound": "Add noise to a test clip and hear who still knows.",
    "series": "Plant a bump into a window of readings and see who notices first.",
    "corpus": "Type a beginning and let every writer go on.",
}


def askable(contest: Contest) -> bool:
    """Whether the contestants of this contest take questions."""
    kind = catalogue.modalities().get(str(contest.dataset.get("modality")))
    finished = any(run.fits and not run.error and run.family != "chance" for run in contest.runs)
    return bool(contest.id) and finished and kind is not None and kind.ask is not None and kind.key in FORMS


def panel(contest: Contest) -> None:
    """Draws the room of a finished contest; nothing where its contestants take no questions."""
    if not askable(contest):
        return
    st.header("Ask the models", anchor=False)
    with st.container(border=True):
        st.fragment(_room, run_every=polling.LATER if polling.watched(contest.id) else None)(contest)


@calmly
def _room(contest: Contest) -> None:
    with polling.looking(contest.id):
        seen = live_answers.read_session(contest.id, session_state.owner())
        if (message := session_state.complaint(f"ask_{contest.id}")) is not None:
            alerts.box("danger", message, heading="Not possible now")
        if seen["state"] == "ready":
            _ready(contest, seen)
        elif seen["state"] == "starting":
            _starting(contest, seen)
        else:
            _invite(contest, seen)


def _invite(contest: Contest, seen: Mapping[str, Any]) -> None:
    if seen["state"] == "failed":
        alerts.box("warning", seen["reason"] or "No reason was recorded.", heading="They could not sit down")
    st.markdown(own(INVITED[str(contest.dataset["modality"])]))
    spent = [fit.fit_seconds for run in contest.runs for fit in run.fits[:1]]
    st.button(
        "Try again" if seen["state"] == "failed" else "Bring the models back", key=f"sit_{contest.id}", type="primary",
        on_click=_sit, args=(contest.id,),
    )  # fmt: skip
    st.caption(
        f"They are fitted once more on the first fold with the same seed (about {own(seconds(sum(spent)))}), then stay "
        "in memory until nobody has asked for five minutes."
    )


def _starting(contest: Contest, seen: Mapping[str, Any]) -> None:
    """The wait until they sit."""
    polling.await_more(contest.id)
    who = catalogue.contestants().get(seen.get("news") or "")
    if seen.get("place"):
        word = f"Number {int(seen['place']):d} in line: one run trains at a time"
    else:
        word = f"Fitting once more: {who.title}" if who else "Taking their seats"
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.markdown(f":gray[{own(word)} …]")
        st.button(
            "Cancel",
            key=f"unsit_{contest.id}",
            on_click=live_answers.close_session,
            args=(contest.id, session_state.owner()),
        )


def _ready(contest: Contest, seen: Mapping[str, Any]) -> None:
    title, form = FORMS[str(contest.dataset["modality"])]
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.markdown(f"**{own(title)}** :green-badge[models are here]")
        st.button(
            "Send them home",
            key=f"leave_{contest.id}",
            on_click=live_answers.close_session,
            args=(contest.id, session_state.owner()),
        )
    absent = [one for one in seen["contestants"] if one.get("trouble") and one.get("family") != "chance"]
    for one in absent:
        st.text(prose(f"{one['title']} is not here: {one['trouble']}", 300))
    form(contest, seen)
    st.caption(f"They leave {own(seconds(seen['seconds_left']))} after the last question; bring them back at any time.")


def _sit(run: str) -> None:
    try:
        live_answers.open_session(run, session_state.owner())
    except LoadError as refused:
        session_state.complain(f"ask_{run}", str(refused))
