"""Results of a contest: fits, measurements, runs, comparisons, verdicts, advice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from core.schema.data import JSON_KEY, JSON_OPTIONAL, Family, Outcome, Plan, Task
from core.schema.values import Facts


@dataclass(frozen=True)
class Fit:
    """One contestant on one fold. ``scores`` {metric: value}; ``units`` (n_test,): score per test row, more is better,
    kept for the first fold only; of forecasts (n_test, 2) for every fold, the second the seasonal naive's loss.
    ``predictions`` (m, k) or (m,): on the kept test rows (``HeldOutFold``), and ``rows``
    (m,): their numbers in the prepared data, kept for the first fold only.

    ``work_seconds``: work of the fit in seconds of the reference core; ``planned_seconds``: those that the plan gave
    it; ``full_work_seconds``: those under which it would have trained to its own end, where that is known.
    ``stopped``: how training ended. "converged": by its own rule; "budget": what its settings ask for did not fit into
    the budget; "guard": the real clock cut it short; None: it is fitted in one step, or the result is older than this
    field.
    ``step_losses`` (horizon, 2): of forecasts, the quantile loss at each step ahead and the seasonal naive's; forecasts
    keep ``predictions`` (m, horizon, 5 quantiles) of a few series at the latest origins.
    """

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
    error: str | None = field(default=None, metadata={JSON_KEY: "trouble"})
    units: Any = None
    rows: Any = None
    work_seconds: float | None = None
    full_work_seconds: float | None = None
    planned_seconds: float | None = None
    stopped: Literal["converged", "budget", "guard"] | None = None
    step_losses: tuple[tuple[float, float], ...] = field(default=(), metadata={JSON_OPTIONAL: True})


@dataclass(frozen=True)
class MeasurementResult:
    """What a measurement found: repeated values, never a lone number, plus JSON-able detail for charts.
    An empty ``values`` says "not measured", and ``detail["reason"]`` why."""

    values: tuple[float, ...]
    detail: Facts = field(default_factory=dict)


# Of the detail of a reading: true where the contestant was shown no label.
ZERO_LABELS = "zero_labels"


@dataclass(frozen=True)
class EarlyDrop:
    """When and why a quick answer went on without a contestant. ``after``: folds it was fitted on."""

    after: int
    reason: str


@dataclass(frozen=True)
class Run:
    """One contestant in one contest: its folds, its readings, its explanation, and why it failed if it did.
    ``dropped``: set where a quick answer went on without it."""

    contestant: str
    title: str
    family: Family
    pretrained: bool = False
    fits: tuple[Fit, ...] = ()
    readings: Mapping[str, MeasurementResult] = field(default_factory=dict)
    explanation: Facts | None = None
    parameters: int | None = None
    facts: Facts = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    error: str | None = field(default=None, metadata={JSON_KEY: "trouble"})
    dropped: EarlyDrop | None = field(default=None, metadata={JSON_OPTIONAL: True})


@dataclass(frozen=True)
class Comparison:
    """Left against right on one measurement, paired over the folds. gap > 0 means left is better; all in ``unit``.

    ``stopped``: keys of those of the two whose training did not converge within the budget on every fold; a winner
    then holds within this budget only, and no claim counts it against the one that was stopped.
    ``level``: the probability a winner must reach. ``coverage``: of the interval from ``low`` to ``high``; None in
    results that were saved with an interval of coverage ``level``.
    """

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
    coverage: float | None = None
    stopped: tuple[str, ...] = ()


@dataclass(frozen=True)
class Finding:
    """A property of the data that could make scores misleading: a leak, an id, duplicates, a shift."""

    key: str
    level: Literal["info", "warning", "danger"]
    what: str
    columns: tuple[str, ...] = ()
    how: str = ""


@dataclass(frozen=True)
class Machine:
    """The computer on which a contest was played; None where a fact is not known.

    Attributes:
        cpu, gpu: names as the system gives them. cores: that may be used; fractions come from container quotas.
        memory_mb: that may be used, MB. device: on which networks were trained: "cpu", "cuda" or "mps".
        python: its version. os: name and release. architecture: such as "x86_64".
    """

    cpu: str | None = None
    cores: float | None = None
    memory_mb: int | None = None
    gpu: str | None = None
    device: str | None = None
    python: str | None = None
    os: str | None = None
    architecture: str | None = None


@dataclass(frozen=True)
class DisplayRows:
    """The n explained rows of a contest as text or small copies, for pages; all empty where nothing was explained.

    Attributes:
        row_numbers: (n,) in the prepared data. background: how many training rows stand for absent parts.
        columns, values: of tables, (d,) names and (n, d) texts. items: of other data, one JSON-able copy a row (n,).
        labels: (n,) the recorded answers as text.
    """

    row_numbers: tuple[int, ...] = field(default=(), metadata={JSON_KEY: "rows", JSON_OPTIONAL: True})
    background: int | None = field(default=None, metadata={JSON_OPTIONAL: True})
    columns: tuple[str, ...] = field(default=(), metadata={JSON_OPTIONAL: True})
    values: tuple[tuple[str, ...], ...] = field(default=(), metadata={JSON_OPTIONAL: True})
    items: tuple[Facts, ...] = field(default=(), metadata={JSON_OPTIONAL: True})
    labels: tuple[str, ...] = field(default=(), metadata={JSON_OPTIONAL: True})


@dataclass(frozen=True)
class HeldOutFold:
    """The test rows of one fold whose predictions were kept, the same for every contestant.

    Attributes:
        fold: its number. row_numbers: (m,) ints into the prepared data, in the order of ``Fit.predictions``.
        truth: (m,) recorded class codes or values. tested: how many test rows the fold has in all.
        rows_read: (m,) ints, the numbers of these rows in the data as read; () in results older than this field.
    """

    fold: int
    row_numbers: object = ()
    truth: object = ()
    tested: int = 0
    rows_read: object = ()


@dataclass(frozen=True)
class HeldOut:
    """What was recorded about the test rows: their answers, fold by fold, and copies of some rows to look at.

    Attributes:
        folds: in playing order; empty in results that are older than this field. shown: the rows of the worst mistakes
        and of those that only one family answers right.
    """

    folds: tuple[HeldOutFold, ...] = ()
    shown: DisplayRows = DisplayRows()


@dataclass(frozen=True)
class StageWork:
    """Work of the stages of a contest in seconds of the reference core, from which followed how much was explained.

    Attributes:
        fitting: charged by all fits. measuring: declared. explaining: planned, for ``items`` explained items;
        explaining_all: for all ``of`` items that a contest explains where their work is paid for. share: of the usual
        work of judging explanations.
    """

    fitting: float
    measuring: float
    explaining: float
    explaining_all: float
    items: int
    of: int
    share: float = 1.0


@dataclass(frozen=True)
class Contest:
    """A finished (or interrupted) contest: everything a page, a claim or a report needs, without live models.

    dataset: name, modality, rows, rows_used, cols, target, labels, warnings, columns, source, digest.
    agreement: between families' explanations. rows: the explained rows for pages.
    fit_seconds_allowed: seconds each fit might take. method: how rows were dealt into folds, as in ``Split.method``.
    parts: summaries of a use case's further contests. study: what its own study found, {"sections": [...]}.
    sample_contests: summaries of short contests on embedded data of other kinds.
    held_out: recorded answers of test rows, beside which ``Fit.predictions`` are read. forecast: of forecasts, the
    times, the shown series with their past, and what is foretold beyond the last recorded step.
    seconds: total, read, fit, measure, explain. requested: the plan as asked for, which the digest covers; ``plan`` has
    the folds and repeats that were played. stage_work: how measuring and explaining were planned; None where nothing
    was explained, and in results older than this field.
    """

    id: str
    digest: str
    dataset: Facts
    task: Task
    plan: Plan
    runs: tuple[Run, ...] = ()
    comparisons: tuple[Comparison, ...] = ()
    findings: tuple[Finding, ...] = ()
    agreement: Facts = field(default_factory=dict)
    rows: DisplayRows = DisplayRows()
    parts: tuple[Facts, ...] = field(default=(), metadata={JSON_KEY: "rows.parts"})
    study: Facts | None = field(default=None, metadata={JSON_KEY: "rows.study"})
    sample_contests: tuple[Facts, ...] = field(default=(), metadata={JSON_KEY: "rows.samples"})
    regime: str = ""
    machine: Machine = Machine()
    fit_seconds_allowed: float | None = field(default=None, metadata={JSON_KEY: "machine.fit_seconds_allowed"})
    method: str = field(default="", metadata={JSON_KEY: "machine.method"})
    seconds: Mapping[str, float] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)
    finished: str = ""
    error: str | None = field(default=None, metadata={JSON_KEY: "trouble"})
    scenario: str | None = None
    requested: Plan | None = None
    held_out: HeldOut = field(default=HeldOut(), metadata={JSON_OPTIONAL: True})
    forecast: Facts | None = field(default=None, metadata={JSON_OPTIONAL: True})
    stage_work: StageWork | None = field(default=None, metadata={JSON_OPTIONAL: True})


@dataclass(frozen=True)
class Verdict:
    """A claim judged: one of five outcomes, one sentence with the numbers, and under which regime."""

    claim: str
    outcome: Outcome
    because: str
    regime: str = ""
    measured: str = ""
    evidence: Facts = field(default_factory=dict)
    button: str = ""


@dataclass(frozen=True)
class Recommendation:
    """Advice under the user's exchange rates; it needs no significance, a claim does."""

    choice: str | None
    strength: Literal["strong", "lean", "toss-up", "none"]
    p_best: Mapping[str, float]
    flip_points: Facts
    because: str
    excluded: Mapping[str, str] = field(default_factory=dict)
    audit: Facts = field(default_factory=dict)
