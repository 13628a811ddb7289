"""Tables, classical: gradient-boosted trees, the standard to beat."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from core.tools import answers, boosting, encodings, packing, tabular, tuning
from core.vocabulary import Attribution, Budget, Contestant, Dataset, Task, Tell


@dataclass(frozen=True)
class Trees:
    """A trained booster; ``features`` is its Ordinal encoding."""

    boosted: boosting.Boosted
    features: encodings.Ordinal
    answer: answers.Answer
    facts: dict[str, Any]
    suffix = "npz"

    @property
    def booster(self) -> Any:
        """The xgboost Booster over encoded rows."""
        return self.boosted.booster

    @property
    def parameters(self) -> int:
        """Numbers learnt: a threshold, a column and a direction per split, a value per leaf."""
        facts = self.boosted.facts
        return int(3 * (facts["nodes"] - facts["leaves"]) + facts["leaves"])

    def encoded(self, inputs: Any) -> np.ndarray:
        """Rows as the trees take them, NaN where missing."""
        return self.features.transform(inputs)

    def predict(self, inputs: Any) -> np.ndarray:
        """Class probabilities (n, k) or values (n,)."""
        raw = self.boosted.raw(self.encoded(inputs))
        return raw[:, 0] if self.answer.form == "regression" else self.answer.finish(raw)

    def margin(self, inputs: Any) -> np.ndarray:
        """Log-odds (n,), centred logits (n, k), or values (n,)."""
        raw = self.boosted.raw(self.encoded(inputs))
        return raw[:, 0] if self.answer.form == "regression" else self.answer.margin(raw)

    def explain(self, inputs: Any, background: Any, outputs: np.ndarray | None = None) -> Attribution:
        """Interventional TreeSHAP against the background, by original column."""
        return self._attributed(inputs, background, outputs, fair=True)

    def usual(self, inputs: Any, background: Any, outputs: np.ndarray | None = None) -> Attribution:
        """What most people would run: path-dependent TreeSHAP."""
        return self._attributed(inputs, background, outputs, fair=False)

    def _attributed(self, inputs: Any, background: Any, outputs: np.ndarray | None, fair: bool) -> Attribution:
        from core.tools.explain.trees import attribute_trees

        asked = outputs if self.answer.form == "multiclass" else None
        rows, others = self.encoded(inputs), self.encoded(background)
        found = attribute_trees(self.booster, rows, others, self.features.blocks, asked, fair)
        return tabular.over_columns(found, self.features.columns.names)

    def saved(self) -> bytes:
        """Encoding and trees (XGBoost's own UBJSON) as a pack."""
        facts, arrays = self.features.state()
        trees = {"booster.ubj": bytes(self.booster.save_raw("ubj"))}
        return packing.pack({**facts, "answer": asdict(self.answer)}, arrays, trees)

    def describe(self) -> dict[str, Any]:
        """Trees, leaves, depth, best round, device and the settings tried."""
        return {**self.boosted.facts, "parameters": self.parameters, **self.facts}


def fit(train: Dataset, valid: Dataset, task: Task, budget: Budget, tell: Tell) -> Trees:
    """Grow trees within ``budget``; several configurations share its seconds and are chosen on the inner rows."""
    answer = answers.of(train, task)
    encoding = encodings.ordinal(train.inputs, budget.seed)
    own, inner = (boosting.Rows(encoding.transform(part.inputs), answers.known(part)) for part in (train, valid))
    drawn = tuning.configurations("table_xgboost", boosting.SPACE, budget.configurations)

    def one(settings: Any, share: Budget) -> tuple[float, boosting.Boosted]:
        grown = boosting.train(own, inner, answer, settings, share, tell)
        return grown.score, grown

    boosted, facts = tuning.best(drawn, budget, one, tell)
    return Trees(boosted, encoding, answer, facts)


CONTESTANT = Contestant(
    key="table_xgboost",
    title="Gradient-boosted trees (XGBoost)",
    family="classical",
    modalities=("table",),
    kinds=("classification", "regression"),
    about="Shallow trees grown one on the errors of the last, with missing values as they are and early stopping.",
    reference="Chen & Guestrin 2016",
    fit=fit,
    explainer="SHAP TreeExplainer, interventional",
)
