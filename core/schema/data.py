"""Inputs of a contest: columns, data sets, tasks, splits, budgets, plans, and its progress."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, Protocol, runtime_checkable

import numpy as np

from core.schema.readings import ColumnReading, ReadAs
from core.schema.values import Facts, JsonObject

Family = Literal["classical", "deep", "hybrid", "chance"]
TaskKind = Literal["classification", "regression", "anomaly", "ranking", "generation", "control", "forecast"]
TaskForm = Literal[
    "binary", "multiclass", "regression", "anomaly", "ranking", "generation", "control", "forecast",
]  # fmt: skip
Outcome = Literal["supported", "contradicted", "tied", "undecided", "not measured"]
ColumnType = Literal["numeric", "categorical", "boolean", "date", "id", "text", "constant", "empty"]
Better = Literal["higher", "lower"]
SmallClasses = Literal["other", "drop", "keep"]
Strategy = Literal["full", "halving"]

# Where a field stands in JSON when that is not its name: "key", or "outer.key" for a key inside another field's object.
JSON_KEY = "json"
# True for a field that JSON leaves out while it has its default.
JSON_OPTIONAL = "json_optional"

FAMILIES: tuple[Family, ...] = ("classical", "deep", "hybrid", "chance")
FAMILY_TITLES: dict[Family, str] = {
    "classical": "Classical", "deep": "Deep", "hybrid": "Hybrid", "chance": "Guessing",
}  # fmt: skip
OUTCOMES: tuple[Outcome, ...] = ("supported", "contradicted", "tied", "undecided", "not measured")


class LoadError(Exception):
    """The only exception a reader may raise: what is wrong, where, and how to repair it, in the user's words."""

    def __init__(self, what: str, where: str = "", how: str = "") -> None:
        self.what, self.where, self.how = what, where, how
        super().__init__(" ".join(part for part in (what, where and f"({where})", how) if part))


class Cancelled(Exception):
    """Raised by a ``ProgressCallback`` when the user has asked a run to stop."""


@dataclass(frozen=True)
class Column:
    """One column of a table, described without its values: enough for a page to offer it as a target.

    numbers: an "id" whose values are numbers, so that it can be predicted as one. written: how its cells are written
    where that could be read otherwise: the decimal mark of numbers ("," or "."), the order of dates ("day/month"),
    the unit in which lengths of time are told ("minutes"), "%" where percent signs were divided by 100, or "form" and
    the key of a ``TextForm``. part_of: the column of the file that this one was read from too, where its cells hold
    several values ("120/80"); part: which of them, 1 is the second.
    """

    name: str
    type: ColumnType
    missing: int = 0
    distinct: int = 0
    note: str = ""
    examples: tuple[str, ...] = ()
    numbers: bool = False
    written: str = ""
    part_of: str = ""
    part: int = 0


@dataclass(frozen=True)
class Origin:
    """How the same data are read again: the key of an embedded sample, or a file's name and what was asked of it.

    modality, target: as they were asked for; None where the content decided. types: columns whose type a person set.
    sheet: of a workbook, by name; None takes the one from which most can be learnt.
    """

    sample: str | None = None
    file: str | None = None
    modality: str | None = None
    target: str | None = None
    types: Mapping[str, ReadAs] = field(default_factory=dict)
    sheet: str | None = None


@dataclass(frozen=True)
class Dataset:
    """Data of one modality. ``inputs`` has rows on its leading axis.

    inputs: table -> DataFrame (n, d) with float64 numbers (NaN = missing), ``category`` columns with string
      categories, datetime64 dates and string texts; image -> uint8 (n, h, w, c); text -> object array of str (n,);
      sound -> float32 (n, t); series -> float32 (n, t, c); interactions -> DataFrame (user, item, value, ...);
      control -> the name of an environment; forecast -> float64 (steps, series, channels) until ``tasks.prepare``, then
      windows float32 (n, past + horizon, channels).
    target: None until ``tasks.prepare``; then an array of int64 class codes (n,) or float64 values (n,), of forecasts
      (n, horizon).
    groups, order: int64 codes (n,) / sortable numbers (n,), or None. facts: anything else a modality must carry
      (sampling rate, file names, ...), JSON-able. readings: how each column of the file was read, those left out too.
    rows_read: int (n,), the number that each row had in the data as read; None where it is the row's own number.
    """

    name: str
    modality: str
    inputs: Any
    target: Any = None
    groups: np.ndarray | None = None
    order: np.ndarray | None = None
    columns: tuple[Column, ...] = ()
    labels: tuple[str, ...] = ()
    source: str = ""
    warnings: tuple[str, ...] = ()
    facts: Facts = field(default_factory=dict)
    origin: Origin = Origin()
    readings: tuple[ColumnReading, ...] = ()
    rows_read: np.ndarray | None = None

    def __len__(self) -> int:
        return len(self.inputs)

    def take(self, rows: np.ndarray) -> Dataset:
        """The same data set, cut to the given rows.

        Args:
            rows: int (m,) row numbers, in the wanted order.

        Returns:
            m rows; target, groups and order are cut alike.
        """
        inputs = self.inputs.iloc[rows].reset_index(drop=True) if hasattr(self.inputs, "iloc") else self.inputs[rows]
        # Rows that were made, such as questions or damaged copies, were never read and have no number.
        read = self.rows_read if self.rows_read is not None and len(self.rows_read) == len(self) else None
        cut: JsonObject = {
            name: None if values is None else values[rows]
            for name, values in (("target", self.target), ("groups", self.groups), ("order", self.order))
        }
        return replace(self, inputs=inputs, rows_read=None if read is None else read[rows], **cut)


