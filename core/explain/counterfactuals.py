"""What a person may ask of a decision: its main reasons, the smallest change that turns it, and broken directions.

Reference: Wachter, Mittelstadt & Russell 2018 (counterfactuals); Ustun, Spangher & Liu 2019 (recourse).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from core.schema import Model

if TYPE_CHECKING:
    import pandas as pd

THRESHOLD = 0.5
QUANTILES = np.linspace(0.1, 0.9, 9)
MOST_LEVELS = 9
PAIR_CANDIDATES = 6
STEP = 1e-3


@dataclass(frozen=True)
class Counterfactual:
    """A change that was found. answer: before; changes: (column, old, new) as text; size: training rows passed over,
    as shares added up; risk: afterwards (as before where nothing turns it)."""

    decision: str
    flips: bool
    changes: tuple[tuple[str, str, str], ...]
    size: float
    risk: float


def borderline_row(risks: np.ndarray) -> int:
    """The row whose decision is contested: refused by as many models as possible, with the least certainty.

    Args:
        risks: float (models, rows), probabilities.

    Returns:
        A row number.
    """
    refused = (risks >= THRESHOLD).sum(axis=0)
    margin = np.abs(risks - THRESHOLD).mean(axis=0)
    return int(np.lexsort((margin, -refused))[0])


def main_reasons(model: Model, person: pd.DataFrame, background: pd.DataFrame, most: int = 4) -> list[str]:
    """The columns that raise a person's risk most, with the person's value and their share of the log-odds.

    Args:
        model: fitted. person: DataFrame of one row. background: training rows. most: entries wanted.

    Returns:
        Always ``most`` sentences, "none" where fewer columns raise the risk.
    """
    try:
        found = model.explain(person, background, None)
    except Exception as error:
        return [f"no explanation: {str(error)[:80]}", *["none"] * (most - 1)]
    values = np.asarray(found.values)[0]
    order = [place for place in np.argsort(-values) if values[place] > 0][:most]
    told = [f"{found.parts[at]} = {format_cell(person[found.parts[at]].iloc[0])} ({values[at]:+.2f})" for at in order]
    return told + ["none"] * (most - len(told))


def counterfactual(model: Model, person: pd.DataFrame, known: pd.DataFrame, fixed: Sequence[str]) -> Counterfactual:
    """The smallest change of one column, else of two, that moves the risk across one half.

    Args:
        model: fitted. person: DataFrame of one row. known: training rows, whose quantiles and categories are tried.
        fixed: columns that are never changed.

    Returns:
        The changes and the risk after them, or an empty ``Counterfactual`` where none was found.

    Reference: Wachter, Mittelstadt & Russell 2017.
    """
    before = float(np.asarray(model.predict(person))[0, 1])
    refused = before >= THRESHOLD
    answer = "refused" if refused else "granted"
    moves = [move for name in known.columns if name not in fixed for move in _moves(person, known, name)]
    if not moves:
        return Counterfactual(answer, False, (), float("nan"), before)
    sign = 1.0 if refused else -1.0
    risks = _risks_after(model, person, [(move,) for move in moves])
    found = _smallest([(move,) for move in moves], risks, sign)
    if found is None:
        first = [moves[at] for at in _strongest(moves, sign * risks)]
        pairs = [(one, other) for one in first for other in moves if other[0] != one[0]]
        risks = _risks_after(model, person, pairs)
        found = _smallest(pairs, risks, sign)
    if found is None:
        return Counterfactual(answer, False, (), float("nan"), before)
    chosen, risk = found
    changes = tuple((name, format_cell(person[name].iloc[0]), format_cell(value)) for name, value, _ in chosen)
    return Counterfactual(answer, True, changes, float(sum(size for *_, size in chosen)), risk)


def monotonicity_violations(model: Model, frame: pd.DataFrame, known: pd.DataFrame, name: str, direction: int) -> float:
    """Share of rows whose risk moves against the declared direction along a column, by more than a tenth of a point.

    Args:
        model: fitted. frame: rows to test. known: training rows, whose values of the column are tried.
        name: the column. way: +1 where the risk may only rise with the column, -1 where it may only fall.

    Returns:
        A share in [0, 1].
    """
    values = _values(known[name])
    if len(values) < 2:
        return 0.0
    walked = []
    for value in values:
        moved = frame.copy()
        moved[name] = float(value)
        walked.append(np.asarray(model.predict(moved))[:, 1])
    steps = direction * np.diff(np.stack(walked), axis=0)
    return float((steps < -STEP).any(axis=0).mean())


def format_cell(value: object) -> str:
    """A cell as text: whole numbers without a decimal point, missing values as such.

    Args:
        value: a cell of a DataFrame.

    Returns:
        Text for a page.
    """
    if value is None or value != value:
        return "missing"
    if isinstance(value, int | float | np.number):
        whole = float(value).is_integer() or abs(float(value)) >= 1_000
        return f"{float(value):,.0f}" if whole else f"{float(value):,.3g}"
    return str(value)


def _values(column: pd.Series) -> np.ndarray:
    numbers = column.to_numpy(dtype=float)
    return np.unique(np.quantile(numbers[np.isfinite(numbers)], QUANTILES, method="nearest"))


def _moves(person: pd.DataFrame, known: pd.DataFrame, name: str) -> list[tuple[str, Any, float]]:
    """(column, new value, size): quantiles of a number by rows passed over, levels of a category as half the rows."""
    old = person[name].iloc[0]
    if getattr(known[name].dtype, "kind", "O") == "f":
        ranks = np.sort(known[name].dropna().to_numpy(dtype=float))
        at = np.searchsorted(ranks, old, side="right") / max(1, len(ranks))
        places = [
            (value, abs(np.searchsorted(ranks, value, side="right") / len(ranks) - at))
            for value in _values(known[name])
        ]
        return [(name, float(value), float(size)) for value, size in places if value != old]
    if hasattr(known[name], "cat"):
        levels = known[name].value_counts().index[:MOST_LEVELS]
        return [(name, level, 0.5) for level in levels if level != old]
    return []


def _risks_after(
    model: Model, person: pd.DataFrame, changes: Sequence[tuple[tuple[str, Any, float], ...]]
) -> np.ndarray:
    """(n,) risk of the person after each change."""
    frame = person.iloc[np.zeros(len(changes), dtype=int)].reset_index(drop=True)
    columns: dict[str, list[Any]] = {}
    for row, moves in enumerate(changes):
        for name, value, _ in moves:
            columns.setdefault(name, list(frame[name]))[row] = value
    for name, values in columns.items():
        frame[name] = type(frame[name])(values, index=frame.index).astype(person[name].dtype)
    return np.asarray(model.predict(frame))[:, 1]


def _strongest(moves: Sequence[tuple[str, Any, float]], risks: np.ndarray) -> list[int]:
    """Of each column its strongest move, the strongest columns first, at most SECOND of them."""
    best: dict[str, int] = {}
    for at in np.argsort(risks, kind="stable"):
        best.setdefault(moves[at][0], int(at))
    return list(best.values())[:PAIR_CANDIDATES]


def _smallest(changes: Sequence[tuple], risks: np.ndarray, sign: float) -> tuple[tuple, float] | None:
    """The change of least size that lies on the other side."""
    turned = [at for at in range(len(changes)) if (risks[at] < THRESHOLD if sign > 0 else risks[at] >= THRESHOLD)]
    if not turned:
        return None
    at = min(turned, key=lambda place: sum(size for *_, size in changes[place]))
    return changes[at], float(risks[at])
