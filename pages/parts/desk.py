"""What the pages ask of core, in one place: data, runs, verdicts. It draws nothing and keeps nothing."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from core import history, ingest, jobs, limits, registry
from core.tools import hardware, home, parcels
from core.vocabulary import Contest, LoadError, Plan, Sample, Scenario, Task

UNFINISHED = ("queued", "running")


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
    folder = home.home() / "incoming"
    folder.mkdir(mode=0o700, exist_ok=True)
    path = folder / secrets.token_hex(16)
    try:
        with path.open("wb") as file:
            while block := content.read(limits.MB):
                file.write(block)
        return ingest.receive(path, name)
    except OSError as error:
        raise LoadError("The file could not be stored on this machine.", "", "Free some disk space.") from error
    finally:
        path.unlink(missing_ok=True)


def glance(folder: Path | str) -> dict[str, Any]:
    """A parcel's description without its data.

    Raises:
        LoadError: if the folder is gone or damaged.
    """
    try:
        return parcels.glance(Path(folder))
    except (OSError, ValueError, KeyError) as error:
        raise LoadError("These data are no longer on this machine.", "", "Upload the file again.") from error


def submit(folder: Path | str, task: Task, plan: Plan, owner: str, **extra: Any) -> str:
    """Starts a contest (or a scenario, or more measurements) and returns its id at once."""
    return jobs.submit(Path(folder), task, plan, owner, **extra)


def state(run: str, owner: str) -> dict[str, Any] | None:
    """Where a run stands, or None when this browser does not own such a run."""
    try:
        return jobs.state(run, owner)
    except KeyError:
        return None


def events(run: str, owner: str) -> Sequence[Mapping[str, Any]]:
    """Every line of news of a run so far."""
    return jobs.events(run, owner)


def cancel(run: str, owner: str) -> None:
    """Asks a run to stop."""
    jobs.cancel(run, owner)


def contest(run: str, owner: str) -> Contest | None:
    """The result of a run, as far as it got."""
    return jobs.result(run, owner)


def runs(owner: str) -> list[dict[str, Any]]:
    """This browser's runs, the newest first."""
    return list(history.runs(owner))


def forget(run: str, owner: str) -> None:
    """Deletes a run and all it left."""
    history.delete(run, owner)


def scenarios() -> Mapping[str, Scenario]:
    """The use cases that can be played, by key."""
    return registry.discover("scenarios")


def lanes() -> dict[str, tuple[str, str]]:
    """Contestant key -> (title, family)."""
    return {key: (who.title, who.family) for key, who in registry.discover("contestants").items()}


@cache
def machine_line() -> str:
    """What this machine is, in one line."""
    facts = hardware.machine()
    cores = f"{facts['cores']:g} core" + ("" if facts["cores"] == 1 else "s")
    return f"{facts['gpu'] or 'No GPU'} · {cores} · {facts['memory_mb'] / 1000:.0f} GB memory"
