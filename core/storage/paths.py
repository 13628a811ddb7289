"""Where Crossover keeps what must outlive a page: one private folder, outside the watched source tree."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from pathlib import Path

from core import limits


def home_folder() -> Path:
    """The private folder: ``$CROSSOVER_HOME`` or ``~/.cache/crossover``, created readable by its owner only."""
    return _made(Path(os.environ.get("CROSSOVER_HOME") or Path.home() / ".cache" / "crossover"))


def runs_folder() -> Path:
    """Folders of runs, one each, named by the run's id."""
    return _made(home_folder() / "runs")


def datasets_folder() -> Path:
    """Folders of parsed uploads and cached samples."""
    return _made(home_folder() / "parcels")


def scheduler_lock() -> Path:
    """The file that the engine keeps locked as long as it lives."""
    return home_folder() / "engine.lock"


def free_bytes() -> int:
    """Bytes left on the disk that holds the private folder."""
    return shutil.disk_usage(home_folder()).free


def keep_reserve() -> None:
    """Keeps some bytes of the disk back, so that the end of a run can be written down when the disk is full."""
    kept = home_folder() / "reserve"
    if free_bytes() > limits.FREE_DISK_BYTES and not kept.exists():
        with contextlib.suppress(OSError):
            kept.write_bytes(os.urandom(limits.RESERVE_BYTES))


def release_reserve() -> bool:
    """Gives the reserve up; False when there is none left."""
    try:
        (home_folder() / "reserve").unlink()
    except OSError:
        return False
    return True


def write_atomically(path: Path, text: str) -> None:
    """Writes a whole file or nothing: a temporary neighbour, synced to disk, then renamed over ``path``.

    Raises:
        OSError: the disk is full or the folder is gone; ``path`` is then as it was.
    """
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(name)
        raise
    _sync(path.parent)


def remove_temporary(folder: Path) -> None:
    """Removes what a killed ``write_atomically`` left in a folder."""
    for left in folder.glob(".*.json.*"):
        with contextlib.suppress(OSError):
            left.unlink()


def link_folder(source: Path, target: Path) -> None:
    """Gives ``target`` the files of the folder ``source`` without copying their bytes where the disk can do that."""

    def place(one: str, other: str) -> None:
        try:
            os.link(one, other)
        except OSError:
            shutil.copy2(one, other)

    shutil.copytree(source, target, copy_function=place)


def _sync(folder: Path) -> None:
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _made(folder: Path) -> Path:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder
