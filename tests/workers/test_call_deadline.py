"""Deadlines of calls: what worked its seconds off or does nothing is over, what waits for the processor is not."""

from __future__ import annotations

import os

import pytest

from core.workers import call_deadline
from core.workers.call_deadline import BUSY_RATIO, CallDeadline


class Machine:
    """A clock and the processor time of one process, both moved by hand."""

    now, worked = 100.0, 7.0

    def run(self, seconds: float, share: float) -> None:
        """So many seconds pass, in which the process gets this share of a core."""
        self.now += seconds
        self.worked += share * seconds


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Machine:
    one = Machine()
    monkeypatch.setattr(call_deadline.time, "monotonic", lambda: one.now)
    monkeypatch.setattr(call_deadline, "cpu_seconds", lambda pid: one.worked)
    return one


def test_who_worked_its_seconds_is_over(machine: Machine) -> None:
    limit = CallDeadline(10.0, 1)
    machine.run(9.9, 1.0)
    assert limit.passed() == ""
    machine.run(0.2, 1.0)
    assert limit.passed() == "was stopped after its limit of 10 s"


def test_who_does_nothing_is_over_with_the_clock(machine: Machine) -> None:
    limit = CallDeadline(10.0, 1)
    machine.run(10.1, 0.001)
    assert limit.passed() == "was stopped after its limit of 10 s"


def test_who_waits_for_a_busy_processor_goes_on(machine: Machine) -> None:
    limit = CallDeadline(10.0, 1)
    machine.run(60.0, 0.15)
    assert limit.passed() == "", "nine of its ten seconds"
    machine.run(10.0, 0.15)
    assert "its limit of 10 s" in limit.passed()


def test_two_threads_work_twice_as_much_in_the_same_seconds(machine: Machine) -> None:
    limit = CallDeadline(10.0, 1, threads=2)
    machine.run(11.0, 1.5)
    assert limit.passed() == ""
    machine.run(3.0, 1.5)
    assert "limit of 10 s" in limit.passed()


def test_a_machine_that_never_gets_to_it_ends_it_in_words(machine: Machine) -> None:
    limit = CallDeadline(10.0, 1)
    machine.run(10 * BUSY_RATIO + 1, 0.03)
    assert limit.passed() == (
        "was stopped: in 201 s this busy machine gave it 6 s of the processor, and its limit is 10 s on a free one"
    )


def test_seconds_of_this_process_grow_and_those_of_none_are_none() -> None:
    before = call_deadline.cpu_seconds(os.getpid())
    sum(k * k for k in range(2_000_000))
    assert call_deadline.cpu_seconds(os.getpid()) > before > 0
    assert call_deadline.cpu_seconds(2**22 + 12345) == 0.0
