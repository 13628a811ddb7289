"""Latency that can be believed: warm-up, interleaved ABBA rounds, medians and minima, and a p95 with a bound."""

from __future__ import annotations

import gc
import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from core.evaluation import uncertainty

WARMUP_SECONDS = 0.3
LEAST_CALLS = 60
BLOCKS = 10
STRETCH_CALLS = 6

Clock = Callable[[], int]


@dataclass(frozen=True)
class Timing:
    """How long one call took, in milliseconds. ``p95_bound`` is the 95 % distribution-free upper bound of the 95th
    percentile, None under 59 calls. ``blocks`` are medians over consecutive stretches of the session: stretch i of
    two functions timed together saw the same machine load."""

    median: float
    p95: float
    p95_bound: float | None
    minimum: float
    n: int
    blocks: tuple[float, ...] = ()


def _warm(function: Callable[[], object], calls: int, ceiling: float, clock: Clock) -> None:
    """At least ``calls`` calls and 0.3 s, but never far beyond the ceiling (seconds) for a function that is slow."""
    start, made = clock(), 0
    while True:
        function()
        made += 1
        spent = (clock() - start) / 1e9
        if (made >= calls and spent >= min(WARMUP_SECONDS, ceiling)) or (made >= 2 and spent >= ceiling):
            return


def _summary(taken: list[int]) -> Timing:
    values = np.array(taken, dtype=float) / 1e6
    blocks = [float(np.median(part)) for part in np.array_split(values, min(BLOCKS, len(values)))]
    return Timing(
        median=float(np.median(values)),
        p95=float(np.quantile(values, 0.95)),
        p95_bound=uncertainty.quantile_bound(values),
        minimum=float(values.min()),
        n=len(values),
        blocks=tuple(blocks),
    )


def time_block(
    function: Callable[[], object], seconds: float, warm: int, clock: Clock = time.perf_counter_ns
) -> list[int]:
    """One short stretch of single calls in nanoseconds, for callers that live in processes of their own: whoever
    leads gives each of them a stretch in turn, A B B A, and joins each one's stretches afterwards.

    Args:
        seconds: length of the stretch; 6 calls are made unless they take twenty times that. warm: calls before it
            that do not count, fewer (but 2) when they take three times ``seconds``.
    """
    start, made = clock(), 0
    while made < warm and (made < 2 or (clock() - start) / 1e9 < 3 * seconds):
        function()
        made += 1
    taken: list[int] = []
    collecting = gc.isenabled()
    gc.disable()
    try:
        start = clock()
        while (clock() - start) / 1e9 < (seconds if len(taken) >= STRETCH_CALLS else 20 * seconds):
            before = clock()
            function()
            taken.append(clock() - before)
    finally:
        if collecting:
            gc.enable()
    return taken


def join_blocks(stretches: Sequence[Sequence[int]]) -> Timing:
    """One Timing of several stretches; its blocks are their medians, so two contestants' blocks are pairs in time."""
    whole = _summary([value for one in stretches for value in one])
    return replace(whole, blocks=tuple(float(np.median(one)) / 1e6 for one in stretches))


def time_calls(
    functions: Mapping[str, Callable[[], object]],
    seconds: float = 1.0,
    warmup: int = 20,
    clock: Clock = time.perf_counter_ns,
) -> dict[str, Timing]:
    """Times calls one by one, interleaved as A B B A, so that a drifting machine favours nobody.

    Timing "all A, then all B" of the same function finds a false "faster" in most trials; interleaving does not.

    Args:
        functions: name -> call without arguments; what each returns is thrown away.
        seconds: measuring time per function; slow ones get up to ten times that to reach 60 calls, and always 4.
        warmup: least number of warm-up calls; they also last 0.3 s, and stop early once they cost three ``seconds``.
        clock: nanoseconds, monotonic.

    Returns:
        name -> Timing, in milliseconds.

    Raises:
        Whatever a function raises.
    """
    names = list(functions)
    taken: dict[str, list[int]] = {name: [] for name in names}
    for name in names:
        _warm(functions[name], warmup, max(3 * seconds, 1e-3), clock)
    collecting = gc.isenabled()
    gc.disable()
    try:
        start, rounds = clock(), 0
        while True:
            for name in names if rounds % 4 in (0, 3) else reversed(names):
                before = clock()
                functions[name]()
                taken[name].append(clock() - before)
            rounds += 1
            spent = (clock() - start) / 1e9 / max(1, len(names))
            enough = spent >= seconds and rounds >= LEAST_CALLS
            if rounds % 4 == 0 and (enough or spent >= 10 * seconds):
                break
    finally:
        if collecting:
            gc.enable()
    return {name: _summary(taken[name]) for name in names}


def ratio_interval(left: Timing, right: Timing, level: float = 0.95) -> tuple[float, float, float]:
    """How many times longer the left call takes than the right one, for two calls timed in one session.

    A paired t over the logarithms of the block medians; ``level`` is the coverage. Call it a difference only
    when the interval leaves out 1.

    Returns:
        ratio, low, high. One block gives an interval from 0 to infinity.
    """
    pairs = min(len(left.blocks), len(right.blocks))
    if pairs < 2:
        return left.median / max(right.median, 1e-12), 0.0, math.inf
    logs = np.log(np.maximum(left.blocks[:pairs], 1e-9)) - np.log(np.maximum(right.blocks[:pairs], 1e-9))
    found = uncertainty.row_t(logs, 0.0, 0.5 + level / 2)
    return math.exp(found.gap), math.exp(found.low), math.exp(found.high)


def faster_side(left: Timing, right: Timing) -> str:
    """ "left", "right" or "same": medians must differ beyond their interval and the minima must agree."""
    _, low, high = ratio_interval(left, right)
    if high < 1 and left.minimum <= right.minimum:
        return "left"
    if low > 1 and right.minimum <= left.minimum:
        return "right"
    return "same"
