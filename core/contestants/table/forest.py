"""Tables, classical: a random forest, hundreds of deep trees grown on bootstrap samples and averaged."""

from __future__ import annotations

import numpy as np

from core.models.heads import Head
from core.models.tabular import estimator_model
from core.models.training.output_spec import OutputSpec
from core.schema import Budget, Contestant, Dataset, Facts, ProgressCallback, Task
from core.workers import reference_costs, work_clock

SPACE = {"min_samples_leaf": (1, 2, 5), "max_features": ("sqrt", "third", "all")}
DEFAULTS = {"min_samples_leaf": 2, "max_features": "third"}
SHARES = {"sqrt": "sqrt", "third": 1 / 3, "all": 1.0}
TREES, FEWEST_TREES = 200, 50


def fit(
    train: Dataset, valid: Dataset, task: Task, budget: Budget, on_progress: ProgressCallback
) -> estimator_model.EncodedTableModel:
    """Grows the forest on the training rows, calibrates it on the inner rows, and grows it once more on both."""
    kind = estimator_model.EstimatorKind(_grow, estimator_model.encode_for_trees, SPACE)
    return estimator_model.fit_estimator((train, valid), task, kind, budget, on_progress)


def _grow(rows: np.ndarray, target: np.ndarray, output_spec: OutputSpec, settings: Facts, budget: Budget) -> Head:
    from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor

    chosen = {**DEFAULTS, **settings}
    kind = RandomForestRegressor if output_spec.form == "regression" else RandomForestClassifier
    # half of the seconds are for the forest that is grown once more
    tree_seconds = reference_costs.cost("forest_tree") * max(1.0, len(rows) / 1_000)
    forest = kind(
        max(FEWEST_TREES, min(TREES, int(0.5 * budget.seconds / tree_seconds))),
        min_samples_leaf=chosen["min_samples_leaf"],
        max_features=SHARES[chosen["max_features"]],
        random_state=budget.seed,
        n_jobs=budget.threads,
    ).fit(rows, (target - output_spec.mean) / output_spec.scale if output_spec.form == "regression" else target)

    tried = sum(one.max_features_ for one in forest.estimators_)
    work_clock.charge("forest_cell", float(len(rows)) * tried * np.log2(max(len(rows), 2)))

    def raw(asked: np.ndarray) -> np.ndarray:
        work_clock.charge("forest_call", len(forest))
        work_clock.charge("forest_answer", float(len(asked)) * len(forest))
        if output_spec.form == "regression":
            return forest.predict(asked)[:, None]
        shares = np.zeros((len(asked), output_spec.classes))
        shares[:, forest.classes_.astype(int)] = forest.predict_proba(asked)
        # as if one more tree had said the frequencies of the classes: no share is 0
        logits = np.log((shares * len(forest) + np.asarray(output_spec.prior)) / (len(forest) + 1))
        return logits if output_spec.form == "multiclass" else logits[:, 1:] - logits[:, :1]

    arrays = _arrays(forest)
    nodes, leaves = len(arrays["feature"]), int((arrays["left"] < 0).sum())
    facts = {"head": "random forest", "trees": len(forest), "nodes": nodes, "leaves": leaves, **chosen}
    return Head(raw, arrays, 3 * (nodes - leaves) + leaves * output_spec.width, facts)


def _arrays(forest) -> dict[str, np.ndarray]:  # type: ignore[no-untyped-def]
    """All trees one after the other: children, column, threshold, where missing goes, and the value of each node."""
    trees = [one.tree_ for one in forest.estimators_]
    return {
        "sizes": np.array([tree.node_count for tree in trees]),
        "left": np.concatenate([tree.children_left for tree in trees]).astype(np.int32),
        "right": np.concatenate([tree.children_right for tree in trees]).astype(np.int32),
        "feature": np.concatenate([tree.feature for tree in trees]).astype(np.int32),
        "threshold": np.concatenate([tree.threshold for tree in trees]),
        "missing_left": np.concatenate([tree.missing_go_to_left for tree in trees]).astype(np.uint8),
        "value": np.concatenate([tree.value[:, 0] for tree in trees]).astype(np.float32),
    }


CONTESTANT = Contestant(
    key="table_forest",
    title="Random forest",
    family="classical",
    modalities=("table",),
    kinds=("classification", "regression"),
    about="Up to 200 deep trees, each on a bootstrap sample with a third of the columns at a cut, averaged.",
    reference="Breiman 2001",
    fit=fit,
    default=False,
    explainer="Shapley values by antithetic permutations",
)
