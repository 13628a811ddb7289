"""Texts with words deleted, answered without spelling them out: what makes hundreds of permutations affordable."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np

from core.explain.maskers import Masker, split_texts, word_masker
from core.features import text_features

MOST_TOKENS = 3_000
MOST_KINDS = 1_200
MOST_PLAYERS = 60
BATCH = 512

Scorer = Callable[["MaskedTexts"], np.ndarray]


@dataclass(frozen=True)
class MaskedTexts:
    """Texts of which only some words are left: which text (m,), and which players stay (m, players)."""

    rows: np.ndarray
    mask: np.ndarray


@dataclass(frozen=True)
class TokenOwners:
    """The tokens of some texts and the player each belongs to; those of a text are those of its words in turn."""

    tokens: tuple[list[str], ...]
    owners: tuple[np.ndarray, ...]

    def score_by_text(
        self, asked: MaskedTexts, width: int, answer: Callable[[int, np.ndarray], np.ndarray]
    ) -> np.ndarray:
        """Scores masked texts, one original text at a time.

        Args:
            asked: m masked texts. width: outputs of the model.
            answer: (text number, kept tokens bool (m_k, t)) -> float (m_k, width).

        Returns:
            float (m, width), in the order of ``asked``.
        """
        made = np.zeros((len(asked.rows), width))
        for row in np.unique(asked.rows):
            where = np.flatnonzero(asked.rows == row)
            for begin in range(0, len(where), BATCH):
                part = where[begin : begin + BATCH]
                made[part] = answer(int(row), asked.mask[part][:, self.owners[row]])
        return made


def text_masker(
    found: Sequence[str], prepare: Callable[[TokenOwners], Scorer], margin: Callable[[np.ndarray], np.ndarray]
) -> tuple[Callable[[Any], np.ndarray], Masker] | None:
    """The game of ``players.words`` in a form that a prepared model answers quickly.

    Args:
        found: n texts. prepare: their tokens -> (deleted texts -> raw outputs (m, width)).
        margin: raw outputs -> explained outputs.

    Returns:
        (deleted texts -> explained outputs, players that build ``MaskedTexts``); None where a text is too long for it.
    """
    split, codes, _ = split_texts(found, MOST_PLAYERS)
    said, owners = [], []
    for row, numbers in zip(split, codes, strict=True):
        parts = [text_features.tokens(word) for word in row]
        said.append([token for part in parts for token in part])
        owners.append(np.repeat(numbers, [len(part) for part in parts]).astype(int))
    if any(len(row) > MOST_TOKENS or len(set(row)) > MOST_KINDS for row in said):
        return None
    ready = prepare(TokenOwners(tuple(said), tuple(owners)))
    plain = word_masker(found, MOST_PLAYERS)
    return (lambda asked: margin(ready(asked))), replace(plain, mask=lambda rows, mask, _: MaskedTexts(rows, mask))


def tfidf_scorer(
    views: Sequence[text_features.TfidfVocabulary], weights: np.ndarray, bias: np.ndarray
) -> Callable[[TokenOwners], Scorer]:
    """A fast scorer of masked texts for a linear model on TF-IDF.

    Args:
        views: vocabularies side by side, d terms in all. weights: float (d, width). bias: float (width,).

    Returns:
        token owners -> scorer of their masked texts.
    """
    ends = np.cumsum([len(view.index) for view in views])
    parts = [weights[end - len(view.index) : end] for view, end in zip(views, ends, strict=True)]

    def prepare(tokens: TokenOwners) -> Scorer:
        tables = [[_TermTable(view, row) for row in tokens.tokens] for view in views]

        def answer(row: int, kept: np.ndarray) -> np.ndarray:
            return bias + sum(table[row].scores(kept, part) for table, part in zip(tables, parts, strict=True))

        return lambda asked: tokens.score_by_text(asked, weights.shape[1], answer)

    return prepare


def token_network_scorer(
    number: Callable[[str], int], length: int, raw: Callable[[np.ndarray], np.ndarray], width: int
) -> Callable[[TokenOwners], Scorer]:
    """A fast scorer of masked texts for a network on token numbers.

    Args:
        number: token -> its number. length: tokens read at most. raw: int64 (m, t) -> raw outputs (m, width).
        width: outputs of the network.

    Returns:
        token owners -> scorer of their masked texts.
    """

    def prepare(tokens: TokenOwners) -> Scorer:
        rows = [np.array([number(token) for token in row], dtype=np.int64) for row in tokens.tokens]

        def answer(row: int, kept: np.ndarray) -> np.ndarray:
            counts = kept.sum(axis=1)
            made = np.zeros((len(kept), max(1, min(length, int(counts.max(initial=0))))), dtype=np.int64)
            for place, here in enumerate(kept):
                left = rows[row][here]
                if len(left) > length:
                    tail = length // 4
                    left = np.concatenate([left[: length - tail], left[-tail:]])
                made[place, : len(left)] = left
            order = np.argsort(counts, kind="stable")
            answers = np.empty((len(kept), width))
            for begin in range(0, len(order), BATCH // 4):
                part = order[begin : begin + BATCH // 4]
                answers[part] = raw(made[part, : max(1, min(length, int(counts[part].max())))])
            return answers

        return lambda asked: tokens.score_by_text(asked, width, answer)

    return prepare


class _TermTable:
    """One text under one vocabulary: the terms its tokens can make, alone and as new neighbours after a deletion."""

    def __init__(self, view: text_features.TfidfVocabulary, said: list[str]) -> None:
        self.view, self.size = view, len(said)
        alone: list[tuple[int, int]] = []
        for place, token in enumerate(said):
            terms = text_features.char_ngrams(token) if view.split is text_features.char_ngrams else [token]
            alone += [(place, view.index[term]) for term in terms if term in view.index]
        self.pairs: np.ndarray = np.full((0, 0), -1, dtype=np.int32)
        beside: np.ndarray = np.zeros(0, dtype=int)
        if view.split is text_features.word_ngrams:
            kinds = list(dict.fromkeys(said))
            place_of = {kind: place for place, kind in enumerate(kinds)}
            found = np.array([[view.index.get(f"{a} {b}", -1) for b in kinds] for a in kinds], dtype=np.int64)
            beside, local = np.unique(found[found >= 0], return_inverse=True)
            small = np.full(found.shape, -1, dtype=np.int32)
            small[found >= 0] = local
            at = np.array([place_of[token] for token in said], dtype=int)
            self.pairs = np.asarray(small[at][:, at] if len(at) else small)
        own = np.unique([column for _, column in alone]).astype(int)
        number = {int(column): place for place, column in enumerate(own)}
        self.counts = np.zeros((len(said), len(own)), dtype=np.float32)
        for place, column in alone:
            self.counts[place, number[column]] += 1
        self.columns = np.concatenate([own, np.asarray(beside, dtype=int)])

    def scores(self, kept: np.ndarray, weights: np.ndarray) -> np.ndarray:
        """Sum of weighted, normalised counts of what is left: kept (m, t) bool, weights (d, width) -> (m, width)."""
        values = self.values(kept)
        sizes = np.sqrt((values**2).sum(axis=1))
        return (values @ weights[self.columns]) / np.where(sizes > 0, sizes, 1.0)[:, None]

    def values(self, kept: np.ndarray) -> np.ndarray:
        """Weighted counts (m, terms) before they are brought to unit length."""
        held = np.concatenate([kept.astype(np.float32) @ self.counts, self._neighbours(kept)], axis=1)
        grown = 1 + np.log(np.maximum(held, 1)) if self.view.sublinear else 1.0
        return np.where(held > 0, grown, 0.0) * self.view.weight[self.columns]

    def _neighbours(self, kept: np.ndarray) -> np.ndarray:
        """How often each pair stands side by side among the tokens that are left: (m, pairs)."""
        count = len(self.columns) - self.counts.shape[1]
        if not count:
            return np.zeros((len(kept), 0), dtype=np.float32)
        places = np.where(kept, np.arange(self.size), self.size)
        after = np.minimum.accumulate(places[:, ::-1], axis=1)[:, ::-1][:, 1:]  # the first one left from here on
        here = kept[:, :-1] & (after < self.size)
        rows, left = np.nonzero(here)
        pair = self.pairs[left, after[rows, left]]
        there = pair >= 0
        flat = np.bincount(rows[there] * count + pair[there], minlength=len(kept) * count)
        return flat.reshape(len(kept), count).astype(np.float32)


def linear_word_weights(
    views: Sequence[text_features.TfidfVocabulary], found: Sequence[str], weights: np.ndarray
) -> tuple[list[str], np.ndarray]:
    """What a linear model pays each word by its weights alone: w x, a pair's share halved between its two words.

    It adds up to the answer, but is not what deleting a word does: the rest is then brought to unit length again.

    Args:
        views: side by side. found: n texts. weights: (d, n), column i for text i.

    Returns:
        Players' names and values (n, players).
    """
    split, codes, names = split_texts(found, MOST_PLAYERS)
    paid = np.zeros((len(found), len(names)))
    for row, (spoken, numbers) in enumerate(zip(split, codes, strict=True)):
        parts = [text_features.tokens(word) for word in spoken]
        said = [token for part in parts for token in part]
        owners = np.repeat(numbers, [len(part) for part in parts]).astype(int)
        end = 0
        for view in views:
            end += len(view.index)
            slope = weights[end - len(view.index) : end, row]
            made: list[tuple[int, int]] = []
            for place, token in enumerate(said):
                terms = text_features.char_ngrams(token) if view.split is text_features.char_ngrams else [token]
                made += [(view.index[term], place) for term in terms if term in view.index]
            if view.split is text_features.word_ngrams:
                for place, (one, two) in enumerate(pairwise(said)):
                    column = view.index.get(f"{one} {two}")
                    made += [(column, place), (column, place + 1)] if column is not None else []
            _add_word_values(paid[row], made, view, slope, owners)
    return list(names), paid


def _add_word_values(
    paid: np.ndarray,
    made: list[tuple[int, int]],
    view: text_features.TfidfVocabulary,
    slope: np.ndarray,
    owners: np.ndarray,
) -> None:
    """Adds each term's w x to the owners of its places, in equal shares."""
    if not made:
        return
    columns, places = np.array(made).T
    kinds, where, held = np.unique(columns, return_inverse=True, return_counts=True)
    pairs = np.array([" " in term for term in view.index])[kinds] if view.split is text_features.word_ngrams else 0
    counts = held / (1 + pairs)
    values = (1 + np.log(counts) if view.sublinear else np.ones(len(kinds))) * view.weight[kinds]
    worth = slope[kinds] * values / np.sqrt((values**2).sum())
    np.add.at(paid, owners[places], (worth / held)[where])
