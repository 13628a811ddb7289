"""A lock on a file that the system lets go when its holder dies, however it dies."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import IO

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl


def acquire(path: Path) -> IO[bytes] | None:
    """The open, locked file, or None when another process holds it. Closing the file gives the lock back."""
    return _locked(path, alone=True)


def is_locked(path: Path) -> bool:
    """True while some process holds the lock. Whoever only asks never looks like a holder to others who ask."""
    file = _locked(path, alone=False)
    if file is None:
        return True
    file.close()
    return False


def _locked(path: Path, alone: bool) -> IO[bytes] | None:
    file = path.open("ab")
    try:
        if sys.platform == "win32":
            file.seek(0)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(file, (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | fcntl.LOCK_NB)
    except OSError:
        file.close()
        return None
    return file
