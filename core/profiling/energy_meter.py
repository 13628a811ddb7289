"""Joules of a stretch of work: read from the processor's or the GPU's own counter where possible, else estimated."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from core.profiling.prices import Prices

POWERCAP = Path("/sys/class/powercap")


@dataclass(frozen=True)
class EnergyReading:
    """Energy of one stretch. ``how`` says whether a counter was read ("measured") or a formula used ("estimated")."""

    joules: float
    how: Literal["measured", "estimated"]
    source: str
    cpu_seconds: float
    wall_seconds: float


def estimate_energy(cpu_seconds: float, wall_seconds: float, gigabytes: float, prices: Prices) -> float:
    """Joules by formula: ``PUE * (W per vCPU * cpu_s + W per GB * GB * wall_s)``."""
    busy = prices.cpu_watts * cpu_seconds
    held = prices.memory_watts * gigabytes * wall_seconds
    return prices.pue * (busy + held)


def find_counters(root: Path = POWERCAP) -> tuple[Path, ...]:
    """The processor packages' RAPL counters this user may read; empty in most virtual machines."""
    found = []
    for counter in sorted(root.glob("intel-rapl:*/energy_uj")):
        if counter.parent.name.count(":") == 1 and _microjoules(counter) is not None:
            found.append(counter)
    return tuple(found)


def _microjoules(counter: Path) -> int | None:
    try:
        return int(counter.read_text(encoding="ascii"))
    except (OSError, ValueError):
        return None


def _difference(counter: Path, before: int, after: int) -> int:
    if after >= before:
        return after - before
    return after - before + (_microjoules(counter.parent / "max_energy_range_uj") or 0)


@cache
def _nvidia() -> str | None:
    return shutil.which("nvidia-smi")


def gpu_watts() -> float | None:
    """What the GPU draws now, by its own meter (NVML through its tool), or None without one."""
    tool = _nvidia()
    if tool is None:
        return None
    with contextlib.suppress(OSError, subprocess.SubprocessError, ValueError, IndexError):
        done = subprocess.run(
            [tool, "--query-gpu=power.draw", "--format=csv,noheader,nounits"],
            capture_output=True,
            text=True,
            timeout=5,
            check=True,
        )
        return float(done.stdout.splitlines()[0])
    return None


def measure_energy(
    work: Callable[[], object],
    gigabytes: float,
    prices: Prices,
    on_gpu: bool = False,
    root: Path = POWERCAP,
) -> EnergyReading:
    """Runs ``work`` once and says what it took.

    Args:
        work: called once; make it last some tenths of a second, for counters tick in milliseconds.
        gigabytes: memory held meanwhile.
        on_gpu: adds the GPU's draw over the stretch.
        root: where the processor's counters are.

    Returns:
        Joules; a counter covers the whole processor, so other busy processes are in it too.
    """
    meters = find_counters(root)
    before = [_microjoules(meter) or 0 for meter in meters]
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    drawn = gpu_watts() if on_gpu else None
    extra = drawn * wall * prices.pue if drawn is not None else 0.0
    if meters:
        micro = sum(
            _difference(meter, start, _microjoules(meter) or 0) for meter, start in zip(meters, before, strict=True)
        )
        sources = "RAPL" + (" and GPU meter" if drawn is not None else "")
        return EnergyReading(prices.pue * micro / 1e6 + extra, "measured", sources, cpu, wall)
    formula = "formula: CPU seconds and memory held" + (", GPU by its meter" if drawn is not None else "")
    return EnergyReading(estimate_energy(cpu, wall, gigabytes, prices) + extra, "estimated", formula, cpu, wall)
