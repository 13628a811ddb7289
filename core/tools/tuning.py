"""The same number of configurations for every family: defaults first, then a seeded draw, chosen on inner rows only."""

from __future__ import annotations

import time
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

import numpy as np

from core.vocabulary import Budget, Progress, Tell

Found = TypeVar("Found")


def configurations(key: str, space: Mapping[str, Sequence[Any]], count: int) -> list[dict[str, Any]]:
    """``count`` settings at most: the defaults ({}), then different random draws, the same list for the same key.

    Args:
        key: the contestant's key, which seeds the draw.
        space: setting -> the values it may take; every value is equally likely.
    """
    generator = np.random.default_rng(zlib.crc32(key.encode()))
    drawn: list[dict[str, Any]] = [{}]
    for _ in range(20 * max(count, 1)):
        if len(drawn) >= count:
            break
        settings = {name: values[int(generator.integers(len(values)))] for name, values in space.items()}
        if settings not in drawn:
            drawn.append(settings)
    return drawn[: max(count, 1)]


def best(
    drawn: Sequence[Mapping[str, Any]],
    budget: Budget,
    train: Callable[[Mapping[str, Any], Budget], tuple[float, Found]],
    tell: Tell,
) -> tuple[Found, dict[str, Any]]:
    """Train each configuration on its share of the seconds left and keep the best on the inner validation rows.

    Args:
        drawn: from ``configurations``.
        budget: its ``seconds`` hold for all configurations together.
        train: (settings, its budget) -> (score, result), higher is better. The first one's error is raised.

    Returns:
        (result, facts): facts has the settings chosen, each one tried with its score, and those left out for time.
    """
    start, found = time.perf_counter(), None
    tried: list[dict[str, Any]] = []
    for place, settings in enumerate(drawn):
        left = budget.seconds - (time.perf_counter() - start)
        if place and left < 0.05 * budget.seconds:
            break
        share = replace(budget, seconds=max(left, 0.05) / (len(drawn) - place))
        if len(drawn) > 1:
            tell(Progress("fit", place, len(drawn), message=f"configuration {place + 1} of {len(drawn)}"))
        try:
            score, result = train(settings, share)
        except (ValueError, ArithmeticError, RuntimeError) as error:
            if not place:
                raise
            tried.append({"settings": dict(settings), "score": None, "trouble": str(error)})
            continue
        tried.append({"settings": dict(settings), "score": float(score)})
        if found is None or score > found[0]:
            found = (score, result, dict(settings))
    assert found is not None
    facts = {"settings": found[2], "configurations": tried, "configurations_left_out": len(drawn) - len(tried)}
    return found[1], facts
