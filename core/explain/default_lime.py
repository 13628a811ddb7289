"""LIME for tables as its library does it by default: columns cut at their quartiles, rows drawn from its own model.

It answers another question than a game over the background rows does, which is why both are shown.

Reference: Ribeiro, Singh & Guestrin 2016 (LIME), the defaults of version 0.2.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from core.explain.linear_surrogate import LinearSurrogate, weighted_ridge
from core.explain.maskers import select_output
from core.explain.shapley import Margin
from core.workers import work_clock

if TYPE_CHECKING:
    import pandas as pd

QUARTILES = (25, 50, 75)
WIDTH_A_ROOT = 0.75
RIDGE = 1.0


class CutColumn(NamedTuple):
    """A column in pieces: the piece of each background row (b,) and of each explained row (n,), the values of both
    (n + b,), and for numbers the bounds, mean and spread (4, pieces) of what lies in a piece."""

    background: np.ndarray
    rows: np.ndarray
    values: pd.Series
    shape: np.ndarray | None

    @classmethod
    def of(cls, rows: pd.Series, background: pd.Series) -> CutColumn:
        """Numbers cut at the quartiles of the background, everything else by its values; missing ones are a piece.

        Args:
            rows: of the explained rows. background: of the rows the pieces are learned from.
        """
        import pandas as pd

        both = pd.concat([rows, background], ignore_index=True)
        numeric = pd.api.types.is_numeric_dtype(both.dtype) and not pd.api.types.is_bool_dtype(both.dtype)
        if not numeric:
            codes, _ = pd.factorize(both.astype(object))
            return cls(codes[len(rows) :], codes[: len(rows)], both, None)
        numbers = both.to_numpy(dtype=float, na_value=np.nan)
        known = numbers[len(rows) :][np.isfinite(numbers[len(rows) :])]
        if not len(known):
            return cls(np.zeros(len(background)), np.zeros(len(rows)), both, None)
        edges = np.unique(np.percentile(known, QUARTILES))
        pieces = np.where(np.isfinite(numbers), np.searchsorted(edges, numbers), -1)
        low, high = np.r_[known.min(), edges], np.r_[edges, max(known.max(), edges[-1])]
        inside = [known[np.searchsorted(edges, known) == piece] for piece in range(len(low))]
        mean = [part.mean() if len(part) else low[piece] for piece, part in enumerate(inside)]
        spread = [part.std() if len(part) else 0.0 for part in inside]
        return cls(pieces[len(rows) :], pieces[: len(rows)], both, np.array([low, high, mean, spread]))

    def drawn(self, row: int, picked: np.ndarray, rng: np.random.Generator) -> pd.Series:
        """Values (m,) in the pieces of some background rows, the first one being the explained row's own.

        Args:
            row: its number. picked: numbers of background rows (m,). rng: draws inside a piece.
        """
        import pandas as pd
        from scipy.stats import truncnorm

        places = np.r_[row, len(self.rows) + picked[1:]]
        taken = self.values.take(places).reset_index(drop=True)
        if self.shape is None:
            return taken
        numbers = taken.to_numpy(dtype=float, na_value=np.nan).copy()
        pieces = self.background[picked]
        wide = np.append(self.shape[1] > self.shape[0], False)  # the last one stands for missing values
        varied = wide[pieces] & (np.arange(len(picked)) > 0)
        low, high, mean, spread = self.shape[:, pieces[varied]]
        spread = spread + 1e-11
        numbers[varied] = truncnorm.rvs((low - mean) / spread, (high - mean) / spread, mean, spread, random_state=rng)
        return pd.Series(numbers)


def default_lime(
    margin: Margin, rows: pd.DataFrame, background: pd.DataFrame, outputs: np.ndarray | None, draws: int, seed: int
) -> LinearSurrogate:
    """Weights (n, d) of a linear model over "in the same piece as this row", and its R2 (n,).

    Numbers are cut at the quartiles of the background; a draw takes a piece by its share and a value from a normal
    distribution in that piece, each column by itself. Weights are exp(-distance^2 / width^2) to the power of one half,
    with the Euclidean distance of the pieces and a width of .75 sqrt(d); the penalty is 1.

    Args:
        margin: rows -> explained output. rows: (n, d). background: (b, d) from which the pieces are learned.
        outputs: (n,) class explained in each row, or None. draws: for each row. seed: of the draws.

    Reference: Ribeiro, Singh & Guestrin 2016.
    """
    import pandas as pd

    columns = {name: CutColumn.of(rows[name], background[name]) for name in rows.columns}
    values, r2 = np.zeros((len(rows), len(columns))), np.zeros(len(rows))
    width = WIDTH_A_ROOT * np.sqrt(len(columns))
    for row in range(len(rows)):
        rng = np.random.default_rng((seed, row, 7))
        same, drawn = np.ones((draws, len(columns))), {}
        for place, (name, column) in enumerate(columns.items()):
            picked = rng.integers(0, len(background), draws)
            same[1:, place] = column.background[picked[1:]] == column.rows[row]
            drawn[name] = column.drawn(row, picked, rng)
        wanted = None if outputs is None else np.repeat(outputs[row], draws)
        work_clock.charge("answer", draws)
        answers = select_output(margin(pd.DataFrame(drawn)), wanted)
        distance = np.sqrt((1.0 - same).sum(axis=1))
        values[row], r2[row] = weighted_ridge(same, answers, np.exp(-((distance / width) ** 2) / 2), RIDGE)
    return LinearSurrogate(values, r2)
