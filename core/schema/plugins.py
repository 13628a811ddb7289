"""Declarations of plug-ins: contestants, samples, modalities, measurements, claims and scenarios."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import numpy as np

from core.schema.data import (
    FAMILIES,
    Better,
    Budget,
    ColumnType,
    Dataset,
    Family,
    Plan,
    ProgressCallback,
    TableLayout,
    Task,
    TaskKind,
)
from core.schema.encoders import FrozenEncoder
from core.schema.models import Model
from core.schema.results import Contest, Fit, MeasurementResult, Verdict
from core.schema.values import Facts, JsonObject

MeasurementGroup = Literal["", "data", "why", "trust", "ship"]


@dataclass(frozen=True)
class Contestant:
    """A kind of model that competes. ``core.api.check_contestant`` checks what is promised here.

    Attributes:
        family: the side it plays for. modalities: keys, or ("*",) for all. kinds: the kinds of task it can do.
        fit: (train, valid, task, budget, progress callback) -> fitted model. It must call the callback at least once,
            pass on ``Cancelled`` when the callback raises it, stop near ``budget.seconds``, draw random numbers from
            ``budget.seed`` only, and try ``budget.configurations`` settings if it is tuned.
        unsupported_reason: (data set, task) -> None, or in words why it cannot compete.
        suits: whether data are of the kind it is for; a contest that names nobody leaves it out of others.
        default: plays when a contest names nobody. pretrained: has seen other data. explainer: how it is explained.
        encoder: the frozen network that embeds the data set once, before the fits. needs_labels: False: is shown none.
    """

    key: str
    title: str
    family: Family
    modalities: tuple[str, ...]
    kinds: tuple[TaskKind, ...]
    about: str
    reference: str
    fit: Callable[[Dataset, Dataset, Task, Budget, ProgressCallback], Model]
    unsupported_reason: Callable[[Dataset, Task], str | None] = lambda dataset, task: None
    pretrained: bool = False
    default: bool = True
    explainer: str = ""
    suits: Callable[[Dataset], bool] = lambda dataset: True
    encoder: FrozenEncoder | None = None
    needs_labels: bool = True


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
    """A kind of data: how its files are recognised, read, shown, explained, damaged and asked about.

    Only the first six fields are required; others have a generic way. Heavy libraries go inside functions.

    Attributes:
        suffixes: of files that may be uploaded, with the dot.
        display: what one data set consists of, in the plural ("pictures").
        read: (path, the name that the browser gave) -> a Dataset; raises LoadError and nothing else. read_apart: the
            same, no class folders joined. players: what an explanation shares an answer out among; parts: in short.
        ask: (test rows, question) -> a data set of one row for fitted contestants; raises LoadError. None: contestants
            take no questions. live_form: key of the form in which a visitor asks; "" is a form over test items.
        from_table: (a table as read, its name, the wanted column of answers or None) -> a data set of this modality;
            raises LoadError. None: no table can be read so. layouts: asked for as "<modality>-<layout>".
        signature: (path, the name that the browser gave) -> whether a file's content is of this modality. None: no.
        member_suffixes: of the files inside a folder or zip that make it one of this modality.
        archive_signature: an opened archive -> whether it is of this modality by its members' content. None: suffixes.
        structured: True: one unit is a row of named columns; False: a raw signal such as pixels, words or samples;
            None: neither, and claims about structured and unstructured data leave it out.
        unit_noun: one unit in the singular ("picture"). quick_rows: units that a first run of an upload uses.
        explained_rows: units explained; what is looked at one by one takes thousands of answers each to explain well.
        deletes_parts: an absent part is left out; False: it takes its value from training items (the background).
        masker: (inputs (n, ...), background (b, ...)) -> the maskers under which an explanation of such inputs may have
            been made (see ``core.explain.maskers``). None: explanations are not compared with exact Shapley values.
        preview: how units are previewed: "rows", "image", "clip", "audio", "text", "curve" or "" (numbers only).
        thumbnail: (one unit, facts of the data set) -> a small JSON-able copy of an explained unit for pages.
        corrupt: name of a damage -> (data set, level in (0, 1], generator) -> damaged inputs.
        views: training rows -> the raw and the hand-made ``InputView`` of such data. None: features are not compared.
        augmentation: what augmentation does to training data, in a few words.
        use_case: key of the document's use case that names the expected winner on such data.
    """

    key: str
    title: str
    suffixes: tuple[str, ...]
    display: str
    about: str
    read: Callable[[Path, str], Dataset]
    samples: tuple[Sample, ...] = ()
    players: str = ""
    ask: Callable[[Dataset, Facts], Dataset] | None = None
    from_table: Callable[[Dataset, str, str | None], Dataset] | None = None
    layouts: Mapping[str, TableLayout] = field(default_factory=dict)
    read_apart: Callable[[Path, str], Dataset] | None = None
    signature: Callable[[Path, str], bool] | None = None
    member_suffixes: tuple[str, ...] = ()
    archive_signature: Callable[[Any], bool] | None = None
    structured: bool | None = None
    unit_noun: str = "row"
    quick_rows: int = 50_000
    explained_rows: int = 12
    parts: str = "parts"
    deletes_parts: bool = False
    masker: Callable[[Any, Any], Sequence[Any]] | None = None
    preview: str = ""
    thumbnail: Callable[[Any, Facts], JsonObject] | None = None
    corrupt: Mapping[str, Callable[[Dataset, float, np.random.Generator], Any]] = field(default_factory=dict)
    views: Callable[[Dataset], Sequence[Any]] | None = None
    live_form: str = ""
    augmentation: str = "noise"
    use_case: str = ""


@dataclass(frozen=True)
class AnomalyScores:
    """Anomaly scores of one fold's test rows: ``rows`` int (n_test,) into the prepared data, ``scores`` (n_test,)."""

    rows: np.ndarray
    scores: np.ndarray


