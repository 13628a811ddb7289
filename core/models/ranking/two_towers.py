"""Recommendation with networks: two towers, and their scores as features of a boosted ranker.

Reference: Covington, Adams & Sargin 2016; Yi et al. 2019 (two towers); Burges 2010 (LambdaMART); Liang et al. 2018
(predicting one half of a past from the other).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from core.features import interaction_data
from core.models.composed_model import network_arrays, network_size
from core.models.ranking import recommenders
from core.models.training import trainer
from core.schema import Budget, Dataset, JsonObject, Progress, ProgressCallback
from core.workers import devices, learner_work, work_clock
from core.workers.work_clock import WorkClock

if TYPE_CHECKING:
    import torch
    import xgboost
    from torch import nn

WIDTH = 48
BATCH = 64
CANDIDATES = 60
KEPT = 0.7
ROUNDS = 120
PATIENCE = 15
MOST_KINDS = 64


@dataclass(frozen=True)
class TwoTower:
    """A trained pair of towers. ``build_towers`` maps pasts float32 (users, items) to scores (users, items)."""

    network: nn.Module
    facts: JsonObject

    def score(self, known: np.ndarray) -> np.ndarray:
        """Scores of all items.

        Args:
            known: pasts float32 (users, items).

        Returns:
            float32 (users, items).
        """
        import torch

        return trainer.predict_raw(
            self.network, (torch.from_numpy(np.ascontiguousarray(known, dtype=np.float32)),), 512
        )


def feature_levels(dataset: Dataset) -> list[np.ndarray]:
    """The items' features with few levels, which are embedded.

    Args:
        dataset: interactions.

    Returns:
        Codes int (items,) of each feature.
    """
    found = [np.unique(np.asarray(column), return_inverse=True)[1] for column in _features(dataset).values()]
    return [codes for codes in found if 1 < codes.max() + 1 <= MOST_KINDS]


def _features(dataset: Dataset) -> dict[str, list[float]]:
    return dict(dataset.facts.get("item_features", {}))


def build_towers(items: int, codes: list[np.ndarray], popular: np.ndarray) -> torch.nn.Module:
    """Both towers: two layers on the mean of the past's vectors for users, own and features' vectors for items.

    Args:
        items: size of the catalogue. codes: of the features. popular: float (items,), where the items' biases start.

    Returns:
        A torch Module.

    Reference: Covington, Adams & Sargin 2016.
    """
    import torch
    from torch import nn

    class TowerNetwork(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.read = nn.Parameter(0.1 * torch.randn(items, WIDTH))
            self.things = nn.Parameter(0.1 * torch.randn(items, WIDTH))
            self.features = nn.ModuleList(nn.Embedding(int(part.max()) + 1, WIDTH) for part in codes)
            for place, part in enumerate(codes):
                self.register_buffer(f"codes{place}", torch.from_numpy(part.astype(np.int64)))
            self.bias = nn.Parameter(torch.from_numpy(popular.astype(np.float32)))
            self.wide = nn.Linear(WIDTH, 2 * WIDTH)
            self.narrow = nn.Linear(2 * WIDTH, WIDTH)

        def shared(self) -> torch.Tensor:
            """What an item's features say of it (items, width)."""
            return sum(part(getattr(self, f"codes{place}")) for place, part in enumerate(self.features))

        def people(self, known: torch.Tensor) -> torch.Tensor:
            """The user tower (users, width)."""
            mean = known @ (self.read + self.shared()) / known.sum(1, keepdim=True).clamp(min=1.0).sqrt()
            return mean + self.narrow(torch.relu(self.wide(mean)))

        def forward(self, known: torch.Tensor) -> torch.Tensor:
            return self.people(known) @ (self.things + self.shared()).T + self.bias

    return TowerNetwork()


