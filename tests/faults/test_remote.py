"""A run played on a Dask cluster: its news, its files and every end come back, and a lost worker is told in words."""

from __future__ import annotations

import os
import signal
import time

import psutil
import pytest

from core.runtime import dask_backend, jobs
from core.storage import paths

distributed = pytest.importorskip("distributed", reason="the Dask cluster is optional and not installed")
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def cluster():
    """One worker process on this machine."""
    made = distributed.LocalCluster(n_workers=1, threads_per_worker=1, dashboard_address=None, processes=True)
    yield made
    made.close()


@pytest.fixture
def far(house, cluster, monkeypatch):
    monkeypatch.setenv(dask_backend.ADDRESS, cluster.scheduler_address)
    return house


def test_a_run_is_played_there_and_everything_comes_back(far):
    id = far.submit("short", canary="tweet")
    seen = far.until(id, "finished", seconds=60)
    assert seen["reason"] == ""
    assert [event["stage"] for event in jobs.get_events(id, "me")][:2] == ["start", "fit"]
    assert jobs.load_result(id, "me").dataset["canary"] == "tweet"
    assert (paths.runs_folder() / id / "parcel" / "dataset.json").exists()


def test_cancel_reaches_the_cluster_and_keeps_what_was_finished(far):
    id = far.submit("steady")
    far.heard(id, "kept", seconds=60)
    begin = time.monotonic()
    jobs.cancel(id, "me")
    far.until(id, "cancelled")
    assert time.monotonic() - begin < 5.0
    assert [run.contestant for run in jobs.load_result(id, "me").runs] == ["first"]
    far.until(far.submit("short"), "finished", seconds=60)


def test_a_killed_process_there_is_told_in_words_here(far):
    id = far.submit("steady")
    far.heard(id, "kept", seconds=60)
    running = psutil.process_iter(["cmdline"])
    there = [one for one in running if "core.runtime.dask_backend" in (one.info["cmdline"] or ())]
    for one in there:
        os.kill(one.pid, signal.SIGKILL)
    seen = far.until(id, "interrupted", seconds=60)
    assert there and "the worker on the cluster" in seen["reason"]
    assert [run.contestant for run in jobs.load_result(id, "me").runs] == ["first"]


def test_a_cluster_that_is_not_there_is_named(house, monkeypatch):
    monkeypatch.setenv(dask_backend.ADDRESS, "tcp://127.0.0.1:9")
    monkeypatch.setattr(dask_backend, "CONNECT_SECONDS", 1)
    seen = house.until(house.submit("short"), "interrupted", seconds=60)
    assert "127.0.0.1:9" in seen["reason"]


def test_nothing_is_written_outside_its_folder(tmp_path):
    import io
    import zipfile

    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("../outside.json", "{}")
    with pytest.raises(ValueError, match="leads out"):
        dask_backend.unpack_run(held.getvalue(), tmp_path / "runs")
    assert not (tmp_path / "outside.json").exists()
