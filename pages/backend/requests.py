"""What the pages ask of core, in one place: data, runs, verdicts. It draws nothing and keeps nothing."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from core import ingest, limits, registry, report, verdicts
from core.report.plain import scoreboard
from core.runtime import job_batches, jobs, run_history
from core.schema import Contest, LoadError, Plan, Recommendation, Sample, Scenario, Task, Verdict
from core.storage import dataset_store, paths
from core.workers import hardware
from pages.backend import derived_cache, event_stream
from pages.ui.formatting import filed

UNFINISHED = ("queued", "running")
ORIGINAL, NAMED, COLUMNS = "upload", "upload.json", "columns.json"


def samples() -> dict[str, tuple[str, Sample]]:
    """Embedded data sets: key -> (modality, sample), tables first."""
    found = {key: (modality.key, sample) for key, (modality, sample) in ingest.samples().items()}
    return dict(sorted(found.items(), key=lambda entry: entry[1][0] != "table"))


def sample_folder(key: str) -> Path:
    """The parcel of an embedded data set.

    Raises:
        LoadError: if it cannot be read.
    """
    return ingest.sample(key)


def receive(name: str, content: Any) -> Path:
    """Writes an upload to disk at once and has a child process read it; the Streamlit process parses nothing.

    content: a file-like object. Raises LoadError, and nothing else, when the file is refused.
    """
    folder = paths.home() / "incoming"
    folder.mkdir(mode=0o700, exist_ok=True)
    path = folder / secrets.token_hex(16)
    try:
        with path.open("wb") as file:
            while block := content.read(limits.MB):
                file.write(block)
        read = ingest.receive(path, name)
        if len(_readings(name)) > 1:
            os.replace(path, read / ORIGINAL)
            (read / NAMED).write_text(json.dumps(name), encoding="utf-8")
            (read / COLUMNS).write_text(json.dumps(_answerable(dataset_store.glance(read))), encoding="utf-8")
        return read
    except OSError as error:
        raise LoadError("The file could not be stored on this machine.", "", "Free some disk space.") from error
    finally:
        path.unlink(missing_ok=True)


def _readings(name: str) -> list[str]:
    """The modalities whose readers take a file of this name."""
    there = registry.discover("modalities")
    return [key for key, kind in there.items() if Path(name).suffix.lower() in kind.suffixes]


def readings(folder: Path | str) -> list[str]:
    """As what an upload could be read: keys of modalities, or one or none when there is nothing to choose."""
    named = Path(folder) / NAMED
    try:
        return _readings(json.loads(named.read_text(encoding="utf-8"))) if named.exists() else []
    except (OSError, ValueError):
        return []


def _answerable(card: Mapping[str, Any]) -> list[str]:
    """The columns of an uploaded table that could hold the answers; none where the upload was no table."""
    columns = ((card.get("facts") or {}).get("table") or {}).get("columns")
    columns = columns or (card["columns"] if card["modality"] == "table" else [])
    return [str(column["name"]) for column in columns if column["type"] not in ("constant", "empty", "text")]


def answerable(folder: Path | str) -> list[str]:
    """The columns that could hold the answers of texts or readings that came as a table."""
    kept = Path(folder) / COLUMNS
    try:
        return [str(name) for name in json.loads(kept.read_text(encoding="utf-8"))] if kept.exists() else []
    except (OSError, ValueError):
        return []


def reread(folder: Path | str, modality: str, target: str | None = None) -> Path:
    """Reads an upload again as another modality; the earlier reading stays for runs that use it.

    target: the column of answers in a table of texts or readings; None finds it.

    Raises:
        LoadError: it cannot be read so, or the original is gone.
    """
    folder = Path(folder)
    try:
        name = json.loads((folder / NAMED).read_text(encoding="utf-8"))
        read = ingest.receive(folder / ORIGINAL, name, modality, target=target)
        for kept in (ORIGINAL, NAMED, COLUMNS):
            os.link(folder / kept, read / kept)
        return read
    except (OSError, ValueError) as error:
        raise LoadError("The uploaded file is no longer there.", "", "Upload it again.") from error


def glance(folder: Path | str) -> dict[str, Any]:
    """A parcel's description without its data.

    Raises:
        LoadError: if the folder is gone or damaged.
    """
    return dataset_store.glance(folder)


def submit(folder: Path | str | None, task: Task | None, plan: Plan, owner: str, **extra: Any) -> str:
    """Starts a contest (or a scenario, or more measurements) and returns its id at once.

    Raises:
        LoadError: with the reason, if it cannot be queued.
    """
    try:
        return jobs.submit(folder, task, plan, owner, **extra)
    except jobs.Refused as refused:
        raise LoadError(str(refused)) from refused


def warm() -> None:
    """Wakes the engine while the visitor still reads."""
    jobs.ensure_engine()


def state(run: str | None, owner: str) -> dict[str, Any] | None:
    """Where a run stands, or None when this browser does not own such a run."""
    return jobs.state(run, owner)


def events(run: str, owner: str) -> Sequence[Mapping[str, Any]]:
    """The news of a run so far, those that are drawn."""
    return event_stream.events(run, owner)


def cancel(run: str, owner: str) -> None:
    """Asks a run to stop."""
    jobs.cancel(run, owner)


def contest(run: str | None, owner: str) -> Contest | None:
    """The result of a run, as far as it got; None too when it cannot be read any more."""
    try:
        return jobs.result(run, owner)
    except ValueError:
        return None


def so_far(run: str, owner: str) -> Contest | None:
    """A running contest with the comparisons of its finished folds, which name no winner; None before there are any."""
    found = contest(run, owner)
    if found is None:
        return None
    used, method = int(found.dataset.get("rows_used") or 0), str(found.machine.get("method", ""))
    return replace(found, comparisons=verdicts.running(found.runs, found.plan, rows=used, method=method))


def runs(owner: str) -> list[dict[str, Any]]:
    """This browser's runs, the newest first."""
    return run_history.runs(owner)


