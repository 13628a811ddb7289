"""An exported model on a device: bytes, single-thread latency in a fresh process, and which devices it fits."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from core.evaluation import uncertainty
from core.schema import JsonObject
from core.workers import processes

PROBE = Path(__file__).with_name("edge_process.py")
PROBE_SECONDS = 0.3
LONGEST = 60.0
ROWS = 64
BLOCKS = 10


@dataclass(frozen=True)
class Device:
    """What a kind of device offers. ``slower``: how many times slower than this machine's core one takes it to be."""

    key: str
    title: str
    bytes: float
    memory_mb: float
    slower: float
    limit_ms: float


# Rules of thumb, shown with every answer: a 1 MB / 256 kB microcontroller, a mid-range phone app, a laptop.
DEVICES = (
    Device("microcontroller", "a microcontroller with 1 MB of flash and 256 kB of memory", 1e6, 0.256, 200.0, 100.0),
    Device("phone", "a phone app with 50 MB to spend", 50e6, 500.0, 3.0, 50.0),
    Device("laptop", "a laptop", 1e9, 4_000.0, 1.0, 50.0),
)


@dataclass(frozen=True)
class EdgeTiming:
    """One exported graph as measured: sizes in bytes and MB, times in milliseconds."""

    bytes: int
    p50: float
    p95: float
    p95_bound: float | None
    load_ms: float
    first_ms: float
    memory_mb: float
    blocks: tuple[float, ...]

    def plain(self) -> JsonObject:
        """As a JSON-able dict."""
        return asdict(self)


def measure_graph(graph: bytes, rows: np.ndarray, seconds: float = PROBE_SECONDS) -> EdgeTiming:
    """Answers single rows with a graph in a fresh process on one thread.

    Args:
        graph: ONNX. rows: float32 (n, ...) encoded rows; up to 64 are used.

    Raises:
        ValueError: the process failed; its last words.
    """
    with tempfile.TemporaryDirectory() as folder:
        model, asked = Path(folder) / "model.onnx", Path(folder) / "rows.npy"
        model.write_bytes(graph)
        np.save(asked, np.ascontiguousarray(rows[:ROWS], dtype=np.float32), allow_pickle=False)
        done = subprocess.run(
            [sys.executable, "-I", str(PROBE), str(model), str(asked), str(seconds)],
            capture_output=True,
            text=True,
            timeout=LONGEST,
            check=False,
            env={**os.environ, **processes.child_environment(1)},
        )
    if done.returncode:
        words = (done.stderr.strip().splitlines() or ["no words"])[-1][:200]
        raise ValueError(f"the exported model did not run: {words}")
    found = json.loads(done.stdout)
    taken = np.array(found["milliseconds"])
    return EdgeTiming(
        bytes=len(graph),
        p50=float(np.median(taken)),
        p95=float(np.quantile(taken, 0.95)),
        p95_bound=uncertainty.quantile_bound(taken),
        load_ms=found["load_ms"],
        first_ms=found["first_ms"],
        memory_mb=found["memory_mb"],
        blocks=tuple(float(np.median(part)) for part in np.array_split(taken, BLOCKS)),
    )


def device_fits(found: EdgeTiming, working_mb: float) -> dict[str, JsonObject]:
    """Which devices an export fits, each with the reasons against it and the rules used.

    Args:
        working_mb: memory for one answer's intermediate values; a microcontroller runs the weights out of flash,
            without a runtime.
    """
    told = {}
    for device in DEVICES:
        expected = found.p95 * device.slower
        memory = working_mb if device.key == "microcontroller" else found.memory_mb
        against = []
        if found.bytes > device.bytes:
            against.append(f"{format_bytes(found.bytes)} of model, {format_bytes(device.bytes)} of room")
        if memory > device.memory_mb:
            against.append(f"{memory:.2f} MB of memory, {device.memory_mb:g} MB there")
        if expected > device.limit_ms:
            against.append(f"about {expected:.1f} ms per answer, {device.limit_ms:g} ms wanted")
        told[device.key] = {
            "fits": not against,
            "title": device.title,
            "expected_ms": expected,
            "why": "; ".join(against) or f"about {expected:.2g} ms per answer, {format_bytes(found.bytes)}",
            "rule": f"taken as {device.slower:g} times slower than one core here",
        }
    return told


def format_bytes(count: float) -> str:
    """Bytes in words: "612 bytes", "1.4 kB", "12 kB", "3.1 MB"."""
    if count < 1_000:
        return f"{count:.0f} bytes"
    unit, size = ("kB", 1e3) if count < 1e6 else ("MB", 1e6)
    return f"{count / size:,.0f} {unit}" if count >= 10 * size else f"{count / size:.1f} {unit}"


def working_megabytes(graph: bytes, rows: np.ndarray) -> float:
    """Memory for the widest pair of neighbouring intermediate values of one answer, from the graph's own shapes.

    Trees need a running sum only.
    """
    import onnx

    model = onnx.load_from_string(graph)
    inferred = onnx.shape_inference.infer_shapes(model)
    held = {tensor.name for tensor in model.graph.initializer}
    sizes = [int(np.prod(rows.shape[1:]))]
    for value in (*inferred.graph.value_info, *inferred.graph.output):
        shape = [side.dim_value or 1 for side in value.type.tensor_type.shape.dim]
        if value.name not in held:
            sizes.append(int(np.prod(shape)) if shape else 1)
    return 4 * sum(sorted(sizes)[-2:]) / 1e6
