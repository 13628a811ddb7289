"""A run on a host whose memory runs out is ended in words, after a while in which the shortage could have passed."""

from __future__ import annotations

import os
import time
from types import SimpleNamespace

import pytest

from core import limits
from core.runtime import scheduler
from core.workers import hardware


def job() -> scheduler.RunningJob:
    """A run whose process is this one; nothing of it is killed here."""
    process = SimpleNamespace(pid=os.getpid())
    return scheduler.RunningJob("a" * 32, "owner", "contest", process, time.monotonic() + 60, 10**12)


def test_a_shortage_that_stays_ends_the_run_and_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    played, now = job(), time.monotonic()
    monkeypatch.setattr(hardware, "memory_limit", lambda: 690_000_000)
    monkeypatch.setattr(hardware, "memory_left", lambda: 5_000_000)
    scheduler._examine(played, now)
    assert played.outcome is None
    scheduler._examine(played, now + limits.MEMORY_SHORT_SECONDS + 0.1)
    state, words = played.outcome or ("", "")
    assert state == "interrupted" and "690 MB" in words and "fewer rows" in words and "kept" in words


@pytest.mark.parametrize("left", [300_000_000, None])
def test_a_shortage_that_passes_ends_nothing(monkeypatch: pytest.MonkeyPatch, left: int | None) -> None:
    played, now = job(), time.monotonic()
    monkeypatch.setattr(hardware, "memory_limit", lambda: 690_000_000)
    for second in range(12):
        monkeypatch.setattr(hardware, "memory_left", lambda second=second: 0 if second % 4 == 0 else left)
        scheduler._examine(played, now + second)
    assert played.outcome is None
