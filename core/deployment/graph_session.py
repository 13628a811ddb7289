"""An exported graph opened for answers: numpy and onnxruntime are enough, so that it can travel with a model file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import onnxruntime

CHUNK, CHUNK_WIDTH = 64, 1_024


def open_session(graph: bytes, threads: int = 1) -> onnxruntime.InferenceSession:
    """An onnxruntime session.

    Args:
        graph: ONNX. threads: that it may use; 0 lets onnxruntime choose.
    """
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = threads
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])


def run_session(session: onnxruntime.InferenceSession, rows: np.ndarray) -> np.ndarray:
    """Raw outputs of an opened graph; few rows at a time where a row is large, as features of pictures are.

    Args:
        session: from ``open_session``. rows: its input (n, ...).

    Returns:
        float64 (n, width).
    """
    asked, name = np.ascontiguousarray(rows, dtype=np.float32), session.get_inputs()[0].name
    size = CHUNK if asked.ndim > 2 or asked.shape[1] > CHUNK_WIDTH else max(1, len(asked))
    parts = [
        np.asarray(session.run(None, {name: asked[begin : begin + size]})[0], dtype=np.float64)
        for begin in range(0, len(asked), size)
    ]
    return np.concatenate(parts).reshape(len(rows), -1)