def train_towers(train: Dataset, valid: Dataset, budget: Budget, on_progress: ProgressCallback) -> TwoTower:
    """Learns to tell one half of what a user took from the other half, by a softmax over all items.

    Raises:
        TrainingError: the loss was not a finite number from the start.
    """
    import torch

    device, note = devices.configure_torch(budget.device, budget.threads, budget.seed)
    matrix = interaction_data.all_interactions(train)
    popular = np.log(matrix.sum(axis=0) + 1.0)
    made = build_towers(matrix.shape[1], feature_levels(train), popular - popular.mean())
    rows = torch.from_numpy(matrix)
    known = torch.from_numpy(
        interaction_data.interaction_matrix(interaction_data.histories(valid.inputs), matrix.shape[1])
    )
    held = interaction_data.held_back_items(valid.inputs)

    def halved(batch: Sequence[torch.Tensor], generator: torch.Generator) -> Sequence[torch.Tensor]:
        (whole,) = batch
        shown = torch.rand(whole.shape, generator=generator) < 0.3 + 0.5 * torch.rand(
            (len(whole), 1), generator=generator
        )
        return whole * shown, torch.where(shown, -1.0, whole)

    def loss(raw: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
        # What was shown cannot be asked: it is taken out of the softmax as it is out of every list.
        logs = torch.log_softmax(raw.masked_fill(target < 0, -1e4), dim=1)
        asked = target.clamp(min=0.0)
        return -(asked * logs).sum(1).mean() / asked.sum(1).mean().clamp(min=1e-6)

    def score(judged: nn.Module) -> float:
        scores = trainer.predict_raw(judged, (known,), 512)
        return float(interaction_data.ndcg_at_k(interaction_data.top_k(scores, known.numpy()), held).mean())

    config = trainer.TrainerConfig(
        epochs=60, learning_rate=1e-2, weight_decay=0.02, schedule="one-cycle", steps=max(1, len(matrix) // BATCH),
        patience=12, seconds=budget.seconds, device=device,
    )  # fmt: skip
    batches = trainer.minibatches((rows,), BATCH, budget.seed, halved)
    done = trainer.fit_weights(made, batches, loss, score, config, on_progress)
    facts = {
        "kind": "two towers", "width": WIDTH, "epochs": done.epochs, "best_epoch": done.best_epoch,
        "stopped": done.stopped, "trained_on": done.device, "inner_ndcg": done.best_score,
        "notes": [*done.notes, *([note] if note else [])],
    }  # fmt: skip
    return TwoTower(made, facts)


def fit_two_tower(
    train: Dataset, valid: Dataset, budget: Budget, on_progress: ProgressCallback
) -> recommenders.Recommender:
    """The two towers as a recommender.

    Args:
        train: interactions. valid: the inner users. budget: of the fit. on_progress: called once an epoch.

    Returns:
        The recommender.
    """
    found = train_towers(train, valid, budget, on_progress)
    size = network_size(found.network)
    return recommenders.Recommender(
        found.score, len(train.facts["items"]), network_arrays(found.network), size, found.facts
    )  # fmt: skip


def candidate_features(
    known: np.ndarray, picked: np.ndarray, alike: np.ndarray, popular: np.ndarray,
    codes: list[np.ndarray], tower: np.ndarray,
) -> np.ndarray:  # fmt: skip
    """What the ranker is told about each candidate: float32 (users * candidates, features).

    known: pasts (users, items). picked: candidates (users, c), best first by the tower. alike: similarity of items
    (items, items). popular: popularity (items,). codes: of features. tower: its scores (users, items).
    """
    take = np.take_along_axis
    near, rank = take(known @ alike, picked, axis=1), np.broadcast_to(np.arange(picked.shape[1]), picked.shape)
    own = take(tower, picked, axis=1)
    columns = [own, own - own[:, :1], rank, near, near / np.maximum(near.max(axis=1, keepdims=True), 1e-9)]
    columns += [popular[picked], np.broadcast_to((known > 0).sum(axis=1, keepdims=True), picked.shape)]
    for part in codes:
        share = (known > 0) @ np.eye(int(part.max()) + 1, dtype=np.float32)[part]
        share = share / np.maximum(share.sum(axis=1, keepdims=True), 1)
        columns.append(take(share, part[picked], axis=1))
    return np.stack(columns, axis=-1).reshape(picked.size, -1).astype(np.float32)


def fit_hybrid(
    train: Dataset, valid: Dataset, budget: Budget, on_progress: ProgressCallback
) -> recommenders.Recommender:
    """A recommender in two stages: the towers propose sixty items, boosted trees order them.

    The trees are fitted on users that the towers have not seen.

    Args:
        train: interactions. valid: the inner users. budget: of the fit. on_progress: called once an epoch.

    Returns:
        The recommender.
    """
    clock = WorkClock(budget.device)
    rows = np.random.default_rng((budget.seed, 81)).permutation(len(train))
    cut = int(KEPT * len(rows))
    own, other = train.take(rows[:cut]), train.take(rows[cut:])
    found = train_towers(own, valid, replace(budget, seconds=0.7 * budget.seconds), on_progress)
    matrix = interaction_data.all_interactions(own).astype(np.float64)
    length = np.sqrt(np.maximum((matrix**2).sum(axis=0), 1e-9))
    work_clock.charge("item_pair", float(matrix.size) * matrix.shape[1])
    alike = (matrix.T @ matrix / np.outer(length, length)).astype(np.float32)
    np.fill_diagonal(alike, 0.0)
    parts = (alike, recommenders.item_popularity(matrix), feature_levels(train))

    def proposed(known: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        tower = found.score(known)
        picked = interaction_data.top_k(tower, known, CANDIDATES)
        return picked, candidate_features(known, picked, *parts, tower)

    left = clock.left(budget.seconds, 0.3)
    booster = fit_ranker(proposed, (other, valid), replace(budget, seconds=left), on_progress)

    def score(known: np.ndarray) -> np.ndarray:
        picked, seen = proposed(known)
        made = np.full(known.shape, -1e9)
        np.put_along_axis(made, picked, booster.inplace_predict(seen).reshape(picked.shape), axis=1)
        return made

    on_progress(Progress("fit", 1, 1, score=recommenders.validation_ndcg(score, valid)))
    facts = {**found.facts, "kind": "two towers under boosted trees", "candidates": CANDIDATES}
    facts |= {"trees": booster.num_boosted_rounds()}
    arrays = {"alike": alike, "popularity": parts[1], **network_arrays(found.network)}
    blobs = {"booster": bytes(booster.save_raw("json"))}
    return recommenders.Recommender(
        score, matrix.shape[1], arrays, network_size(found.network) + int((alike > 0).sum()), facts, blobs
    )  # fmt: skip


def fit_ranker(
    proposed: Callable, sides: tuple[Dataset, Dataset], budget: Budget, on_progress: ProgressCallback
) -> xgboost.Booster:
    """LambdaMART over candidates of users, stopped early on the second data set.

    Raises:
        ValueError: no candidate is a held item of any user, so there is nothing to learn an order from.
    """
    import xgboost

    made = []
    for part in sides:
        known = interaction_data.interaction_matrix(interaction_data.histories(part.inputs), len(part.facts["items"]))
        picked, seen = proposed(known)
        worth = np.zeros(picked.shape)
        for row, held in enumerate(interaction_data.held_back_items(part.inputs)):
            gains = dict(zip(held[:, 0].astype(int).tolist(), held[:, 1].tolist(), strict=True))
            worth[row] = [4 * gains.get(item, 0.0) for item in picked[row].tolist()]
        if not worth.any():
            raise ValueError("no proposed item was ever taken later: there is no order to learn")
        made.append(
            xgboost.DMatrix(seen, np.rint(worth).ravel(), qid=np.repeat(np.arange(len(picked)), picked.shape[1]))
        )
    settings = {
        "objective": "rank:ndcg", "eval_metric": "ndcg@10", "eta": 0.1, "max_depth": 4, "min_child_weight": 5,
        "subsample": 0.8, "lambdarank_pair_method": "topk", "lambdarank_num_pair_per_sample": 10,
        "nthread": budget.threads, "seed": budget.seed, "verbosity": 0,
    }  # fmt: skip
    rounds, taken, best = 0, -math.inf, 0
    booster, clock = xgboost.Booster(settings, [made[0]]), WorkClock()
    work = learner_work.boosting_round(made[0].num_row(), made[0].num_col(), 1, 4, 256 * made[0].num_col())
    while rounds < ROUNDS and rounds - best < PATIENCE and clock.elapsed() <= budget.seconds:
        booster.update(made[0], rounds)
        work_clock.charge_seconds(work)
        work_clock.charge("ranking_pair", made[0].num_row())
        rounds += 1
        found = float(booster.eval_set([(made[1], "inner")], rounds).split(":")[-1])
        if found > taken:
            taken, best = found, rounds
    cut = rounds < ROUNDS and rounds - best < PATIENCE
    work_clock.record_end("budget" if cut else "converged", None if cut else 1.0)
    kept = booster[: max(best, 1)]
    kept.set_param({"nthread": budget.threads})
    return kept
