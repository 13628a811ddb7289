"""What measuring costs: the cheap ones against the fits (goal under 15 %), and onnxruntime ours against bare (1.2)."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np

from core import arena, ingest, registry
from core.deployment import edge_benchmark, onnx_export
from core.evaluation import tasks
from core.schema import Budget, Plan
from core.storage import dataset_store

BARE = """
import json, sys, time
import numpy as np, onnxruntime
options = onnxruntime.SessionOptions()
options.intra_op_num_threads = options.inter_op_num_threads = 1
session = onnxruntime.InferenceSession(sys.argv[1], options, providers=["CPUExecutionProvider"])
rows = np.load(sys.argv[2])
name, taken = session.get_inputs()[0].name, []
for place in range(4000):
    row = rows[place % len(rows)][None]
    start = time.perf_counter_ns()
    session.run(None, {name: row})
    taken.append(time.perf_counter_ns() - start)
print(json.dumps(float(np.median(taken[200:])) / 1e6))
"""


def main() -> None:
    """Prints both figures, and the seconds of every cheap measurement by contestant."""
    dataset = dataset_store.load(ingest.sample_folder("telco_churn"))
    _, sample = ingest.samples()["telco_churn"]
    task = tasks.infer_task(dataset, sample.target)
    contest = arena.tournament(dataset, task, Plan(rows=sample.rows), lambda news: None)
    fit, measured = contest.seconds["fit"], contest.seconds["measure"]
    print(f"cheap measurements: {measured:.1f} s beside {fit:.1f} s of fits: {measured / fit:.1%} (goal < 15 %)")
    prepared = tasks.prepare(dataset, task)
    part = prepared.take(np.arange(1_500))
    for key in ("table_xgboost", "table_deep"):
        contestant = registry.find("contestants", key)
        rows = [part.take(np.arange(low, high)) for low, high in ((0, 1_000), (1_000, 1_250), (1_250, 1_500))]
        model = contestant.fit(rows[0], rows[1], task, replace(Budget(), seconds=5.0), lambda news: None)
        found = onnx_export.export_model(model, rows[2].inputs)
        asked = found.encode(rows[2].inputs)
        ours, bare = [], []
        for turn in range(4):
            for mine in (True, False) if turn % 2 else (False, True):
                (ours if mine else bare).append(
                    edge_benchmark.measure_graph(found.graph, asked).p50 if mine else _bare(found.graph, asked)
                )
        ratio = statistics.median(ours) / statistics.median(bare)
        print(f"{key} in onnxruntime, one row: {statistics.median(ours) * 1e3:.1f} us, {ratio:.2f} of bare (goal 1.2)")


def _bare(graph: bytes, rows: np.ndarray) -> float:
    """Median milliseconds of one row in a plain script of its own."""
    with tempfile.TemporaryDirectory() as folder:
        model, asked = Path(folder) / "model.onnx", Path(folder) / "rows.npy"
        model.write_bytes(graph)
        np.save(asked, rows[:64])
        done = subprocess.run(
            [sys.executable, "-c", BARE, str(model), str(asked)], capture_output=True, text=True, check=True
        )
    return json.loads(done.stdout)


if __name__ == "__main__":
    main()
