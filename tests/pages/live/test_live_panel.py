"""Ask the models, against a stand-in for the contestants: every form, every state, every refusal."""

from __future__ import annotations

import base64
import io
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core.explain import item_thumbnails
from core.runtime import live_sessions, run_history
from core.schema import Contest, Dataset, DisplayRows
from core.storage.run_store import JobRejected
from pages.components import drawing_canvas
from pages.live import answers_view, clip_form, image_form, live_panel, polling, series_form, sound_form, table_form
from pages.ui.formatting import md
from tests.pages.conftest import packed
from tests.pages.test_pages import opened, sound

WHO = (("table_xgboost", "XGBoost", "classical"), ("table_deep", "TabM network", "deep"), ("dummy", "Guess", "chance"))


class StandInSessions:
    """Stands in for ``core.runtime.live_sessions``: answers at once, by a rule that a test can compute."""

    def __init__(self, modality: str, states: tuple[str, ...] = ("ready",)) -> None:
        self.modality, self.states, self.asked = modality, list(states), []
        self.closed = self.opened = False
        self.kept, self.reason = False, None

    def session_state(self, run: str, owner: str) -> dict[str, Any]:
        now = self.states[0] if len(self.states) == 1 else self.states.pop(0)
        reason = "The data of this run is no longer kept." if now == "failed" else ""
        who = [{"key": key, "title": title, "family": family, "trouble": None} for key, title, family in WHO]
        return {
            "state": now, "reason": reason, "contestants": who, "items": 40, "seconds_left": 297.0, "place": 2,
            "news": "table_deep", "kept": self.kept,
        }  # fmt: skip

    def opens_by_itself(self, run: str, owner: str) -> bool:
        return self.kept

    def why_not(self, run: str, owner: str) -> str | None:
        return self.reason

    def open_session(self, run: str, owner: str) -> dict[str, Any]:
        self.opened, self.states = True, ["ready"]
        return self.session_state(run, owner)

    def close_session(self, run: str, owner: str) -> bool:
        self.closed, self.states = True, ["gone"]
        return True

    def ask_question(self, run: str, owner: str, question: dict[str, Any]) -> str:
        json.dumps(question)
        self.asked.append(question)
        return f"{len(self.asked) - 1:032x}"

    def get_answer(self, run: str, owner: str, id: str) -> dict[str, Any]:
        question = self.asked[int(id, 16)]
        if question.get("text") == "nonsense":
            return {"question": question, "trouble": "There is no word in this text.", "complete": True}
        many = question.get("questions") or [question]
        answers = {}
        for turn, (key, title, family) in enumerate(WHO):
            one: dict[str, Any] = {"title": title, "family": family, "trouble": None, "ms": 0.5 + turn}
            if self.modality == "series":
                one |= {"value": [1.0] * len(many), "odder_than": [min(1.0, (turn + 1) * each["spike"] / 2) if
                        each.get("spike") else 0.0 for each in many]}  # fmt: skip
            elif self.modality == "corpus":
                one |= {"text": f"{title} goes on", "value": [2.5]}
            else:
                share = 0.8 if question.get("values") else 0.3
                one |= {"probabilities": [[1 - share, share]], "labels": ["No", "Yes"]}
            if question.get("explain") and family != "chance":
                parts = list(self.shown(question).get("row", {"a": 1})) or ["row 1, column 1"]
                one["explanation"] = {"method": "shap", "parts": parts, "values": [0.5] * len(parts), "base": -1.0}
            answers[key] = one
        return {"question": question, "answers": answers, "shown": self.shown(question), "complete": True}

    def shown(self, question: dict[str, Any]) -> dict[str, Any]:
        if self.modality == "table":
            return {"row": {"tenure": "12.0", "a.b": "yes"} | {k: str(v) for k, v in
                    (question.get("values") or {}).items()}, "recorded": "No"}  # fmt: skip
        inputs = {
            "image": np.zeros((1, 8, 8, 1), np.uint8), "series": np.zeros((1, 30, 2), np.float32),
            "text": np.array([question.get("text", "a test text")], dtype=object),
            "corpus": np.array(["x"], dtype=object), "sound": np.zeros((1, 1_600), np.float32),
            "video": np.zeros((1, 16, 8, 8, 1), np.uint8),
        }[self.modality]  # fmt: skip
        told = item_thumbnails.thumbnails(
            Dataset("d", self.modality, inputs, facts={"channels": ["warm", "wet"]}), np.array([0])
        )
        return {"items": told, "recorded": "No"}


