"""Starts the reader child with its limits, waits for its one line of JSON, and words what went wrong."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

from core import limits
from core.schema import Facts, JsonObject, LoadError
from core.wording import count_of, format_bytes

ROOT = Path(__file__).resolve().parents[2]
KEPT_VARIABLES = (
    "PATH",
    "HOME",
    "LANG",
    "LC_ALL",
    "TZ",
    "TMPDIR",
    "CROSSOVER_HOME",
    "CROSSOVER_PLUGINS",
    "SYSTEMROOT",
    "LD_LIBRARY_PATH",
    "VIRTUAL_ENV",
)
QUIET = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "ARROW_DEFAULT_MEMORY_POOL": "system",
    "ARROW_IO_THREADS": "2",
    "OMP_THREAD_LIMIT": "2",
    "MALLOC_ARENA_MAX": "2",
    "PYTHONUTF8": "1",
}
ANSWER_BYTES = 64_000_000


def run_reader(order: Facts, reader: str = "core.ingest.reader_process") -> JsonObject:
    """Runs one order in a child.

    The order: ``path``, ``name``, ``modality``, ``target``, ``types`` or ``sample``; ``folder`` or ``report``. With
    ``folder`` and ``alarms`` what could mislead about the suggested target is kept there too; with ``parcel``,
    ``target`` and ``form`` the same is done for a data set on disk. With ``large`` a table beyond the limits is
    sampled, for which there is more time.

    reader: the module that is started; its ``main`` takes the order on standard input.

    Returns:
        What the child answered, e.g. ``{"report": {...}}``.

    Raises:
        LoadError: the child refused the file, or passed its memory, CPU or wall time limit.
    """
    environment = (
        {key: os.environ[key] for key in KEPT_VARIABLES if key in os.environ} | QUIET | {"PYTHONPATH": str(ROOT)}
    )
    seconds = limits.LARGE_READER_SECONDS if order.get("large") else limits.READER_SECONDS
    guard = seconds * limits.READER_CLOCK_GUARD
    child = subprocess.Popen(
        [sys.executable, "-m", reader],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=ROOT,
        env=environment,
        start_new_session=True,
    )
    try:
        out, _ = child.communicate(json.dumps(dict(order)).encode(), timeout=guard)
    except subprocess.TimeoutExpired:
        raise _kept_waiting(guard) from None
    finally:
        _end(child)
        _sweep(order.get("folder"))
    return _answer(child.returncode, out, seconds)


def _answer(code: int, out: bytes, seconds: int) -> JsonObject:
    try:
        told = json.loads(out[-ANSWER_BYTES:].decode("utf-8").strip().rsplit("\n", 1)[-1])
    except ValueError:
        told = None
    if isinstance(told, dict) and "error" in told:
        raise LoadError(*(str(part) for part in told["error"]))
    if isinstance(told, dict) and code == 0:
        return told
    if code in (-signal.SIGXCPU, -signal.SIGALRM):
        raise _too_slow(seconds)
    if code in (-signal.SIGKILL, 77):
        raise LoadError(
            "Reading this file needs more memory than the reader may use "
            f"({format_bytes(limits.READER_MEMORY_BYTES)}).",
            how="Upload a smaller file, or save it again in another format.",
        )
    raise LoadError(
        "The file is damaged, or larger inside than it looks: it made the reader stop.",
        how="Save it again where it was made, for tables as CSV in UTF-8.",
    )


def _too_slow(seconds: int) -> LoadError:
    return LoadError(
        f"Reading this file takes longer than the limit of {count_of(seconds, 'second')} of a processor.",
        how="Upload a smaller or simpler file.",
    )


def _kept_waiting(seconds: int) -> LoadError:
    return LoadError(
        f"Reading this file was stopped after {count_of(seconds, 'second')}; the machine was busy with other work, and "
        "the file may be fine.",
        how="Try again when less is running.",
    )


def _end(child: subprocess.Popen[bytes]) -> None:
    """The child leads its own process group, so that nothing it may have started outlives it."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()
    for stream in (child.stdin, child.stdout):
        if stream is not None:
            with contextlib.suppress(OSError):
                stream.close()


def _sweep(folder: str | None) -> None:
    """Removes what a killed child left half-written beside the parcel's place."""
    if not folder:
        return
    place = Path(folder)
    for part in place.parent.glob(f".{place.name}.*"):
        shutil.rmtree(part, ignore_errors=True)
