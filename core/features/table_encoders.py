"""From a table's numbers and codes to what a learner takes: a dense matrix for linear models and networks, or
ordinal codes with missing values kept for trees.

Reference: Gorishniy et al. 2022 (piecewise-linear encoding).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.features import table_columns
from core.features.encoded_columns import EncodedColumns
from core.features.standardisation import usable_spread
from core.schema import Facts, JsonObject, TableRows
from core.workers import work_clock

if TYPE_CHECKING:
    import pandas as pd

FARTHEST = 8.0


@dataclass(frozen=True)
class DenseEncoder(EncodedColumns):
    """Standardised numbers, their piecewise-linear parts, missing flags and one-hot levels, side by side.

    Layout of a row: numbers (p) | parts of the q curved numbers (q * b) | missing flags (m) | levels (sum of sizes).
    owners (width,): the original column of each encoded one. curved (q,): which numbers have parts.
    levels (c,): how many one-hot columns each category has; a rarer level, or an unknown one, is all zeros.
    """

    columns: table_columns.TableColumns
    middle: np.ndarray
    scale: np.ndarray
    lowest: np.ndarray
    highest: np.ndarray
    fill: np.ndarray
    curved: np.ndarray
    slopes: np.ndarray
    shifts: np.ndarray
    flagged: np.ndarray
    levels: np.ndarray
    absent: np.ndarray

    @property
    def source_columns(self) -> np.ndarray:
        """Number of the original column that each encoded column belongs to.

        Returns:
            int (width,).
        """
        numbers = self.columns.number_owners
        return np.concatenate(
            [
                numbers,
                np.repeat(numbers[self.curved], self.slopes.shape[1]),
                numbers[self.flagged],
                np.repeat(self.columns.code_owners, self.levels + self.absent),
            ]
        ).astype(np.int64)

    def transform(self, inputs: TableRows) -> np.ndarray:
        """Encoded rows without missing values.

        Args:
            inputs: a DataFrame of n rows, or a mapping column name -> array (n,).

        Returns:
            float32 (n, width).
        """
        numbers, codes = self.columns.read(inputs)
        work_clock.charge("table_cell_dense", len(numbers) * (numbers.shape[1] + codes.shape[1]))
        known = np.isnan(numbers)
        filled = np.where(known, self.fill, numbers)
        parts = [np.clip((filled - self.middle) / self.scale, self.lowest, self.highest)]
        if len(self.curved):
            curves = filled[:, self.curved, None] * self.slopes + self.shifts  # (n, q, b)
            parts.append(np.clip(curves, 0.0, 1.0).reshape(len(filled), -1))
        if len(self.flagged):
            parts.append(known[:, self.flagged])
        if codes.shape[1]:
            parts.append(self._one_hot(codes))
        return np.concatenate(parts, axis=1).astype(np.float32)

    def _one_hot(self, codes: np.ndarray) -> np.ndarray:
        sizes = self.levels + self.absent
        starts = np.cumsum(sizes) - sizes
        hot = np.zeros((len(codes), int(sizes.sum())), dtype=np.float32)
        # Missing takes the column after the last level where training had missing values.
        places = np.where(codes == table_columns.MISSING, np.where(self.absent > 0, self.levels, -1), codes)
        valid = (places >= 0) & ((places < self.levels) | (codes == table_columns.MISSING))
        rows, which = np.nonzero(valid)
        hot[rows, starts[which] + places[rows, which]] = 1.0
        return hot

    def to_state(self) -> tuple[JsonObject, dict[str, np.ndarray]]:
        """Everything fitted, in plain form, for ``restore_dense``.

        Returns:
            JSON-able values, and arrays by name.
        """
        facts, arrays = self.columns.to_state()
        return facts, arrays | {f"dense.{name}": getattr(self, name) for name in _DENSE}


@dataclass(frozen=True)
class OrdinalEncoder(EncodedColumns):
    """Numbers as they are and categories as codes by falling frequency, one column each; NaN where missing.

    Codes by frequency were level with native categoricals and one-hot on three tables and, unlike both, let trees be
    explained against a background; ranking levels by the target was worse where they are many (it overfits).
    An unknown level counts as rarer than the rarest.
    """

    columns: table_columns.TableColumns

    @property
    def source_columns(self) -> np.ndarray:
        """Number of the original column that each encoded column belongs to.

        Returns:
            int (width,).
        """
        return np.concatenate([self.columns.number_owners, self.columns.code_owners])

    def transform(self, inputs: TableRows) -> np.ndarray:
        """Encoded rows, NaN where a value is missing.

        Args:
            inputs: a DataFrame of n rows, or a mapping column name -> array (n,).

        Returns:
            float32 (n, width).
        """
        numbers, codes = self.columns.read(inputs)
        work_clock.charge("table_cell", len(numbers) * (numbers.shape[1] + codes.shape[1]))
        counted = np.where(codes == table_columns.MISSING, np.nan, codes)
        return np.concatenate([numbers, counted], axis=1).astype(np.float32)

    def to_state(self) -> tuple[JsonObject, dict[str, np.ndarray]]:
        """Everything fitted, in plain form, for ``restore_ordinal``.

        Returns:
            JSON-able values, and arrays by name.
        """
        return self.columns.to_state()


_DENSE = ("middle", "scale", "lowest", "highest", "fill", "curved", "slopes", "shifts", "flagged", "levels", "absent")


def fit_dense(inputs: pd.DataFrame, bins: int = 0, most_levels: int = 64, seed: int = 0) -> DenseEncoder:
    """Fit a Dense encoding on training rows (DataFrame).

    Args:
        bins: piecewise-linear parts of a number with at least three values (0: none), between its quantiles.
        most_levels: one-hot columns a category may have; levels seen once are left out where there are many.
    """
    columns = table_columns.fit_columns(inputs, seed)
    numbers, codes = columns.read(inputs)
    known = ~np.isnan(numbers)
    empty = ~known.any(axis=0)
    safe = np.where(empty, 0.0, numbers)
    fill = np.nanmedian(safe, axis=0) if safe.size else np.zeros(numbers.shape[1])
    filled = np.where(np.isnan(safe), fill, safe)
    middle, scale = filled.mean(axis=0), filled.std(axis=0)
    scale = usable_spread(scale, 1e-12 * (1 + np.abs(middle)))
    lowest, highest = _bounds((filled - middle) / scale, columns)
    # A text's themes stay straight lines: sixteen of them a column would make most of a network's input.
    plain = [place for place, owner in enumerate(columns.number_owners) if columns.sources[owner].kind != "text"]
    edges = {place: _edges(filled[:, place], bins) for place in plain} if bins else {}
    curved = np.array([place for place, cuts in edges.items() if len(cuts) > 2], dtype=np.int64)
    slopes, shifts = _pieces([edges[place] for place in curved])
    levels = [_kept(codes[:, place], most_levels) for place in range(codes.shape[1])]
    return DenseEncoder(
        columns=columns,
        middle=middle,
        scale=scale,
        lowest=lowest,
        highest=highest,
        fill=fill,
        curved=curved,
        slopes=slopes,
        shifts=shifts,
        flagged=np.flatnonzero((~known).any(axis=0) & ~empty & _first(columns.number_owners)),
        levels=np.array(levels, dtype=np.int64),
        absent=(codes == table_columns.MISSING).any(axis=0).astype(np.int64),
    )


def fit_ordinal(inputs: pd.DataFrame, seed: int = 0) -> OrdinalEncoder:
    """An ``OrdinalEncoder`` fitted on training rows.

    Args:
        inputs: a DataFrame of training rows. seed: of the text columns' decomposition.

    Returns:
        The fitted encoder.
    """
    return OrdinalEncoder(table_columns.fit_columns(inputs, seed))


def restore_dense(facts: Facts, arrays: Mapping[str, np.ndarray]) -> DenseEncoder:
    """The ``DenseEncoder`` that ``DenseEncoder.to_state`` described.

    Args:
        facts: the JSON-able values. arrays: the arrays by name.

    Returns:
        An encoder that transforms as the original did.
    """
    return DenseEncoder(
        table_columns.restore_columns(facts, arrays), **{name: arrays[f"dense.{name}"] for name in _DENSE}
    )


def restore_ordinal(facts: Facts, arrays: Mapping[str, np.ndarray]) -> OrdinalEncoder:
    """The ``OrdinalEncoder`` that ``OrdinalEncoder.to_state`` described.

    Args:
        facts: the JSON-able values. arrays: the arrays by name.

    Returns:
        An encoder that transforms as the original did.
    """
    return OrdinalEncoder(table_columns.restore_columns(facts, arrays))


def _bounds(standard: np.ndarray, columns: table_columns.TableColumns) -> tuple[np.ndarray, np.ndarray]:
    """How far standardised numbers may go: 8 deviations, and for parts of a date what training saw (a line through
    the seasons of one spring says nothing of the next autumn)."""
    dated = np.array([columns.sources[owner].kind == "date" for owner in columns.number_owners], dtype=bool)
    least, most = standard.min(axis=0, initial=0.0), standard.max(axis=0, initial=0.0)
    return np.where(dated, least, -FARTHEST), np.where(dated, most, FARTHEST)


def _edges(values: np.ndarray, bins: int) -> np.ndarray:
    return np.unique(np.quantile(values, np.linspace(0, 1, bins + 1)))


def _pieces(edges: list[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Slopes and shifts (q, b) so that clip(x * slope + shift, 0, 1) runs from 0 to 1 within each piece."""
    most = max((len(cuts) - 1 for cuts in edges), default=0)
    slopes, shifts = np.zeros((len(edges), most)), np.zeros((len(edges), most))
    for place, cuts in enumerate(edges):
        widths = np.diff(cuts)
        slopes[place, : len(widths)] = 1 / widths
        shifts[place, : len(widths)] = -cuts[:-1] / widths
    return slopes, shifts


def _kept(codes: np.ndarray, max_levels: int) -> int:
    counts = np.bincount(codes[codes >= 0])
    often = int((counts >= 2).sum()) if len(counts) > 8 else len(counts)
    return min(often, max_levels)


def _first(owners: np.ndarray) -> np.ndarray:
    return np.append(True, owners[1:] != owners[:-1])[: len(owners)]
