"""The budget's clock counts work, not waiting, but not without end."""

from __future__ import annotations

import time

import pytest

from core.workers import cpu_clock

# The limits of a few seconds hold on a core of their own.
pytestmark = pytest.mark.serial


def worked(one: cpu_clock.BudgetClock, seconds: float) -> None:
    while one.cpu_seconds() < seconds:
        sum(range(1_000))


def test_waiting_counts_a_third_and_work_counts_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    made = cpu_clock.BudgetClock()
    time.sleep(0.3)
    assert 0.1 <= made.elapsed() < 0.5 * (time.perf_counter() - made.wall)
    worked(made, 0.4)
    assert made.elapsed() >= 0.4
    assert made.elapsed() >= (time.perf_counter() - made.wall) / 3


def test_on_an_accelerator_the_wall_counts() -> None:
    made = cpu_clock.BudgetClock("cuda:1")
    time.sleep(0.1)
    assert made.elapsed() >= 0.1


def test_two_threads_may_burn_twice_as_much(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "2")
    made = cpu_clock.BudgetClock()
    worked(made, 0.2)
    assert made.elapsed() == pytest.approx(max(0.1, (time.perf_counter() - made.wall) / 3), abs=0.05)
    monkeypatch.setenv("OMP_NUM_THREADS", "nonsense")
    assert cpu_clock.thread_count() == 1
