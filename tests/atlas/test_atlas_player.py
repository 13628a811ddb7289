"""The player: what is open, what survives a kill, and what a replay may differ by."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from core.atlas import atlas_player, code_versions, entry_store, sources
from core.atlas.entries import AtlasEntry
from core.schema import Cancelled, LoadError, Progress
from tests.atlas.made_entries import entry

SKILL, LOWER = (50.0, 52.0, 51.0, 49.5, 50.5), (48.0, 50.0, 49.0, 47.5, 48.0)


def source(key: str, shares: tuple[int, ...] = (1,)) -> sources.AtlasSource:
    return sources.AtlasSource(key, key, "sample", "crossover", "1", "telco_churn", "MIT", "test", shares=shares)


@pytest.fixture
def played(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Contests are not played but noted; the third one is killed, a source named "bad" cannot be read."""
    noted: list[str] = []

    def play(one: sources.AtlasSource, share: int, *_: object) -> AtlasEntry:
        noted.append(f"{one.key}.{share}")
        if one.key == "bad":
            raise LoadError("No such data.")
        if one.key == "broken":
            raise RuntimeError("a bug")
        if len(noted) == 3:
            raise Cancelled
        return entry(one.key, SKILL, LOWER, share=share)

    monkeypatch.setattr(atlas_player, "play_contest", play)
    monkeypatch.setattr(atlas_player, "stale_reason", lambda one: "")
    return noted


def silent(progress: Progress) -> None:
    """Reports nothing."""


def test_a_killed_player_goes_on_where_it_was(played: list[str], tmp_path: Path) -> None:
    there = [source("a", (1, 8)), source("b"), source("c")]
    with pytest.raises(Cancelled):
        atlas_player.play_open(atlas_player.open_contests(there, tmp_path), silent, folder=tmp_path)
    assert played == ["a.1", "b.1", "c.1"]
    assert sorted(entry_store.read_entries(tmp_path).entries) == ["a.1", "b.1"]
    atlas_player.play_open(atlas_player.open_contests(there, tmp_path), silent, folder=tmp_path)
    assert played[3:] == ["c.1", "a.8"]
    assert atlas_player.open_contests(there, tmp_path) == []


def test_what_cannot_be_played_is_told_and_stays_open(played: list[str], tmp_path: Path) -> None:
    told: list[str] = []
    there = [source("bad"), source("broken")]
    wanted = atlas_player.open_contests(there, tmp_path)
    assert atlas_player.play_open(wanted, silent, folder=tmp_path, told=told.append) == []
    assert "No such data." in told[1] and "RuntimeError: a bug" in told[3]
    assert [one.reason for one in atlas_player.open_contests(there, tmp_path)] == ["missing", "missing"]


def test_stale_and_damaged_entries_are_open(tmp_path: Path) -> None:
    entry_store.write_entry(entry("a", SKILL, LOWER), tmp_path)
    (tmp_path / "b.1.json").write_text("{")
    found = {one.name: one.reason for one in atlas_player.open_contests([source("a"), source("b")], tmp_path)}
    assert found == {"a.1": "folds or scores are computed by other code now", "b.1": "damaged"}


def test_an_entry_is_stale_once_one_contestant_is(monkeypatch: pytest.MonkeyPatch) -> None:
    made = entry("a", SKILL, LOWER)
    monkeypatch.setattr(code_versions, "scoring_version", lambda: "0")
    monkeypatch.setattr(code_versions, "contestant_version", lambda key: "0")
    assert entry_store.stale_reason(made) == ""
    monkeypatch.setattr(code_versions, "contestant_version", lambda key: "1" if key == "net" else "0")
    assert entry_store.stale_reason(made) == "other code now: Net"


def test_a_replay_may_differ_by_the_noise_of_the_entry_and_no_more() -> None:
    made = entry("a", SKILL, LOWER)
    same = atlas_player.compare_replay(made, made)
    assert [one.contestant for one in same] == ["net", "trees"] and all(one.agrees for one in same)
    net, trees = made.contestants
    shifted = replace(net, skill=tuple(value + 5 for value in net.skill))
    gone = replace(trees, skill=())
    found = atlas_player.compare_replay(made, replace(made, contestants=(shifted, gone)))
    assert [one.agrees for one in found] == [False, False]
    near = replace(net, skill=tuple(value + 0.5 for value in net.skill))
    assert atlas_player.compare_replay(made, replace(made, contestants=(near, trees)))[0].agrees


@pytest.mark.slow
def test_a_set_from_a_package_is_played_end_to_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(atlas_player, "BUDGET_SECONDS", 3.0)
    wine = next(one for one in sources.load_sources() if one.key == "sk_wine")
    wanted = [atlas_player.OpenContest(wine, 1, "missing")]
    assert atlas_player.play_open(wanted, silent, "inline", tmp_path) == ["sk_wine.1"]
    made = entry_store.read_entries(tmp_path).entries["sk_wine.1"]
    assert made.facts.rows == 178 and made.facts.classes == 3 and made.facts.modality == "table"
    assert {one.family for one in made.contestants if one.skill} == {"chance", "classical", "deep", "hybrid"}
    # The rarest class of 48 wines leaves four folds.
    assert made.beats_chance and made.compared and made.fits >= made.folds == 4
    assert entry_store.stale_reason(made) == ""
    assert (tmp_path / "sk_wine.1.json").stat().st_size < 20_000
