"""The budget's clock counts work, not waiting, but not without end."""

from __future__ import annotations

import time

import pytest

from core.workers import cpu_clock as clock


def worked(one: clock.Clock, seconds: float) -> None:
    while one.cpu_seconds() < seconds:
        sum(range(1_000))


def test_waiting_counts_a_third_and_work_counts_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    made = clock.Clock()
    time.sleep(0.3)
    assert 0.1 <= made.spent() < 0.5 * (time.perf_counter() - made.wall)
    worked(made, 0.4)
    assert made.spent() >= 0.4
    assert made.spent() >= (time.perf_counter() - made.wall) / 3


def test_on_an_accelerator_the_wall_counts() -> None:
    made = clock.Clock("cuda:1")
    time.sleep(0.1)
    assert made.spent() >= 0.1


def test_two_threads_may_burn_twice_as_much(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "2")
    made = clock.Clock()
    worked(made, 0.2)
    assert made.spent() == pytest.approx(max(0.1, (time.perf_counter() - made.wall) / 3), abs=0.05)
    monkeypatch.setenv("OMP_NUM_THREADS", "nonsense")
    assert clock.threads() == 1
