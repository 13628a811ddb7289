"""Tables with free text: which columns are free text, and both kinds of columns apart."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from core.schema import Dataset, TableRows

if TYPE_CHECKING:
    import pandas as pd


def text_columns(inputs: pd.DataFrame) -> list[str]:
    """The free-text columns of a prepared table: neither numbers, dates nor categories.

    Args:
        inputs: a DataFrame.

    Returns:
        Column names.
    """
    return [
        str(name)
        for name in inputs.columns
        if not hasattr(inputs[name], "cat") and getattr(inputs[name].dtype, "kind", "O") not in "fiubM"
    ]


def has_text(dataset: Dataset) -> bool:
    """Whether a prepared table has free text beside other columns.

    Args:
        dataset: a table.

    Returns:
        True or False.
    """
    found = text_columns(dataset.inputs) if hasattr(dataset.inputs, "columns") else []
    return 0 < len(found) < len(dataset.inputs.columns)


def unsupported_reason(dataset: Dataset) -> str | None:
    """Why a contestant that lives on columns and text together cannot play this data set, in words; None if it can."""
    return None if has_text(dataset) else "takes a table with a free-text column beside other columns"


@dataclass(frozen=True)
class ColumnKinds:
    """Which columns of a table are free text and which are not."""

    texts: tuple[str, ...]
    others: tuple[str, ...]

    def joined_texts(self, inputs: TableRows) -> np.ndarray:
        """The texts of each row, one after the other: object (n,) of str, "" where missing."""
        parts = [[text if isinstance(text, str) else "" for text in inputs[name]] for name in self.texts]
        made = np.empty(len(parts[0]), dtype=object)
        made[:] = [" ".join(row).strip() for row in zip(*parts, strict=True)]
        return made

    def text_dataset(self, part: Dataset) -> Dataset:
        """A part as a data set of texts.

        Args:
            part: a prepared table of n rows.

        Returns:
            Its texts, one a row, with the same target.
        """
        return replace(part, modality="text", inputs=self.joined_texts(part.inputs), columns=())

    def without_texts(self, part: Dataset) -> Dataset:
        """A part without its texts.

        Args:
            part: a prepared table.

        Returns:
            The same rows, their other columns only.
        """
        return replace(part, inputs=part.inputs[list(self.others)])


def split_columns(inputs: pd.DataFrame) -> ColumnKinds:
    """The columns of a table, sorted into texts and others.

    Args:
        inputs: a prepared table.

    Returns:
        The names of both.
    """
    found = text_columns(inputs)
    return ColumnKinds(tuple(found), tuple(str(name) for name in inputs.columns if str(name) not in found))


def map_unique(found: np.ndarray, answer: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
    """``answer`` asked about every different text once: an explanation asks about the same few again and again."""
    places: dict[str, int] = {}
    where = np.array([places.setdefault(text, len(places)) for text in found], dtype=int)
    return answer(np.array(list(places), dtype=object))[where]
