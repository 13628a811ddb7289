"""Items that are near copies of each other, as one code a set: folds keep every set whole, and users are told."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core import registry
from core.evaluation import item_copies, row_features, table_copies
from core.evaluation.table_copies import NO_PAIRS, CopyPairs
from core.schema import Dataset, Finding
from core.wording import format_share

# One set of so many rows would leave too little for the other folds; then nothing is grouped, and a warning says why.
LARGEST_SHARE = 0.3
FEWEST_SETS = 10
TOLD_SHARE = 0.01
SHOWN = 3


@dataclass(frozen=True)
class NearCopies:
    """What was found. codes: int64 (n,), equal for items that belong together. rows: items that have a near copy which
    is not equal to them; sets: how many sets they form. columns: in which copies of a table differ. level: by how much
    they may differ in the others, in units of a column's spread. crowded: nearly everything hangs together, so that
    nothing was grouped."""

    codes: np.ndarray
    rows: int = 0
    sets: int = 0
    columns: tuple[str, ...] = ()
    level: float = 0.0
    crowded: bool = False

    @property
    def worth_telling(self) -> bool:
        """Whether so many items have copies that it matters.

        Returns:
            True or False.
        """
        return self.rows >= max(4, TOLD_SHARE * len(self.codes)) or self.crowded


def find_near_copies(dataset: Dataset, codes: np.ndarray) -> NearCopies:
    """Sets of items that are near copies of each other, equal ones included.

    Args:
        dataset: n items of any kind. codes: int64 (n,), equal for items with equal inputs (``duplicate_codes``).
    """
    if len(dataset) < 20 or dataset.order is not None:
        return NearCopies(codes)
    pairs = _pairs(dataset, codes)
    if not len(pairs.left):
        return NearCopies(codes, crowded=pairs.smooth)
    joined = join_codes(codes, pairs)
    counts = np.bincount(joined)
    touched = np.unique(joined[pairs.left])
    if counts.max() > LARGEST_SHARE * len(codes) or len(counts) < FEWEST_SETS:
        return NearCopies(codes, crowded=True)
    return NearCopies(joined, int(counts[touched].sum()), len(touched), pairs.columns, pairs.level)


def join_codes(codes: np.ndarray, pairs: CopyPairs) -> np.ndarray:
    """int64 (n,): codes in which every pair, and all that equal either, share one.

    Args:
        codes: int64 (n,) from 0 upwards. pairs: row numbers to be joined.
    """
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    size = int(codes.max()) + 1
    links = coo_matrix((np.ones(len(pairs.left)), (codes[pairs.left], codes[pairs.right])), shape=(size, size))
    joined: np.ndarray = np.asarray(connected_components(links, directed=False)[1], dtype=np.int64)[codes]
    return joined


def join_groups(groups: np.ndarray, copies: NearCopies) -> np.ndarray:
    """int64 (n,): the groups of the data, joined where near copies lie in two of them.

    Args:
        groups: int (n,) as declared. copies: of the same items. Where joining would leave nearly one group, the groups
            stay as declared.
    """
    own = np.unique(groups, return_inverse=True)[1].astype(np.int64)
    first = np.unique(copies.codes, return_index=True)[1]
    joined = join_codes(own, CopyPairs(np.arange(len(own)), first[np.unique(copies.codes, return_inverse=True)[1]]))
    most = np.bincount(joined).max()
    spoilt = most > max(LARGEST_SHARE * len(own), 1.5 * np.bincount(own).max()) or len(np.unique(joined)) < FEWEST_SETS
    return own if spoilt and len(np.unique(joined)) < len(np.unique(own)) else joined


def _pairs(dataset: Dataset, codes: np.ndarray) -> CopyPairs:
    inputs = dataset.inputs
    if hasattr(inputs, "columns"):
        return table_copies.find_copy_pairs(inputs, codes) if dataset.modality == "table" else NO_PAIRS
    if not isinstance(inputs, np.ndarray):
        return NO_PAIRS
    if inputs.dtype == object:
        texts = [str(text) for text in inputs] if dataset.modality == "text" else []
        return item_copies.find_near_texts(texts)
    if inputs.ndim < 2 or dataset.modality not in ("image", "sound", "series"):
        return NO_PAIRS
    if dataset.modality == "series":
        overlaps = item_copies.find_overlaps(inputs)
        if len(overlaps.left):
            return overlaps
    vectors = row_features.item_vectors(dataset)
    return NO_PAIRS if vectors is None else item_copies.find_near_vectors(vectors)


def copy_findings(copies: NearCopies, dataset: Dataset) -> list[Finding]:
    """A finding that counts the near copies, or says that items follow each other too smoothly to be grouped.

    Args:
        copies: of the items of ``dataset``.
    """
    if not copies.worth_telling:
        return []
    unit = registry.modality(dataset.modality).unit_noun
    if copies.crowded:
        what = f"Most {unit}s are near copies of others in one unbroken chain, as readings of a slow course are."
        how = (
            "Choose what belongs together, or the order in time: random folds put neighbours on both sides of a split."
        )
        return [Finding("near_copies", "danger", what, (), how)]
    share = copies.rows / len(copies.codes)
    what = (
        f"{copies.rows:,} of {len(copies.codes):,} {unit}s ({format_share(share)}) are near copies of others, "
        f"in {copies.sets:,} sets{_difference(copies)}."
    )
    how = "Nothing to do: copies are one group and never sit on both sides of a split. Scores speak of new sets."
    return [Finding("near_copies", "warning", what, copies.columns, how)]


def _difference(copies: NearCopies) -> str:
    """How the copies of a table differ, as the end of a sentence."""
    said = []
    if copies.columns:
        more = ", ..." if len(copies.columns) > SHOWN else ""
        said.append("they differ in " + ", ".join(repr(name) for name in copies.columns[:SHOWN]) + more)
    if copies.level:
        said.append(f"elsewhere by less than {copies.level:g} of a column's spread")
    return ": " + ", ".join(said) if said else ""