@dataclass(frozen=True)
class TableLayout:
    """One way in which a table of a modality may lie: its title, and what such a table is then.

    from_table: (a table as read, its name, the wanted column of answers or None) -> a data set; raises LoadError.
    by_hand: it overrules what is found in the data, such as the step of time, and pages offer it apart.
    """

    title: str
    from_table: Callable[[Dataset, str, str | None], Dataset]
    by_hand: bool = False


@dataclass(frozen=True)
class Task:
    """What is predicted and how it is scored; plain JSON-able data, the arithmetic is in ``core.evaluation.tasks``.

    horizon: of forecasts, steps ahead; None takes what the data suggest. known: covariates of forecasts whose future
    values are known at the origin; all others are known of the past only.
    """

    target: str | None
    kind: TaskKind
    form: TaskForm
    metric: str = "skill"
    better: Better = "higher"
    positive: str | None = None
    groups: str | None = None
    order: str | None = None
    drop: tuple[str, ...] = ()
    keep: tuple[str, ...] = ()
    horizon: int | None = None
    known: tuple[str, ...] = ()


@dataclass(frozen=True)
class Split:
    """One fold: row numbers into the prepared data. ``valid`` is cut out of the training part for early stopping."""

    train: np.ndarray
    valid: np.ndarray
    test: np.ndarray
    seed: int
    method: str
    digest: str


@dataclass(frozen=True)
class Budget:
    """What one fit may spend. ``seconds`` count as ``core.workers.work_clock`` does; ``configurations`` how many
    settings a family may try. ``encoding``: the setting of a frozen encoder that was planned for the whole data set
    (``EncodingPlan``); None lets a fit plan from its own rows."""

    seconds: float = 10.0
    rows: int | None = None
    device: str = "cpu"
    seed: int = 0
    threads: int = 1
    configurations: int = 1
    augment: bool = True
    encoding: int | None = None


@dataclass(frozen=True)
class Plan:
    """Everything fixed before the first fit, and hashed into the digest shown then. ``directions``: columns that may
    only raise (+1) or lower (-1) the answer; monotone contestants keep them, and breaking them is counted.
    ``fits``: folds to fit in all, repeats included, as in a contest that is played again; None lets the work of
    the first fold decide.
    ``small_classes``: what happens to classes with too few rows for a verdict: joined into one class, left out or kept.
    ``explain_all``: all the usual items are explained, and not only those that half of the work of the fits pays for.
    ``prompt``, ``label_words``: how a prompted language model is asked, with {text} once, and its words for each class;
    empty for the usual ones.
    ``leave_out``: numbers of rows of the data as read that take no part.
    ``doubted_labels``: numbers of rows of the data as read whose recorded class is in doubt: they are tested like all
    others, and nobody is trained on them.
    ``strategy``: "full" fits everyone on every fold; "halving" gives a quick answer: who is behind after a fold is
    dropped, within half of the declared work, on one round of folds whatever ``fits`` says.
    """

    contestants: tuple[str, ...] = ()
    folds: int = 5
    repeats: int = 2
    budget_seconds: float = 60.0
    seed: int = 0
    margin: float = 1.0
    device: str = "auto"
    threads: int = 1
    rows: int | None = None
    configurations: int = 1
    measure: tuple[str, ...] = ()
    explain: bool = True
    explain_all: bool = False
    augment: bool = True
    sensitive: tuple[str, ...] = ()
    directions: tuple[tuple[str, int], ...] = ()
    fixed_folds: bool = False
    fits: int | None = None
    small_classes: SmallClasses = "other"
    leave_out: tuple[int, ...] = ()
    strategy: Strategy = field(default="full", metadata={JSON_OPTIONAL: True})
    prompt: str = field(default="", metadata={JSON_OPTIONAL: True})
    label_words: tuple[str, ...] = field(default=(), metadata={JSON_OPTIONAL: True})
    doubted_labels: tuple[int, ...] = field(default=(), metadata={JSON_OPTIONAL: True})


@dataclass(frozen=True)
class Progress:
    """One progress message of a running contest; the only link from the arena to its callers."""

    stage: str
    step: int = 0
    total: int = field(default=0, metadata={JSON_KEY: "of"})
    contestant: str | None = None
    fold: int | None = None
    loss: float | None = None
    score: float | None = None
    cpu_seconds: float | None = None
    message: str = ""


class ProgressCallback(Protocol):
    """Receives the progress of a run: any function of one ``Progress``. It may raise ``Cancelled``."""

    def __call__(self, progress: Progress, /) -> None:
        """Reports one step.

        Args:
            progress: the step.

        Raises:
            Cancelled: the user has asked the run to stop.
        """


@runtime_checkable
class CancellableCallback(ProgressCallback, Protocol):
    """A progress callback that can also be asked for a stop while there is no news to report."""

    def check_cancelled(self) -> None:
        """Returns at once, or ends the run.

        Raises:
            Cancelled: the user has asked the run to stop.
        """


def check_cancelled(on_progress: ProgressCallback | None) -> None:
    """Asks a callback whether the run is to stop; a plain function, or None, never stops it here.

    Args:
        on_progress: the callback of a run.

    Raises:
        Cancelled: the user has asked the run to stop.
    """
    if isinstance(on_progress, CancellableCallback):
        on_progress.check_cancelled()
