"""Dataset, Task, seed -> Splits: the same folds for everybody, stratified, grouped or ordered in time, and hashed."""

from __future__ import annotations

import hashlib

import numpy as np

from core import limits
from core.panels import origins
from core.schema import Dataset, LoadError, Plan, Split, Task

VALID_SHARE = 0.2
VALID_ROWS = 2_000
BLOCKS = 5
FEW_GROUPS = 60


def folds_for(dataset: Dataset, task: Task, plan: Plan) -> tuple[int, int]:
    """Folds and repeats that the data can carry.

    Args:
        dataset: prepared. task: classes limit the folds to a tenth of the rarest class's rows, 3 at least.
        plan: the folds and repeats wished for.

    Returns:
        (folds, repeats); fewer folds come with more repeats.
    """
    if task.kind == "forecast":
        return len(origins.origin_rows(dataset, plan)), 1
    if plan.fixed_folds or task.kind != "classification" or dataset.target is None:
        return plan.folds, plan.repeats
    rarest = int(np.bincount(dataset.target).min())
    folds = max(3, min(plan.folds, rarest // 10))
    return folds, plan.repeats if folds == plan.folds else max(plan.repeats, round(10 / folds))


def subsample_rows(dataset: Dataset, task: Task, rows: int | None, seed: int) -> Dataset:
    """The data set cut to at most so many rows; itself when it is small enough.

    Classes keep their shares, whole groups stay together, and data in order of time keep their latest rows.

    Args:
        dataset: prepared. task: its kind decides whether rows are stratified.
        rows: the most rows wanted; None for the limit of a contest, which holds in any case.
        seed: of the draw.
    """
    wanted = min(rows or limits.MAX_ROWS_CONTEST, limits.MAX_ROWS_CONTEST)
    if len(dataset) <= wanted:
        return dataset
    rng = np.random.default_rng(seed)
    if dataset.order is not None:
        picked = np.sort(np.argsort(dataset.order, kind="stable")[-wanted:])
    elif dataset.groups is not None:
        picked = _whole_groups(dataset.groups, wanted, rng)
    elif task.kind in ("classification", "anomaly") and dataset.target is not None:
        picked = _stratified_rows(dataset.target, wanted, rng)
    else:
        picked = np.sort(rng.permutation(len(dataset))[:wanted])
    return dataset.take(picked)


def _whole_groups(groups: np.ndarray, n_rows: int, rng: np.random.Generator) -> np.ndarray:
    """Rows of randomly drawn groups until ``n_rows``; with few, large groups each is thinned instead."""
    names, inverse, sizes = np.unique(groups, return_inverse=True, return_counts=True)
    if len(names) <= FEW_GROUPS:
        rows = rng.permutation(len(groups))
        place = np.zeros(len(names), dtype=int)
        share, kept = n_rows / len(groups), []
        for row in rows:
            if place[inverse[row]] < max(1, round(share * sizes[inverse[row]])):
                place[inverse[row]] += 1
                kept.append(row)
        return np.sort(np.array(kept))
    order = rng.permutation(len(names))
    last = int(np.searchsorted(np.cumsum(sizes[order]), n_rows)) + 1
    return np.flatnonzero(np.isin(inverse, order[:last]))


def _stratified_rows(target: np.ndarray, n_rows: int, rng: np.random.Generator) -> np.ndarray:
    share = n_rows / len(target)
    kept = []
    for code in np.unique(target):
        rows = rng.permutation(np.flatnonzero(target == code))
        kept.append(rows[: max(min(len(rows), 3), round(share * len(rows)))])
    return np.sort(np.concatenate(kept))


def duplicate_codes(dataset: Dataset) -> np.ndarray:
    """One code per distinct row of inputs: identical rows must never be on both sides of a split.

    Args:
        dataset: n rows of any modality.

    Returns:
        int64 (n,), equal for equal rows.
    """
    inputs = dataset.inputs
    if hasattr(inputs, "columns"):
        import pandas as pd

        hashed = pd.util.hash_pandas_object(inputs, index=False).to_numpy()
    elif isinstance(inputs, np.ndarray) and inputs.dtype == object:
        hashed = np.array([hash_text(str(value)) for value in inputs], dtype=np.uint64)
    elif isinstance(inputs, np.ndarray) and inputs.ndim > 1:
        hashed = np.array([hash_bytes(np.ascontiguousarray(row).tobytes()) for row in inputs], dtype=np.uint64)
    else:
        hashed = np.arange(len(inputs), dtype=np.uint64)
    return np.unique(hashed, return_inverse=True)[1].astype(np.int64)


def hash_bytes(value: bytes) -> int:
    """A 64-bit hash of bytes (BLAKE2b), the same on every machine.

    Args:
        value: any bytes.

    Returns:
        An integer from 0 to 2^64 - 1.
    """
    return int.from_bytes(hashlib.blake2b(value, digest_size=8).digest(), "little")


def hash_text(value: str) -> int:
    """A 64-bit hash of a text (BLAKE2b of its UTF-8 bytes), the same on every machine.

    Args:
        value: any text, lone surrogates included.

    Returns:
        An integer from 0 to 2^64 - 1.
    """
    return hash_bytes(value.encode("utf-8", "surrogatepass"))


def split_method(dataset: Dataset, task: Task) -> str:
    """How rows are dealt into folds: "origins", "ordered", "grouped", "stratified" or "random".

    Args:
        dataset: an order or groups decide first. task: forecasts roll over origins, classes and anomalies are
            stratified.
    """
    if task.kind == "forecast":
        return "origins"
    if dataset.order is not None:
        return "ordered"
    if dataset.groups is not None:
        return "grouped"
    return "stratified" if task.kind in ("classification", "anomaly") else "random"


def make_splits(dataset: Dataset, task: Task, plan: Plan, together: np.ndarray | None = None) -> list[Split]:
    """Every fold of the plan, in playing order: repeat 0 folds 0..K-1, repeat 1, ...

    Args:
        dataset: n prepared rows. task: its kind decides the strata.
        plan: folds, repeats and seed.
        together: int (n,), equal for rows that no fold may part; None: the groups of the data, else identical rows.

    Returns:
        Splits of row numbers; ordered data get forward chaining over five blocks instead of K folds.

    Raises:
        LoadError: if the rows cannot be dealt into folds (one group, identical rows, too few of a class).

    Reference:
        Kohavi 1995 (stratified cross-validation); Bergmeir & Benitez 2012 (forward chaining).
    """
    method = split_method(dataset, task)
    if method == "origins":
        rolled = origins.origin_rows(dataset, plan)
        return [make_split(one.train, one.valid, one.test, one.seed, method) for one in rolled]
    if method == "ordered":
        return _forward(dataset, plan)
    folds, repeats = folds_for(dataset, task, plan)
    groups = together if together is not None else dataset.groups
    groups = duplicate_codes(dataset) if groups is None else groups
    kinds = len(np.unique(groups))
    if kinds < 2:
        what = "All rows are identical" if dataset.groups is None else "There is only one group"
        raise LoadError(f"{what}: nothing can be held back for a fair test.", dataset.name, "Upload more varied rows.")
    folds = min(folds, kinds)
    strata = _strata(dataset, task)
    splits = []
    for repeat in range(repeats):
        rng = np.random.default_rng((plan.seed, repeat))
        parts = _deal(groups, strata, folds, rng)
        for fold in range(folds):
            rest = np.flatnonzero(parts != fold)
            test = np.flatnonzero(parts == fold)
            seed = int(np.random.default_rng((plan.seed, repeat, fold)).integers(2**31))
            splits.append(_inner(rest, test, groups, strata, seed, method))
    return splits


def _strata(dataset: Dataset, task: Task) -> np.ndarray:
    """Codes that folds should hold in equal shares: the class, or ten bands of the number."""
    target = dataset.target
    if target is None:
        return np.zeros(len(dataset), dtype=np.int64)
    if task.kind in ("classification", "anomaly"):
        return np.asarray(target, dtype=np.int64)
    if task.kind == "regression":
        return np.asarray(np.searchsorted(np.quantile(target, np.linspace(0.1, 0.9, 9)), target), dtype=np.int64)
    return np.zeros(len(dataset), dtype=np.int64)


def _deal(groups: np.ndarray, strata: np.ndarray, folds: int, rng: np.random.Generator) -> np.ndarray:
    """Fold number per row (n,). Groups stay whole; each is dealt to the fold that keeps strata and sizes most even.

    Groups of one row are dealt round robin within their stratum, which is plain stratified K-fold.
    """
    codes, inverse, sizes = np.unique(groups, return_inverse=True, return_counts=True)
    kinds = int(strata.max()) + 1
    table = np.zeros((len(codes), kinds))
    np.add.at(table, (inverse, strata), 1)
    home = np.full(len(codes), -1)
    load = np.zeros((folds, kinds))
    total = np.maximum(table.sum(axis=0), 1)
    for group in _large(sizes, rng):
        cost = ((load + table[group]) / total).max(axis=1) + 1e-3 * load.sum(axis=1) / len(groups)
        home[group] = int(cost.argmin())
        load[home[group]] += table[group]
    offset = 0
    for kind in range(kinds):
        singles = rng.permutation(np.flatnonzero((sizes == 1) & (table[:, kind] > 0)))
        want = (load[:, kind].sum() + len(singles)) / folds
        room = np.maximum(want - load[:, kind], 0)
        order = np.repeat(np.arange(folds), np.floor(room).astype(int))[: len(singles)]
        tail = (np.arange(len(singles) - len(order)) + offset) % folds
        offset += len(tail)
        home[singles] = rng.permutation(np.r_[order, tail]).astype(int)
    return home[inverse]


def _large(sizes: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Groups of several rows, largest first, equals in random order."""
    several = rng.permutation(np.flatnonzero(sizes > 1))
    return several[np.argsort(-sizes[several], kind="stable")]


def _inner(rest: np.ndarray, test: np.ndarray, groups: np.ndarray, strata: np.ndarray, seed: int, method: str) -> Split:
    """The split whose inner validation rows are cut out of the training part, by groups and strata as well."""
    rng = np.random.default_rng(seed)
    share = min(VALID_SHARE, VALID_ROWS / max(len(rest), 1))
    pieces = max(2, round(1 / share))
    if len(np.unique(groups[rest])) < 2:
        part = np.arange(len(rest)) % pieces
    else:
        part = _deal(groups[rest], strata[rest], pieces, rng)
    valid, train = rest[part == 0], rest[part != 0]
    if not len(valid):
        valid, train = train[: max(1, len(train) // pieces)], train[max(1, len(train) // pieces) :]
    return make_split(train, valid, test, seed, method)


def _forward(dataset: Dataset, plan: Plan) -> list[Split]:
    """Forward chaining over time blocks: learn from the past, validate on its latest part, test on the next block."""
    order = np.argsort(np.asarray(dataset.order), kind="stable")
    blocks = np.array_split(order, BLOCKS + 1)
    splits = []
    for block in range(1, BLOCKS + 1):
        past, test = np.concatenate(blocks[:block]), blocks[block]
        cut = max(1, round(VALID_SHARE * len(past)))
        seed = int(np.random.default_rng((plan.seed, block)).integers(2**31))
        splits.append(make_split(past[:-cut], past[-cut:], test, seed, "ordered"))
    return splits


def make_split(train: np.ndarray, valid: np.ndarray, test: np.ndarray, seed: int, method: str) -> Split:
    """A split with its digest.

    Args:
        train, valid, test: rows of each part. seed: of the fit. method: how the rows were dealt.
    """
    digest = hashlib.sha256()
    for rows in (train, valid, test):
        digest.update(np.ascontiguousarray(rows, dtype=np.int64).tobytes())
        digest.update(b"|")
    digest.update(str(seed).encode())
    return Split(train, valid, test, seed, method, digest.hexdigest())
