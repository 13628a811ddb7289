"""A fitted contestant asked to explain itself: for its measurements, and after an effect was planted in its data."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from core import registry
from core.explain import maskers as who
from core.explain.attribution import finished
from core.schema import Attribution, Column, Dataset, FittedContestant, Model

ROWS, FEW_ROWS = 16, 6
BACKGROUND = 50
REPEATS = 3
REPEAT_SECONDS = 2.0
CAUSE, DECOY = "planted cause", "planted decoy"
FORCE = 0.5


@dataclass(frozen=True)
class Probe:
    """One model's explanation of some test rows. seconds: per row, one value a repeat."""

    attribution: Attribution
    seconds: tuple[float, ...]
    rows: int
    background: int


class _Held:
    """The last probe of this process: two measurements of one model cost one explanation."""

    model: Model | None = None
    probe: Probe | None = None


def probe(subject: FittedContestant) -> Probe:
    """Explains up to 16 test rows (6 where rows are no table) against up to 50 training rows; timed up to 3 times."""
    if _Held.model is subject.model and _Held.probe is not None:
        return _Held.probe
    table = registry.modality(subject.test.modality).structured
    asked, background = draw(subject.train, subject.test, ROWS if table else FEW_ROWS, BACKGROUND, subject.seed)
    outputs = outputs_of(asked, subject)
    if table:  # opens libraries, so that the clock counts explaining only
        first = asked.take(np.arange(1)).inputs
        subject.model.explain(first, background.inputs, None if outputs is None else outputs[:1])
    taken: list[float] = []
    while len(taken) < REPEATS and sum(taken) < REPEAT_SECONDS:
        started = time.perf_counter()
        found = subject.model.explain(asked.inputs, background.inputs, outputs)
        taken.append(time.perf_counter() - started)
    held = held_to_account(found, subject.model, asked.inputs, background.inputs)
    made = Probe(held, tuple(each / len(asked) for each in taken), len(asked), len(background))
    _Held.model, _Held.probe = subject.model, made
    return made


def held_to_account(found: Attribution, model: Model, inputs: Any, background: Any) -> Attribution:
    """The attribution with its sum compared to the model's own margin and, for tables, the background's mean margin.

    Raises:
        ValueError: some values are not finite.
    """
    values = np.asarray(found.values, dtype=float)
    if not np.isfinite(values).all():
        raise ValueError("the explanation has values that are not finite")
    margin = who.chosen(model.margin(inputs), found.outputs)
    base = np.broadcast_to(np.asarray(found.base_value, dtype=float), (len(values),))
    if hasattr(inputs, "iloc") or isinstance(inputs, dict):
        mean = np.asarray(model.margin(background), dtype=float).mean(axis=0)
        base = np.full(len(values), mean) if mean.ndim == 0 else mean[np.asarray(found.outputs, dtype=int)]
    return finished(replace(found, values=values, margin=margin, base_value=base))


def draw(train: Dataset, test: Dataset, rows: int, background: int, seed: int) -> tuple[Dataset, Dataset]:
    """Some test rows and some training rows, in their order."""
    rng = np.random.default_rng((seed, 11))
    picked = np.sort(rng.permutation(len(test))[:rows])
    return test.take(picked), train.take(np.sort(rng.permutation(len(train))[:background]))


def outputs_of(asked: Dataset, subject: FittedContestant) -> np.ndarray | None:
    """The recorded class of each row where there are three or more classes, else None."""
    return asked.target if subject.task.form == "multiclass" else None


def planted(dataset: Dataset, seed: int) -> Dataset:
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
