"""What a file in a room declares, and what a model answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Protocol

import numpy as np

from core.schema.data import FAMILIES, Better, Budget, Dataset, Family, Kind, Plan, ProgressCallback, Task
from core.schema.results import Contest, Fit, Reading, Verdict


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

    @property
    def parameters(self) -> int:
        """Numbers learnt in training."""

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
    """Who competes. ``plays`` returns None or, in words, why it cannot; ``fit`` trains within the budget;
    ``meant_for``: whether data are of the kind it is for; a contest that names nobody leaves it out of others."""

    key: str
    title: str
    family: Family
    modalities: tuple[str, ...]
    kinds: tuple[Kind, ...]
    about: str
    reference: str
    fit: Callable[[Dataset, Dataset, Task, Budget, ProgressCallback], Model]
    plays: Callable[[Dataset, Task], str | None] = lambda dataset, task: None
    pretrained: bool = False
    default: bool = True
    explainer: str = ""
    meant_for: Callable[[Dataset], bool] = lambda dataset: True


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
    """What can be uploaded. ``read`` takes a path and the name the browser gave and returns a Dataset or LoadError.

    from_table: (a table as read, its name, the wanted column of answers or None) -> a data set of this modality, or
    LoadError; None where no table can be read so.

    ask: (test rows, question) -> a data set of one row that fitted contestants can answer, or LoadError; None where
    contestants take no questions.
    """

    key: str
    title: str
    suffixes: tuple[str, ...]
    display: str
    about: str
    read: Callable[[Path, str], Dataset]
    samples: tuple[Sample, ...] = ()
    players: str = ""
    ask: Callable[[Dataset, Mapping[str, Any]], Dataset] | None = None
    from_table: Callable[[Dataset, str, str | None], Dataset] | None = None


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
    tell: ProgressCallback
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
    """One use case of the document: its claim, real data, contestants and limits.

    load: seed -> data and task of the main contest; more: further (title, load) contests of the same use, whose summary
    stands in the contest's ``rows["parts"]``. study: what a contest alone cannot show (robustness, samples, a chat);
    it stands in ``rows["study"]`` as {"sections": [{"title", "about", "kind", ...}]} for pages to draw.
    limits: what an answer must respect, such as {"latency_ms": 10}. rule: how ``judge`` decides, in words. own_data:
    how one's own data may take its place.
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
    limits: Mapping[str, Any] = field(default_factory=dict)
    about: str = ""
    rule: str = ""
    own_data: str = ""
    study: Callable[[Contest, int, ProgressCallback], Mapping[str, Any]] | None = None
