"""Pictures, sounds, windows and texts that are near copies of others."""

from __future__ import annotations

import re
import zlib

import numpy as np

from core.evaluation.table_copies import NO_PAIRS, CopyPairs

SAMPLE_DISTANCES = 4_000_000
MOST_ITEMS = 20_000
# Copies lie this much nearer than the item's 25th neighbour; in the shell around them there are no others.
RANK, NEAR, AROUND = 25, 0.2, 0.5
SHELL = 3.0
SMALLEST_SHARE = 0.02
BLOCK_DISTANCES = 8_000_000

CHARACTERS = 1_200
SHINGLE, HASHES, BANDS = 8, 32, 8
ALIKE = 0.75
SHORTEST = 24

MARK = 6
SHORTEST_OVERLAP = 8


def find_near_vectors(vectors: np.ndarray) -> CopyPairs:
    """Pairs of items that are far nearer to each other than to the rest of their neighbourhood.

    Args:
        vectors: float32 (n, d), from ``item_vectors``.
    """
    rows = len(vectors)
    if not 60 <= rows <= MOST_ITEMS:
        return NO_PAIRS
    squares = (vectors.astype(np.float64) ** 2).sum(axis=1)
    sample = np.random.default_rng(0).permutation(rows)[: max(64, SAMPLE_DISTANCES // rows)]
    away = _distances(vectors, squares, sample)
    away[np.arange(len(sample)), sample] = np.inf
    reach = np.partition(away, RANK - 1, axis=1)[:, RANK - 1 : RANK]
    near, around = away <= NEAR * reach, away <= AROUND * reach
    has = near.any(axis=1)
    if has.sum() < max(2, SMALLEST_SHARE * len(sample)) or around[has].sum() > SHELL * near.sum():
        return NO_PAIRS
    reach, pairs = np.zeros(rows), []
    for part in np.array_split(np.arange(rows), max(1, rows * rows // BLOCK_DISTANCES)):
        away = _distances(vectors, squares, part)
        away[np.arange(len(part)), part] = np.inf
        reach[part] = np.partition(away, RANK - 1, axis=1)[:, RANK - 1]
        row, other = np.nonzero(away <= NEAR * reach[part, None])
        pairs.append(np.stack([part[row], other, away[row, other].view(np.int64)]))
    left, right, stored = np.concatenate(pairs, axis=1)
    both = (left < right) & (stored.view(np.float64) <= NEAR * np.minimum(reach[left], reach[right]))
    return CopyPairs(left[both], right[both])


def _distances(vectors: np.ndarray, squares: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """float64 (m, n): Euclidean distances of some items to all."""
    product = (vectors[rows] @ vectors.T).astype(np.float64)
    return np.asarray(np.sqrt(np.maximum(squares[rows, None] + squares[None, :] - 2 * product, 0.0)))


def find_near_texts(texts: list[str]) -> CopyPairs:
    """Pairs of texts that share most of their passages, whatever their digits, case and spaces.

    Args:
        texts: n texts; those shorter than 24 characters are left alone.

    Reference:
        Broder 1997, "On the resemblance and containment of documents" (MinHash).
    """
    if not 20 <= len(texts) <= MOST_ITEMS:
        return NO_PAIRS
    rng = np.random.default_rng(0)
    factors = rng.integers(1, 2**63, HASHES, dtype=np.uint64) | np.uint64(1)
    marks = np.zeros((len(texts), HASHES), dtype=np.uint64)
    usable = np.zeros(len(texts), dtype=bool)
    for row, text in enumerate(texts):
        plain = re.sub(r"\d+", "0", re.sub(r"\W+", " ", text[: 2 * CHARACTERS].lower())).strip()
        shingles = _shingles(plain[:CHARACTERS])
        if len(plain) >= SHORTEST and len(shingles):
            usable[row] = True
            # Multiplying an odd number and taking high bits is a cheap hash of each shingle, one a function.
            marks[row] = ((shingles[:, None] * factors[None, :]) >> np.uint64(16)).min(axis=0)
    pairs = []
    width = HASHES // BANDS
    for band in range(BANDS):
        part = np.ascontiguousarray(marks[:, band * width : (band + 1) * width])
        codes = np.unique(part, axis=0, return_inverse=True)[1].ravel()
        pairs.append(_chain(codes, usable))
    found = np.unique(np.concatenate(pairs), axis=0)
    alike = (marks[found[:, 0]] == marks[found[:, 1]]).mean(axis=1) >= ALIKE
    return CopyPairs(found[alike, 0], found[alike, 1])


def _shingles(plain: str) -> np.ndarray:
    """uint64 (k,): one number a passage of eight bytes."""
    raw = np.frombuffer(plain.encode("utf-8", "surrogatepass"), dtype=np.uint8)
    if len(raw) < SHINGLE:
        return np.zeros(0, dtype=np.uint64)
    passages = np.ascontiguousarray(np.lib.stride_tricks.sliding_window_view(raw, SHINGLE))
    hashed = passages.view(np.uint64).ravel() * np.uint64(0x9E3779B97F4A7C15)
    return np.unique(hashed ^ (hashed >> np.uint64(29)))


def _chain(codes: np.ndarray, usable: np.ndarray) -> np.ndarray:
    """int (p, 2): pairs of usable items with equal codes, each with the next few of its bucket."""
    rows = np.flatnonzero(usable)
    order = rows[np.argsort(codes[rows], kind="stable")]
    found = [np.zeros((0, 2), dtype=np.int64)]
    for step in range(1, 4):
        same = codes[order[:-step]] == codes[order[step:]]
        found.append(np.sort(np.stack([order[:-step][same], order[step:][same]], axis=1), axis=1))
    return np.concatenate(found)


def find_overlaps(windows: np.ndarray) -> CopyPairs:
    """Pairs of windows of which one begins inside the other, reading for reading.

    Args:
        windows: float (n, t) or (n, t, c); overlaps of fewer than eight readings, or that do not change, do not count.
    """
    values = windows[..., None] if windows.ndim == 2 else windows
    count, length, _ = values.shape
    if count < 4 or length < MARK + SHORTEST_OVERLAP or values.size > 200_000_000:
        return NO_PAIRS
    step = max(1, count * length // 2_000_000)
    heads = _marks(values[:, :MARK].reshape(count, -1))
    order = np.argsort(heads, kind="stable")
    pairs = []
    for shift in range(1, length - SHORTEST_OVERLAP + 1, step):
        inside = _marks(values[:, shift : shift + MARK].reshape(count, -1))
        place = np.minimum(np.searchsorted(heads[order], inside), count - 1)
        left = np.flatnonzero(heads[order][place] == inside)
        right = order[place[left]]
        keep = left != right
        left, right = left[keep], right[keep]
        same = (values[left, shift:] == values[right, : length - shift]).all(axis=(1, 2))
        moving = np.ptp(values[left, shift:], axis=1).max(axis=1, initial=0) > 0
        pairs.append(np.stack([left[same & moving], right[same & moving]], axis=1))
    found = np.concatenate(pairs)
    return CopyPairs(found[:, 0], found[:, 1])


def _marks(parts: np.ndarray) -> np.ndarray:
    """uint64 (n,): a number for the bytes of each row."""
    raw = np.ascontiguousarray(parts.astype(np.float32))
    return np.array([zlib.crc32(row.tobytes()) for row in raw], dtype=np.uint64)
