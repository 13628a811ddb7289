"""Tables, hybrid: what a network has learnt, computed out of fold, into XGBoost beside the raw columns.

The trees start from the out-of-fold network's answer and correct it. Others grow from nothing on the same columns, and
replace them where the inner rows find that better by a point: a network short of time is a bad start. Handing trees the
network's answer as a plain column was worse than starting from it, by 1 to 3 points of skill on 1,500 rows of two
real sets (3 folds).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from core.features import tree_encoder
from core.models.tabular import boosting, stacking, table_network, tabm_network
from core.models.training import tuning
from core.models.training.output_spec import OutputSpec, target_of
from core.schema import (
    Attribution,
    Budget,
    Contestant,
    Dataset,
    Facts,
    JsonObject,
    Progress,
    ProgressCallback,
    TableRows,
    Task,
)
from core.storage import model_archive
from core.workers import learner_work
from core.workers.work_clock import WorkClock

if TYPE_CHECKING:
    import xgboost
    from torch import nn

# At least and at most so much of the seconds is kept for the trees, which take about so many rounds in two fits.
TREE_SHARES, TREE_ROUNDS = (0.1, 0.3), 200
DOUBT = 1.0
TREES: JsonObject = {"max_depth": 3, "min_child_weight": 10.0}
SPACE = {**table_network.SPACE, "max_depth": (2, 3, 4, 6), "min_child_weight": (3.0, 10.0, 30.0)}


@dataclass(frozen=True)
class HybridTableModel:
    """A network's representation with trees on top; ``features`` is the trees' encoding, ``trust`` the share of
    the network's answer that the trees start from."""

    representation: stacking.Representation
    boosted: boosting.BoostedTrees
    features: tree_encoder.TreeEncoder
    output_spec: OutputSpec
    facts: JsonObject
    trust: float = 1.0
    suffix = "npz"

    @property
    def network(self) -> nn.Module:
        """The torch module: float32 (n, width) of the Dense encoding -> raw outputs."""
        return self.representation.fitted.network

    @property
    def booster(self) -> xgboost.Booster:
        """The xgboost Booster over raw columns and network directions."""
        return self.boosted.booster

    @property
    def parameters(self) -> int:
        """Numbers learnt by the network, its directions and the trees."""
        trees = self.boosted.facts
        weights = tabm_network.count_parameters(self.network) + self.representation.axes.size
        return int(weights + 3 * (trees["nodes"] - trees["leaves"]) + trees["leaves"])

    def _raw(self, inputs: TableRows) -> np.ndarray:
        directions, raw = self.representation.transform(inputs)
        encoded = np.concatenate([self.features.transform(inputs), directions], axis=1)
        return self.boosted.raw(encoded, _start(self.output_spec, raw, self.trust))

    def predict(self, inputs: TableRows) -> np.ndarray:
        """Class probabilities (n, k) or values (n,)."""
        raw = self._raw(inputs)
        return raw[:, 0] if self.output_spec.form == "regression" else self.output_spec.to_predictions(raw)

    def margin(self, inputs: TableRows) -> np.ndarray:
        """Log-odds (n,), centred logits (n, k), or values (n,)."""
        raw = self._raw(inputs)
        return raw[:, 0] if self.output_spec.form == "regression" else self.output_spec.margin(raw)

    def explain(self, inputs: TableRows, background: TableRows, outputs: np.ndarray | None = None) -> Attribution:
        """Shapley values of network and trees together, by antithetic permutations of the original columns."""
        from core.explain import explain_table

        asked = outputs if self.output_spec.form == "multiclass" else None
        return explain_table(self.margin, inputs, background, asked)

    def saved(self) -> bytes:
        """Network, directions and trees as one pack."""
        facts, arrays = self.representation.fitted.to_state()
        own, more = self.features.to_state()
        arrays |= {f"trees.{name}": value for name, value in more.items()}
        arrays |= {"middle": self.representation.mean, "axes": self.representation.axes}
        trees = {"booster.ubj": bytes(self.booster.save_raw("ubj"))}
        return model_archive.pack({**facts, "trees": own, "trust": self.trust}, arrays, trees)

    def describe(self) -> JsonObject:
        """The network's layers and the trees' structure, with the device, best epoch and best round."""
        network = table_network.describe_network(self.representation.fitted)
        notes = [*network.pop("notes"), *self.boosted.facts["notes"]]
        trees = {name: value for name, value in self.boosted.facts.items() if name not in ("notes", "device")}
        return {**network, **trees, **self.facts, "parameters": self.parameters, "notes": notes}


