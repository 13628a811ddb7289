"""The nouns of Crossover: frozen declarations that every room speaks, importing nothing else of core.

Everything is plain data or a plain function held in a frozen dataclass. Nothing here is subclassed, registered or
checked with ``isinstance`` once stored: Streamlit re-imports modules on edit, and class identity would break.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal, Protocol

import numpy as np

Family = Literal["classical", "deep", "hybrid", "chance"]
Kind = Literal["classification", "regression", "anomaly", "ranking", "generation", "control"]
Form = Literal["binary", "multiclass", "regression", "anomaly", "ranking", "generation", "control"]
Outcome = Literal["supported", "contradicted", "tied", "undecided", "not measured"]
ColumnType = Literal["numeric", "categorical", "boolean", "date", "id", "text", "constant", "empty"]
Better = Literal["higher", "lower"]

FAMILIES: tuple[Family, ...] = ("classical", "deep", "hybrid", "chance")
OUTCOMES: tuple[Outcome, ...] = ("supported", "contradicted", "tied", "undecided", "not measured")


class LoadError(Exception):
    """The only exception a reader may raise: what is wrong, where, and how to mend it, in the user's words."""

    def __init__(self, what: str, where: str = "", how: str = "") -> None:
        self.what, self.where, self.how = what, where, how
        super().__init__(" ".join(part for part in (what, where and f"({where})", how) if part))


class Cancelled(Exception):
    """Raised by ``tell`` when the user has asked a run to stop."""


@dataclass(frozen=True)
class Column:
    """One column of a table, described without its values: enough for a page to offer it as a target."""

    name: str
    type: ColumnType
    missing: int = 0
    distinct: int = 0
    note: str = ""
    examples: tuple[str, ...] = ()


@dataclass(frozen=True)
class Dataset:
    """Data of one modality. ``inputs`` has rows on its leading axis.

    inputs: table -> DataFrame (n, d) with float64 numbers (NaN = missing), ``category`` columns with string
      categories, datetime64 dates and string texts; image -> uint8 (n, h, w, c); text -> object array of str (n,);
      sound -> float32 (n, t); series -> float32 (n, t, c); interactions -> DataFrame (user, item, value, ...);
      control -> the name of an environment.
    target: None until ``tasks.prepare``; then int64 class codes (n,) or float64 values (n,).
    groups, order: int64 codes (n,) / sortable numbers (n,), or None. facts: anything else a modality must carry
      (sampling rate, file names, ...), JSON-able.
    """

    name: str
    modality: str
    inputs: Any
    target: np.ndarray | None = None
    groups: np.ndarray | None = None
    order: np.ndarray | None = None
    columns: tuple[Column, ...] = ()
    labels: tuple[str, ...] = ()
    source: str = ""
    warnings: tuple[str, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.inputs)

    def take(self, rows: np.ndarray) -> Dataset:
        """The same data set, cut to these row numbers (in this order)."""
        inputs = self.inputs.iloc[rows].reset_index(drop=True) if hasattr(self.inputs, "iloc") else self.inputs[rows]
        cut = {
            name: None if getattr(self, name) is None else getattr(self, name)[rows]
            for name in ("target", "groups", "order")
        }
        return replace(self, inputs=inputs, **cut)


@dataclass(frozen=True)
class Task:
    """What is predicted and how it is scored; plain JSON-able data, the arithmetic is in ``core.tasks``."""

    target: str | None
    kind: Kind
    form: Form
    metric: str = "skill"
    better: Better = "higher"
    positive: str | None = None
    groups: str | None = None
    order: str | None = None
    drop: tuple[str, ...] = ()
    keep: tuple[str, ...] = ()


@dataclass(frozen=True)
class Split:
    """One fold: row numbers into the prepared data set. ``valid`` is cut out of the training part for early stopping."""

    train: np.ndarray
    valid: np.ndarray
    test: np.ndarray
    seed: int
    method: str
    digest: str


@dataclass(frozen=True)
class Budget:
    """What one fit may spend. ``seconds`` is wall time; ``configurations`` how many settings a family may try."""

    seconds: float = 10.0
    rows: int | None = None
    device: str = "cpu"
    seed: int = 0
    threads: int = 1
    configurations: int = 1
    augment: bool = True


@dataclass(frozen=True)
class Progress:
    """One line of news from a running contest; the only link from the arena to whoever watches."""

    stage: str
    step: int = 0
    of: int = 0
    contestant: str | None = None
    fold: int | None = None
    loss: float | None = None
    score: float | None = None
    cpu_seconds: float | None = None
    message: str = ""


