"""A fitted contestant asked to explain itself: for its measurements, and after an effect was planted in its data."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

import numpy as np

from core import registry
from core.explain import maskers
from core.explain.attribution import with_completeness
from core.schema import Attribution, Column, Dataset, FittedContestant, Inputs, Model

ROWS, FEW_ROWS = 16, 6
BACKGROUND = 50
# Permutations of the columns that are played for a row, and the cells of all masked rows together that a probe may
# make: a table of hundreds of columns is probed on fewer rows.
PERMUTATIONS, MOST_CELLS, LEAST_ROWS = 100, 40_000_000, 2
REPEATS = 3
REPEAT_SECONDS = 2.0
CAUSE, DECOY = "planted cause", "planted decoy"
FORCE = 0.5


@dataclass(frozen=True)
class ExplanationProbe:
    """One model's explanation of some test rows. seconds: per row, one value a repeat."""

    attribution: Attribution
    seconds: tuple[float, ...]
    rows: int
    background: int


class _LastExplanation:
    """The last probe of this process: two measurements of one model cost one explanation."""

    model: Model | None = None
    probe: ExplanationProbe | None = None


def probe_explanation(subject: FittedContestant) -> ExplanationProbe:
    """A small explanation with its cost: up to 16 test rows (6 away from tables, fewer of tables with hundreds of
    columns) against up to 50 training rows.

    Args:
        subject: the fitted contestant.

    Returns:
        The explanation and up to 3 timings in seconds.
    """
    if _LastExplanation.model is subject.model and _LastExplanation.probe is not None:
        return _LastExplanation.probe
    table = registry.modality(subject.test.modality).structured
    rows = probed_rows(len(subject.test.inputs.columns)) if table else FEW_ROWS
    asked, background = sample_rows(subject.train, subject.test, rows, BACKGROUND, subject.seed)
    outputs = explained_outputs(asked, subject)
    if table and rows == ROWS:  # opens libraries, so that the clock counts explaining only
        first = asked.take(np.arange(1)).inputs
        subject.model.explain(first, background.inputs, None if outputs is None else outputs[:1])
    taken: list[float] = []
    while len(taken) < REPEATS and sum(taken) < REPEAT_SECONDS:
        started = time.perf_counter()
        found = subject.model.explain(asked.inputs, background.inputs, outputs)
        taken.append(time.perf_counter() - started)
    held = check_completeness(found, subject.model, asked.inputs, background.inputs)
    made = ExplanationProbe(held, tuple(each / len(asked) for each in taken), len(asked), len(background))
    _LastExplanation.model, _LastExplanation.probe = subject.model, made
    return made


def probed_rows(columns: int) -> int:
    """Rows of a table that a probe explains: each takes a masked row a column and permutation.

    Args:
        columns: of the table.
    """
    return int(min(ROWS, max(LEAST_ROWS, MOST_CELLS // (PERMUTATIONS * max(1, columns) ** 2))))


def check_completeness(found: Attribution, model: Model, inputs: Inputs, background: Inputs) -> Attribution:
    """The attribution with its sum compared to the model's own margin and, for tables, the background's mean margin.

    Raises:
        ValueError: some values are not finite.
    """
    values = np.asarray(found.values, dtype=float)
    if not np.isfinite(values).all():
        raise ValueError("the explanation has values that are not finite")
    margin = maskers.select_output(model.margin(inputs), found.outputs)
    base = np.broadcast_to(np.asarray(found.base_value, dtype=float), (len(values),))
    if hasattr(inputs, "iloc") or isinstance(inputs, dict):
        mean = np.asarray(model.margin(background), dtype=float).mean(axis=0)
        base = np.full(len(values), mean) if mean.ndim == 0 else mean[np.asarray(found.outputs, dtype=int)]
    return with_completeness(replace(found, values=values, margin=margin, base_value=base))


def sample_rows(train: Dataset, test: Dataset, rows: int, background: int, seed: int) -> tuple[Dataset, Dataset]:
    """Random test rows and background rows, in their original order.

    Args:
        train, test: data sets. rows: test rows wanted. background: training rows wanted. seed: of the choice.

    Returns:
        (at most ``rows`` rows, at most ``background`` rows).
    """
    rng = np.random.default_rng((seed, 11))
    picked = np.sort(rng.permutation(len(test))[:rows])
    return test.take(picked), train.take(np.sort(rng.permutation(len(train))[:background]))


def explained_outputs(asked: Dataset, subject: FittedContestant) -> np.ndarray | None:
    """Which output each row explains: its recorded class where there are three or more.

    Args:
        asked: the rows to explain. subject: the fitted contestant, for its task.

    Returns:
        int (n,), or None where there is one output.
    """
    return asked.target if subject.task.form == "multiclass" else None


def plant_effect(dataset: Dataset, seed: int) -> Dataset:
    """The table with two random columns more, one of which now decides half of the answers.

    The cause is a standard normal c. Numbers become y + 2 sd(y) tanh(c); in half of the rows a class gives way to the
    one whose share of c's range the row's c falls into. The decoy is drawn like the cause and decides nothing.

    Args:
        dataset: a prepared table; its target is replaced, its rows and other columns stay.
        seed: of the columns and of the rows that give way.
    """
    rng = np.random.default_rng((seed, 13))
    cause, decoy = rng.normal(size=(2, len(dataset)))
    inputs = dataset.inputs.assign(**{CAUSE: cause, DECOY: decoy})
    extra = tuple(Column(name, "numeric", distinct=len(dataset)) for name in (CAUSE, DECOY))
    target = np.asarray(dataset.target)
    if target.dtype.kind == "f":
        changed = target + 2 * target.std() * np.tanh(cause)
    else:
        order = np.argsort(np.argsort(cause)) / len(cause)
        by_cause = np.sort(target)[np.minimum((order * len(target)).astype(int), len(target) - 1)]
        changed = np.where(rng.random(len(target)) < FORCE, by_cause, target)
    return replace(dataset, inputs=inputs, target=changed, columns=(*dataset.columns, *extra))
