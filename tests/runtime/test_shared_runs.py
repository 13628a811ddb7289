"""A result is read by others only while its owner shares it, under a link that tells nothing of the run."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from core.runtime import run_history, shared_runs
from core.storage.run_store import RunStore, store_path
from tests.pages.conftest import fabricate, packed

ME, YOU = "a" * 32, "b" * 32


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A finished run of ``ME``."""
    monkeypatch.setenv("CROSSOVER_HOME", str(tmp_path / "home"))
    run_history.restore_runs(ME, packed(fabricate()))
    return str(run_history.list_runs(ME)[0]["id"])


def test_nothing_is_shared_before_its_owner_says_so(run: str) -> None:
    assert shared_runs.link_of_run(run, ME) is None
    assert shared_runs.load_shared(run) is None, "the id of a run is no link"


def test_a_shared_result_is_read_by_its_link_until_it_is_taken_back(run: str) -> None:
    link = shared_runs.share_run(run, ME)
    assert link is not None and len(link) == 32 and run not in link
    assert shared_runs.share_run(run, ME) == link == shared_runs.link_of_run(run, ME)
    found = shared_runs.load_shared(link)
    assert found is not None and found.id == run
    assert shared_runs.unshare_run(run, ME) and not shared_runs.unshare_run(run, ME)
    assert shared_runs.load_shared(link) is None
    assert shared_runs.share_run(run, ME) != link, "an old link never works again"


def test_nobody_else_shares_or_takes_back(run: str) -> None:
    assert shared_runs.share_run(run, YOU) is None and shared_runs.link_of_run(run, YOU) is None
    link = shared_runs.share_run(run, ME)
    assert not shared_runs.unshare_run(run, YOU) and shared_runs.load_shared(link) is not None


def test_a_deleted_run_is_shared_no_more(run: str) -> None:
    link = shared_runs.share_run(run, ME)
    assert run_history.delete_run(run, ME) and shared_runs.load_shared(link) is None


@pytest.mark.parametrize("link", ["", "x", "../../etc/passwd", "' OR 1=1 --", "0" * 32, None, 7])
def test_a_link_that_is_none_shows_nothing(run: str, link: object) -> None:
    assert shared_runs.load_shared(link) is None


def test_a_store_of_the_version_before_is_opened_and_can_share(run: str) -> None:
    with sqlite3.connect(store_path()) as old:
        old.execute("DROP TABLE shares")
        old.execute("PRAGMA user_version = 1")
    old.close()
    with RunStore() as store:
        assert store.get(run, ME) is not None
    assert shared_runs.share_run(run, ME) is not None