@dataclass(frozen=True)
class MeasurementContext:
    """What a measurement may need beside the fitted model: what the user declared, and what the arena has kept.

    Attributes:
        sensitive: columns on which group gaps are measured. directions: column -> +1 or -1, declared monotone.
        statements: key -> a person's words for the audit file. prices: edits over the price file; None: none.
        timing_blocks: nanoseconds of single predictions (one list a block), timed in turn with other contestants.
        prepared: the whole prepared data set. test_scores: of each fold so far, in playing order.
    """

    sensitive: tuple[str, ...] = ()
    directions: Mapping[str, int] = field(default_factory=dict)
    statements: Mapping[str, str] = field(default_factory=dict)
    prices: Mapping[str, float] | None = None
    timing_blocks: Sequence[Sequence[int]] = ()
    prepared: Dataset | None = None
    test_scores: Sequence[AnomalyScores] = ()


@dataclass(frozen=True)
class FittedContestant:
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
    on_progress: ProgressCallback
    seed: int = 0
    context: MeasurementContext = MeasurementContext()


@dataclass(frozen=True)
class MeasurementCost:
    """What a measurement costs per contestant, for the estimate on its button.

    ``fits`` of the contestant, each on at most ``fit_rows`` rows and of at most ``fit_seconds`` seconds, and
    ``seconds`` beyond the fits.
    """

    fits: float = 0.0
    fit_rows: int = 2_000
    fit_seconds: float = 12.0
    seconds: float = 0.0


@dataclass(frozen=True)
class Measurement:
    """One number with a unit, measured on a fitted contestant.

    Attributes:
        unit: of the values; better: which way is better, None where neither is.
        measure: fitted contestant -> values with details; an exception becomes the reason for no value.
        slow: runs only when asked for, by a button on a contest's page.
        families, modalities, kinds: whom, what data and which kinds of task it means something for; () is all.
        column_types: the data must have a column of one of these types; () asks for none.
        group: heading under which pages list it: "data", "why", "trust", "ship", or "" ("other", if it is slow).
        order: its place within the group, lower is earlier.
        question: what a reader wants to know; "" is the title. answers: what is reported, in one sentence.
        cost: for the estimate of its duration.
        panel: key of the panel that draws it; "values" draws any measurement.
        runs_alone: reads the clock so finely that it is measured before everything else asked for with it.
    """

    key: str
    title: str
    unit: str
    better: Better | None
    about: str
    measure: Callable[[FittedContestant], MeasurementResult]
    slow: bool = False
    families: tuple[Family, ...] = FAMILIES
    modalities: tuple[str, ...] = ()
    reference: str = ""
    kinds: tuple[TaskKind, ...] = ()
    column_types: tuple[ColumnType, ...] = ()
    group: MeasurementGroup = ""
    order: int = 100
    question: str = ""
    answers: str = ""
    cost: MeasurementCost = MeasurementCost()
    panel: str = "values"
    runs_alone: bool = False


@dataclass(frozen=True)
class Claim:
    """A falsifiable statement of the document.

    Attributes:
        row: its number among the rows of the table, or behind them. says: the statement; favours: the family it names.
        needs: keys of the measurements that the rule reads. evidence: those whose panels stand under the row.
        judge: (claim, every contest played so far) -> verdict. rule: how it decides, in words.
        section: where the document says it; "sentence" for one of its prose that no row covers.
        deep, classical, reading: both sides and what the row would have to show, for a row that the document lacks.
        learned: whether votes rest on fitted models; such a claim has no vote where nobody beat guessing.
        by_skill: whether votes compare how well models answer; a family that its budget stopped cannot lose such a one.
    """

    key: str
    row: int
    title: str
    says: str
    favours: Family
    needs: tuple[str, ...]
    judge: Callable[[Claim, Sequence[Contest]], Verdict]
    rule: str = ""
    section: Literal["table", "use case", "sentence", "bottom line"] = "table"
    evidence: tuple[str, ...] = ()
    deep: str = ""
    classical: str = ""
    reading: str = ""
    learned: bool = True
    by_skill: bool = False


@dataclass(frozen=True)
class Scenario:
    """One use case of the document: its claim, real data, contestants and limits.

    load: seed -> data and task of the main contest; more: further (title, load) contests of the same use, whose summary
    stands in the contest's ``parts``. study: what a contest alone cannot show; in the contest's ``study`` it is
    {"sections": [{"title", "about", "kind", ...}]} for pages to draw. limits: what an answer must respect, such as
    {"latency_ms": 10}. rule: how ``judge`` decides, in words. own_data: how one's own data may take its place.
    """

    key: str
    title: str
    use_case: str
    says: str
    favours: Family
    modality: str
    load: Callable[[int], tuple[Dataset, Task]]
    judge: Callable[[Scenario, Contest], Verdict]
    more: tuple[tuple[str, Callable[[int], tuple[Dataset, Task]]], ...] = ()
    contestants: tuple[str, ...] = ()
    plan: Plan = field(default_factory=Plan)
    limits: Facts = field(default_factory=dict)
    about: str = ""
    rule: str = ""
    own_data: str = ""
    study: Callable[[Contest, int, ProgressCallback], Facts] | None = None
