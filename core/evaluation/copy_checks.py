"""Findings about items that are not independent: near copies, interpolated rows, and what random folds would hide."""

from __future__ import annotations

import numpy as np

from core.evaluation import fold_contrast, interpolated_rows, near_copies, splits
from core.evaluation.near_copies import NearCopies
from core.schema import Dataset, Finding, Task


def belong_together(dataset: Dataset, copies: NearCopies) -> np.ndarray:
    """int64 (n,): codes of what a fold must keep whole: declared groups and near copies, equal items in any case.

    Args:
        dataset: n prepared items. copies: found among them.
    """
    if dataset.groups is None:
        return copies.codes
    return near_copies.join_groups(dataset.groups, copies) if copies.rows else np.asarray(dataset.groups)


def check_copies(dataset: Dataset, task: Task, copies: NearCopies) -> list[Finding]:
    """Findings on near copies and interpolated rows, and on the difference that strict folds make.

    Args:
        dataset: n prepared items. copies: found among them by ``find_near_copies``.
    """
    found = interpolated_rows.interpolation_findings(dataset)
    together = belong_together(dataset, copies)
    across = dataset.groups is None or len(np.unique(together)) < len(np.unique(dataset.groups))
    if across:
        found += near_copies.copy_findings(copies, dataset)
    if dataset.groups is not None or copies.worth_telling:
        what = "copies" if dataset.groups is None else "groups"
        found += fold_contrast.contrast_findings(fold_contrast.contrast_folds(dataset, task, together), what, task)
    return found


def find_copies(dataset: Dataset) -> NearCopies:
    """Near copies among the items of a data set, equal ones included.

    Args:
        dataset: n prepared items.
    """
    return near_copies.find_near_copies(dataset, splits.duplicate_codes(dataset))
