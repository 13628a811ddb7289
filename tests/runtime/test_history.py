"""History: listed newest first, deleted with all it left, exported and restored whole, hostile files refused."""

from __future__ import annotations

import io
import json
import time
import zipfile

import pytest

from core import limits
from core.runtime import jobs, run_history
from core.schema import Contest, LoadError, Plan, Run, Task
from core.storage import history_archive, json_codec, paths
from core.storage.run_store import RunStore

TASK = Task("y", "classification", "binary")


@pytest.fixture
def store(tmp_path, monkeypatch):
    monkeypatch.setenv("CROSSOVER_HOME", str(tmp_path / "home"))
    with RunStore() as one:
        yield one


def played(store, number, owner="me", state="finished", result=True):
    id = f"{number:032x}"
    spec = json.dumps({"task": json_codec.to_plain(TASK), "plan": json_codec.to_plain(Plan()), "extra": {}})
    times = {"created": float(number), "started": float(number), "ended": float(number) + 1}
    store.add(
        {
            "id": id,
            "owner": owner,
            "kind": "contest",
            "name": f"data {number}",
            "title": "<b>",
            "spec": spec,
            "state": state,
        }
        | times
    )
    (paths.runs_folder() / id / "parcel").mkdir(parents=True)
    if result:
        contest = Contest(id, "d", {"name": f"data {number}"}, TASK, Plan(), (Run("dummy", "Dummy", "chance"),))
        paths.write_atomically(paths.runs_folder() / id / "result.json", json_codec.dumps(contest))
    return id


def test_runs_are_listed_newest_first_for_their_owner_only(store):
    ids = [played(store, number) for number in range(3)]
    played(store, 9, owner="you")
    listed = run_history.list_runs("me")
    assert [one["id"] for one in listed] == ids[::-1]
    assert listed[0]["name"] == "data 2"
    assert listed[0]["has_result"]
    assert listed[0]["spec"]["task"]["target"] == "y"
    assert "owner" not in listed[0]


def test_delete_removes_everything_of_an_ended_run(store):
    id, live = played(store, 1), played(store, 2, state="running")
    assert not run_history.delete_run(live, "me")
    assert not run_history.delete_run(id, "you")
    assert not run_history.delete_run("..", "me")
    assert run_history.delete_run(id, "me")
    assert not (paths.runs_folder() / id).exists()
    assert jobs.load_result(id, "me") is None
    assert (paths.runs_folder() / live).exists()


def test_export_comes_back_under_fresh_ids_and_another_owner(store):
    ids = {played(store, 1), played(store, 2, state="interrupted", result=False)}
    packed = run_history.export_runs("me")
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        assert not any("owner" in row for row in json.loads(archive.read(history_archive.INDEX))), (
            "an export opens no run"
        )
    assert run_history.restore_runs("you", packed) == 2
    listed = run_history.list_runs("you")
    assert [one["name"] for one in listed] == ["data 2", "data 1"]
    assert ids.isdisjoint(one["id"] for one in listed)
    contest = jobs.load_result(listed[1]["id"], "you")
    assert (contest.id, contest.dataset["name"]) == (listed[1]["id"], "data 1")
    assert listed[0]["state"] == "interrupted"
    assert len(run_history.list_runs("me")) == 2
    assert run_history.export_runs("nobody") != b""


def test_the_quota_drops_the_oldest(store, monkeypatch):
    monkeypatch.setattr(limits, "RUNS_KEPT_PER_OWNER", 3)
    ids = [played(store, number) for number in range(5)]
    assert run_history.remove_old_runs("me") == 2
    assert [one["id"] for one in run_history.list_runs("me")] == ids[:1:-1]


