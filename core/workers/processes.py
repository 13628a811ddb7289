"""Fresh processes for heavy work: how they are started, what surrounds them before any import, how their end reads.

Children are forked from a server that has already imported the heavy libraries (Linux: about 0.1 s to a ready child) or
spawned elsewhere. Waiting threads sleep (``OMP_WAIT_POLICY=PASSIVE``) and thread counts are fixed before any import,
because spinning OpenMP threads of two libraries slow each other down 30 to 100 times.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from multiprocessing import connection as channels
from multiprocessing import forkserver, get_context, parent_process, resource_tracker
from multiprocessing.context import BaseContext
from typing import Any, Protocol

import psutil

from core import registry
from core.workers import hardware

HEAVY: tuple[str, ...] = (
    "numpy",
    "pandas",
    "scipy.stats",
    "sklearn.pipeline",
    "sklearn.linear_model",
    "xgboost",
    "torch",
)
# torch's optimizers import torch._dynamo when first used: 1.4 CPU-seconds in every fresh worker
HEAVY += ("torch._dynamo",)
LIGHT: tuple[str, ...] = ("threadpoolctl", "tabm", "rtdl_num_embeddings")
LIGHT += ("core.runtime.job_runner", "core.arena", "core.storage.dataset_store")
PRELOAD = (*HEAVY, *LIGHT, "core.workers.frozen_preload")
_starting = threading.Lock()


# What multiprocessing gives a child whose fork server was gone when it asked how the child ended.
SERVER_LOST = 255


def exit_reason(code: int | None, kills_before: int | None = None) -> str:
    """The exit code of a process in words: -9 is a kill, by the system or from outside, and -11 a native crash.

    Args:
        kills_before: what ``hardware.memory_kills`` said when the process was started, so that a kill for want of
            memory is told from any other; None where that is not known.
    """
    if code is None:
        return "is still running"
    if code == SERVER_LOST:
        return f"lost the fork server, which starts the workers and {_killed(kills_before)}"
    if code < 0:
        words = {
            signal.SIGKILL: _killed(kills_before),
            signal.SIGSEGV: "crashed in native code (segmentation fault)",
            signal.SIGABRT: "gave up in native code (abort)",
            signal.SIGBUS: "crashed in native code (bus error)",
            signal.SIGILL: "used a processor instruction that this machine lacks",
            signal.SIGFPE: "crashed in native arithmetic",
            signal.SIGTERM: "was told to stop from outside",
        }
        return words.get(signal.Signals(-code), f"was ended by signal {-code}")
    return "ended before its work was done" if code == 0 else f"ended with exit code {code}"


def _killed(kills_before: int | None) -> str:
    now = hardware.memory_kills()
    if now is None or kills_before is None:
        return "was killed by the system or from outside; memory may have run out"
    if now > kills_before:
        return "was killed by the system because memory ran out"
    return "was killed from outside; memory had not run out"


def child_environment(threads: int) -> dict[str, str]:
    """What must stand in the environment of a process before it imports anything numerical."""
    counts = ("OMP", "OPENBLAS", "MKL", "NUMEXPR", "VECLIB_MAXIMUM")
    return {
        "OMP_WAIT_POLICY": "PASSIVE",
        "KMP_BLOCKTIME": "0",
        **{f"{one}_NUM_THREADS": str(threads) for one in counts},
    }


@contextlib.contextmanager
def _environ(values: dict[str, str]) -> Iterator[None]:
    before = {key: os.environ.get(key) for key in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for key, value in before.items():
            if value is None:
                os.environ.pop(key, None)
            else:
                os.environ[key] = value


def context(method: str | None = None) -> BaseContext:
    """The multiprocessing context that workers are started with: a preloaded fork server on Linux, spawn elsewhere."""
    method = method or ("forkserver" if sys.platform == "linux" else "spawn")
    chosen = get_context(method)
    if method == "forkserver":
        chosen.set_forkserver_preload(list(PRELOAD))
    return chosen


def start_fork_server() -> None:
    """Starts the fork server, so that the heavy imports are done before the first worker is needed."""
    if context().get_start_method() == "forkserver":
        with _starting, _environ(child_environment(1)):
            forkserver.ensure_running()


class StartedProcess(Protocol):
    """A multiprocessing process that was started, so that it has a number."""

    @property
    def pid(self) -> int:
        """The number the system gave it."""

    @property
    def sentinel(self) -> int:
        """A handle that becomes ready when it ends."""

    @property
    def exitcode(self) -> int | None:
        """How it ended; None while it runs."""

    def is_alive(self) -> bool:
        """Whether it runs."""

    def join(self, timeout: float | None = None) -> None:
        """Waits for its end."""

    def kill(self) -> None:
        """Ends it at once."""

    def close(self) -> None:
        """Gives its handles back."""


def spawn(
    target: Callable[..., None], arguments: tuple[Any, ...], name: str, daemon: bool, threads: int = 1
) -> StartedProcess:
    """Starts ``target(*arguments)`` in a fresh process and returns the multiprocessing process.

    Falls back to spawn when the fork server has been killed.
    """
    for method in (None, "spawn"):
        chosen = context(method)
        served = chosen.get_start_method() == "forkserver"
        with _starting, _environ(child_environment(1 if served else threads)):
            try:
                if served:
                    forkserver.ensure_running()
                given = (_address() if served else None, os.environ.get(registry.FOLDERS), target, arguments)
                process = chosen.Process(target=_begin, args=given, name=name, daemon=daemon)  # type: ignore[attr-defined]
                process.start()
                return process
            except (OSError, EOFError):
                if not served:
                    raise
    raise OSError(f"{name} could not be started")


def _address() -> str | None:
    return getattr(forkserver._forkserver, "_forkserver_address", None)  # type: ignore[attr-defined]


def _begin(
    address: str | None, plugin_folders: str | None, target: Callable[..., None], arguments: tuple[Any, ...]
) -> None:
    """Lets this child start its own children from the server it came from; the standard library keeps that server
    alive for them but forgets to pass its address on, so each run would import everything once more. Folders of
    plug-ins may have been added after the server was started, so they are passed on too."""
    if plugin_folders:
        os.environ[registry.FOLDERS] = plugin_folders
    server: Any = forkserver._forkserver  # type: ignore[attr-defined]
    if address is not None and getattr(server, "_forkserver_alive_fd", None) is not None:
        server._forkserver_address = address
        server.ensure_running = resource_tracker.ensure_running
        forkserver.ensure_running = resource_tracker.ensure_running
    target(*arguments)


def visible_devices(device: str, outside: str) -> str:
    """Which CUDA devices a child may see: none, all that the server was given, or the one numbered in ``device``.

    device: "cpu", "mps", "cuda" or "cuda:1". outside: what the server was given ("0,3"), or "all".
    """
    kind, _, number = device.partition(":")
    if kind != "cuda":
        return ""
    if not number:
        return outside
    given = outside.split(",")
    return number if outside == "all" else given[min(int(number), len(given) - 1)]


def configure_child(threads: int, device: str, group: int | None = None) -> None:
    """Makes this fresh child one that leaves with its parent, dies first when memory is short, and keeps its threads.

    group: the process group to join, so that one signal ends a run and all its workers; 0 opens a new one.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if group is not None and hasattr(os, "setpgid"):
        with contextlib.suppress(OSError):
            os.setpgid(0, group)
    with contextlib.suppress(OSError), open("/proc/self/oom_score_adj", "w", encoding="ascii") as file:
        file.write("600")
    os.environ.update(child_environment(threads))
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    outside = os.environ.setdefault("CROSSOVER_CUDA_DEVICES", os.environ.get("CUDA_VISIBLE_DEVICES", "all"))
    os.environ["CUDA_VISIBLE_DEVICES"] = visible_devices(device, outside)
    if os.environ["CUDA_VISIBLE_DEVICES"] == "all":
        del os.environ["CUDA_VISIBLE_DEVICES"]
    if "numpy" in sys.modules:
        from threadpoolctl import threadpool_limits

        threadpool_limits(threads)
    if "torch" in sys.modules:
        sys.modules["torch"].set_num_threads(threads)
    parent = parent_process()
    if parent is not None:
        threading.Thread(target=_leave_with, args=(parent.sentinel,), daemon=True).start()


def _leave_with(sentinel: int) -> None:
    channels.wait([sentinel])
    os._exit(1)


def group_processes(group: int) -> list[psutil.Process]:
    """The processes of a run: its own and its workers', which share a process group."""
    found = []
    for pid in psutil.pids():
        with contextlib.suppress(OSError, psutil.Error):
            if pid == group or (hasattr(os, "getpgid") and os.getpgid(pid) == group):
                found.append(psutil.Process(pid))
    return found


def kill_group(pid: int) -> None:
    """Kills a run's process and all its workers at once."""
    if hasattr(os, "killpg"):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, signal.SIGKILL)
    with contextlib.suppress(psutil.Error):
        psutil.Process(pid).kill()
