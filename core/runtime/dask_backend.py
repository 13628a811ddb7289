"""Beyond one machine: a run is played on a Dask cluster by address, and its progress, models and end come back here.

The scheduler starts ``run_remotely`` instead of ``job_runner.run_in_child`` when ``CROSSOVER_DASK`` names a cluster.
The Dask task only supervises a fresh process that plays the run in a folder of its own, so a crash there is described
in words as it is here.
The cluster is the operator's own: its workers must have the same version of Crossover installed, and Dask's protocol,
which pickles, is spoken with nobody else.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

from core.runtime import job_batches, job_runner
from core.schema import Cancelled, JsonObject
from core.storage import paths
from core.storage.run_store import RunStore
from core.workers import processes

ADDRESS = "CROSSOVER_DASK"
CONNECT_SECONDS = 10
POLL_SECONDS = 0.1
HEARTBEAT_SECONDS = 2.0
DEAD_SECONDS = 20.0
GRACE_SECONDS = 2.0
_ROOT = Path(__file__).resolve().parents[2]


def scheduler_address() -> str:
    """The scheduler's address from the environment, or "" where runs are played on this machine."""
    return os.environ.get(ADDRESS, "").strip()


def run_remotely(id: str, functions: str) -> None:
    """Entry of a run's own process when it is played elsewhere: sends it, relays its progress, keeps what returns."""
    processes.configure_child(1, "cpu", group=0)
    with RunStore() as store:
        row = store.get(id)
        if row is None or row["state"] != "running":
            return
        try:
            state, reason = _run_on_cluster(store, row, functions)
        except Cancelled:
            state, reason = "cancelled", "cancelled; what was finished is kept"
        except Exception as error:
            words = " ".join(str(error).split())[:200] or type(error).__name__
            state, reason = "interrupted", f"the cluster at {scheduler_address()} could not play this run: {words}"
        store.finish(id, state, reason)


def _run_on_cluster(store: RunStore, row: JsonObject, functions: str) -> tuple[str, str]:
    from distributed import Client, Event, Variable

    spec = json.loads(row["spec"])
    # The queue is here, so the next of a batch is called from here.
    job_batches.queue_next(spec["extra"], row["owner"])
    alone = {key: value for key, value in spec["extra"].items() if key != "round"}
    row = {**row, "spec": json.dumps({**spec, "extra": alone})}
    writer = job_runner.ProgressWriter(store, row["id"])
    with Client(
        scheduler_address(), timeout=CONNECT_SECONDS, set_as_default=False, name=f"crossover-{row['id'][:8]}"
    ) as client:
        topic = f"crossover-{row['id']}"
        sign, stop = Variable(f"{topic}-sign", client=client), Event(f"{topic}-stop", client=client)
        sign.set(time.time())
        received: list[str] = []
        client.subscribe_topic(topic, lambda event: received.append(store_event(row["id"], event[1])))
        device = spec["plan"].get("device", "auto")
        wanted = {"GPU": 1} if str(device).startswith("cuda") else None
        job = client.submit(
            play_on_worker, row, pack_run(row), functions, key=topic, resources=wanted, retries=0, pure=False
        )
        signed, stopping = time.monotonic(), None
        while not job.done() and (stopping is None or time.monotonic() - stopping < 2 * GRACE_SECONDS):
            if time.monotonic() - signed > HEARTBEAT_SECONDS:
                signed = time.monotonic()
                sign.set(time.time())
            try:
                writer.check_cancelled()
            except Cancelled:
                stopping = stopping or time.monotonic()
                stop.set()
            time.sleep(POLL_SECONDS)
        if not job.done():
            job.cancel()
            raise Cancelled("cancelled")
        state, reason, files, events = job.result()
        until = time.monotonic() + 1.0
        while len(received) < events and time.monotonic() < until:
            time.sleep(POLL_SECONDS)
        unpack_run(files, paths.runs_folder())
        return state, reason


def store_event(id: str, body: str) -> str:
    """Writes one progress event that came from the cluster; losing one on a full disk loses no result."""
    with contextlib.suppress(Exception), RunStore() as store:
        store.add_event(id, body)
    return body


