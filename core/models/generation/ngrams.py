"""Character n-grams with interpolated Kneser-Ney smoothing, counted and asked in whole arrays.

Reference: Kneser & Ney 1995; Chen & Goodman 1999 (interpolated, three discounts an order).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.models.generation.character_model import BEGIN, FIRST, Alphabet

BITS = 7
LONGEST = 8


@dataclass(frozen=True)
class NgramOrder:
    """Counts for one length of context: ``grams`` (g,) sorted keys of context and character with discounted ``counts``
    (g,); ``contexts`` (c,) sorted keys with their ``totals`` (c,) and the mass ``left`` (c,) passed to shorter ones."""

    grams: np.ndarray
    counts: np.ndarray
    contexts: np.ndarray
    totals: np.ndarray
    left: np.ndarray


@dataclass(frozen=True)
class KneserNey:
    """A fitted model. ``orders[k]`` has contexts of k characters; ``size`` codes share what no order has seen."""

    alphabet: Alphabet
    orders: tuple[NgramOrder, ...]

    @property
    def parameters(self) -> int:
        """Counts kept."""
        return sum(len(order.grams) + len(order.contexts) for order in self.orders)

    def probabilities(self, keys: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Probability of the last character of each key given those before it.

        Args:
            keys: int64 (n,) from ``window_keys``: the last LONGEST characters and the one asked about, seven bits each.

        Returns:
            Probabilities float (n,) and the length of the longest context seen in training, int (n,).
        """
        found = np.full(len(keys), 1.0 / (self.alphabet.size - 1))
        matched = np.zeros(len(keys), dtype=np.int64)
        for length, order in enumerate(self.orders):
            cut = keys & ((1 << BITS * (length + 1)) - 1)
            place, known = _find_keys(order.contexts, cut >> BITS)
            gram, seen = _find_keys(order.grams, cut)
            count = np.where(seen, order.counts[gram], 0.0)
            mixed = (count + order.left[place] * found) / order.totals[place]
            found = np.where(known, mixed, found)
            matched = np.where(known, length, matched)
        return found, matched

    def score_texts(self, texts: Sequence[str]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Probability of every character of texts.

        Args:
            texts: n texts.

        Returns:
            Probabilities float (n, t), longest context seen int (n, t), mask bool (n, t).
        """
        codes, mask = self.alphabet.codes(texts, before=LONGEST)
        keys = window_keys(codes)
        found, matched = self.probabilities(keys.ravel())
        return found.reshape(keys.shape), matched.reshape(keys.shape), mask

    def next_probabilities(self, codes: np.ndarray) -> tuple[np.ndarray, int]:
        """Probabilities of the next character.

        Args:
            codes: those before it.

        Returns:
            float (size,), and the length of the longest context seen.
        """
        last = np.r_[np.full(LONGEST, BEGIN), codes][-LONGEST:]
        key = 0
        for code in last:
            key = (key << BITS) | int(code)
        keys = (key << BITS) | np.arange(self.alphabet.size)
        found, matched = self.probabilities(keys)
        found[BEGIN] = 0.0
        return found / found.sum(), int(matched[0])

    def arrays(self) -> dict[str, np.ndarray]:
        """Everything that answers need, by name.

        Returns:
            name -> array.
        """
        return {
            f"order{length}.{name}": getattr(order, name).astype(np.float32 if name in ("counts", "left") else np.int64)
            for length, order in enumerate(self.orders)
            for name in ("grams", "counts", "contexts", "totals", "left")
        }


def window_keys(codes: np.ndarray) -> np.ndarray:
    """The key of every character: itself and the LONGEST characters before it, seven bits each.

    Args:
        codes: int (n, LONGEST + t).

    Returns:
        int64 (n, t).
    """
    steps = codes.shape[1] - LONGEST
    keys = np.zeros((len(codes), steps), dtype=np.int64)
    for shift in range(LONGEST + 1):
        keys = (keys << BITS) | codes[:, shift : shift + steps]
    return keys


def fit_kneser_ney(texts: Sequence[str], alphabet: Alphabet, longest: int = 6) -> KneserNey:
    """Counts contexts of up to ``longest`` characters.

    Raises:
        ValueError: more symbols than seven bits hold, or a context longer than eight.
    """
    if alphabet.size > 1 << BITS or not 0 <= longest <= LONGEST:
        raise ValueError(f"at most {(1 << BITS) - FIRST} symbols and contexts of {LONGEST} characters")
    codes, mask = alphabet.codes(texts, before=LONGEST)
    keys = window_keys(codes)[mask]
    grams, counts = np.unique(keys & ((1 << BITS * (longest + 1)) - 1), return_counts=True)
    orders = [_order(grams, counts.astype(float))]
    for length in range(longest - 1, -1, -1):
        # A shorter context counts in how many different longer ones it occurs, not how often.
        grams, counts = np.unique(grams & ((1 << BITS * (length + 1)) - 1), return_counts=True)
        orders.append(_order(grams, counts.astype(float)))
    return KneserNey(alphabet, tuple(reversed(orders)))


def _order(grams: np.ndarray, counts: np.ndarray) -> NgramOrder:
    cut = _discounts(counts)[np.minimum(counts, 3).astype(int)]
    contexts, inverse = np.unique(grams >> BITS, return_inverse=True)
    totals = np.bincount(inverse, counts, len(contexts))
    left = np.bincount(inverse, cut, len(contexts))
    return NgramOrder(grams, counts - cut, contexts, totals, left)


def _discounts(counts: np.ndarray) -> np.ndarray:
    """What is taken from a count of 0, 1, 2, and 3 or more (4,); a plain .5 where the counts tell nothing."""
    ones, twos, threes, fours = (float((counts == n).sum()) for n in (1, 2, 3, 4))
    if min(ones, twos, threes, fours) == 0:
        return np.array([0.0, 0.5, 0.5, 0.5])
    share = ones / (ones + 2 * twos)
    found = np.array([0.0, 1 - 2 * share * twos / ones, 2 - 3 * share * threes / twos, 3 - 4 * share * fours / threes])
    return np.clip(found, [0.0, 0.05, 0.05, 0.05], [0.0, 0.95, 1.9, 2.9])


def _find_keys(sorted_keys: np.ndarray, wanted: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Where each wanted key stands (0 if nowhere), and whether it stands there."""
    place = np.minimum(np.searchsorted(sorted_keys, wanted), len(sorted_keys) - 1)
    known = sorted_keys[place] == wanted
    return np.where(known, place, 0), known
