"""Uneven times become even ones: the curve stays the curve, labels stay with their moment, counts are told."""

from __future__ import annotations

import numpy as np

from core.readers import time_grid

DRAW = np.random.default_rng(2)


def uneven(count: int = 500, spread: float = 0.4) -> np.ndarray:
    return np.cumsum(1 + DRAW.uniform(-spread, spread, count))


def held(times: np.ndarray, units: np.ndarray | None = None):
    labels = np.array(["low" if np.sin(t / 9) < 0 else "high" for t in times], dtype=object)
    owners = np.zeros(len(times), dtype=np.int64) if units is None else units
    return times, owners, np.sin(times / 9)[:, None], labels


def test_a_curve_is_the_same_on_even_steps() -> None:
    (times, _, values, labels), pieces, told = time_grid.regularise(held(uneven()))
    assert np.allclose(np.diff(times), np.diff(times)[0]) and pieces == [(0, len(times))]
    assert np.abs(values[:, 0] - np.sin(times / 9)).max() < 0.01
    right = np.array([("low" if np.sin(t / 9) < 0 else "high") for t in times])
    assert (labels == right).mean() > 0.95
    assert "500 readings" in told[0] and f"{len(times):,}" in told[0] and "irregular" in told[0]


def test_even_times_are_left_alone() -> None:
    plain = held(np.arange(100.0))
    again, pieces, told = time_grid.regularise(plain)
    assert again is plain and pieces == [(0, 100)] and told == []


def test_wild_times_are_told_and_left_alone() -> None:
    times = np.cumsum(DRAW.choice([0.01, 1.0, 4.9], 400))
    again, _, told = time_grid.regularise(held(times))
    assert len(again[0]) == 400 and "one after the other" in told[-1]


def test_no_line_is_drawn_across_a_gap_or_a_unit() -> None:
    times = uneven(200)
    times[100:] += 1_000
    (made, _, _, _), pieces, told = time_grid.regularise(held(times))
    assert len(pieces) == 2 and "1 gap" in told[0] and made.max() > 1_000 and len(made) < 320
    both = np.concatenate([uneven(150), uneven(150)])
    (_, units, _, _), pieces, _ = time_grid.regularise(held(both, np.repeat([0, 1], 150)))
    assert len(pieces) == 2 and set(units[slice(*pieces[0])]) == {0} and set(units[slice(*pieces[1])]) == {1}


def test_missing_numbers_stay_missing() -> None:
    times, units, values, labels = held(uneven())
    values[50:60] = np.nan
    (_, _, made, _), _, _ = time_grid.regularise((times, units, values, labels))
    assert 7 <= np.isnan(made).sum() <= 14
