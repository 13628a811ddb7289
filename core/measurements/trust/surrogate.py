"""How much of a model a tree of depth 4 can say, which a person can read."""

from __future__ import annotations

import numpy as np

from core.explain.maskers import select_output
from core.features import table_encoders
from core.schema import FittedContestant, Measurement, MeasurementCost, MeasurementResult

DEPTH = 4
MOST_ROWS = 5_000


def measure(subject: FittedContestant) -> MeasurementResult:
    """R2 of the tree on the model's margin over test rows; for three or more classes the mean over the classes."""
    from sklearn.tree import DecisionTreeRegressor

    rows = np.random.default_rng(subject.seed).permutation(len(subject.train))[:MOST_ROWS]
    train, test = subject.train.take(np.sort(rows)), subject.test
    taught, asked = (
        np.asarray(subject.model.margin(part.inputs), dtype=float).reshape(len(part), -1) for part in (train, test)
    )
    columns = table_encoders.fit_ordinal(train.inputs, seed=subject.seed)
    tree = DecisionTreeRegressor(max_depth=DEPTH, random_state=subject.seed)
    tree.fit(columns.transform(train.inputs), taught)
    said = tree.predict(columns.transform(test.inputs)).reshape(len(test), -1)
    spread = ((asked - asked.mean(axis=0)) ** 2).sum(axis=0)
    if not np.any(spread > 0):
        return MeasurementResult((), {"reason": "the model gives every test row the same answer"})
    fits = 1 - ((asked - said) ** 2).sum(axis=0)[spread > 0] / spread[spread > 0]
    several = asked.shape[1] > 1
    own, other = (part.argmax(axis=1) if several else select_output(part, None) > 0 for part in (asked, said))
    alike = float(np.mean(own == other)) if subject.task.kind == "classification" else None
    return MeasurementResult(
        (float(np.mean(fits)),), {"leaves": int(tree.get_n_leaves()), "same_decision": alike, "rows": len(test)}
    )


MEASUREMENT = Measurement(
    key="surrogate",
    title="Fidelity of a small tree",
    unit="R2",
    better="higher",
    about="A decision tree of depth 4 is trained on the training rows to say what the model says, and judged on the "
    "test rows: 1 means that the tree is a readable copy, 0 that it knows only the model's mean answer.",
    measure=measure,
    slow=True,
    families=("classical", "deep", "hybrid"),
    modalities=("table",),
    reference="Craven & Shavlik (1996)",
    kinds=("classification", "regression"),
    group="trust",
    order=2,
    question="Surrogate-tree fidelity",
    answers="A tree of depth 4 imitates each model on unseen rows.",
    cost=MeasurementCost(seconds=2),
    panel="surrogate",
)
