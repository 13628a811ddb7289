"""Classical recommenders: what everybody takes, what goes with what, and implicit matrix factorisation.

Reference: Sarwar et al. 2001 (item neighbours); Hu, Koren & Volinsky 2008 (implicit factors); Cremonesi et al. 2010.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from core.features import interaction_data
from core.schema import Attribution, Budget, Dataset, Facts, JsonObject, Progress, ProgressCallback
from core.storage import model_archive
from core.workers import work_clock
from core.workers.work_clock import WorkClock

if TYPE_CHECKING:
    import pandas as pd

SHRINK = (5.0, 20.0)
RANKS = (16, 48)
CONFIDENCE = 20.0
RIDGE = 8.0
SWEEPS = 6
TRACE = 1e-3

Scorer = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True)
class Recommender:
    """A fitted recommender. score: pasts as ``ratings.weights`` (users, items) -> scores (users, items)."""

    score: Scorer
    items: int
    arrays: Mapping[str, np.ndarray]
    parameters: int
    facts: Facts = field(default_factory=dict)
    blobs: Mapping[str, bytes] = field(default_factory=dict)
    suffix = "npz"

    def lists(self, inputs: pd.DataFrame, count: int = interaction_data.TOP) -> np.ndarray:
        """The items recommended to each user, from the past alone.

        Args:
            inputs: users, a DataFrame or a mapping of arrays. count: items wanted.

        Returns:
            int (users, count), best first.
        """
        known = interaction_data.interaction_matrix(interaction_data.histories(inputs), self.items)
        return interaction_data.top_k(self.score(known), known, count)

    def predict(self, inputs: pd.DataFrame) -> np.ndarray:
        """NDCG@10 of each user (n,): the list is made from the past and judged by the held-back future."""
        return interaction_data.ndcg_at_k(self.lists(inputs), interaction_data.held_back_items(inputs))

    def margin(self, inputs: pd.DataFrame) -> np.ndarray:
        """The same as ``predict``."""
        return self.predict(inputs)

    def explain(self, inputs: pd.DataFrame, background: pd.DataFrame, outputs: np.ndarray | None = None) -> Attribution:
        """Not for a recommender.

        Raises:
            ValueError: always; the quality of a list of ten is no single decision.
        """
        raise ValueError("the quality of a list of ten is no single decision to explain")

    def saved(self) -> bytes:
        """Arrays and facts as one npz without pickles."""
        return model_archive.pack(self.describe(), self.arrays, self.blobs)

    def describe(self) -> JsonObject:
        """Structure in numbers and words."""
        return {"device": "cpu", "parameters": self.parameters, "items": self.items, **self.facts}


def validation_ndcg(score: Scorer, valid: Dataset) -> float:
    """Mean NDCG@10 on the inner users.

    Args:
        score: pasts (users, items) -> scores. valid: the inner users.

    Returns:
        0 to 1.
    """
    known = interaction_data.interaction_matrix(interaction_data.histories(valid.inputs), len(valid.facts["items"]))
    return float(
        interaction_data.ndcg_at_k(
            interaction_data.top_k(score(known), known), interaction_data.held_back_items(valid.inputs)
        ).mean()
    )


def item_popularity(matrix: np.ndarray) -> np.ndarray:
    """Popularity of items.

    Args:
        matrix: float (users, items).

    Returns:
        float (items,), 0 to 1.
    """
    total = matrix.sum(axis=0)
    return total / max(float(total.max()), 1e-9)


def fit_popularity(train: Dataset, valid: Dataset, budget: Budget, on_progress: ProgressCallback) -> Recommender:
    """A recommender that gives everybody the most popular items, less those already known.

    Args:
        train: interactions. valid: the inner users. budget: of the fit. on_progress: called with the NDCG.

    Returns:
        The recommender.
    """
    began = time.process_time()
    total = item_popularity(interaction_data.all_interactions(train)).astype(np.float64)
    score: Scorer = lambda known: np.tile(total, (len(known), 1))  # noqa: E731
    on_progress(Progress("fit", 1, 1, score=validation_ndcg(score, valid), cpu_seconds=time.process_time() - began))
    return Recommender(score, len(total), {"popularity": total}, len(total), {"kind": "popularity"})


def fit_neighbours(train: Dataset, valid: Dataset, budget: Budget, on_progress: ProgressCallback) -> Recommender:
    """Item neighbours: summed cosine similarities to the past, shrunk for rare pairs; popularity breaks ties.

    Args:
        train: interactions. valid: the inner users. budget: of the fit. on_progress: called with the NDCG.

    Returns:
        The recommender.

    Reference: Sarwar et al. 2001.
    """
    began = time.process_time()
    matrix = interaction_data.all_interactions(train).astype(np.float64)
    work_clock.charge("item_pair", 2.0 * matrix.size * matrix.shape[1])
    both, seen = matrix.T @ matrix, (matrix > 0).T.astype(float) @ (matrix > 0)
    length = np.sqrt(np.maximum(np.diag(both), 1e-9))
    plain, total = both / np.outer(length, length), item_popularity(matrix)
    np.fill_diagonal(plain, 0.0)
    best, most, tried = plain, -np.inf, {}
    for step, shrink in enumerate(SHRINK):
        alike = plain * seen / (seen + shrink)
        found = validation_ndcg(lambda known, alike=alike: known @ alike + TRACE * total, valid)  # type: ignore[misc]
        tried[f"{shrink:g}"] = found
        on_progress(Progress("fit", step + 1, len(SHRINK), score=found, cpu_seconds=time.process_time() - began))
        best, most = (alike, found) if found > most else (best, most)
    best = best.astype(np.float32)
    facts = {"kind": "item neighbours", "inner_ndcg_by_shrinkage": tried}
    arrays = {"alike": best, "popularity": total}
    return Recommender(lambda known: known @ best + TRACE * total, len(total), arrays, int((best > 0).sum()), facts)


def fit_factors(train: Dataset, valid: Dataset, budget: Budget, on_progress: ProgressCallback) -> Recommender:
    """Implicit alternating least squares; a new user's factors follow from the past in one closed step.

    Args:
        train: interactions. valid: the inner users. budget: of the fit. on_progress: called with the NDCG.

    Returns:
        The recommender.

    Reference: Hu, Koren & Volinsky 2008.
    """
    began, clock = time.process_time(), WorkClock()
    matrix = interaction_data.all_interactions(train).astype(np.float64)
    total, best, most, tried = item_popularity(matrix), np.zeros((matrix.shape[1], 1)), -np.inf, {}
    for step, rank in enumerate(RANKS):
        things = np.random.default_rng((budget.seed, 71)).normal(0, 0.1, (matrix.shape[1], rank))
        for _ in range(SWEEPS):
            people = solve_factors(matrix, things)
            things = solve_factors(matrix.T, people)
            if clock.elapsed() > budget.seconds:
                break

        def scorer(known: np.ndarray, things: np.ndarray = things) -> np.ndarray:
            return solve_factors(known, things) @ things.T + TRACE * total

        found = validation_ndcg(scorer, valid)
        tried[str(rank)] = found
        on_progress(Progress("fit", step + 1, len(RANKS), score=found, cpu_seconds=time.process_time() - began))
        best, most = (things, found) if found > most else (best, most)
        if clock.elapsed() > budget.seconds:
            break
    cut = clock.elapsed() > budget.seconds
    work_clock.record_end("budget" if cut else "converged", None if cut else 1.0)
    facts = {"kind": "implicit factors", "rank": best.shape[1], "inner_ndcg_by_rank": tried}
    arrays = {"items": best, "popularity": total}
    score: Scorer = lambda known: solve_factors(known, best) @ best.T + TRACE * total  # noqa: E731
    return Recommender(score, len(total), arrays, int(best.size), facts)


def solve_factors(matrix: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Factors that explain each row of a matrix by the other side's factors, with confidence 1 + 20 w.

    Args:
        matrix: float (rows, columns). other: float (columns, rank).

    Returns:
        float (rows, rank); zeros for rows without any entry.
    """
    rank, present = other.shape[1], int(np.count_nonzero(matrix))
    work_clock.charge("factor_present", float(present) * rank**2)
    work_clock.charge("factor_solve", float(len(matrix)) * rank**3)
    gram = other.T @ other + RIDGE * np.eye(other.shape[1])
    made = np.zeros((len(matrix), other.shape[1]))
    for row, values in enumerate(matrix):
        there = np.flatnonzero(values)
        if len(there):
            part, sure = other[there], CONFIDENCE * values[there].astype(float)
            made[row] = np.linalg.solve(gram + (part * sure[:, None]).T @ part, part.T @ (1 + sure))
    return made
