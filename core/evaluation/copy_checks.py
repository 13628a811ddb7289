"""Findings about items that are not independent: near copies, interpolated rows, and what random folds would hide."""

from __future__ import annotations

import numpy as np

from core.evaluation import fold_contrast, interpolated_rows, near_copies, splits
from core.evaluation.near_copies import NearCopies
from core.readers import name_groups
from core.schema import Dataset, Finding, Task
from core.wording import count_of, format_share


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
    found += name_groups.name_group_findings(dataset, task.groups)
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


def duplicate_findings(dataset: Dataset) -> list[Finding]:
    """A finding that counts rows whose inputs are identical; on both sides of a split they leak the answer.

    Args:
        dataset: n prepared items with their answers.
    """
    inverse = splits.duplicate_codes(dataset)
    repeated = np.bincount(inverse)[inverse] > 1
    if not repeated.any():
        return []
    target = np.asarray(dataset.target)
    pairs = np.unique(np.column_stack([inverse[repeated], np.unique(target[repeated], return_inverse=True)[1]]), axis=0)
    clashing = int((np.bincount(pairs[:, 0]) > 1).sum())
    share = repeated.mean()
    what = f"{int(repeated.sum()):,} of {len(repeated):,} rows ({format_share(share)}) repeat another row's inputs"
    said = count_of(clashing, "set of them disagrees", "sets of them disagree")
    what += f"; {said} on the answer." if clashing else "."
    how = "Nothing to do: identical rows are one group and never sit on both sides of a split."
    return [Finding("duplicates", "warning" if share > 0.05 else "info", what, (), how)]
