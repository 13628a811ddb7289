"""Where the embedded data sets and vendored network parts lie, and the shape they share."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from core.schema import Column, Dataset, Facts, Inputs

if TYPE_CHECKING:
    from core.readers.class_folders import ClassAssignment

DATA = Path(__file__).resolve().parents[2] / "data"


def sample_path(name: str) -> Path:
    """The file of an embedded data set; ``copyleft/...`` for those with a share-alike licence."""
    return DATA / "samples" / name


def network_path(name: str) -> Path:
    """A vendored piece of a pretrained network."""
    return DATA / "models" / name


def class_column(labels: tuple[str, ...], name: str = "class") -> Column:
    """The one column a data set of pictures, sounds or windows has to offer as a target."""
    return Column(name, "categorical", distinct=len(labels), examples=tuple(labels[:5]))


def labelled_dataset(
    modality: str, name: str, inputs: Inputs, codes: np.ndarray, labels: tuple[str, ...], source: str, **more: Any
) -> Dataset:
    """A Dataset whose classes are known: target codes int64 (n,), labels, counts in ``facts``.

    more: groups (n,), order (n,), facts (joined to the counts), column (name of the target).
    """
    facts = {
        "target": more.get("column", "class"),
        "items": len(codes),
        "items_bad": 0,
        "counts": {label: int((codes == code).sum()) for code, label in enumerate(labels)},
        **more.get("facts", {}),
    }
    return Dataset(
        name=name,
        modality=modality,
        inputs=inputs,
        target=np.asarray(codes, dtype=np.int64),
        groups=more.get("groups"),
        order=more.get("order"),
        columns=(class_column(labels, more.get("column", "class")),),
        labels=labels,
        source=source,
        facts=facts,
    )


def uploaded_dataset(
    modality: str, name: str, inputs: Inputs, classes: ClassAssignment, warnings: Sequence[str], facts: Facts
) -> Dataset:
    """A Dataset of an upload sorted by class folders. classes: what ``classfolders`` found (target, groups, labels)."""
    return Dataset(
        name=name,
        modality=modality,
        inputs=inputs,
        target=classes.target,
        groups=classes.groups,
        columns=(class_column(classes.labels),),
        labels=classes.labels,
        source=name,
        warnings=tuple(warnings),
        facts=facts,
        readings=classes.readings,
    )
