"""What the answers of a model cost in reference seconds: explanations are planned by work and not by a clock."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TypeVar

from core.workers import network_work, reference_costs
from core.workers.work_clock import WorkClock, counted_from_zero

Given = TypeVar("Given")


def measured_work(call: Callable[[], Given]) -> tuple[Given, float]:
    """What a call returns, and the reference seconds of what it charged and of the networks it ran.

    The same call gives the same seconds on every machine; answers themselves, which every model gives, are priced by
    ``answers_seconds``.
    """
    kept: list[Given] = []
    counted = 0.0
    with counted_from_zero():
        clock = WorkClock()
        if "torch" in sys.modules:
            counted = network_work.count_call(lambda: kept.append(call())).seconds()
        else:
            kept.append(call())
        charged = clock.elapsed()
    return kept[0], counted + charged


def answers_seconds(work: float, answers: int) -> float:
    """Reference seconds of answers.

    Args:
        work: of ``measured_work``. answers: how many there were.

    Returns:
        Seconds of one core, above 0.
    """
    return work + reference_costs.cost("answer") * max(answers, 1)
