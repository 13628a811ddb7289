"""Tables, classical: an additive boosting machine, one curve per column that can be read off.

Shallow trees, each of one original column only, are boosted in small steps: the answer is a sum of one curve a column.
interpret-core, the reference implementation, gained nothing over it on four tables (``core/README.md``, trials).
"""

from __future__ import annotations

import numpy as np

from core.models.tabular import table_network, tree_model
from core.schema import Attribution, Budget, Contestant, Dataset, ProgressCallback, TableRows, Task

SPACE = {"eta": (0.03, 0.06, 0.1), "min_child_weight": (1.0, 5.0, 20.0), "subsample": (0.6, 0.8), "lambda": (1.0, 5.0)}


class AdditiveTreeModel(tree_model.TreeModel):
    """Boosted trees of one column each, explained by the curves that they add up to."""

    def explain(self, inputs: TableRows, background: TableRows, outputs: np.ndarray | None = None) -> Attribution:
        """What each original column adds, less its mean over the background: exact, since nothing interacts."""
        from core.explain.column_curves import attribute_curves

        asked = outputs if self.output_spec.form == "multiclass" else None
        rows, others = self.encoded(inputs), self.encoded(background)
        found = attribute_curves(self.booster, rows, others, self.features.column_names, asked)
        return table_network.align_columns(found, self.features.columns.names)


def fit(train: Dataset, valid: Dataset, task: Task, budget: Budget, on_progress: ProgressCallback) -> AdditiveTreeModel:
    """Grows trees of up to three leaves in one column each, and once more on all rows with the best round's number."""
    fixed = {"by_column": True, "max_leaves": 3, "max_depth": 2, "eta": 0.06}
    grown = tree_model.fit_trees((train, valid), task, SPACE, budget, on_progress, **fixed)
    return AdditiveTreeModel(grown.boosted, grown.features, grown.output_spec, grown.facts)


CONTESTANT = Contestant(
    key="table_additive",
    title="Additive boosting machine (EBM)",
    family="classical",
    modalities=("table",),
    kinds=("classification", "regression"),
    about="Boosted trees of up to three leaves and one column each: a curve per column, added up, with no interaction "
    "between columns, as in an explainable boosting machine.",
    reference="Hastie & Tibshirani 1986; Lou, Caruana & Gehrke 2012; Nori et al. 2019",
    fit=fit,
    default=False,
    explainer="Curves of the columns, exact",
)