REPLACED = (
    "session_state", "open_session", "close_session", "ask_question", "get_answer", "opens_by_itself", "why_not",
)  # fmt: skip


@pytest.fixture
def seated(place: Path, owner: str, contest: Contest, monkeypatch: pytest.MonkeyPatch):
    """(modality, states) -> the app on a finished contest of that modality, and the desk that answers."""

    def make(modality: str, *states: str, kept: bool = False, reason: str | None = None):
        desk = StandInSessions(modality, states or ("ready",))
        desk.kept, desk.reason = kept, reason
        for name in REPLACED:
            monkeypatch.setattr(live_sessions, name, getattr(desk, name))
        other = replace(contest, dataset={**contest.dataset, "modality": modality}, agreement={})
        if modality != "table":
            other = replace(other, runs=tuple(replace(run, explanation=None) for run in other.runs), rows=DisplayRows())
        run_history.restore_runs(owner, packed(other))
        return opened("compare", owner, run_history.list_runs(owner)[0]["id"]), desk

    return make


def test_the_models_are_fetched_and_sent_home(seated) -> None:
    app, desk = seated("table", "gone")
    assert "Edit a row" in sound(app)
    next(button for button in app.button if button.label == "Load models").click().run()
    assert desk.opened and "models loaded" in sound(app)
    next(button for button in app.button if button.label == "Unload").click().run()
    assert desk.closed and "Edit a row" in sound(app)


def test_kept_models_are_loaded_without_a_click_and_stay_away_once_unloaded(seated) -> None:
    app, desk = seated("table", "gone", kept=True)
    assert desk.opened and "models loaded" in sound(app) and desk.asked, "the first row is answered before any click"
    next(button for button in app.button if button.label == "Unload").click().run()
    said = sound(app)
    assert desk.closed and "not trained again" in said and "models loaded" not in said
    next(button for button in app.button if button.label == "Load models").click().run()
    assert "models loaded" in sound(app)


def test_a_run_whose_data_are_gone_says_what_can_be_done(seated) -> None:
    app, desk = seated("table", "gone", reason="This run was imported: its data and models are not here.")
    assert "This run was imported" in sound(app) and not desk.opened
    assert not [button for button in app.button if button.label == "Load models"]


def test_the_wait_is_told_and_so_is_a_failure(seated) -> None:
    assert "Queue position 2" in sound(seated("table", "starting")[0])
    assert "no longer kept" in sound(seated("table", "failed")[0])


def test_a_refusal_is_told_in_words(seated, monkeypatch: pytest.MonkeyPatch) -> None:
    app, _ = seated("table", "gone")

    def refuse(*_: object) -> dict:
        raise JobRejected("You already have 5 runs waiting, which is the limit.")

    monkeypatch.setattr(live_sessions, "open_session", refuse)
    next(button for button in app.button if button.label == "Load models").click().run()
    assert "5 runs waiting" in sound(app)


def test_an_edited_row_is_asked_and_its_change_is_told(seated) -> None:
    app, desk = seated("table")
    assert "XGBoost" in sound(app) and "(change)" not in sound(app)
    field = next(one for one in app.text_input if one.label == "tenure")
    field.set_value("60,0").run()
    assert desk.asked[-1]["values"] == {"tenure": 60.0} and desk.asked[-1]["explain"]
    assert "changed from No" in sound(app).replace("\\", "")
    count = len(desk.asked)
    app.run()
    assert len(desk.asked) == count, "a redraw asks nothing new"


def test_a_slow_desk_is_waited_for(seated, monkeypatch: pytest.MonkeyPatch) -> None:
    app, desk = seated("table")
    waiting = {"answers": {}, "shown": {}, "complete": False}
    quick = desk.get_answer
    monkeypatch.setattr(polling, "PATIENCE", 0.01)
    monkeypatch.setattr(live_sessions, "get_answer", lambda *_: waiting)
    next(one for one in app.number_input if one.label.startswith("Row")).set_value(3).run()
    assert "More is coming" in sound(app) and not [one for one in app.text_input if one.label == "tenure"]
    monkeypatch.setattr(live_sessions, "get_answer", quick)
    app.run()
    assert [one for one in app.text_input if one.label == "tenure"] and "answered in" in sound(app)


def test_a_sentence_is_answered_side_by_side_and_kept(seated) -> None:
    app, desk = seated("text")
    app.chat_input[0].set_value("where is my money").run()
    assert {"kind": "text", "text": "where is my money", "explain": True, "panel": "text"} in desk.asked
    app.chat_input[0].set_value("nonsense").run()
    said = sound(app)
    assert "There is no word in this text" in said and "answered in" in said
    next(button for button in app.button if button.label == "Take one of the test texts").click().run()
    assert desk.asked[-1].get("row") is not None or any("row" in one for one in desk.asked)