def test_data_sets_go_after_a_day_or_when_the_server_is_full_and_results_stay(store, monkeypatch):
    old, young, live = (
        played(store, number, state=state) for number, state in ((1, "finished"), (2, "failed"), (3, "running"))
    )
    for id in (old, young, live):
        (paths.runs_folder() / id / "parcel" / "data").write_bytes(b"x" * 1000)
    monkeypatch.setattr(limits, "RUN_DATA_KEPT_SECONDS", time.time() - 2.5)
    assert run_history.remove_expired_data() == 1
    assert not (paths.runs_folder() / old / "parcel").exists()
    assert jobs.load_result(old, "me") is not None
    monkeypatch.setattr(limits, "RUN_DATA_KEPT_SECONDS", 1e12)
    assert run_history.remove_expired_data() == 0
    monkeypatch.setattr(limits, "SERVER_BYTES", 500)
    assert run_history.remove_expired_data() == 1
    assert (paths.runs_folder() / live / "parcel" / "data").exists()
    with pytest.raises(jobs.JobRejected, match="no longer kept"):
        jobs.submit(None, TASK, Plan(), "me", "measure", run=old, keys=("learning_curve",))


def packed(files, **options):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", **options) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return buffer.getvalue()


def entry(**changes):
    spec = json.dumps({"task": None, "plan": {}, "extra": {}})
    whole = {
        "id": "1" * 32,
        "kind": "contest",
        "name": "n",
        "title": "t",
        "state": "finished",
        "reason": "",
        "spec": spec,
    }
    return json.dumps([whole | {"created": 1.0, "started": 1.0, "ended": 2.0} | changes])


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no zip",
        packed({}),
        packed({"runs.json": "{}"}),
        packed({"runs.json": "[" * 100_000}),
        packed({"runs.json": entry(), "../evil.json": "{}"}),
        packed({"runs.json": entry(), "evil.py": "{}"}),
        packed({"runs.json": entry(state="running")}),
        packed({"runs.json": entry(id="../../x")}),
        packed({"runs.json": entry(created="now")}),
        packed({"runs.json": entry(created=None)}),
        packed({"runs.json": entry(spec="[]")}),
        packed({"runs.json": entry(name=5)}),
        packed({"runs.json": entry(), "1" * 32 + ".json": "{}"}),
        packed({"runs.json": entry(), "1" * 32 + ".json": "\xff"}),
        packed({"runs.json": entry()}, compression=zipfile.ZIP_BZIP2),
        packed({"runs.json": " " * 250_000_000}, compression=zipfile.ZIP_DEFLATED),
        packed({"runs.json": entry()})[:-30],
    ],
)
def test_hostile_exports_are_refused_and_nothing_is_kept(store, data):
    with pytest.raises(LoadError):
        run_history.restore_runs("me", data)
    assert run_history.list_runs("me") == []
    assert list(paths.runs_folder().iterdir()) == []


def test_uploads_nobody_touched_are_swept_and_samples_stay(store):
    import os

    for name, age in (("old", 10 * 3600), ("new", 60), ("sample-churn", 10 * 3600)):
        folder = paths.datasets_folder() / name
        folder.mkdir()
        (folder / "dataset.json").write_text("{}")
        for path in (folder / "dataset.json", folder):
            os.utime(path, (time.time() - age,) * 2)
    assert run_history.remove_stale_uploads() == 1
    assert sorted(path.name for path in paths.datasets_folder().iterdir()) == ["new", "sample-churn"]


def test_uploads_beyond_what_the_server_keeps_leave_the_oldest_first(store, monkeypatch):
    import os

    monkeypatch.setattr(limits, "SERVER_BYTES", 2_500)
    for name, age in (("oldest", 4_000), ("older", 3_000), ("newer", 2_000), ("in use", 10)):
        folder = paths.datasets_folder() / name
        folder.mkdir()
        (folder / "data").write_bytes(bytes(1_000))
        for path in (folder / "data", folder):
            os.utime(path, (time.time() - age,) * 2)
    assert run_history.remove_stale_uploads() == 2
    assert sorted(path.name for path in paths.datasets_folder().iterdir()) == ["in use", "newer"]


def test_an_export_is_never_parsed_in_this_process(store, monkeypatch):
    import sys

    played(store, 1)
    packed_up = run_history.export_runs("me")

    def here(*_, **__):
        raise AssertionError("the web process opened the export")

    monkeypatch.setattr(zipfile, "ZipFile", here)
    monkeypatch.delitem(sys.modules, "core.runtime.history_import", raising=False)
    assert run_history.restore_runs("you", packed_up) == 1
    assert "core.runtime.history_import" not in sys.modules
    assert [path.name for path in paths.home_folder().iterdir() if path.name.startswith("tmp")] == []
