"""A disk that is really full in mid-run: the end is told in words, nothing is damaged, the next run works."""

from __future__ import annotations

import contextlib
import sqlite3
import subprocess
import time

import pytest

from core import limits
from core.runtime import jobs
from core.storage import paths
from core.storage.run_store import RunStore


@pytest.fixture
def small(tmp_path, monkeypatch):
    """A disk of its own for the home, little larger than what a run asks for."""
    place = tmp_path / "disk"
    place.mkdir()
    size = (limits.FREE_DISK_BYTES + 60 * limits.MB) // 1024
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}k", "tmpfs", str(place)], capture_output=True)
    if mounted.returncode != 0:
        pytest.skip("this test may not mount a disk of its own")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


def fill(path):
    """Takes the last byte of the disk."""
    with path.open("wb", buffering=0) as file:
        for size in (1_048_576, 4_096, 1):
            with contextlib.suppress(OSError):
                while True:
                    file.write(b"\1" * size)


@pytest.mark.slow
def test_a_full_disk_ends_the_run_in_words_and_harms_nothing(small, house, monkeypatch):
    monkeypatch.setenv("CROSSOVER_HOME", str(small / "home"))
    house.until(house.submit("short"), "finished")
    id = house.submit("steady", seconds=3)
    house.heard(id, "kept")
    fill(small / "filler")
    assert paths.free_bytes() == 0
    seen = house.until(id, "finished", "interrupted", "failed", seconds=30)
    assert seen["state"] != "finished" and "disk is full" in seen["reason"], seen
    assert jobs.load_result(id, "me").runs[0].contestant == "first", "what was finished is kept"
    with pytest.raises(jobs.JobRejected, match="free on the server's disk"):
        house.submit("short")
    (small / "filler").unlink()
    house.until(house.submit("short"), "finished")
    with contextlib.closing(sqlite3.connect(paths.home_folder() / "runs.sqlite3")) as line:
        assert line.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    until = time.monotonic() + 10
    while not (paths.home_folder() / "reserve").exists() and time.monotonic() < until:
        time.sleep(0.05)
    assert (paths.home_folder() / "reserve").exists(), "bytes are kept back again"


def test_the_reserve_is_given_up_for_the_last_word(tmp_path, monkeypatch):
    monkeypatch.setenv("CROSSOVER_HOME", str(tmp_path))
    monkeypatch.setattr(limits, "FREE_DISK_BYTES", 0)
    paths.keep_reserve()
    tried = []

    def finish(self, id, state, reason):
        tried.append((tmp_path / "reserve").exists())
        if tried[-1]:
            raise sqlite3.OperationalError("database or disk is full")
        return True

    monkeypatch.setattr(RunStore, "_finish", finish)
    with RunStore() as store:
        assert store.finish("0" * 32, "failed", "x")
        assert tried == [True, False]
        paths.keep_reserve()
        assert (tmp_path / "reserve").exists()
    assert paths.release_reserve() and not paths.release_reserve()