def test_a_test_picture_is_damaged_by_sliders(seated) -> None:
    app, desk = seated("image")
    assert not desk.asked, "an empty canvas asks nothing"
    way = next(one for one in app.segmented_control if one.label == "What to ask about")
    way.set_value("Damage a test picture").run()
    turn = next(one for one in app.slider if one.label.startswith("Turned"))
    turn.set_value(45).run()
    assert desk.asked[-1]["turn"] == 45 and desk.asked[-1]["explain"] is False
    assert "What they see" in sound(app)


class Taken(io.BytesIO):
    """What an input of the camera or the microphone gives."""


def test_a_picture_from_the_camera_is_asked_about(seated, monkeypatch: pytest.MonkeyPatch) -> None:
    app, desk = seated("image")
    assert "Example from the test part" in sound(app) or not desk.asked
    monkeypatch.setattr(image_form.st, "camera_input", lambda *_, **__: Taken(b"a picture"))
    way = next(one for one in app.segmented_control if one.label == "What to ask about")
    way.set_value("Take a picture").run()
    assert base64.b64decode(desk.asked[-1]["photo"]) == b"a picture" and "pixels" not in desk.asked[-1]
    assert "What they see" in sound(app)
    count = len(desk.asked)
    monkeypatch.setattr(image_form.st, "camera_input", lambda *_, **__: Taken(b"x" * 2_000_000))
    app.run()
    assert "the limit is 1.5 MB" in sound(app) and len(desk.asked) == count


def test_a_sound_from_the_microphone_is_asked_about(seated, monkeypatch: pytest.MonkeyPatch) -> None:
    app, desk = seated("sound")
    assert desk.asked[-1]["row"] == 0, "the first test clip is answered before any click"
    monkeypatch.setattr(sound_form.st, "audio_input", lambda *_, **__: Taken(b"a sound"))
    way = next(one for one in app.segmented_control if one.label == "What to ask about")
    way.set_value("Record a sound").run()
    assert base64.b64decode(desk.asked[-1]["recording"]) == b"a sound" and "row" not in desk.asked[-1]
    sound(app)


def test_a_clip_is_played_backwards_and_ones_own_is_asked_about(seated, monkeypatch: pytest.MonkeyPatch) -> None:
    app, desk = seated("video")
    first = {"row": 0, "order": "forwards", "noise": 0.0}
    assert desk.asked[-1].items() >= first.items(), "the first test clip is answered before any click"
    said = sound(app).replace("\\", "")
    assert "Four frames of what they see; recorded: `No`" in said, said
    next(one for one in app.number_input if one.label.startswith("Test clip")).set_value(4).run()
    next(one for one in app.segmented_control if one.label == "Played").set_value("backwards").run()
    assert desk.asked[-1].items() >= {"row": 3, "order": "backwards"}.items()
    monkeypatch.setattr(clip_form.st, "file_uploader", lambda *_, **__: None)
    way = next(one for one in app.segmented_control if one.label == "What to ask about")
    count = len(desk.asked)
    way.set_value("My own clip").run()
    assert len(desk.asked) == count and "Choose a clip" in sound(app)
    monkeypatch.setattr(clip_form.st, "file_uploader", lambda *_, **__: Taken(b"a clip"))
    app.run()
    assert base64.b64decode(desk.asked[-1]["clip"]) == b"a clip" and "row" not in desk.asked[-1]
    assert "answered in" in sound(app)


def test_who_notices_an_injected_bump_first(seated) -> None:
    app, desk = seated("series")
    many = next(one for one in desk.asked if one["kind"] == "many")
    assert [one["spike"] for one in many["questions"]] == [round(0.2 * k, 3) for k in range(21)]
    said = sound(app).replace("\\", "")
    assert "TabM network: **from 1** · XGBoost: **from 2**" in said
    size = next(one for one in app.slider if one.label.startswith("Size"))
    size.set_value(-2.0).run()
    assert any(one.get("spike") == -2.0 for one in desk.asked)
    assert any(one["kind"] == "many" and one["questions"][-1]["spike"] == -4 for one in desk.asked)


def test_writers_go_on_from_a_typed_beginning(seated) -> None:
    app, desk = seated("corpus")
    begun = next(one for one in app.text_input if one.label == "Beginning")
    begun.set_value("Call me").run()
    assert desk.asked[-1]["text"] == "Call me" and desk.asked[-1]["kind"] == "prompt"
    assert "TabM network goes on" in sound(app) and "bits per character" in sound(app)


