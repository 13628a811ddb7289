"""One entry of the atlas: what was measured in one contest on one data set of one size, as a small JSON file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from core.schema import FAMILIES, Family, Machine, TaskForm, TaskKind
from core.schema.data import JSON_OPTIONAL
from core.storage import json_codec

SCHEMA = 1
# Digits kept of scores and readings: far below the noise of any of them.
DIGITS = 6

Half = Literal["development", "confirmation"]


class EntryError(Exception):
    """A file of the atlas cannot be used: which one, and what is wrong with it."""


@dataclass(frozen=True)
class DataFacts:
    """Facts of a data set, no data. ``missing``: share of empty cells; ``rarest``: rows of the rarest class."""

    modality: str
    kind: TaskKind
    form: TaskForm
    structured: bool | None
    rows: int
    rows_used: int
    columns: int | None = None
    numeric: int = 0
    categorical: int = 0
    text: int = 0
    missing: float = 0.0
    classes: int = 0
    rarest: int | None = None
    digest: str = ""


@dataclass(frozen=True)
class ContestantRecord:
    """One contestant in one entry, a value a fold where a tuple.

    Attributes:
        version: of its code (``code_versions``). skill: points. metrics: further scores of the field.
        work_seconds: reference seconds that its fits were charged, the same on every machine. cpu_seconds: measured.
        stopped: folds whose training the budget ended before it converged. readings: measurement -> its values.
        error: why it has no scores.
    """

    key: str
    title: str
    family: Family
    version: str
    pretrained: bool = False
    skill: tuple[float, ...] = ()
    metrics: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    work_seconds: tuple[float, ...] = ()
    cpu_seconds: tuple[float, ...] = ()
    stopped: int = 0
    parameters: int | None = None
    readings: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    error: str | None = None


@dataclass(frozen=True)
class ComparedFamilies:
    """The two contestants by which a contest compared two families on skill, and the winner it named."""

    left: str
    right: str
    winner: str


@dataclass(frozen=True)
class AtlasEntry:
    """One contest of the atlas. Two entries of one source differ in their size.

    Attributes:
        source: key of the source. share: the source's rows were divided by it. half: of the source, fixed by a hash.
        folds, fits: of one round, and in all. overlap: n_test / n_train behind them. method: as in ``Split.method``.
        beats_chance: whether any contestant was better than the dummy. compared: pairs of families.
        scoring: version of the code that cuts folds and computes scores. load: of the machine per core while it was
            played, the contest's own process included; times of entries played beside other work are marked by it.
        digest: of the contest. finished: UTC, ISO 8601.
    """

    schema: int
    source: str
    title: str
    half: Half
    share: int
    facts: DataFacts
    contestants: tuple[ContestantRecord, ...]
    compared: tuple[ComparedFamilies, ...]
    beats_chance: bool
    budget_seconds: float
    margin: float
    seed: int
    folds: int
    fits: int
    overlap: float
    method: str
    scoring: str
    digest: str
    finished: str
    machine: Machine
    versions: Mapping[str, str]
    load: float | None = field(default=None, metadata={JSON_OPTIONAL: True})
    seconds: float = 0.0

    @property
    def name(self) -> str:
        """The name of its file without the suffix."""
        return entry_name(self.source, self.share)

    @property
    def beside_other_work(self) -> bool:
        """Whether the machine had more to do than this contest, so that times are not those of a free machine."""
        cores = self.machine.cores or 1.0
        return self.load is not None and self.load * cores > 1.5

    def record(self, key: str) -> ContestantRecord | None:
        """The record of a contestant, None where it has no scores."""
        return next((one for one in self.contestants if one.key == key and one.skill), None)


def entry_name(source: str, share: int) -> str:
    """The name of an entry's file without the suffix.

    Args:
        source: its key. share: by which its rows are divided.
    """
    return f"{source}.{share}"


def entry_to_json(entry: AtlasEntry) -> str:
    """The compact JSON of an entry, numbers to six significant digits, without the parts that say nothing."""
    plain = json_codec.to_plain(entry)
    return json.dumps(_shortened(plain), ensure_ascii=False, allow_nan=False, separators=(",", ":")) + "\n"


def _shortened(value: object) -> object:
    if isinstance(value, float):
        return float(f"{value:.{DIGITS}g}")
    if isinstance(value, dict):
        return {key: _shortened(one) for key, one in value.items()}
    return [_shortened(one) for one in value] if isinstance(value, list) else value


def entry_from_json(text: str | bytes, name: str) -> AtlasEntry:
    """A validated entry.

    Args:
        text: of its file. name: of the file without the suffix, for messages; it must be that of the entry.

    Raises:
        EntryError: not JSON, another version of the schema, a field is missing or of another type, or values
            contradict each other.
    """
    try:
        entry = json_codec.from_json(AtlasEntry, text)
    except json_codec.CodecError as error:
        raise EntryError(f"{name}: {error}") from error
    if problem := _problem(entry, name):
        raise EntryError(f"{name}: {problem}")
    return entry


def _problem(entry: AtlasEntry, name: str) -> str:
    """What is wrong with an entry whose fields have their types; "" for nothing."""
    if entry.schema != SCHEMA:
        return f"version {entry.schema} of the format, this program reads version {SCHEMA}"
    if entry.name != name:
        return f"it holds the entry {entry.name}"
    if entry.share < 1 or entry.folds < 1 or not 0 <= entry.overlap <= 1 or entry.margin < 0:
        return "share, folds, overlap or margin are impossible"
    try:
        datetime.fromisoformat(entry.finished)
    except ValueError:
        return f"{entry.finished!r} is no date"
    keys = [one.key for one in entry.contestants]
    if len(set(keys)) != len(keys):
        return "a contestant stands in it twice"
    for one in entry.contestants:
        if one.family not in FAMILIES or len(one.skill) > entry.fits:
            return f"{one.key} has an unknown family or more folds than were played"
        series = (one.work_seconds, one.cpu_seconds, *one.metrics.values())
        if any(len(values) not in (0, len(one.skill)) for values in series):
            return f"{one.key} has values for another number of folds"
        if not all(abs(value) < 1e6 for value in one.skill):
            return f"{one.key} has a score that is no number"
    strangers = {key for pair in entry.compared for key in (pair.left, pair.right)} - set(keys)
    return f"{', '.join(sorted(strangers))} were compared and did not play" if strangers else ""
