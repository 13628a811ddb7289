"""The deployable path of a fitted model, timed once: single answers and batches, preprocessing included."""

from __future__ import annotations

import itertools
import os
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from core.profiling import energy_meter, prices, timing
from core.schema import FittedContestant, Inputs, MeasurementContext, MeasurementResult, Model
from core.workers import hardware

BATCH = 1_000
ONLINE_SECONDS = 0.1
BATCH_SECONDS = 0.12
LEAST_BATCHES = 4
SLOW_BATCH_SECONDS = 2.0
# A model whose thousand answers would take longer than this answers fewer at once, and its time is scaled up.
MOST_BATCH_SECONDS = 4.0
LEAST_BATCH = 32
BLOCKS = 10
DIFFERENT_ROWS = 64


@dataclass(frozen=True)
class LatencyProfile:
    """How fast and how hungry a model answers. ``rows`` is the size of a batch, times are in milliseconds."""

    online: timing.Timing
    batch: timing.Timing
    rows: int
    energy: energy_meter.EnergyReading
    answers: int
    device: str

    @property
    def gpus(self) -> int:
        """1 when the answers come from a GPU."""
        return int(self.device.startswith("cuda"))


class _LastProfile:
    """The last probe made in this process: several measurements of one model cost one timing."""

    model: Model | None = None
    probe: LatencyProfile | None = None


def deployable(inputs: Inputs, rows: np.ndarray) -> Inputs | dict[str, np.ndarray]:
    """The inputs of these rows as a service would hand them over: for tables a dict column -> 1-d array, no pandas."""
    if not hasattr(inputs, "iloc"):
        return inputs[rows]
    cut = inputs.iloc[rows]
    plain = {}
    for name in cut.columns:
        column = cut[name]
        kind = column.dtype.kind if isinstance(column.dtype, np.dtype) else "O"
        plain[name] = column.to_numpy() if kind in "fiubM" else column.astype(object).to_numpy()
    return plain


def single_call(model: Model, inputs: Inputs, seed: int = 0) -> Callable[[], object]:
    """A call that answers one row, walking over up to 64 different ones so that no cache sees the same row again."""
    count = min(DIFFERENT_ROWS, len(inputs))
    chosen = np.random.default_rng(seed).permutation(len(inputs))[:count]
    questions = itertools.cycle([deployable(inputs, np.array([row])) for row in chosen])
    return lambda: model.predict(next(questions))


def batch_call(model: Model, inputs: Inputs, rows: int = BATCH) -> Callable[[], object]:
    """A call that answers ``rows`` rows at once; fewer test rows are repeated to fill the batch."""
    question = deployable(inputs, np.resize(np.arange(len(inputs)), rows))
    return lambda: model.predict(question)


def batch_rows(single_ms: float) -> int:
    """How many rows a timed batch has: 1,000, or fewer where that many single answers would take over four seconds.

    Args:
        single_ms: median of a single answer, in ms.
    """
    return int(np.clip(MOST_BATCH_SECONDS * 1e3 / max(single_ms, 1e-9), LEAST_BATCH, BATCH))


def profile_latency(subject: FittedContestant) -> LatencyProfile:
    """Times the subject's model, once a model: later calls for the same model return the first finding.

    Contestants sit in processes of their own; the arena lets each time single answers for a short stretch in turn,
    A B B A, and hands the stretches over in ``context.timing_blocks``. Without them the model is timed alone by the
    protocol of ``timing.time_calls``. Batches are timed alone, after one call that is thrown away
    unless it took seconds.
    """
    if _LastProfile.model is subject.model and _LastProfile.probe is not None:
        return _LastProfile.probe
    model, inputs = subject.model, subject.test.inputs
    stretches = subject.context.timing_blocks
    if stretches:
        online = timing.join_blocks(stretches)
    else:
        online = timing.time_calls({"one": single_call(model, inputs, subject.seed)}, seconds=ONLINE_SECONDS)["one"]
    rows = batch_rows(online.median)
    many = batch_call(model, inputs, rows)
    device = str(model.describe().get("device", "cpu"))
    taken, spent = _timed_with_energy(lambda: repeat_for(many, 0.0, least=1), subject, device)
    if taken[0] < SLOW_BATCH_SECONDS * 1e9:
        # The first call opened caches; the energy of the others is taken in the same stretch, so that both cost once.
        # A batch that lasts seconds is not bettered by warm caches, and is not asked for again.
        taken, spent = _timed_with_energy(lambda: repeat_for(many, BATCH_SECONDS), subject, device)
    batch = timing.join_blocks([part.tolist() for part in np.array_split(taken, min(BLOCKS, len(taken)))])
    found = LatencyProfile(online, batch, rows, spent, len(taken) * rows, device)
    _LastProfile.model, _LastProfile.probe = model, found
    return found


def _timed_with_energy(
    calls: Callable[[], list[int]], subject: FittedContestant, device: str
) -> tuple[list[int], energy_meter.EnergyReading]:
    """The nanoseconds of every call, and the joules of all of them together."""
    taken: list[int] = []
    memory = hardware.process_memory(os.getpid()) / 1e9
    spent = energy_meter.measure_energy(
        lambda: taken.extend(calls()), memory, from_assumptions(subject.context), device.startswith("cuda")
    )
    return taken, spent


def from_assumptions(context: MeasurementContext) -> prices.Prices:
    """The prices of a run: the file's, with the edits the user made before it (``context.prices``)."""
    return prices.load_prices(context.prices)


def latency_result(taken: timing.Timing, values: tuple[float, ...], **more: object) -> MeasurementResult:
    """A reading in milliseconds with the session it comes from."""
    detail = {
        "median": taken.median,
        "p95": taken.p95,
        "p95_bound": taken.p95_bound,
        "minimum": taken.minimum,
        "calls": taken.n,
        "blocks": list(taken.blocks),
        **more,
    }
    return MeasurementResult(values, detail)


def repeat_for(work: Callable[[], object], seconds: float, least: int = LEAST_BATCHES) -> list[int]:
    """Repeats ``work`` for about this many seconds, at least four times, and returns the nanoseconds of every call."""
    taken: list[int] = []
    end = time.perf_counter() + seconds
    while len(taken) < least or time.perf_counter() < end:
        before = time.perf_counter_ns()
        work()
        taken.append(time.perf_counter_ns() - before)
    return taken