def fit(train: Dataset, valid: Dataset, task: Task, budget: Budget, on_progress: ProgressCallback) -> HybridTableModel:
    """Train the networks, then the trees on their out-of-fold view; configurations share the budget's seconds."""
    output_spec = OutputSpec.from_dataset(train, task)

    def one(settings: Facts, share: Budget) -> tuple[float, HybridTableModel]:
        model = _fit(train, valid, output_spec, settings, share, on_progress)
        return model.boosted.score, model

    model, facts = tuning.tune(SPACE, budget, one, on_progress, {})
    return replace(model, facts={**model.facts, **facts})


def _fit(
    train: Dataset,
    valid: Dataset,
    output_spec: OutputSpec,
    settings: Facts,
    budget: Budget,
    on_progress: ProgressCallback,
) -> HybridTableModel:
    clock = WorkClock(budget.device)
    network = {name: value for name, value in settings.items() if name in table_network.SPACE}
    answers = output_spec.answers(target_of(train))
    encoding, known = tree_encoder.fit_tree_encoder(train.inputs, answers, seed=budget.seed)
    kept = _tree_seconds(known, output_spec, budget)
    share = replace(budget, seconds=max(budget.seconds - clock.elapsed() - kept, 0.05))
    found, unseen = stacking.fit_representation(train, valid, output_spec, network, share, on_progress)
    directions, raw = found.transform(valid.inputs)
    held = encoding.transform(valid.inputs)
    views = (known, unseen.directions, train, unseen.raw), (held, directions, valid, raw)
    parts = [(np.concatenate([rows, view], axis=1), part, start) for rows, view, part, start in views]
    chosen = {name: value for name, value in settings.items() if name not in table_network.SPACE}
    grown = []
    for place, (trust, usual) in enumerate(((1.0, TREES), (0.0, {}))):
        left = max(budget.seconds - clock.elapsed(), 0.1) / (2 - place)
        own, inner = (
            boosting.BoostingRows(rows, target_of(part), _start(output_spec, start, trust))
            for rows, part, start in parts
        )
        hear = _later(on_progress, clock.cpu_seconds())
        boosted = boosting.fit_boosting(
            own, inner, output_spec, {**usual, **chosen}, replace(budget, seconds=left), hear
        )
        grown.append((boosted.score, trust, boosted))
    _, trust, boosted = max(grown, key=lambda one: one[0] + DOUBT * one[1])
    shape = {"networks": unseen.networks + 1, "directions": int(found.axes.shape[1]), "trees_start_from_network": trust}
    facts = {**shape, "network_score": found.fitted.score}
    return HybridTableModel(found, boosted, encoding, output_spec, facts, trust)


def _tree_seconds(rows: np.ndarray, output_spec: OutputSpec, budget: Budget) -> float:
    """Seconds kept for the trees, from what a round takes on these rows: the networks get what is left."""
    shape = boosting.default_settings(len(rows))
    bins = learner_work.histogram_bins(rows, shape["max_bin"])
    width, columns = output_spec.width, rows.shape[1] + stacking.DIRECTIONS
    seconds = learner_work.boosting_round(len(rows), columns, width, shape["max_depth"], bins) / budget.threads
    least, most = TREE_SHARES
    return budget.seconds * min(most, max(least, TREE_ROUNDS * seconds / budget.seconds))


def _later(on_progress: ProgressCallback, spent: float) -> ProgressCallback:
    def hear(news: Progress) -> None:
        on_progress(
            replace(news, cpu_seconds=spent + (news.cpu_seconds or 0.0), message="trees on what the networks learnt")
        )

    return hear


def _start(output_spec: OutputSpec, raw: np.ndarray, trust: float) -> np.ndarray:
    """Where the trees begin: the network's raw outputs, or nothing; values in the target's unit."""
    start = np.float32(trust) * raw
    return output_spec.to_predictions(start).astype(np.float32) if output_spec.form == "regression" else start


CONTESTANT = Contestant(
    key="table_hybrid",
    title="Network + trees (hybrid)",
    family="hybrid",
    modalities=("table",),
    kinds=("classification", "regression"),
    about="XGBoost starts from a network's out-of-fold answer and corrects it, seeing the raw columns and the main "
    "directions of the network's last hidden layer.",
    reference="Wolpert 1992 (stacking); Gorishniy, Kotelnikov & Babenko 2025; Chen & Guestrin 2016",
    fit=fit,
    explainer="Shapley values by antithetic permutations",
)