def play_on_worker(row: JsonObject, payload: bytes, functions: str) -> tuple[str, str, bytes, int]:
    """The Dask task: plays one run in a fresh process and returns (state, reason in words, what it left as a zip, how
    many progress events were sent).

    row: the run's row of the store. payload: its files, see ``pack_run``. functions: ``module:NAME`` of the job
    functions.
    """
    from distributed import Event, Variable, get_client, get_worker

    worker, client = get_worker(), get_client()
    topic = f"crossover-{row['id']}"
    sign, stop = Variable(f"{topic}-sign", client=client), Event(f"{topic}-stop", client=client)
    with (
        tempfile.TemporaryDirectory(prefix="crossover-") as place,
        _child_process(Path(place), row, payload, functions) as child,
    ):
        seen, asked, code = 0, None, None
        with RunStore(Path(place) / "runs.sqlite3") as store:
            while code is None:
                time.sleep(POLL_SECONDS)
                code = child.poll()
                for news in store.events(row["id"], seen):
                    seen = news.pop("seq")
                    news.pop("at")
                    worker.log_event(topic, json.dumps(news))
                if asked is None and (stop.is_set() or time.time() - float(sign.get(timeout=5)) > DEAD_SECONDS):
                    asked = time.monotonic()
                    store.cancel(row["id"], row["owner"])
                if asked is not None and time.monotonic() - asked > GRACE_SECONDS:
                    _kill(child)
            ended = store.get(row["id"]) or row
        if ended["state"] == "running":
            done = ("cancelled", "cancelled; what was finished is kept") if asked is not None else None
            reason = f"the worker on the cluster {processes.exit_reason(code)}; what was finished is kept"
            ended = dict(zip(("state", "reason"), done or ("interrupted", reason), strict=True))
        return ended["state"], ended["reason"], _zipped(Path(place) / "runs", ("parcel",)), seen


@contextlib.contextmanager
def _child_process(place: Path, row: JsonObject, payload: bytes, functions: str) -> Iterator[subprocess.Popen[bytes]]:
    unpack_run(payload, place / "runs")
    with RunStore(place / "runs.sqlite3") as store:
        store.add({**row, "state": "running", "cancel": None, "pid": None, "born": None})
    environment = {**os.environ, **processes.child_environment(1), "CROSSOVER_HOME": str(place)}
    command = [sys.executable, "-m", "core.runtime.dask_backend", row["id"], functions]
    child = subprocess.Popen(
        command, cwd=_ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, start_new_session=True
    )
    try:
        yield child
    finally:
        _kill(child)
        child.wait()


def _kill(child: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, signal.SIGKILL)


def pack_run(row: JsonObject) -> bytes:
    """The files a run needs elsewhere, as a zip: its data set, and the earlier result that it measures further."""
    extra = json.loads(row["spec"]).get("extra") or {}
    names = [f"{row['id']}/parcel", f"{extra.get('run', '')}/result.json"]
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr(f"{row['id']}/", "")
        for name in names:
            path = paths.runs_folder() / name
            for one in sorted(path.rglob("*")) if path.is_dir() else [path]:
                if one.is_file():
                    archive.write(one, one.relative_to(paths.runs_folder()).as_posix())
    return buffer.getvalue()


def _zipped(folder: Path, without: tuple[str, ...]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file() and not set(path.relative_to(folder).parts) & set(without):
                archive.write(path, path.relative_to(folder).as_posix())
    return buffer.getvalue()


def unpack_run(archived: bytes, folder: Path) -> None:
    """Writes the files of a zip made here below ``folder``; a result appears whole or not at all.

    Raises:
        ValueError: a name leads out of the folder.
    """
    with zipfile.ZipFile(io.BytesIO(archived)) as archive:
        for name in archive.namelist():
            path = (folder / name).resolve()
            if not path.is_relative_to(folder.resolve()):
                raise ValueError(f"{name!r} leads out of its folder")
            if name.endswith("/"):
                path.mkdir(mode=0o700, parents=True, exist_ok=True)
                continue
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            paths.write_atomically(path, archive.read(name), durable=False)


def main() -> int:
    """Entry of ``python -m core.runtime.dask_backend ID FUNCTIONS`` on a cluster worker; its home has this one run."""
    from importlib import import_module

    id, functions = sys.argv[1:3]
    module, _, name = functions.partition(":")
    job_runner.run_job(id, getattr(import_module(module), name))
    return 0


if __name__ == "__main__":
    sys.exit(main())