Tell = Callable[[Progress], None]


@dataclass(frozen=True)
class Attribution:
    """Why a model answered so: ``values`` (n, parts) on the output scale, so that base + row sum = the model's margin.

    base_value: (n,) mean margin over the background; outputs: (n,) which class each row explains (None: only one).
    completeness_error: mean |margin - base - sum| / sd(margin). seconds_per_row: wall seconds.
    """

    parts: tuple[str, ...]
    values: np.ndarray
    base_value: np.ndarray
    method: str
    margin: np.ndarray | None = None
    outputs: np.ndarray | None = None
    completeness_error: float | None = None
    seconds_per_row: float | None = None


class Model(Protocol):
    """A fitted contestant. ``inputs`` are those of a Dataset of the same modality; for tables a mapping
    column name -> array serves as well as a DataFrame (that is the deployable path, without pandas)."""

    parameters: int

    def predict(self, inputs: Any) -> np.ndarray:
        """Class probabilities (n, k) or values (n,) in the target's unit."""

    def margin(self, inputs: Any) -> np.ndarray:
        """The explained output: log-odds of class 1 (n,) for two classes, logits minus their mean (n, k) for more,
        the value (n,) in the target's unit for regression."""

    def explain(self, inputs: Any, background: Any, outputs: np.ndarray | None = None) -> Attribution:
        """Attribution over the original columns (or patches, words, segments) of ``margin``."""

    def saved(self) -> bytes:
        """The model in a safe format (never a pickle): what would be shipped."""

    def describe(self) -> dict[str, Any]:
        """Facts about the structure, JSON-able: layers, parameters, trees, leaves, depth, coefficients, device."""


@dataclass(frozen=True)
class Contestant:
    """Who competes. ``plays`` returns None or, in words, why it cannot; ``fit`` trains within the budget."""

    key: str
    title: str
    family: Family
    modalities: tuple[str, ...]
    kinds: tuple[Kind, ...]
    about: str
    reference: str
    fit: Callable[[Dataset, Dataset, Task, Budget, Tell], Model]
    plays: Callable[[Dataset, Task], str | None] = lambda dataset, task: None
    pretrained: bool = False
    default: bool = True
    explainer: str = ""


@dataclass(frozen=True)
class Sample:
    """An embedded real data set. ``rows`` is the cut used for a quick first run (None: all)."""

    key: str
    title: str
    about: str
    load: Callable[[], Dataset]
    target: str | None = None
    rows: int | None = None
    licence: str = ""
    groups: str | None = None
    order: str | None = None
    sensitive: tuple[str, ...] = ()


@dataclass(frozen=True)
class Modality:
    """What can be uploaded. ``read`` takes a path and the name the browser gave and returns a Dataset or LoadError."""

    key: str
    title: str
    suffixes: tuple[str, ...]
    display: str
    about: str
    read: Callable[[Path, str], Dataset]
    samples: tuple[Sample, ...] = ()
    players: str = ""


@dataclass(frozen=True)
class Fit:
    """One contestant on one fold. ``scores`` {metric: value}; ``unit_scores`` per test row, higher is better."""

    fold: int
    split: str
    scores: Mapping[str, float] = field(default_factory=dict)
    skill: float | None = None
    fit_seconds: float = 0.0
    fit_cpu_seconds: float = 0.0
    predict_seconds: float = 0.0
    peak_memory_mb: float | None = None
    history: tuple[tuple[float, float | None, float | None], ...] = ()
    predictions: Any = None
    trouble: str | None = None


@dataclass(frozen=True)
class Reading:
    """What a measurement found: repeated values, never a lone number, plus JSON-able detail for charts.
    An empty ``values`` says "not measured", and ``detail["reason"]`` why."""

    values: tuple[float, ...]
    detail: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Run:
    """One contestant in one contest: its folds, its readings, its explanation, and why it failed if it did."""

    contestant: str
    title: str
    family: Family
    pretrained: bool = False
    fits: tuple[Fit, ...] = ()
    readings: Mapping[str, Reading] = field(default_factory=dict)
    explanation: Mapping[str, Any] | None = None
    parameters: int | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    trouble: str | None = None


