"""Holds what a golden case gives today against its file."""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
# On another processor the libraries add in another order; early stopping may then keep another epoch.
OTHER_MACHINE_POINTS = 15.0


def run_module(module: str, *arguments: str) -> Any:
    """The JSON that ``python -m tests.golden.MODULE`` prints."""
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "OMP_WAIT_POLICY": "PASSIVE", "PYTHONHASHSEED": "0"}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", f"tests.golden.{module}", *arguments],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout)


def current_machine() -> str:
    """What decides the last digits beside the versions: the processor and the kernels its BLAS picks."""
    model = next(
        (line.partition(":")[2].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")), ""
    )
    return f"{model}; {os.environ.get('OPENBLAS_CORETYPE', 'default')} kernels"


def _lines(path: str) -> list[str]:
    try:
        return Path(path).read_text(encoding="utf-8").splitlines()
    except OSError:
        return []


def differences(stored: Any, found: Any, where: str = "") -> Iterator[str]:
    """Every place at which two JSON values differ, to the last digit; NaN equals NaN."""
    if isinstance(stored, dict) and isinstance(found, dict):
        for key in sorted({*stored, *found}):
            if key not in stored or key not in found:
                yield f"{where}/{key} is only in the {'file' if key in stored else 'result'}"
            else:
                yield from differences(stored[key], found[key], f"{where}/{key}")
    elif isinstance(stored, list) and isinstance(found, list) and len(stored) == len(found):
        for index, pair in enumerate(zip(stored, found, strict=True)):
            yield from differences(*pair, f"{where}/{index}")
    elif stored != found and not (isinstance(stored, float) and isinstance(found, float) and math.isnan(stored)):
        yield f"{where}: {stored!r} in the file, {found!r} now"


def near_differences(stored: Any, found: Any) -> Iterator[str]:
    """What may not differ on another processor: who played, who failed, and mean skills beyond a wide margin."""
    for key in sorted({*stored["fits"], *found["fits"]}):
        if key not in stored["fits"] or key not in found["fits"]:
            yield f"{key} played only in one of both"
            continue
        then, now = ([fit[1] for fit in one["fits"][key]] for one in (stored, found))
        if [skill is None for skill in then] != [skill is None for skill in now]:
            yield f"{key} failed in one of both"
        elif then and None not in then and abs(sum(then) - sum(now)) / len(then) > OTHER_MACHINE_POINTS:
            yield f"{key}: mean skill {sum(then) / len(then):.2f} in the file, {sum(now) / len(now):.2f} now"