def contests(owner: str, most: int = 40) -> list[Contest]:
    """The newest results of this browser, for claims that look at every contest played."""
    ended = [row for row in run_history.runs(owner) if row["has_result"] and row["state"] not in UNFINISHED]
    there = {row["id"] for row in ended}
    # Further measurements are stored in the earlier run as well; counted twice they would vote twice.
    ended = [row for row in ended if row["kind"] != "measure" or row["spec"]["extra"].get("run") not in there]
    with_result = [row["id"] for row in ended][:most]
    return [found for run in with_result if (found := contest(run, owner)) is not None]


def judged(found: Sequence[Contest]) -> dict[str, Verdict]:
    """Every claim of the document judged on these contests: claim key -> verdict."""
    return derived_cache.together(
        found, "judged", lambda: {verdict.claim: verdict for verdict in verdicts.judge(found)}
    )


def advise(contest: Contest, rates: Mapping[str, float], bounds: Mapping[str, float]) -> Recommendation:
    """The recommendation under the user's exchange rates and hard limits."""
    asked = ("advice", *sorted(rates.items()), "within", *sorted(bounds.items()))
    return derived_cache.about(contest, asked, lambda: verdicts.recommend(contest, rates, bounds))


def forget(run: str, owner: str) -> None:
    """Deletes a run and all it left."""
    run_history.delete(run, owner)


def export(owner: str) -> bytes:
    """This browser's history as one file."""
    return run_history.export(owner)


def restore(owner: str, content: bytes) -> int:
    """Takes an exported history in; returns how many runs came.

    Raises:
        LoadError: if the file is not such an export.
    """
    return run_history.restore(owner, content)


def takeaways(contest: Contest) -> dict[str, tuple[str, str, Callable[[], str]]]:
    """What can be downloaded: title -> (file name, MIME type, function that makes it when asked)."""
    name = f"crossover-{filed(contest.id[:8])}"
    judge = lambda: list(judged([contest]).values())  # noqa: E731
    advice = lambda: advise(contest, {}, {})  # noqa: E731
    everything = lambda: report.contract(contest, judge(), advice())  # noqa: E731
    return {
        "Report (HTML)": (f"{name}.html", "text/html", lambda: report.page(contest, judge(), advice())),
        "Scores (CSV)": (f"{name}.csv", "text/csv", lambda: report.csv(scoreboard(contest))),
        "Everything (JSON)": (f"{name}.json", "application/json", lambda: json.dumps(everything(), indent=1)),
        "Notebook": (f"{name}.ipynb", "application/x-ipynb+json", lambda: report.notebook(contest)),
    }  # fmt: skip


def scenarios() -> Mapping[str, Scenario]:
    """The use cases that can be played, by key."""
    return registry.discover("scenarios")


def plays(owner: str) -> dict[str, Contest]:
    """The newest contest of every use case this browser has played to its end: use case -> contest."""
    newest: dict[str, Contest] = {}
    for row in run_history.runs(owner):
        key = str(row["spec"]["extra"].get("key") or "")
        over = row["kind"] == "scenario" and row["has_result"] and row["state"] == "finished"
        if over and key not in newest and (found := contest(row["id"], owner)) is not None and found.runs:
            newest[key] = found
    return newest


def standing(owner: str) -> job_batches.Round | None:
    """The newest round of use cases of this browser, or None."""
    return job_batches.standing(owner)


def play_all(keys: Sequence[str], owner: str) -> str:
    """Starts a round of use cases and returns its id.

    Raises:
        LoadError: with the reason, if it cannot be queued.
    """
    try:
        return job_batches.start(keys, owner)
    except jobs.Refused as refused:
        raise LoadError(str(refused)) from refused


def stop_all(owner: str, round_: str) -> None:
    """Cancels what is left of a round."""
    job_batches.cancel(owner, round_)


@cache
def machine_line() -> str:
    """What this machine is, in one line."""
    facts = hardware.machine()
    cores = f"{facts['cores']:g} core" + ("" if facts["cores"] == 1 else "s")
    return f"{facts['gpu'] or 'No GPU'} · {cores} · {facts['memory_mb'] / 1000:.0f} GB memory"


def latest(owner: str) -> str | None:
    """The newest finished run, or None."""
    return next(
        (row["id"] for row in run_history.runs(owner) if row["has_result"] and row["state"] == "finished"), None
    )


def under_way(owner: str) -> str | None:
    """The newest run of this browser that waits or runs, for a page that lost sight of it."""
    return next((row["id"] for row in run_history.runs(owner) if row["state"] in UNFINISHED), None)
