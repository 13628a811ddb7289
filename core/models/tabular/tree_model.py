"""Boosted trees on a table as a contestant's model, and growing them under given settings or directions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from core.features import table_encoders
from core.models.tabular import boosting, table_network
from core.models.training import tuning
from core.models.training.output_spec import OutputSpec, target_of
from core.schema import Attribution, Budget, Dataset, ProgressCallback, Task
from core.storage import model_archive

STANDARD_ERRORS = 3.0


@dataclass(frozen=True)
class TreeModel:
    """A trained booster; ``features`` is its Ordinal encoding."""

    boosted: boosting.BoostedTrees
    features: table_encoders.OrdinalEncoder
    output_spec: OutputSpec
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
        """Rows as the trees take them, NaN where missing.

        Args:
            inputs: n rows of a table.

        Returns:
            float32 (n, d).
        """
        return self.features.transform(inputs)

    def predict(self, inputs: Any) -> np.ndarray:
        """Class probabilities (n, k) or values (n,)."""
        raw = self.boosted.raw(self.encoded(inputs))
        return raw[:, 0] if self.output_spec.form == "regression" else self.output_spec.to_predictions(raw)

    def margin(self, inputs: Any) -> np.ndarray:
        """Log-odds (n,), centred logits (n, k), or values (n,)."""
        raw = self.boosted.raw(self.encoded(inputs))
        return raw[:, 0] if self.output_spec.form == "regression" else self.output_spec.margin(raw)

    def explain(self, inputs: Any, background: Any, outputs: np.ndarray | None = None) -> Attribution:
        """Interventional TreeSHAP against the background, by original column."""
        return self._attributed(inputs, background, outputs, fair=True)

    def common_explanation(self, inputs: Any, background: Any, outputs: np.ndarray | None = None) -> Attribution:
        """Path-dependent TreeSHAP, the explanation most used in practice.

        Args:
            inputs: n rows. background: not used. outputs: (n,) class explained, or None.

        Returns:
            An ``Attribution`` over the original columns.

        Reference: Lundberg et al. 2020.
        """
        return self._attributed(inputs, background, outputs, fair=False)

    def _attributed(self, inputs: Any, background: Any, outputs: np.ndarray | None, fair: bool) -> Attribution:
        from core.explain.tree_shap import attribute_trees

        asked = outputs if self.output_spec.form == "multiclass" else None
        rows, others = self.encoded(inputs), self.encoded(background)
        found = attribute_trees(self.booster, rows, others, self.features.column_names, asked, fair)
        return table_network.align_columns(found, self.features.columns.names)

    def saved(self) -> bytes:
        """Encoding and trees (XGBoost's own UBJSON) as a pack."""
        facts, arrays = self.features.to_state()
        trees = {"booster.ubj": bytes(self.booster.save_raw("ubj"))}
        return model_archive.pack({**facts, "answer": asdict(self.output_spec)}, arrays, trees)

    def describe(self) -> dict[str, Any]:
        """Trees, leaves, depth, best round, device and the settings tried."""
        return {**self.boosted.facts, "parameters": self.parameters, **self.facts}


def fit_trees(
    parts: tuple[Dataset, Dataset],
    task: Task,
    space: Mapping[str, Sequence[Any]],
    budget: Budget,
    on_progress: ProgressCallback,
    **fixed: Any,
) -> TreeModel:
    """Trees on (train, valid); several configurations share the seconds and are chosen on the inner rows.

    space: what may be tried. fixed: settings that always hold;
    ``monotone``: column -> +1 or -1, the only direction in which it may move the answer.
    """
    output_spec = OutputSpec.from_dataset(parts[0], task)
    encoding = table_encoders.fit_ordinal(parts[0].inputs, budget.seed)
    own, inner = (boosting.BoostingRows(encoding.transform(part.inputs), target_of(part)) for part in parts)
    directions = dict(fixed.pop("monotone", {}))
    if directions:
        fixed["monotone_constraints"] = (
            "(" + ",".join(str(directions.get(name, 0)) for name in encoding.column_names) + ")"
        )
    usual = {"lambda": 1.0, **boosting.default_settings(len(parts[0])), **fixed}

    def one(settings: Any, share: Budget) -> tuple[float, boosting.BoostedTrees]:
        grown = boosting.fit_boosting(own, inner, output_spec, {**fixed, **settings}, share, on_progress)
        return grown.score, grown

    boosted, facts = tuning.tune(space, budget, one, on_progress, usual)
    return TreeModel(boosted, encoding, output_spec, {**facts, "directions": directions} if directions else facts)


def monotone_directions(train: Dataset) -> dict[str, int]:
    """The direction in which each numeric column may move the output.

    As declared with the data, else the sign of its rank correlation with the target in training, where that is beyond
    three standard errors of zero. Columns without one are left free.

    Args:
        train: a table with its target.

    Returns:
        column -> +1 or -1.
    """
    declared = train.facts.get("directions")
    frame = train.inputs
    if declared:
        return {str(name): int(np.sign(way)) for name, way in declared.items() if name in frame.columns}
    from scipy.stats import rankdata

    found: dict[str, int] = {}
    target = np.asarray(train.target, dtype=float)
    for name in frame.columns:
        if getattr(frame[name].dtype, "kind", "O") != "f":
            continue
        values = frame[name].to_numpy(dtype=float)
        known = np.isfinite(values)
        if known.sum() < 10 or np.ptp(values[known]) == 0 or np.ptp(target[known]) == 0:
            continue
        rho = float(np.corrcoef(rankdata(values[known]), rankdata(target[known]))[0, 1])
        if abs(rho) * np.sqrt(known.sum()) > STANDARD_ERRORS:
            found[str(name)] = 1 if rho > 0 else -1
    return found
