"""Describes windows of sensor readings by figures: level, spread, shape, rhythm, and how channels move together.

Reference: Lubba et al. 2019 (few telling features of a series); Dempster, Schmidt & Webb 2021 (MiniRocket).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations, pairwise

import numpy as np

from core.workers import work_clock

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
BANDS = 6
CHUNK = 512
MOST_CHANNELS = 24


def window_features(series: np.ndarray) -> np.ndarray:
    """Figures of each window.

    Args:
        series: float32 (n, t, c).

    Returns:
        float32 (n, d), without NaN.
    """
    work_clock.charge("window_number", series.size)
    blocks = [_window_statistics(series[begin : begin + CHUNK]) for begin in range(0, max(len(series), 1), CHUNK)]
    return np.nan_to_num(np.concatenate(blocks), nan=0.0, posinf=0.0, neginf=0.0).astype(np.float32)


def _window_statistics(given: np.ndarray) -> np.ndarray:
    x = given.astype(np.float64)
    count, length, channels = x.shape
    centred = x - x.mean(axis=1, keepdims=True)
    spread = centred.std(axis=1)
    safe = np.maximum(spread, 1e-9)[:, None]
    steps = np.diff(x, axis=1) if length > 1 else np.zeros((count, 1, channels))
    when = np.linspace(-1, 1, length)[None, :, None]
    rows = [x.mean(axis=1), spread, x.min(axis=1), x.max(axis=1), *np.quantile(x, QUANTILES, axis=1)]
    rows += [np.abs(steps).mean(axis=1), steps.std(axis=1), np.abs(steps).max(axis=1)]
    rows += [np.sqrt((x**2).mean(axis=1)), (centred * when).mean(axis=1), x[:, -1] - x[:, 0]]
    rows += [((centred / safe) ** 3).mean(axis=1), ((centred / safe) ** 4).mean(axis=1)]
    rows += [(np.diff(np.signbit(centred), axis=1)).mean(axis=1) if length > 1 else np.zeros((count, channels))]
    for lag in (1, 2, 4, 8):
        if lag < length:
            rows.append((centred[:, lag:] * centred[:, :-lag]).mean(axis=1) / safe[:, 0] ** 2)
    rows += _spectral_features(centred)
    if 1 < channels <= MOST_CHANNELS:
        unit = centred / (safe * length**0.5)
        pairs = list(combinations(range(channels), 2))
        together = np.einsum("ntc,ntd->ncd", unit, unit)
        rows.append(np.stack([together[:, i, j] for i, j in pairs], axis=1))
        size = np.sqrt((x**2).sum(axis=2))
        rows.append(np.stack([size.mean(1), size.std(1), size.min(1), size.max(1), np.abs(np.diff(size)).mean(1)], 1))
    return np.concatenate(rows, axis=1)


def _spectral_features(centred: np.ndarray) -> list[np.ndarray]:
    """Loudness of BANDS bands of frequency, the loudest frequency, and how spread out the spectrum is, each (n, c)."""
    power = np.abs(np.fft.rfft(centred, axis=1))[:, 1:] ** 2
    if power.shape[1] == 0:
        return []
    whole = power.sum(axis=1) + 1e-12
    edges = np.unique(np.geomspace(1, power.shape[1] + 1, BANDS + 1).astype(int)) - 1
    bands = [np.log10(power[:, low:high].sum(axis=1) + 1e-6) for low, high in pairwise(edges)]
    share = power / whole[:, None]
    return [*bands, share.argmax(axis=1) / power.shape[1], -(share * np.log(share + 1e-12)).sum(axis=1)]


@dataclass(frozen=True)
class MiniRocketKernels:
    """Fitted kernels: dilations (k,), which three of nine weights are 2 (k, 3), channels (k, c), bias (k,)."""

    dilations: np.ndarray
    triples: np.ndarray
    channels: np.ndarray
    bias: np.ndarray

    def transform(self, series: np.ndarray) -> np.ndarray:
        """Share of positions at which each kernel's response exceeds its bias.

        Args:
            series: float (n, t, c).

        Returns:
            float32 (n, k), in [0, 1].
        """
        work_clock.charge("rocket_position", float(len(series)) * series.shape[1] * len(self.bias))
        blocks = [self._rows(series[begin : begin + CHUNK]) for begin in range(0, max(len(series), 1), CHUNK)]
        return np.concatenate(blocks)

    def _rows(self, series: np.ndarray) -> np.ndarray:
        made = np.empty((len(series), len(self.bias)), dtype=np.float32)
        for group in _groups(self):
            answer = _convolve(series, self, group[0])
            for place in group:
                made[:, place] = (answer > self.bias[place]).mean(axis=1)
        return made


def _groups(kernels: MiniRocketKernels) -> list[list[int]]:
    """Kernels that differ in bias only, so that each convolution is done once."""
    found: dict[tuple, list[int]] = {}
    for place in range(len(kernels.dilations)):
        mark = (int(kernels.dilations[place]), *kernels.triples[place].tolist(), *kernels.channels[place].tolist())
        found.setdefault(mark, []).append(place)
    return list(found.values())


def _convolve(series: np.ndarray, kernels: MiniRocketKernels, place: int) -> np.ndarray:
    """Weights -1 everywhere but 2 at three of nine taps: minus the sum of all taps, plus three times the three."""
    reach = 4 * int(kernels.dilations[place])
    joined = series[:, :, kernels.channels[place]].sum(axis=2)
    padded = np.pad(joined, ((0, 0), (reach, reach)), mode="edge")
    length, step = joined.shape[1], int(kernels.dilations[place])
    tap = lambda number: padded[:, number * step : number * step + length]  # noqa: E731
    answer = -tap(0)
    for number in range(1, 9):
        answer = answer - tap(number)
    for number in kernels.triples[place]:
        answer = answer + 3 * tap(int(number))
    return answer


def fit_minirocket(series: np.ndarray, seed: int, max_kernels: int = 2_000) -> MiniRocketKernels:
    """Draws dilations and channels for the 84 fixed kernels and takes biases from quantiles of training answers.

    Args:
        series: standardised float32 (n, t, c) of the training rows. seed: of the draw. max_kernels: number of features.
    """
    rng = np.random.default_rng(seed)
    length, wide = series.shape[1:]
    largest = max(1, (length - 1) // 8)
    dilations = sorted({int(2**power) for power in np.linspace(0, np.log2(largest), 5)} if largest > 1 else {1})
    triples = list(combinations(range(9), 3))
    each = max(1, max_kernels // (len(dilations) * len(triples)))
    places, marks, channels, bias = [], [], [], []
    for step in dilations:
        for triple in triples:
            size = min(wide, int(2 ** rng.uniform(0, np.log2(min(wide, 9) + 1))))
            picked = np.zeros(wide, dtype=bool)
            picked[rng.permutation(wide)[:size]] = True
            one = MiniRocketKernels(np.array([step]), np.array([triple]), picked[None], np.zeros(1))
            answer = _convolve(series[rng.permutation(len(series))[:16]], one, 0)
            shares = (np.arange(each) * 0.618034 + rng.uniform()) % 1.0
            for value in np.quantile(answer, shares):
                places.append(step)
                marks.append(triple)
                channels.append(picked)
                bias.append(value)
    return MiniRocketKernels(np.array(places), np.array(marks), np.array(channels), np.array(bias, dtype=np.float32))
