"""Boosted trees on a table as a contestant's model, and growing them under given settings or directions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from core.evaluation.refitting import concatenate
from core.features import tree_encoder
from core.models.tabular import boosting, table_network
from core.models.training import tuning
from core.models.training.output_spec import OutputSpec, target_of
from core.schema import Attribution, Budget, Dataset, Facts, JsonObject, ProgressCallback, TableRows, Task
from core.storage import model_archive

if TYPE_CHECKING:
    import xgboost

STANDARD_ERRORS = 3.0
# Growing the chosen trees again takes as long as growing them once, without the rounds of patience.
REFIT_SHARE = 0.4


@dataclass(frozen=True)
class TreeModel:
    """A trained booster; ``features`` is the encoding of its rows."""

    boosted: boosting.BoostedTrees
    features: tree_encoder.TreeEncoder
    output_spec: OutputSpec
    facts: JsonObject
    suffix = "npz"

    @property
    def booster(self) -> xgboost.Booster:
        """The xgboost Booster over encoded rows."""
        return self.boosted.booster

    @property
    def parameters(self) -> int:
        """Numbers learnt: a threshold, a column and a direction per split, a value per leaf."""
        facts = self.boosted.facts
        return int(3 * (facts["nodes"] - facts["leaves"]) + facts["leaves"])

    def encoded(self, inputs: TableRows) -> np.ndarray:
        """Rows as the trees take them, NaN where missing.

        Args:
            inputs: n rows of a table.

        Returns:
            float32 (n, d).
        """
        return self.features.transform(inputs)

    def predict(self, inputs: TableRows) -> np.ndarray:
        """Class probabilities (n, k) or values (n,)."""
        raw = self.boosted.raw(self.encoded(inputs))
        return raw[:, 0] if self.output_spec.form == "regression" else self.output_spec.to_predictions(raw)

    def margin(self, inputs: TableRows) -> np.ndarray:
        """Log-odds (n,), centred logits (n, k), or values (n,)."""
        raw = self.boosted.raw(self.encoded(inputs))
        return raw[:, 0] if self.output_spec.form == "regression" else self.output_spec.margin(raw)

    def explain(self, inputs: TableRows, background: TableRows, outputs: np.ndarray | None = None) -> Attribution:
        """Interventional TreeSHAP against the background, by original column."""
        return self._attributed(inputs, background, outputs, fair=True)

    def common_explanation(
        self, inputs: TableRows, background: TableRows, outputs: np.ndarray | None = None
    ) -> Attribution:
        """Path-dependent TreeSHAP, the explanation most used in practice.

        Args:
            inputs: n rows. background: not used. outputs: (n,) class explained, or None.

        Returns:
            An ``Attribution`` over the original columns.

        Reference: Lundberg et al. 2020.
        """
        return self._attributed(inputs, background, outputs, fair=False)

    def _attributed(
        self, inputs: TableRows, background: TableRows, outputs: np.ndarray | None, fair: bool
    ) -> Attribution:
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

    def describe(self) -> JsonObject:
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
    """Trees on (train, valid); several configurations share the seconds and are chosen on the inner rows. The chosen
    one is then grown again on all rows, with as many rounds as were best.

    Args:
        parts: (train, valid). space: what may be tried.
        fixed: settings that always hold. ``monotone``: column -> +1 or -1, the only direction in which it may move the
            answer. ``by_column``: every tree holds one original column. ``categories``: a ``CategorySettings``.
            ``refit``: False keeps the trees that never saw the inner rows.

    Returns:
        The model.
    """
    output_spec = OutputSpec.from_dataset(parts[0], task)
    directions, refit = dict(fixed.pop("monotone", {})), bool(fixed.pop("refit", True))
    by_column = bool(fixed.pop("by_column", False))
    categories = fixed.pop("categories", None) or tree_encoder.CategorySettings()
    encoding, own = _encode(parts[0], output_spec, categories, budget.seed)
    inner = boosting.BoostingRows(encoding.transform(parts[1].inputs), target_of(parts[1]))

    def settled(settings: Facts, features: tree_encoder.TreeEncoder) -> JsonObject:
        held = {"monotone_constraints": _constraints(features, directions)} if directions else {}
        held |= {"interaction_constraints": _own_columns(features)} if by_column else {}
        return {**boosting.default_settings(len(parts[0])), **fixed, **held, **settings}

    def one(settings: Facts, share: Budget) -> tuple[float, boosting.BoostedTrees]:
        grown = boosting.fit_boosting(own, inner, output_spec, settled(settings, encoding), share, on_progress)
        return grown.score, grown

    tried = replace(budget, seconds=(1 - REFIT_SHARE) * budget.seconds) if refit else budget
    boosted, facts = tuning.tune(space, tried, one, on_progress, {"lambda": 1.0, **settled({}, encoding)})
    if refit:
        encoding, own = _encode(concatenate(parts), output_spec, categories, budget.seed)
        chosen = settled(facts["settings"], encoding)
        boosted = boosting.refit_boosting(boosted, own, output_spec, chosen, budget, on_progress)
    facts |= {"categories": asdict(categories)} | ({"directions": directions} if directions else {})
    return TreeModel(boosted, encoding, output_spec, facts)


def _encode(
    part: Dataset, output_spec: OutputSpec, categories: tree_encoder.CategorySettings, seed: int
) -> tuple[tree_encoder.TreeEncoder, boosting.BoostingRows]:
    target = target_of(part)
    encoding, rows = tree_encoder.fit_tree_encoder(part.inputs, output_spec.answers(target), categories, seed)
    return encoding, boosting.BoostingRows(rows, target)


def _constraints(features: tree_encoder.TreeEncoder, directions: Mapping[str, int]) -> str:
    """XGBoost's list of directions, one an encoded column; only numbers have one."""
    kinds = [features.columns.sources[owner].kind for owner in features.source_columns]
    named = zip(features.column_names, kinds, strict=True)
    return "(" + ",".join(str(directions.get(name, 0) if kind == "number" else 0) for name, kind in named) + ")"


def _own_columns(features: tree_encoder.TreeEncoder) -> str:
    """XGBoost's list of the encoded columns that may meet in one tree: those of one original column."""
    owned: dict[str, list[int]] = {}
    for place, owner in enumerate(features.column_names):
        owned.setdefault(owner, []).append(place)
    return str(list(owned.values()))


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
