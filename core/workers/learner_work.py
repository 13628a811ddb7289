"""What boosting and linear models cost in reference seconds, from the shape of what they learn from."""

from __future__ import annotations

import numpy as np

from core.workers import reference_costs

ROWS_A_NODE = 8


def boosting_round(rows: int, columns: int, outputs: int, depth: int, bins: int) -> float:
    """Reference seconds of one round of boosting on histograms.

    Args:
        rows, columns: that it is grown on. outputs: trees a round. depth: of a tree. bins: of all columns together.

    Returns:
        Seconds of one core.
    """
    price, levels = reference_costs.cost, max(1, min(depth, 16))
    # The fewer rows an output has, the fewer nodes are worth a split.
    nodes = max(1.0, min(2.0**levels, rows / (ROWS_A_NODE * max(outputs, 1))))
    tree = price("boosting_tree") + price("boosting_node") * nodes * bins + price("boosting_row") * rows
    return max(outputs, 1) * (tree + price("boosting_cell") * rows * columns * levels)


def histogram_bins(rows: np.ndarray, most: int = 256) -> int:
    """Bins of the histograms of all columns together, from the distinct values of the first thousand rows.

    Args:
        rows: float (n, d). most: of a column.

    Returns:
        At least one a column.
    """
    seen = rows[:1_000]
    return int(sum(max(1, min(most, len(np.unique(column)))) for column in seen.T))


def logistic_seconds(present: int, shape: tuple[int, int], outputs: int, steps: int, dense: bool) -> float:
    """Reference seconds of a logistic regression.

    Args:
        present: numbers in the rows. shape: of the rows. outputs: columns of answers. steps: of the solver.
        dense: the rows are an array.

    Returns:
        Seconds of one core.
    """
    price, columns = reference_costs.cost, shape[1]
    step = price("logistic_dense" if dense else "logistic_sparse") * present * outputs + price("logistic_step")
    return steps * (step + (0.0 if dense else price("logistic_weight") * columns * outputs))
