"""What machine this is and what it allows us: cores, memory, accelerator, and what a process has used of them."""

from __future__ import annotations

import contextlib
import ctypes
import os
import platform
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import NamedTuple

import psutil

from core import limits
from core.schema import Machine

# Set by whoever runs the app where the container does not tell how much memory it gives.
MEMORY_MB = "CROSSOVER_MEMORY_MB"
CGROUP = Path("/sys/fs/cgroup")
SYSTEM_COUNTS = Path("/proc/vmstat")
_PAGE = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096


class _MemoryFiles(NamedTuple):
    """Where a container tells of its memory, below ``CGROUP``."""

    limit: str
    used: str
    parts: str
    kills: str


_CONTAINERS = (
    _MemoryFiles("memory.max", "memory.current", "memory.stat", "memory.events"),
    _MemoryFiles(
        "memory/memory.limit_in_bytes",
        "memory/memory.usage_in_bytes",
        "memory/memory.stat",
        "memory/memory.oom_control",
    ),
)


def _counts(path: Path) -> dict[str, int]:
    """A file of lines with a name and a number; empty where it cannot be read."""
    found: dict[str, int] = {}
    with contextlib.suppress(OSError, ValueError):
        for line in path.read_text(encoding="ascii").splitlines():
            name, _, value = line.partition(" ")
            found[name] = int(value)
    return found


def _number(path: Path) -> int | None:
    try:
        text = path.read_text(encoding="ascii").split()[0]
        return int(text)
    except (OSError, ValueError, IndexError):
        return None


def available_cores() -> float:
    """Processor cores this process may use: the smaller of its affinity and the container's quota (cgroup 2 or 1)."""
    there = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    try:
        quota, period = (CGROUP / "cpu.max").read_text(encoding="ascii").split()
    except (OSError, ValueError):
        quota = str(_number(CGROUP / "cpu/cpu.cfs_quota_us") or "max")
        period = str(_number(CGROUP / "cpu/cpu.cfs_period_us") or 100_000)
    if quota.isdigit() and int(quota) > 0:
        return min(float(there), max(0.05, int(quota) / int(period)))
    return float(there)


def memory_limit() -> int:
    """Bytes of memory this process may use: the least of the machine's, the container's, and what
    ``CROSSOVER_MEMORY_MB`` allows."""
    there = psutil.virtual_memory().total
    told = [_number(CGROUP / one.limit) for one in _CONTAINERS]
    given = os.environ.get(MEMORY_MB, "")
    allowed = int(given) * limits.MB if given.isdigit() else None
    return min([there, *(limit for limit in (*told, allowed) if limit)])


def memory_left() -> int | None:
    """Bytes that this container may still take before its limit, files that can be dropped not counted as taken; None
    where there is no container with a limit.

    Near the limit the system drops and reads files again and again instead of ending anything: work goes on ever more
    slowly, and nobody is told why.
    """
    for one in _CONTAINERS:
        most, taken = _number(CGROUP / one.limit), _number(CGROUP / one.used)
        if most is None or taken is None or most > psutil.virtual_memory().total:
            continue
        parts = _counts(CGROUP / one.parts)
        return most - taken + parts.get("inactive_file", 0) + parts.get("active_file", 0)
    return None


def memory_kills() -> int | None:
    """How many processes the system has killed because memory ran out: in this container, or else on this machine;
    None where neither tells."""
    for path in (*(CGROUP / one.kills for one in _CONTAINERS), SYSTEM_COUNTS):
        kills = _counts(path).get("oom_kill")
        if kills is not None:
            return kills
    return None


def little_memory() -> bool:
    """Whether contestants take turns here, so that one process after another holds a model instead of all at once."""
    return memory_limit() < limits.LITTLE_MEMORY_BYTES


def process_memory(pid: int) -> int:
    """Resident bytes of a process, 0 when it is gone."""
    with contextlib.suppress(OSError, ValueError, IndexError):
        return int(Path(f"/proc/{pid}/statm").read_bytes().split()[1]) * _PAGE
    try:
        return psutil.Process(pid).memory_info().rss
    except psutil.Error:
        return 0


def peak_memory() -> int:
    """The most resident bytes this process has held since its start or the last ``reset_peak_memory``."""
    with contextlib.suppress(OSError, ValueError):
        for line in Path("/proc/self/status").read_text(encoding="ascii", errors="replace").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    try:
        import resource
    except ImportError:
        return psutil.Process().memory_info().rss
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def reset_peak_memory() -> bool:
    """Lets ``peak_memory`` start again from now; False where the system does not offer that."""
    try:
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    except OSError:
        return False
    return True


def release_memory() -> bool:
    """Gives pages that were freed back to the system, as far as its allocator can (glibc's); whether it could.

    Freed arrays are otherwise kept for later, and a worker that waits holds the most it ever needed.
    """
    try:
        return bool(ctypes.CDLL("libc.so.6").malloc_trim(0)) if sys.platform == "linux" else False
    except (OSError, AttributeError):
        return False


@cache
def gpu_name() -> str | None:
    """Name of the first CUDA device, found without importing any CUDA library; None when there is none."""
    tool = shutil.which("nvidia-smi")
    if tool:
        with contextlib.suppress(OSError, subprocess.SubprocessError):
            done = subprocess.run(
                [tool, "--query-gpu=name", "--format=csv,noheader"],
                capture_output=True,
                text=True,
                timeout=10,
                check=False,
            )
            if done.returncode == 0 and done.stdout.strip():
                return done.stdout.strip().splitlines()[0]
    for card in sorted(Path("/proc/driver/nvidia/gpus").glob("*/information")):
        with contextlib.suppress(OSError):
            for line in card.read_text(encoding="utf-8", errors="replace").splitlines():
                if line.startswith("Model:"):
                    return line.partition(":")[2].strip()
    return None


def default_device(requested: str = "auto") -> str:
    """The device a run should ask for: "cuda", "mps" or "cpu", decided without importing torch.

    requested: "auto", "cpu", "cuda" or "mps"; one that is not there becomes "cpu" (the worker checks again).
    """
    apple = sys.platform == "darwin" and platform.machine() == "arm64"
    there = {"cuda": gpu_name() is not None, "mps": apple, "cpu": True}
    if requested == "auto":
        return next(name for name in ("cuda", "mps", "cpu") if there[name])
    return requested if there.get(requested.partition(":")[0], False) else "cpu"


@cache
def cpu_model() -> str:
    """The processor's name as the system gives it."""
    with contextlib.suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines():
            if line.lower().startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def describe_machine() -> Machine:
    """Facts about this machine for a result and a badge."""
    return Machine(
        cpu=cpu_model(),
        cores=available_cores(),
        memory_mb=round(memory_limit() / 1e6),
        gpu=gpu_name(),
        device=default_device(),
        python=platform.python_version(),
        os=f"{platform.system()} {platform.release()}",
        architecture=platform.machine(),
    )
