"""Cheap facts of a data set, known at upload, and a data set of the atlas as a case to learn from."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from core.atlas.effects import compared_records
from core.atlas.entries import AtlasEntry, ContestantRecord, DataFacts
from core.schema import Facts, Family, Task

MODALITIES = ("table", "image", "text", "sound", "series", "forecast", "interactions", "corpus", "control")
FACTS = (
    "log10 rows", "log10 columns", "share of numeric columns", "share of categorical columns", "share of text columns",
    "share of missing cells", "log2 classes", "is a number predicted",
)  # fmt: skip


@dataclass(frozen=True)
class PriorCase:
    """One data set. ``facts``: as FACTS. ``skills``: family -> mean skill in points of the contestant that stands for
    it; ``work``: family -> declared seconds of all its fits. Both are empty for a data set that is only asked about."""

    source: str
    title: str
    modality: str
    facts: tuple[float, ...]
    digest: str = ""
    skills: Mapping[Family, float] = field(default_factory=dict)
    work: Mapping[Family, float] = field(default_factory=dict)

    @property
    def gap(self) -> float:
        """Deep minus classical, in points of skill."""
        return self.skills["deep"] - self.skills["classical"]

    @property
    def hybrid_gap(self) -> float | None:
        """The hybrid minus the better of the two others; None without a hybrid."""
        if "hybrid" not in self.skills:
            return None
        return self.skills["hybrid"] - max(self.skills["deep"], self.skills["classical"])

    def regret(self, family: Family) -> float:
        """Points of skill lost by a family to the best one; where it did not play, those of the worst."""
        return max(self.skills.values()) - self.skills.get(family, min(self.skills.values()))


def describe_facts(data: Facts, task: Task, structured: bool | None, rows: int | None = None) -> DataFacts:
    """Facts of a data set from its description, as a contest or an upload has it.

    Args:
        data: "modality", "rows", "cols", "columns", "labels", "counts", "digest". task: what is predicted.
        structured: as ``Modality.structured``. rows: that are used, where the description does not say.
    """
    columns = [one for one in data.get("columns") or () if one.get("name") != task.target]
    kinds = [str(one.get("type")) for one in columns]
    cells = float(data.get("rows") or 1) * max(1, len(columns))
    counts = data.get("counts") or ()
    return DataFacts(
        modality=str(data.get("modality")), kind=task.kind, form=task.form, structured=structured,
        rows=int(data.get("rows") or 0), rows_used=int(rows or data.get("rows_used") or data.get("rows") or 0),
        columns=data.get("cols"), numeric=sum(kind == "numeric" for kind in kinds),
        categorical=sum(kind in ("categorical", "boolean") for kind in kinds),
        text=kinds.count("text"), missing=sum(int(one.get("missing") or 0) for one in columns) / cells,
        classes=len(data.get("labels") or ()), rarest=min(counts) if counts else None,
        digest=str(data.get("digest") or ""),
    )  # fmt: skip


def fact_values(facts: DataFacts) -> tuple[float, ...]:
    """The facts as numbers, in the order of FACTS; 0 where one is not known.

    Args:
        facts: of a data set.
    """
    columns = max(1, facts.columns or 1)
    return (
        math.log10(max(1, facts.rows_used)), math.log10(columns), facts.numeric / columns, facts.categorical / columns,
        facts.text / columns, facts.missing, math.log2(max(1, facts.classes)), float(facts.form == "regression"),
    )  # fmt: skip


def asked_case(name: str, facts: DataFacts) -> PriorCase:
    """A data set that is asked about, without scores.

    Args:
        name: of it, so that it is not expected from itself. facts: of it.
    """
    return PriorCase(name, name, facts.modality, fact_values(facts), facts.digest)


def prior_cases(entries: Sequence[AtlasEntry]) -> tuple[PriorCase, ...]:
    """One case a data set, all its rows, from both halves; without those on which a side has no scores.

    Args:
        entries: of the atlas.
    """
    found = []
    for entry in entries:
        pair = compared_records(entry, "deep", "classical")
        if entry.share != 1 or pair is None or not entry.beats_chance:
            continue
        hybrid = compared_records(entry, "hybrid", "classical") or compared_records(entry, "hybrid", "deep")
        records: dict[Family, ContestantRecord] = {"deep": pair[0], "classical": pair[1]}
        if hybrid is not None:
            records["hybrid"] = hybrid[0]
        found.append(
            PriorCase(
                entry.source, entry.title, entry.facts.modality, fact_values(entry.facts), entry.facts.digest,
                {family: sum(one.skill) / len(one.skill) for family, one in records.items()},
                {family: sum(one.work_seconds) for family, one in records.items()},
            )
        )  # fmt: skip
    return tuple(found)
