"""Where Crossover keeps what must outlive a page: one private folder, outside the watched source tree."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import shutil
from dataclasses import dataclass
from pathlib import Path

from core import limits
from core.schema import LoadError

# In the folder of a run: the models of its first fold that answer questions later, and the list of them.
KEPT_MODELS, KEPT_LIST = "kept_models", "kept.json"


_FULL = (errno.ENOSPC, errno.EDQUOT)
_REASONS = {
    errno.EROFS: "is on a disk that can only be read",
    errno.EACCES: "may not be written by the user that this program runs as",
    errno.EPERM: "may not be written by the user that this program runs as",
    errno.ENOTDIR: "cannot be made, because a file stands in its place",
    errno.EEXIST: "cannot be made, because a file stands in its place",
    **dict.fromkeys(_FULL, "is on a disk that is full"),
}


@dataclass(frozen=True)
class HomeTrouble:
    """Why the private folder cannot take uploads and runs. reason: goes on after "the folder …"; how: what to do.

    readable: whether earlier results can be read. writable: whether little files still find room.
    """

    folder: Path
    reason: str
    how: str
    readable: bool
    writable: bool = False


def home_folder() -> Path:
    """The private folder: ``$CROSSOVER_HOME`` or ``~/.cache/crossover``, created readable by its owner only."""
    return _made(_home())


def _home() -> Path:
    return Path(os.environ.get("CROSSOVER_HOME") or Path.home() / ".cache" / "crossover")


def home_trouble() -> HomeTrouble | None:
    """What keeps the private folder from taking uploads and runs; None where they can be written."""
    place = "Set CROSSOVER_HOME to a folder that this user may write."
    space = (
        f"Free some space, or set CROSSOVER_HOME to a folder with {limits.FREE_DISK_BYTES / limits.MB:,.0f} MB left."
    )
    try:
        probe = home_folder() / f".probe-{secrets.token_hex(4)}"
        try:
            probe.write_bytes(b"1")
        finally:
            probe.unlink(missing_ok=True)
        free = free_bytes()
    except OSError as error:
        full = error.errno in _FULL
        reason = _REASONS.get(error.errno or 0, "cannot be written")
        return HomeTrouble(_home(), reason, space if full else place, readable=full)
    if free < limits.FREE_DISK_BYTES:
        reason = f"is on a disk with {free / limits.MB:,.0f} MB left, which is too little for another run"
        return HomeTrouble(_home(), reason, space, readable=True, writable=True)
    return None


def check_home() -> None:
    """Says at the start that nothing can be stored, before anything is read or fitted.

    Raises:
        LoadError: the private folder cannot be written.
    """
    trouble = home_trouble()
    if trouble is not None and not trouble.writable:
        raise LoadError(f"The folder {trouble.folder} {trouble.reason}.", "", trouble.how)


def runs_folder() -> Path:
    """Folders of runs, one each, named by the run's id."""
    return _made(home_folder() / "runs")


def models_kept(folder: Path) -> bool:
    """Whether the models of a run's first fold are kept.

    Args:
        folder: of the run.

    Returns:
        False where they never were, or went with the data of the run.
    """
    return (folder / KEPT_MODELS / KEPT_LIST).is_file()


def datasets_folder() -> Path:
    """Folders of parsed uploads and cached samples."""
    return _made(home_folder() / "parcels")


def vectors_folder() -> Path:
    """Folders of vectors of frozen encoders, one an encoder."""
    return _made(home_folder() / "vectors")


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


def write_atomically(path: Path, content: str | bytes, durable: bool = True, mode: int = 0o600) -> None:
    """Writes a whole file or nothing: a temporary neighbour, synced to disk, then renamed over ``path``.

    Args:
        content: bytes, or text that is encoded as UTF-8.
        durable: whether the file must outlive a power cut; otherwise it is renamed into place without a sync.
        mode: who may read it, before the user's umask.

    Raises:
        OSError: the disk is full or the folder is gone; ``path`` is then as it was.
    """
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
            file.write(content.encode() if isinstance(content, str) else content)
            if durable:
                file.flush()
                os.fsync(file.fileno())
        os.replace(part, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(part)
        raise
    if durable:
        _sync(path.parent)


def remove_temporary(folder: Path) -> None:
    """Removes what a killed ``write_atomically`` left in a folder."""
    for left in folder.glob(".*.json.*"):
        with contextlib.suppress(OSError):
            left.unlink()


def link_folder(source: Path, target: Path) -> None:
    """Gives ``target`` the files of the folder ``source`` without copying their bytes where the disk can do that."""

    def place(entry: str, other: str) -> None:
        try:
            os.link(entry, other)
        except OSError:
            shutil.copy2(entry, other)

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