def test_the_first_size_that_is_noticed_for_good() -> None:
    assert series_form.detection_threshold([0, 50, 99, 100], [0, 1, 2, 3], 99) == 2
    assert series_form.detection_threshold([0, 100, 50, 100], [0, 1, 2, 3], 99) == 3, "a lucky hit does not count"
    assert (
        series_form.detection_threshold([0, 0], [0, 1], 99) is None
        and series_form.detection_threshold([100, 100], [0, 1], 99) == 0
    )
    assert series_form.describe_thresholds({"b": None, "a": 2.0}).startswith("a: **from 2**")


@pytest.mark.parametrize(
    "sent",
    [None, [], "x", [[0] * 28] * 28, [[256] * 28] * 28, [[-1] * 28] * 28, [[1.5] * 28] * 28, [[True] * 28] * 28,
     [[9] * 28] * 27, [[9] * 27] * 28, [["9"] * 28] * 28, {"a": 1}],
)  # fmt: skip
def test_only_a_grid_of_grey_levels_comes_from_the_browser(sent: Any) -> None:
    assert drawing_canvas.valid_grid(sent) is None


def test_a_drawing_comes_as_it_is() -> None:
    drawn = [[0] * 28 for _ in range(28)]
    drawn[3][4] = 255
    assert drawing_canvas.valid_grid(drawn) == drawn


def test_a_decision_is_contested_with_what_would_turn_it(seated) -> None:
    app, desk = seated("table")
    assert "turn" not in desk.asked[-1]
    next(one for one in app.toggle if one.label == "Find counterfactual").set_value(True).run()
    assert desk.asked[-1]["turn"] and desk.asked[-1]["fixed"] == []
    sound(app)
    way = {"flips": True, "changes": [["tenure", "1", "30"], ["plan", "a", "b"]], "size": 0.4, "chance": 0.2}
    assert answers_view.describe_counterfactual(way) == "Prediction flips with tenure: 1 to 30; plan: a to b."
    assert "No change" in answers_view.describe_counterfactual(
        {"flips": False}
    ) and "slow" in answers_view.describe_counterfactual({"trouble": "slow"})


def test_numbers_and_classes_tell_what_a_change_did() -> None:
    one = {"probabilities": [[0.2, 0.8]], "labels": ["No", "Yes"]}
    assert answers_view.describe_change(one, {"probabilities": [[0.3, 0.7]], "labels": ["No", "Yes"]}).startswith(
        "+10.0 points"
    )
    assert answers_view.describe_change({"value": [5.0]}, {"value": [7.5]}) == "-2.5 (change)"
    assert answers_view.describe_change({"value": [5.0]}, {"trouble": "x"}) == ""


def test_fields_know_the_words_of_a_column(contest: Contest) -> None:
    words = table_form.known_values(contest, "a.b", "maybe")
    assert words[0] == "maybe" and len(words) > 3 and len(set(words)) == len(words)
    assert table_form.rank_columns(contest, ["a.b", "tenure"])[0] == "tenure", "most weight first"


def test_contests_without_questions_offer_none(contest: Contest) -> None:
    assert live_panel.draw_panel and not live_panel.takes_questions(
        replace(contest, dataset={**contest.dataset, "modality": "control"})
    )
    assert not live_panel.takes_questions(replace(contest, id="")) and live_panel.takes_questions(contest)
    assert not live_panel.takes_questions(replace(contest, runs=contest.runs[:1]))


NAMES = ("cost ($) minus fee ($)", "a*b*c", "__hidden__", "![x](http://h.invalid/x.png)", ":smile:", "# rooms")


def _fields(names: tuple[str, ...]) -> None:
    from types import SimpleNamespace

    from pages.live import table_form

    contest = SimpleNamespace(id="c", rows=SimpleNamespace(columns=(), values=()), dataset={})
    for place, name in enumerate(names):
        for kind in ("numeric", "text", "categorical"):
            table_form._draw_field(contest, table_form._Field(name, kind, "1", f"{place} {kind}"))


def test_names_of_columns_are_labels_that_print_letter_by_letter() -> None:
    app = AppTest.from_function(_fields, kwargs={"names": NAMES}, default_timeout=60).run()
    assert not app.exception
    labels = [md(name) for name in NAMES]
    assert [one.label for one in app.text_input] == labels
    assert [one.label for one in app.text_area] == labels
    assert [one.label for one in app.selectbox] == labels
