"""Work that is done once and used often: whether this process may take earlier results, and what they had cost."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator


class _State:
    """Of this process: how many ``reusing`` blocks are open, and the CPU-seconds that reused results had cost."""

    open_blocks: int = 0
    cpu_seconds: float = 0.0


@contextlib.contextmanager
def reusing() -> Iterator[None]:
    """Within it earlier results may be taken from a cache.

    Outside of it everything is computed, so that timings of single predictions stay true.
    """
    _State.open_blocks += 1
    try:
        yield
    finally:
        _State.open_blocks -= 1


def is_reusing() -> bool:
    """Whether a ``reusing`` block is open."""
    return _State.open_blocks > 0


def charge(cpu_seconds: float) -> None:
    """Counts what results that are now taken from a cache had cost when they were computed.

    Args:
        cpu_seconds: of their computation.
    """
    _State.cpu_seconds += cpu_seconds


def reused_cpu_seconds() -> float:
    """CPU-seconds that all results reused by this process had cost so far."""
    return _State.cpu_seconds


def charged_cpu_seconds() -> float:
    """CPU-seconds of this process as if it had computed what it reused: costs do not depend on who came first."""
    return time.process_time() + _State.cpu_seconds
