"""The plug-ins that are installed: modalities, contestants, measurements, claims and use cases; what is explained."""

from __future__ import annotations

from collections.abc import Mapping

from core import registry
from core.evaluation import metrics
from core.panels import panel_layout
from core.schema import Claim, Contest, Contestant, Measurement, Modality, Scenario


def modalities() -> Mapping[str, Modality]:
    """The kinds of data that can be read: key -> modality."""
    return registry.discover("modalities")


def modality(key: object) -> Modality:
    """One kind of data; a plain declaration for data that no file holds, and a table's for contests that name none."""
    return registry.modality(str(key or "table"))


def modality_of(contest: Contest) -> Modality:
    """The kind of data that a contest was played on."""
    return modality(contest.dataset.get("modality"))


def contestants() -> Mapping[str, Contestant]:
    """The contestants of all modalities: key -> contestant."""
    return registry.discover("contestants")


def measurements() -> Mapping[str, Measurement]:
    """What can be measured on a contestant: key -> measurement."""
    return registry.discover("measurements")


def claims() -> Mapping[str, Claim]:
    """The claims of the document that can be judged: key -> claim."""
    return registry.discover("claims")


def scenarios() -> Mapping[str, Scenario]:
    """The use cases that can be played: key -> scenario."""
    return registry.discover("scenarios")


def metric_name(key: str) -> str:
    """A metric's short name, as the field writes it; its key with blanks and a capital where there is none."""
    return metrics.SHORT_NAMES.get(key, key.replace("_", " ").capitalize())


def explained_step(horizon: int) -> int:
    """The step of a forecast, from 0, whose median is explained."""
    return panel_layout.middle_step(horizon)
