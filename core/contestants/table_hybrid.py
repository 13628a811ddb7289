"""Tables, hybrid: what a network has learnt, computed out of fold, into XGBoost beside the raw columns.

The trees start from the out-of-fold network's answer and correct it. Handing them that answer or the network's
directions as plain columns was worse on small tables: -1.5 to -3 points of skill on 1,500 rows of two real sets.
"""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from core.tools import answers, boosting, encodings, packing, stacking, tabular, tuning
from core.vocabulary import Attribution, Budget, Contestant, Dataset, Progress, Task, Tell

NETWORK_SHARE = 0.85
TREES: dict[str, Any] = {"max_depth": 3, "min_child_weight": 10.0}
SPACE = {**tabular.SPACE, "max_depth": (2, 3, 4, 6), "min_child_weight": (3.0, 10.0, 30.0)}


@dataclass(frozen=True)
class Hybrid:
    """A network's representation with trees on top; ``features`` is the trees' Ordinal encoding."""

    representation: stacking.Representation
    boosted: boosting.Boosted
    features: encodings.Ordinal
    answer: answers.Answer
    facts: dict[str, Any]
    suffix = "npz"

    @property
    def network(self) -> Any:
        """The torch module: float32 (n, width) of the Dense encoding -> raw outputs."""
        return self.representation.fitted.network

    @property
    def booster(self) -> Any:
        """The xgboost Booster over raw columns and network directions."""
        return self.boosted.booster

    @property
    def parameters(self) -> int:
        """Numbers learnt by the network, its directions and the trees."""
        trees = self.boosted.facts
        weights = tabular.networks.count(self.network) + self.representation.axes.size
        return int(weights + 3 * (trees["nodes"] - trees["leaves"]) + trees["leaves"])

    def _raw(self, inputs: Any) -> np.ndarray:
        directions, raw = self.representation.of(inputs)
        encoded = np.concatenate([self.features.transform(inputs), directions], axis=1)
        return self.boosted.raw(encoded, _start(self.answer, raw))

    def predict(self, inputs: Any) -> np.ndarray:
        """Class probabilities (n, k) or values (n,)."""
        raw = self._raw(inputs)
        return raw[:, 0] if self.answer.form == "regression" else self.answer.finish(raw)

    def margin(self, inputs: Any) -> np.ndarray:
        """Log-odds (n,), centred logits (n, k), or values (n,)."""
        raw = self._raw(inputs)
        return raw[:, 0] if self.answer.form == "regression" else self.answer.margin(raw)

    def explain(self, inputs: Any, background: Any, outputs: np.ndarray | None = None) -> Attribution:
        """Shapley values of network and trees together, by antithetic permutations of the original columns."""
        from core.tools.explain import explain_table

        asked = outputs if self.answer.form == "multiclass" else None
        return explain_table(self.margin, inputs, background, asked)

    def saved(self) -> bytes:
        """Network, directions and trees as one pack."""
        facts, arrays = self.representation.fitted.state()
        own, more = self.features.state()
        arrays |= {f"trees.{name}": value for name, value in more.items()}
        arrays |= {"middle": self.representation.middle, "axes": self.representation.axes}
        trees = {"booster.ubj": bytes(self.booster.save_raw("ubj"))}
        return packing.pack({**facts, "trees": own, "answer": asdict(self.answer)}, arrays, trees)

    def describe(self) -> dict[str, Any]:
        """The network's layers and the trees' structure, with the device, best epoch and best round."""
        network = tabular.describe(self.representation.fitted)
        notes = [*network.pop("notes"), *self.boosted.facts["notes"]]
        trees = {name: value for name, value in self.boosted.facts.items() if name not in ("notes", "device")}
        return {**network, **trees, **self.facts, "parameters": self.parameters, "notes": notes}


def fit(train: Dataset, valid: Dataset, task: Task, budget: Budget, tell: Tell) -> Hybrid:
    """Train the networks, then the trees on their out-of-fold view; configurations share the budget's seconds."""
    answer = answers.of(train, task)
    drawn = tuning.configurations("table_hybrid", SPACE, budget.configurations)

    def one(settings: Any, share: Budget) -> tuple[float, Hybrid]:
        model = _fit(train, valid, answer, settings, share, tell)
        return model.boosted.score, model

    model, facts = tuning.best(drawn, budget, one, tell)
    return replace(model, facts={**model.facts, **facts})


def _fit(
    train: Dataset, valid: Dataset, answer: answers.Answer, settings: dict[str, Any], budget: Budget, tell: Tell
) -> Hybrid:
    begin, cpu = time.perf_counter(), time.process_time()
    network = {name: value for name, value in settings.items() if name in tabular.SPACE}
    share = replace(budget, seconds=NETWORK_SHARE * budget.seconds)
    found, unseen = stacking.learn(train, valid, answer, network, share, tell)
    encoding = encodings.ordinal(train.inputs, budget.seed)
    directions, raw = found.of(valid.inputs)
    own, inner = (
        boosting.Rows(np.concatenate([encoding.transform(part.inputs), view], axis=1), answers.known(part), start)
        for part, view, start in (
            (train, unseen.directions, _start(answer, unseen.raw)),
            (valid, directions, _start(answer, raw)),
        )
    )
    trees = {**TREES, **{name: value for name, value in settings.items() if name not in tabular.SPACE}}
    left = replace(budget, seconds=max(budget.seconds - (time.perf_counter() - begin), 0.1))
    spent = time.process_time() - cpu

    def hear(news: Progress) -> None:
        tell(replace(news, cpu_seconds=spent + (news.cpu_seconds or 0.0), message="trees on what the networks learnt"))

    boosted = boosting.train(own, inner, answer, trees, left, hear)
    facts = {
        "networks": unseen.networks + 1,
        "directions": int(found.axes.shape[1]),
        "network_score": found.fitted.score,
    }
    return Hybrid(found, boosted, encoding, answer, facts)


def _start(answer: answers.Answer, raw: np.ndarray) -> np.ndarray:
    """The network's raw outputs as the margin the trees begin with; values in the target's unit."""
    return answer.finish(raw).astype(np.float32) if answer.form == "regression" else raw


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
