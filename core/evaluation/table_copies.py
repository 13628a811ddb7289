"""Rows of a table that are near copies of others: equal, or nearly, in all but a few columns."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from core.evaluation.row_features import numeric_columns

if TYPE_CHECKING:
    import pandas as pd

PAIRS = 600_000
SAMPLE = 256
RANDOM_PAIRS = 20_000
# Differences that count as none, in units of a column's spread; the next larger one is the shell around it, in which
# rows that fill space smoothly have far more neighbours, and copies have none.
LEVELS = (0.002, 0.01, 0.05, 0.25, 1.0)
REDUNDANCY_LEVEL = 3
SHELL = 3.0
# A pair is no accident when its columns agree by chance less than once in e^4 rows.
SURENESS = 4.0
# Where most rows have copies, so many that they cannot be accidents, less is asked of each pair.
MOSTLY_SURENESS, MOSTLY = 1.0, 0.6
# A row with one deviating column more counts against copies when it agrees nearly as surprisingly.
EDITED, EDITS = 0.6, 0.5
KEY_COLUMNS = 8
CANDIDATES, BUDGET = 20, 200
SMALLEST_SHARE = 0.02
NEIGHBOURHOOD = 0.05


@dataclass(frozen=True)
class CopyPairs:
    """Pairs of near copies. left, right: int (p,) row numbers. level: the difference that counted as none, in units of
    a column's spread. columns: names of the columns in which most pairs differ by more. smooth: rows have so many near
    neighbours at every distance that copies cannot be told from a smooth course."""

    left: np.ndarray
    right: np.ndarray
    level: float = 0.0
    columns: tuple[str, ...] = ()
    smooth: bool = False


NO_PAIRS = CopyPairs(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64))


def find_copy_pairs(frame: pd.DataFrame, codes: np.ndarray) -> CopyPairs:
    """Pairs of different rows of a table that are too alike for chance.

    Two rows are alike where their numbers differ by a small share of the column's spread and their categories are
    equal, in all but one or two columns (a time stamp, an id, a correction). How surprising the agreement is follows
    from how often single columns agree, redundant columns counted once; and the pairs must be set apart from the
    pairs that are a little less alike.

    Args:
        frame: n rows. codes: int (n,), equal for rows that are equal throughout; those count as one row here.
    """
    first = np.unique(codes, return_index=True)[1]
    if len(first) < 20 or frame.shape[1] < 2:
        return NO_PAIRS
    names, values = numeric_columns(frame.iloc[first])
    if values.shape[1] < 2:
        return NO_PAIRS
    agreement = _Agreement.measure(values)
    probe = agreement.summarise(SURENESS)
    if (choice := probe.choose_level()) is None:
        probe = agreement.summarise(MOSTLY_SURENESS)
        choice = probe.choose_level()
    if choice is None:
        return CopyPairs(NO_PAIRS.left, NO_PAIRS.right, smooth=probe.smooth)
    pairs = _all_pairs(values, LEVELS[choice], probe)
    if not len(pairs):
        return NO_PAIRS
    differ = (np.abs(values[pairs[:, 0]] - values[pairs[:, 1]]) > LEVELS[choice]).mean(axis=0)
    apart = tuple(names[k] for k in np.argsort(-differ, kind="stable") if differ[k] > 0.5)
    return CopyPairs(first[pairs[:, 0]], first[pairs[:, 1]], LEVELS[choice], apart)


@dataclass(frozen=True)
class _Probe:
    """What a sample of rows tells, a figure a level. hits: near rows of the sample. owners: sampled rows that have any.
    around: rows in the shell around those. edits: rows with one deviating column more. close: hits that lie near in
    the order of rows. chance: (levels, d) how often two rows agree in a column; weights: (d,) how much of a column's
    agreement no other column repeats; rows: how many were sampled; sureness: asked of a pair."""

    hits: np.ndarray
    owners: np.ndarray
    around: np.ndarray
    edits: np.ndarray
    close: np.ndarray
    chance: np.ndarray
    weights: np.ndarray
    deviating: int
    rows: int
    sureness: float

    def _continuous(self, level: int) -> bool:
        return bool(self.around[level] > SHELL * self.hits[level] or self.edits[level] > EDITS * self.hits[level])

    def choose_level(self) -> int | None:
        """The level at which most rows have copies that are set apart from all others; None where there is none."""
        usable = [
            level
            for level in range(len(LEVELS) - 1)
            if self.owners[level] >= max(2, self.smallest_share * self.rows) and not self._continuous(level)
        ]
        return max(usable, key=lambda level: (self.owners[level], self.hits[level]), default=None)

    @property
    def smallest_share(self) -> float:
        """The share of rows that must have copies."""
        return SMALLEST_SHARE if self.sureness == SURENESS else MOSTLY

    @property
    def smooth(self) -> bool:
        """Whether most rows are near to those before and after them, as readings of a slow course are."""
        held = (self.owners > 0.5 * self.rows) & (self.close > 0.5 * self.hits)
        return bool(held[:REDUNDANCY_LEVEL].any())


def deviating_columns(columns: int) -> int:
    """In how many of so many columns two copies may differ: none of two, one of three or four, two, or 5 %.

    Args:
        columns: columns that vary.
    """
    return 0 if columns < 3 else 1 if columns < 5 else max(2, columns // 20)


@dataclass(frozen=True)
class _Agreement:
    """How a sample of s rows agrees with all n rows. apart: uint8 (levels, s, n) columns that deviate; proof: float32
    (levels - 1, s, n) how surprising the agreement in the others is, in nats; sample: int (s,); the rest as above."""

    sample: np.ndarray
    apart: np.ndarray
    proof: np.ndarray
    chance: np.ndarray
    weights: np.ndarray

    @classmethod
    def measure(cls, values: np.ndarray) -> _Agreement:
        """Compares a sample of rows with all rows, column by column."""
        rows, columns = values.shape
        rng = np.random.default_rng(0)
        sample = np.sort(rng.permutation(rows)[: max(16, min(SAMPLE, PAIRS // rows))])
        weights = _weights(values, rng)
        levels = len(LEVELS)
        apart = np.zeros((levels, len(sample), rows), dtype=np.uint8)
        proof = np.zeros((levels - 1, len(sample), rows), dtype=np.float32)
        chance = np.zeros((levels, columns))
        for column in range(columns):
            away = np.abs(values[sample, column][:, None] - values[None, :, column])
            for level, limit in enumerate(LEVELS):
                same = away <= limit
                share = same.mean(axis=1)
                chance[level, column] = share.mean()
                apart[level] += ~same
                if level < levels - 1:
                    proof[level] += same * (-weights[column] * np.log(share))[:, None].astype(np.float32)
        return cls(sample, apart, proof, chance, weights)

    def summarise(self, sureness: float) -> _Probe:
        """Counts near rows and those around them at every level."""
        _, size, rows = self.apart.shape
        columns = len(self.weights)
        allowed = deviating_columns(columns)
        wanted = required_proof(rows, columns, sureness)
        other = np.arange(rows)[None, :] != self.sample[:, None]
        beside = np.abs(np.arange(rows)[None, :] - self.sample[:, None]) <= NEIGHBOURHOOD * rows
        hits, owners, around, edits, close = np.zeros((5, len(LEVELS) - 1))
        for level in range(len(LEVELS) - 1):
            near = (self.apart[level] <= allowed) & (self.proof[level] >= wanted) & other
            has = near.any(axis=1)
            hits[level], owners[level], close[level] = near.sum(), has.sum(), (near & beside).sum()
            by_chance = rows * size * _share_with_deviations(self.chance[level + 1], allowed)
            around[level] = max(0.0, ((self.apart[level + 1] <= allowed) & other).sum() - by_chance)
            if columns >= allowed + 4:
                more = (self.apart[level] == allowed + 1) & (self.proof[level] >= EDITED * wanted) & other
                edits[level] = more[has].sum()
        return _Probe(hits, owners, around, edits, close, self.chance, self.weights, allowed, size, sureness)


def _share_with_deviations(chance: np.ndarray, most: int) -> float:
    """The share of pairs that deviate in at most so many columns if columns agree independently (Poisson binomial)."""
    held = np.zeros(most + 1)
    held[0] = 1.0
    for agree in chance:
        held[1:] = held[1:] * agree + held[:-1] * (1 - agree)
        held[0] *= agree
    return float(held.sum())


def required_proof(rows: int, columns: int, sureness: float = SURENESS) -> float:
    """How surprising an agreement must be, in nats, to be no accident among so many rows.

    Args:
        rows, columns: of the table; the ways to choose the deviating columns count as well.
        sureness: in nats: e^-sureness accidents a row may be expected.
    """
    return math.log(rows) + math.log(math.comb(columns, deviating_columns(columns))) + sureness


def _weights(values: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """(d,) 1 for a column that agrees independently of the others, 1 / m for each of m copies of one column."""
    left, right = rng.integers(0, len(values), (2, RANDOM_PAIRS))
    same = (np.abs(values[left] - values[right]) <= LEVELS[REDUNDANCY_LEVEL]).astype(np.float32)
    same -= same.mean(axis=0)
    norm = np.maximum(np.linalg.norm(same, axis=0), 1e-9)
    shared = (same.T @ same / np.outer(norm, norm)) ** 2
    np.fill_diagonal(shared, 1.0)
    return np.asarray(1.0 / np.where(shared > 0.01, shared, 0.0).sum(axis=1))


def _all_pairs(values: np.ndarray, limit: float, probe: _Probe) -> np.ndarray:
    """int (p, 2): every pair of near rows that shares one of the keys; any two deviating columns leave a key whole."""
    from scipy.spatial import cKDTree

    rows = len(values)
    level = LEVELS.index(limit)
    density = np.stack([_log_density(column, limit) for column in values.T], axis=1) * probe.weights
    wanted = required_proof(rows, values.shape[1], probe.sureness)
    most = rows * (CANDIDATES + 3 * probe.hits[level] / probe.rows)
    found, looked = [np.zeros((0, 2), dtype=np.int64)], 0
    for key in _keys(
        -np.log(np.maximum(probe.chance[level], 1.0 / rows)), probe.deviating, math.log(rows / CANDIDATES)
    ):
        tree = cKDTree(values[:, key])
        count = int(tree.count_neighbors(tree, limit, p=np.inf))
        if count > most:
            continue
        looked += count
        if looked > BUDGET * rows:
            break
        pairs = tree.query_pairs(limit, p=np.inf, output_type="ndarray").astype(np.int64)
        for part in np.array_split(pairs, max(1, len(pairs) * values.shape[1] // 5_000_000)):
            same = np.abs(values[part[:, 0]] - values[part[:, 1]]) <= limit
            proof = (same * density[part[:, 0]]).sum(axis=1)
            found.append(part[((~same).sum(axis=1) <= probe.deviating) & (proof >= wanted)])
    return np.unique(np.concatenate(found), axis=0)


def _log_density(column: np.ndarray, limit: float) -> np.ndarray:
    """(n,) minus the logarithm of the share of rows within ``limit`` of each row's value."""
    ordered = np.sort(column)
    near = np.searchsorted(ordered, column + limit, "right") - np.searchsorted(ordered, column - limit, "left")
    return np.asarray(-np.log(near / len(column)))


def _keys(telling: np.ndarray, deviating: int, wanted: float) -> Iterator[Sequence[int]]:
    """Sets of columns on which copies are looked up: with k deviating columns at least one set holds none of them.

    telling: (d,) nats that an agreement of each column is worth. wanted: nats that make a set selective enough.
    """
    order = [int(k) for k in np.argsort(-telling, kind="stable")]
    blocks: list[list[int]] = [[] for _ in range(deviating + 1)]
    for column in order:
        poorest = min(blocks, key=lambda block: telling[block].sum())
        if telling[poorest].sum() < wanted and len(poorest) < KEY_COLUMNS:
            poorest.append(column)
    if all(telling[block].sum() >= wanted for block in blocks):
        yield from blocks
        return
    best = order[: max(6, deviating + 2)]
    yield from combinations(best, max(2, len(best) - deviating))
