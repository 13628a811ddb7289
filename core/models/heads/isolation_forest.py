"""An isolation forest as a head: how unlike the rest a row is, learnt without labels.

Reference: Liu, Ting & Zhou 2008 (isolation forest).
"""

from __future__ import annotations

import numpy as np

from core.models.heads.head import Head
from core.workers import work_clock

TREES = 200


def fit_isolation_forest(rows: np.ndarray, seed: int, trees: int = TREES) -> Head:
    """An isolation forest over features; its raw output is the anomaly score, about 0 at the usual threshold.

    Args:
        rows: float (n, d). seed: of the trees. trees: how many.

    Returns:
        The fitted head.

    Reference: Liu, Ting & Zhou 2008.
    """
    from sklearn.ensemble import IsolationForest

    forest = IsolationForest(n_estimators=trees, random_state=seed % 2**31, max_samples=min(256, len(rows))).fit(rows)
    work_clock.charge("forest_tree", trees)
    stored: dict[str, np.ndarray] = {}
    for place, (tree, columns) in enumerate(zip(forest.estimators_, forest.estimators_features_, strict=True)):
        grown = tree.tree_
        stored[f"tree{place}"] = np.stack(
            [grown.children_left, grown.children_right, grown.feature, grown.threshold, grown.n_node_samples], axis=1
        ).astype(np.float32)
        stored[f"columns{place}"] = np.asarray(columns, dtype=np.int32)
    leaves = sum(int(tree.get_n_leaves()) for tree in forest.estimators_)
    depth = max(int(tree.get_depth()) for tree in forest.estimators_)
    facts = {"head": "isolation forest", "trees": trees, "leaves": leaves, "depth": depth, "features": rows.shape[1]}

    def raw(other: np.ndarray) -> np.ndarray:
        work_clock.charge("forest_call", trees)
        work_clock.charge("forest_answer", float(len(other)) * trees)
        return -10 * forest.score_samples(other)[:, None] - 5.0

    return Head(raw, stored, 3 * leaves, facts)
