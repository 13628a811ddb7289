"""Tables, classical: a support vector machine with a Gaussian kernel on standardised columns."""

from __future__ import annotations

from core.models.heads import fit_kernel_svm
from core.models.tabular import estimator_model
from core.models.training.output_spec import OutputSpec, target_of
from core.schema import Budget, Contestant, Dataset, ProgressCallback, Task


def fit(
    train: Dataset, valid: Dataset, task: Task, budget: Budget, on_progress: ProgressCallback
) -> estimator_model.EncodedTableModel:
    """Fits the machine on the training rows and calibrates it on the inner rows, which must stay unseen for that."""
    output_spec = OutputSpec.from_dataset(train, task)
    encoding, rows = estimator_model.encode_dense(train, output_spec, budget.seed)
    held = (encoding.transform(valid.inputs), target_of(valid))
    head = fit_kernel_svm((rows, target_of(train)), held, output_spec, budget, on_progress)
    return estimator_model.compose_model(encoding, head, output_spec, ())


CONTESTANT = Contestant(
    key="table_svm",
    title="Support vector machine",
    family="classical",
    modalities=("table",),
    kinds=("classification", "regression"),
    about="A Gaussian kernel on standardised columns, calibrated; kernel ridge over 1,000 landmarks for numbers and "
    "from 6,000 rows on.",
    reference="Cortes & Vapnik 1995; Williams & Seeger 2001",
    fit=fit,
    default=False,
    explainer="Shapley values by antithetic permutations",
)
