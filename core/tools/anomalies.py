"""Finds what is unlike the rest without labels, and scores alarms as events: caught, how late, how often falsely.

Reference: Liu, Ting & Zhou 2008 (isolation forest); Tatbul et al. 2018 (range-based precision and recall).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from core.tools.heads.head import Head

TREES = 200


def isolation(rows: np.ndarray, seed: int, trees: int = TREES) -> Head:
    """An isolation forest over features (n, d): raw is the oddness, about 0 at the usual border, higher is odder."""
    from sklearn.ensemble import IsolationForest

    forest = IsolationForest(n_estimators=trees, random_state=seed % 2**31, max_samples=min(256, len(rows))).fit(rows)
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
    return Head(lambda other: -10 * forest.score_samples(other)[:, None] - 5.0, stored, 3 * leaves, facts)


def events(truth: np.ndarray, alarms: np.ndarray, order: np.ndarray, units: np.ndarray | None = None) -> dict[str, Any]:
    """Alarms judged by events: unbroken stretches of anomalous rows of one unit.

    Args:
        truth, alarms: 0/1 (n,). order: (n,) time of each row. units: (n,) codes, or None for one unit.

    Returns:
        events; caught: share with at least one alarm; covered: mean share of an event's rows with an alarm;
        delay: mean rows from an event's start to its first alarm (caught ones); false_stretches: stretches of alarms
        that touch no event. Shares are nan without events.
    """
    units = np.zeros(len(truth), dtype=int) if units is None else units
    walk = np.lexsort((order, units))
    truth, alarms, units = np.asarray(truth)[walk] > 0, np.asarray(alarms)[walk] > 0, units[walk]
    found = _stretches(truth, units)
    caught = [(alarms[start:stop].mean(), int(alarms[start:stop].argmax())) for start, stop in found]
    hits = [(share, late) for share, late in caught if share > 0]
    false = sum(not truth[start:stop].any() for start, stop in _stretches(alarms, units))
    return {
        "events": len(found),
        "caught": len(hits) / len(found) if found else float("nan"),
        "covered": float(np.mean([share for share, _ in caught])) if found else float("nan"),
        "delay": float(np.mean([late for _, late in hits])) if hits else float("nan"),
        "false_stretches": int(false),
    }


def _stretches(marks: np.ndarray, units: np.ndarray) -> list[tuple[int, int]]:
    joined = np.where(marks, units + 1, 0)
    edges = np.flatnonzero(np.diff(np.r_[0, joined, 0]))
    starts = [int(edge) for edge in edges if edge < len(joined) and joined[edge]]
    stops = [next((int(e) for e in edges if e > start), len(joined)) for start in starts]
    return list(zip(starts, stops, strict=True))
