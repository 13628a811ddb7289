"""How many rows a contest uses of the data there are: the limit of a contest, and what its budget reads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from core import limits
from core.schema import Dataset, Facts, Plan
from core.workers.reference_costs import cost

Reason = Literal["", "limit", "budget", "memory"]

FIRST_ROUND_SHARE = 5.0
# Rows are never cut below this for want of seconds; how many contestants are counted where the plan names none.
LEAST_ROWS = 500
USUAL_CONTESTANTS = 5
READ_AS = {"image": "picture_pixel", "sound": "sound_sample", "series": "window_number"}
# Data whose units are no rows of which a sample could be drawn.
UNCUT = ("forecast", "control")


@dataclass(frozen=True)
class DataSize:
    """What of a data set decides how many of its rows a contest uses.

    modality: its key. rows: there are. numbers: single values in all rows (cells, pixels, samples of sound, letters).
    reading_seconds: reference seconds of encoding one row for one contestant.
    """

    modality: str
    rows: int
    numbers: int = 0
    reading_seconds: float = 0.0

    @classmethod
    def of(cls, dataset: Dataset) -> DataSize:
        """The size of a data set."""
        rows = 0 if isinstance(dataset.inputs, str) else len(dataset.inputs)
        return cls(dataset.modality, rows, count_numbers(dataset), reading_seconds(dataset))

    @classmethod
    def of_card(cls, card: Facts) -> DataSize:
        """The size of a stored data set; one that was stored by an earlier version tells its rows alone."""
        told = card.get("size") or {}
        return cls(card["modality"], card["rows"], told.get("numbers", 0), told.get("reading_seconds", 0.0))


@dataclass(frozen=True)
class ContestRows:
    """How many rows a contest uses at most, of how many, and why not all; "" where all are used."""

    rows: int
    of: int
    reason: Reason = ""

    @property
    def why(self) -> str:
        """The reason in words; empty where all rows are used."""
        return {
            "": "", "limit": f"a contest takes {limits.MAX_ROWS_CONTEST:,} at most",
            "budget": "five folds of more do not fit into the budget",
            "memory": "more do not fit into the memory of this host, by estimate",
        }[self.reason]  # fmt: skip

    @property
    def sentence(self) -> str:
        """What is used and why; empty where all rows are."""
        return f"{self.rows:,} of {self.of:,} rows are used: {self.why}." if self.reason else ""


def contest_rows(size: DataSize, plan: Plan) -> ContestRows:
    """How many rows a contest uses beside what its plan asks for.

    Args:
        size: of the data as they were read. plan: its rows, budget and contestants.
    """
    asked = min(plan.rows or size.rows, size.rows)
    if size.modality in UNCUT or not size.rows:
        return ContestRows(asked, size.rows)
    paid = affordable_rows(size, plan)
    if paid is not None and paid <= limits.MAX_ROWS_CONTEST:
        return ContestRows(paid, size.rows, "budget")
    if asked > limits.MAX_ROWS_CONTEST:
        return ContestRows(limits.MAX_ROWS_CONTEST, size.rows, "limit")
    return ContestRows(asked, size.rows)


def most_rows(size: DataSize) -> int:
    """The most rows that any contest takes of such data.

    Args:
        size: of the data.
    """
    return size.rows if size.modality in UNCUT else min(size.rows, limits.MAX_ROWS_CONTEST)


def affordable_rows(size: DataSize, plan: Plan) -> int | None:
    """The most rows of which the budget can read and encode five folds for every contestant; None where all fit.

    Training takes its seconds whatever the rows; what it reads first takes them by the row. So rows are cut before
    folds are, from counts alone.

    Args:
        size: of the data as they were read. plan: its budget and contestants.
    """
    players = len(plan.contestants) or USUAL_CONTESTANTS
    each = max(size.reading_seconds, 1e-12) * players * FIRST_ROUND_SHARE
    most = max(LEAST_ROWS, int(plan.budget_seconds / each))
    return most if most < min(size.rows, plan.rows or size.rows) else None


def count_numbers(dataset: Dataset) -> int:
    """How many single values a data set holds: cells of a table, pixels, samples of sound, letters of texts.

    Args:
        dataset: of any modality; 0 where its inputs are the name of something.
    """
    inputs = dataset.inputs
    if isinstance(inputs, str):
        return 0
    shape = getattr(inputs, "shape", None) or (len(inputs),)
    return int(sum(len(str(text)) for text in inputs)) if len(shape) == 1 else int(np.prod(shape))


def reading_seconds(dataset: Dataset) -> float:
    """Reference seconds of encoding one row for one contestant, or of its hand-made features.

    Args:
        dataset: of any modality; 0 where its inputs are neither a table, texts nor arrays of numbers.
    """
    inputs = dataset.inputs
    if hasattr(inputs, "columns"):
        return len(inputs.columns) * (cost("table_cell_fit") + cost("table_cell_dense") + cost("table_cell"))
    if dataset.modality == "text":
        return 2 * cost("text_letter") * float(np.mean([len(str(text)) for text in inputs[:1_000]] or [0]))
    numbers = float(np.prod(getattr(inputs, "shape", (0,))[1:]))
    return numbers * cost(READ_AS[dataset.modality]) if dataset.modality in READ_AS else 0.0