@dataclass(frozen=True)
class Subject:
    """What a measurement sees, inside the contestant's own process: the fitted model of the first fold and the means
    to fit it again. ``train``, ``valid`` and ``test`` are prepared data sets of that fold."""

    contestant: Contestant
    model: Model
    train: Dataset
    valid: Dataset
    test: Dataset
    task: Task
    budget: Budget
    fits: tuple[Fit, ...]
    tell: Tell
    seed: int = 0
    notes: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Measurement:
    """One number with a unit, measured on a fitted contestant. ``slow`` ones run only when asked for."""

    key: str
    title: str
    unit: str
    better: Better | None
    about: str
    measure: Callable[[Subject], Reading]
    slow: bool = False
    families: tuple[Family, ...] = FAMILIES
    modalities: tuple[str, ...] = ()
    reference: str = ""


@dataclass(frozen=True)
class Comparison:
    """Left against right on one measurement, paired over the folds. gap > 0 means left is better; all in ``unit``."""

    measurement: str
    left: str
    right: str
    gap: float
    low: float
    high: float
    p_left_better: float
    p_tie: float
    p_right_better: float
    n: int
    winner: str
    rows_needed: int | None = None
    margin: float = 1.0
    level: float = 0.95
    scope: Literal["approaches", "these two models only", "descriptive"] = "approaches"
    differences: tuple[float, ...] = ()
    unit: str = "points of skill"
    because: str = ""


@dataclass(frozen=True)
class Finding:
    """Something about the data that could make a contest lie: a leak, an id, duplicates, a shift."""

    key: str
    level: Literal["info", "warning", "danger"]
    what: str
    columns: tuple[str, ...] = ()
    how: str = ""


@dataclass(frozen=True)
class Plan:
    """Everything fixed before the first fit, and hashed into the digest shown then."""

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
    augment: bool = True
    sensitive: tuple[str, ...] = ()
    fixed_folds: bool = False


@dataclass(frozen=True)
class Contest:
    """A finished (or interrupted) contest: everything a page, a claim or a report needs, without live models.

    dataset: name, modality, rows, rows_used, cols, target, labels, warnings, columns, source, digest.
    agreement: between families' explanations. rows: the explained rows as text for the page.
    seconds: total, read, fit, measure, explain.
    """

    id: str
    digest: str
    dataset: Mapping[str, Any]
    task: Task
    plan: Plan
    runs: tuple[Run, ...] = ()
    comparisons: tuple[Comparison, ...] = ()
    findings: tuple[Finding, ...] = ()
    agreement: Mapping[str, Any] = field(default_factory=dict)
    rows: Mapping[str, Any] = field(default_factory=dict)
    regime: str = ""
    machine: Mapping[str, Any] = field(default_factory=dict)
    seconds: Mapping[str, float] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)
    finished: str = ""
    trouble: str | None = None
    scenario: str | None = None


@dataclass(frozen=True)
class Verdict:
    """A claim judged: one of five outcomes, one sentence with the numbers, and under which regime."""

    claim: str
    outcome: Outcome
    because: str
    regime: str = ""
    measured: str = ""
    evidence: Mapping[str, Any] = field(default_factory=dict)
    button: str = ""


@dataclass(frozen=True)
class Claim:
    """One statement of the document that can be proved wrong. ``judge`` sees every contest played so far."""

    key: str
    row: int
    title: str
    says: str
    favours: Family
    needs: tuple[str, ...]
    judge: Callable[[Claim, Sequence[Contest]], Verdict]
    rule: str = ""
    section: Literal["table", "use case", "bottom line"] = "table"


@dataclass(frozen=True)
class Scenario:
    """One use case of the document: its claim, real data, contestants and limits. ``load`` gives data and task."""

    key: str
    title: str
    use_case: str
    says: str
    favours: Family
    modality: str
    load: Callable[[int], tuple[Dataset, Task]]
    judge: Callable[[Scenario, Contest], Verdict]
    contestants: tuple[str, ...] = ()
    plan: Plan = Plan()
    limits: Mapping[str, Any] = field(default_factory=dict)
    about: str = ""
    own_data: str = ""
    study: Callable[[Contest, int, Tell], Mapping[str, Any]] | None = None


@dataclass(frozen=True)
class Recommendation:
    """Advice under the user's exchange rates; it needs no significance, a claim does."""

    choice: str | None
    strength: Literal["strong", "lean", "toss-up", "none"]
    p_best: Mapping[str, float]
    flip_points: Mapping[str, Any]
    because: str
    excluded: Mapping[str, str] = field(default_factory=dict)
    audit: Mapping[str, Any] = field(default_factory=dict)
