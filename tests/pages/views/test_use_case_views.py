"""The use-case page: what a card says, and a round that is played, left, found again and cancelled."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core import registry
from core.runtime import job_batches, jobs, run_history
from core.schema import Contest
from pages.backend.evidence import shipped_evidence
from pages.contest import progress_panel
from pages.views import use_case_batch, use_case_cards
from tests.atlas.test_use_case_plays import PLAY
from tests.pages.conftest import packed
from tests.pages.test_pages import opened, sound


def test_the_score_counts_every_outcome() -> None:
    said = use_case_batch.describe_score(["supported", "supported", "not measured", "contradicted"])
    assert said.startswith("Of 4 uses") and "**2** the document's winner holds" in said
    assert "**1** contradicted" in said and "**1** not played here" in said and "tied" not in said


@pytest.mark.parametrize(
    ("chances", "who"), [((0.99, 0.0), "deep"), ((0.0, 0.99), "classical"), ((0.5, 0.1), None), ((0.0, 0.0), "tie")]
)
def test_ours_is_who_won_and_nobody_when_it_is_close(contest: Contest, chances: tuple, who: str | None) -> None:
    better, worse = chances
    one = replace(contest.comparisons[0], p_left_better=better, p_tie=1 - better - worse, p_right_better=worse)
    played = replace(contest, comparisons=(one,))
    assert use_case_cards.winners_of(registry.find("scenarios", "tabular"), played) == [("", who)]
    part = {"title": "Other", "runs": [], "comparisons": []}
    two = replace(played, parts=(part,))
    assert [title for title, _ in use_case_cards.winners_of(registry.find("scenarios", "tabular"), two)][1] == "Other"


def test_a_hybrid_must_beat_both(contest: Contest) -> None:
    sure = [replace(one, p_left_better=0.99, p_tie=0.01, p_right_better=0.0) for one in contest.comparisons]
    recommendation = registry.find("scenarios", "recommendation")
    assert use_case_cards.winners_of(recommendation, replace(contest, comparisons=tuple(sure)))[0][1] == "hybrid"
    unsure = (sure[0], sure[1], replace(sure[2], p_left_better=0.6, p_tie=0.4))
    assert use_case_cards.winners_of(recommendation, replace(contest, comparisons=unsure))[0][1] is None


def test_progress_grows_with_the_folds() -> None:
    plan = {"stage": "plan", "message": '{"fits": 5, "contestants": [["dummy", "Guessing", "chance"]]}', "at": 1.0}
    fold = {"stage": "fold", "contestant": "dummy", "at": 2.0}
    assert progress_panel.progress_share([])[0] == 0
    half, word = progress_panel.progress_share([plan, *[fold] * 3])
    assert 0.4 < half < 0.6 and word.startswith("Training")
    assert 0.8 < progress_panel.progress_share([plan, *[fold] * 5, {"stage": "measure", "at": 3.0}])[0] <= 1


@pytest.fixture
def shipped(monkeypatch: pytest.MonkeyPatch) -> None:
    """One use case with a shipped play."""
    monkeypatch.setattr(shipped_evidence, "load_plays", lambda: {"tabular": PLAY})


def test_a_played_use_case_fills_its_card(place: Path, owner: str, contest: Contest, shipped: None) -> None:
    packed_ = packed(replace(contest, scenario="tabular"))
    run_history.restore_runs(owner, packed_)
    with jobs.RunStore() as store:
        row = store.runs_of(owner)[0]
        spec = row["spec"].replace('"extra": {}', '"extra": {"key": "tabular"}')
        store._line.execute("UPDATE runs SET kind = 'scenario', spec = ? WHERE id = ?", (spec, row["id"]))
    app = opened("use_cases", owner)
    said = sound(app)
    assert "2 Jan 2026, 03:04 UTC" in said.replace("\\", "") and "points of skill" in said
    assert "It held." not in said, "the visitor's own play takes the place of the shipped one"
    assert "Of 8 uses" in said and app.button(key="open_tabular") and app.button(key="play_all")


def test_play_all_can_be_left_found_again_and_cancelled(place: Path, owner: str) -> None:
    app = opened("use_cases", owner)
    app.button(key="play_all").click().run()
    assert "Playing 1 of 8" in sound(app)
    there = job_batches.batch_status(owner)
    assert there is not None and len(there.keys) == 8 and set(there.keys) == set(registry.discover("scenarios"))
    again = opened("use_cases", owner)
    assert "Playing 1 of 8" in sound(again), "another visit finds it"
    again.button(key="cancel_round").click().run()
    assert job_batches.batch_status(owner).current is None
    said = sound(opened("use_cases", owner))
    assert "Playing" not in said


def test_a_refusal_is_told_on_the_page(place: Path, owner: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> str:
        raise jobs.JobRejected("You already have 5 runs waiting, which is the limit.")

    app = opened("use_cases", owner)
    monkeypatch.setattr(job_batches, "start_batch", refuse)
    app.button(key="play_all").click().run()
    assert "5 runs waiting" in sound(app)


def upload(owner: str, name: str, content: bytes) -> AppTest:
    """The first page with one's own file read."""
    app = opened("compare", owner)
    app.segmented_control(key="way").set_value("My own file").run()
    app.file_uploader[0].upload(name, content).run()
    return app


def queued(app: AppTest, owner: str) -> str:
    """Presses the button; the kind of task that waits then."""
    app.button(key="run_contest").click().run()
    run = app.query_params["run"]
    now = jobs.get_state(run[0] if isinstance(run, list) else run, owner)
    return str(now["task"]["kind"])  # type: ignore[index]


def test_ones_own_text_and_ratings_take_the_place_of_ours(place: Path, owner: str) -> None:
    evening = "It was a dark night, and the rain fell.\nNobody, said the old man, goes out; yet somebody knocked.\n"
    app = upload(owner, "novel.txt", "".join(f"{evening}Evening {k} was no better.\n" for k in range(90)).encode())
    said = sound(app)
    assert "text to write like" in said and "next character" in said
    assert queued(app, owner) == "generation"
    lines = ["user,item,rating"] + [
        f"u{u},i{(u * 7 + k * 3) % 40},{1 + (u + k) % 5}" for u in range(50) for k in range(9)
    ]
    app = upload(owner, "ratings.csv", "\n".join(lines).encode())
    way = next(one for one in app.segmented_control if one.label == "Read this as")
    way.set_value("interactions").run()
    assert "ten best of all items" in sound(app)
    assert queued(app, owner) == "ranking"


def test_a_use_case_shows_its_shipped_play(place: Path, owner: str, shipped: None) -> None:
    said = sound(opened("use_cases", owner))
    assert "shipped evidence" in said and "It held." in said and "Fraud" in said and "MEASURED BEFORE" in said
