"""Runs in a fresh process: loads one exported graph, answers rows one by one on one thread, and says what it took.

Called as ``python edgeprobe.py GRAPH ROWS SECONDS``; it imports nothing of this project, as a device would not.
"""

from __future__ import annotations

import json
import resource
import sys
import time


def resident_megabytes() -> float:
    """Megabytes this process holds now; where the system does not tell, the most it has held."""
    try:
        with open("/proc/self/statm", encoding="ascii") as file:
            return int(file.read().split()[1]) * resource.getpagesize() / 1e6
    except OSError:
        unit = 1e6 if sys.platform == "darwin" else 1e3
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


def main(graph: str, rows: str, seconds: float) -> dict:
    """Times loading, the first answer, and single answers for about this long (at least 60 of them)."""
    import numpy as np
    import onnxruntime

    asked = np.load(rows, allow_pickle=False)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    before, start = resident_megabytes(), time.perf_counter()
    session = onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
    loaded = time.perf_counter()
    name = session.get_inputs()[0].name
    session.run(None, {name: asked[:1]})
    first = time.perf_counter()
    singles = [asked[place : place + 1] for place in range(len(asked))]
    for single in singles[:20]:
        session.run(None, {name: single})
    taken: list[int] = []
    end = time.perf_counter() + seconds
    while len(taken) < 60 or time.perf_counter() < end:
        single = singles[len(taken) % len(singles)]
        begin = time.perf_counter_ns()
        session.run(None, {name: single})
        taken.append(time.perf_counter_ns() - begin)
    return {
        "load_ms": (loaded - start) * 1e3,
        "first_ms": (first - loaded) * 1e3,
        "memory_mb": resident_megabytes() - before,
        "milliseconds": [nanoseconds / 1e6 for nanoseconds in taken[-20_000:]],
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(sys.argv[1], sys.argv[2], float(sys.argv[3]))))
