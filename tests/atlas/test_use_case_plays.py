"""Shipped plays of use cases: what a file holds, what makes it stale or damaged, and what a stop keeps."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from core import registry
from core.atlas import code_versions, use_case_player, use_case_plays
from core.atlas.entries import EntryError
from core.atlas.use_case_plays import SCHEMA, PlayedPart, UseCasePlay
from core.schema import Cancelled, Machine, Progress, Verdict
from tests.judging.test_votes import contest as made_contest

PLAY = UseCasePlay(
    schema=SCHEMA, scenario="tabular", outcome="supported", because="It held.",
    parts=(PlayedPart("Churn", "classical"), PlayedPart("Fraud", "tie"), PlayedPart("Prices", None)),
    budget_seconds=60.0, seed=0, digest="d", finished="2026-11-30T12:00:00+00:00", machine=Machine(cores=2.0),
    versions={"numpy": "2"}, scoring="0", contestants={"table_linear": "0"}, load=0.4, seconds=80.0,
)  # fmt: skip


def silent(progress: Progress) -> None:
    """Reports nothing."""


def test_a_play_comes_back_as_it_was_written(tmp_path: Path) -> None:
    path = use_case_plays.write_play(PLAY, tmp_path)
    assert use_case_plays.read_play(path) == PLAY
    assert use_case_plays.read_plays(tmp_path) == {"tabular": PLAY}
    assert use_case_plays.read_plays(tmp_path / "nowhere") == {}


@pytest.mark.parametrize(
    ("change", "said"),
    [({"schema": 7}, "schema 7"), ({"outcome": "won"}, "outcome"), ({"scenario": "vision"}, "another use case"),
     ({"parts": 3}, "parts"), ({"seed": None}, "seed")],
)  # fmt: skip
def test_a_damaged_play_is_named_and_left_out(change: dict[str, object], said: str, tmp_path: Path) -> None:
    path = use_case_plays.write_play(PLAY, tmp_path)
    path.write_text(json.dumps({**json.loads(path.read_text(encoding="utf-8")), **change}), encoding="utf-8")
    with pytest.raises(EntryError, match=said):
        use_case_plays.read_play(path)
    assert use_case_plays.read_plays(tmp_path) == {}
    assert use_case_plays.open_use_cases(["tabular"], tmp_path) == {"tabular": "damaged"}


def test_what_is_missing_or_of_other_code_is_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert use_case_plays.open_use_cases([], tmp_path) == dict.fromkeys(registry.discover("scenarios"), "missing")
    use_case_plays.write_play(PLAY, tmp_path)
    monkeypatch.setattr(code_versions, "scoring_version", lambda: "0")
    assert use_case_plays.open_use_cases(["tabular"], tmp_path) == {"tabular": "other code now: table_linear"}
    monkeypatch.setattr(code_versions, "contestant_version", lambda key: "0")
    assert use_case_plays.open_use_cases(["tabular"], tmp_path) == {}
    monkeypatch.setattr(code_versions, "scoring_version", lambda: "1")
    assert "other code" in use_case_plays.open_use_cases(["tabular"], tmp_path)["tabular"]


def test_a_stop_keeps_what_was_finished_and_what_breaks_stays_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def play(scenario: object, on_progress: object) -> UseCasePlay:
        key = scenario.key  # type: ignore[attr-defined]
        if key == "vision":
            raise RuntimeError("a bug")
        if key == "regulated":
            raise Cancelled
        return replace(PLAY, scenario=key)

    monkeypatch.setattr(use_case_player, "play_use_case", play)
    told: list[str] = []
    with pytest.raises(Cancelled):
        use_case_player.play_open(
            dict.fromkeys(("tabular", "vision", "regulated", "anomaly"), "missing"), silent, tmp_path, told.append
        )
    assert list(use_case_plays.read_plays(tmp_path)) == ["tabular"]
    assert "  not played: RuntimeError: a bug" in told


def test_a_finished_contest_becomes_a_play() -> None:
    scenario = replace(
        registry.find("scenarios", "tabular"), judge=lambda one, contest: Verdict("tabular", "tied", "So.")
    )
    played = replace(made_contest("Churn", "tied"), scenario="tabular", runs=())
    made = use_case_player.make_play(scenario, played, 0.7)
    assert (made.outcome, made.because, made.load) == ("tied", "So.", 0.7)
    assert len(made.parts) == 1 and made.scoring and made.budget_seconds == scenario.plan.budget_seconds


def test_the_plays_that_ship_are_sound_and_of_use_cases_that_there_are() -> None:
    paths = sorted(use_case_plays.PLAYS.glob("*.json"))
    plays = [use_case_plays.read_play(path) for path in paths]
    assert all(play.scenario in registry.discover("scenarios") and play.because for play in plays)
