"""A reader that is started once and forked for every file: the child of ``sandbox.run_reader`` without the second it imports.

Every file is still read by a process of its own, under the same environment, the same limits and the same protocol;
``sandbox.run_reader`` itself is tested with the bombs of the corpus and in ``tests/ingest``.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from typing import Any

from core import limits
from core.ingest import reader_process, sandbox

PRELOADED = (
    "core.ingest.inspection",
    "core.storage.dataset_store",
    "pandas",
    "pyarrow.parquet",
    "openpyxl",
    "PIL.Image",
)


class ForkedReader:
    """Takes the place of ``sandbox.run_reader``."""

    def __init__(self) -> None:
        kept = {key: os.environ[key] for key in sandbox.KEPT_VARIABLES if key in os.environ}
        self._server = subprocess.Popen(
            [sys.executable, "-m", __name__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=sandbox.ROOT,
            env=kept | sandbox.QUIET | {"PYTHONPATH": str(sandbox.ROOT)}, start_new_session=True, text=True,
        )  # fmt: skip

    def __call__(self, order: Mapping[str, Any], reader: str = "core.ingest.reader_process") -> dict[str, Any]:
        """What ``sandbox.run_reader`` returns or raises for the same order."""
        assert reader == "core.ingest.reader_process" and self._server.stdin and self._server.stdout
        self._server.stdin.write(json.dumps(dict(order)) + "\n")
        self._server.stdin.flush()
        code, out = json.loads(self._server.stdout.readline())
        sandbox._sweep(order.get("folder"))
        if code is None:
            raise sandbox._kept_waiting(limits.READER_SECONDS * limits.READER_CLOCK_GUARD)
        return sandbox._answer(code, out.encode(), limits.READER_SECONDS)

    def close(self) -> None:
        """Ends the server, which reads until its input is closed."""
        self._server.communicate()


@contextlib.contextmanager
def forked_reader() -> Iterator[ForkedReader]:
    """A reader that is closed afterwards."""
    reader = ForkedReader()
    try:
        yield reader
    finally:
        reader.close()


def _read_in_a_fork(order: str) -> tuple[int | None, str]:
    """The exit code of a forked reader, None when it took too long, and what it wrote."""
    (told, tell), (heard, hear) = os.pipe(), os.pipe()
    child = os.fork()
    if not child:
        os.setsid()
        os.dup2(told, 0)
        os.dup2(hear, 1)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        os.closerange(3, 64)
        try:
            code = reader_process.main(reader_process._work)
        except BaseException:
            code = 1
        os._exit(code)
    os.close(told)
    os.close(hear)
    with os.fdopen(tell, "wb") as pipe:
        pipe.write(order.encode())
    out, until = bytearray(), time.monotonic() + limits.READER_SECONDS * limits.READER_CLOCK_GUARD
    while select.select([heard], [], [], max(0.0, until - time.monotonic()))[0]:
        if not (more := os.read(heard, 1 << 20)):
            break
        out += more
    os.close(heard)
    late = time.monotonic() >= until
    if late:
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child, signal.SIGKILL)
    return None if late else os.waitstatus_to_exitcode(status), out[-sandbox.ANSWER_BYTES :].decode("utf-8", "replace")


def serve() -> None:
    """Reads orders, one a line, and answers each with one line of JSON: the exit code and the output."""
    for module in PRELOADED:
        __import__(module)
    for order in sys.stdin:
        sys.stdout.write(json.dumps(_read_in_a_fork(order)) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    serve()
