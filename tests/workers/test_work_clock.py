"""The clock of the budget moves by charged work alone, and the guard by real seconds alone."""

from __future__ import annotations

import threading
import time

import pytest

from core.workers import answer_work, network_work, reference_costs, work_clock


def burn(seconds: float) -> None:
    end = time.process_time() + seconds
    while time.process_time() < end:
        sum(range(1_000))


def test_only_charged_work_moves_the_clock() -> None:
    clock = work_clock.WorkClock()
    burn(0.05)
    assert clock.elapsed() == 0.0 and clock.cpu_seconds() >= 0.05
    work_clock.charge("table_cell", 1_000_000)
    assert clock.elapsed() == pytest.approx(1e6 * reference_costs.COSTS["table_cell"])
    assert clock.left(10.0) == pytest.approx(10.0 - clock.elapsed()) and clock.left(0.0, 0.3) == 0.3
    assert work_clock.WorkClock().elapsed() == 0.0


def test_threads_share_the_work_and_an_accelerator_does_not() -> None:
    with work_clock.metered(1.0, "cpu", 4) as work:
        work_clock.charge_seconds(2.0)
        work_clock.charge_seconds(0.25, "cuda")
    assert work.seconds == pytest.approx(0.75)


def test_work_of_another_thread_is_not_mine() -> None:
    clock = work_clock.WorkClock()
    other = threading.Thread(target=lambda: work_clock.charge_seconds(5.0))
    other.start()
    other.join()
    assert clock.elapsed() == 0.0


def test_a_kind_without_a_price_is_an_error() -> None:
    with pytest.raises(KeyError):
        work_clock.charge("dreaming")


def test_the_least_finished_part_decides_how_a_fit_ended() -> None:
    with work_clock.metered(1.0) as work:
        work_clock.record_end("converged")
        work_clock.record_end("budget", 3.0)
        work_clock.record_end("converged")
    assert work.stopped == "budget" and work.full_seconds(2.0) == 6.0
    with work_clock.metered(1.0) as work:
        work_clock.record_end("budget", None)
        work_clock.record_end("budget", 3.0)
    assert work.full_seconds(2.0) is None
    with work_clock.metered(1.0) as work:
        pass
    assert work.stopped is None


def test_the_guard_makes_every_clock_read_too_late(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(work_clock, "GUARD_LEAST", 0.0)
    with work_clock.metered(0.01) as work:
        clock = work_clock.WorkClock()
        assert clock.elapsed() == 0.0
        burn(0.06)
        assert clock.elapsed() == float("inf") and clock.left(3.0, 0.1) == 0.1
        work_clock.record_end("converged")
    assert work.stopped == "guard" and work_clock.WorkClock().elapsed() == 0.0


def test_the_guard_waits_at_least_some_seconds() -> None:
    with work_clock.metered(1e-6):
        burn(0.02)
        assert work_clock.WorkClock().elapsed() == 0.0


def test_a_failing_fit_leaves_no_guard_behind() -> None:
    with pytest.raises(ValueError, match="no"), work_clock.metered(1.0) as work:
        work_clock.charge_seconds(0.5)
        raise ValueError("no")
    assert work.seconds == 0.5 and work_clock.WorkClock().elapsed() == 0.0


def test_another_price_is_another_table(monkeypatch: pytest.MonkeyPatch) -> None:
    before = reference_costs.version()
    assert before == reference_costs.version()
    monkeypatch.setitem(reference_costs.COSTS, "table_cell", 1.0)
    assert before != reference_costs.version()
    assert set(reference_costs.CUDA_COSTS) <= set(reference_costs.COSTS)


def test_multiply_adds_of_a_step_are_counted_forward_and_backward() -> None:
    import torch

    torch.manual_seed(0)
    network, rows = torch.nn.Sequential(torch.nn.Linear(8, 16), torch.nn.Linear(16, 3)), torch.randn(10, 8)
    before = torch.random.get_rng_state()
    work = network_work.count_step(network, lambda current: torch.nn.functional.dropout(current(rows)).sum())
    forward = 10 * (8 * 16 + 16 * 3)
    # The first layer's input needs no gradient.
    assert work.products["matrix"] == 3 * forward - 10 * 8 * 16
    assert (work.weights, work.tensors) == (8 * 16 + 16 + 16 * 3 + 3, 4)
    assert torch.equal(before, torch.random.get_rng_state())
    again = network_work.count_step(network, lambda current: torch.nn.functional.dropout(current(rows)).sum())
    assert work == again and work.seconds() > 0


def test_grouped_convolutions_have_a_price_of_their_own() -> None:
    import torch

    rows = torch.randn(2, 4, 20)
    with torch.no_grad():
        plain = network_work.count_call(lambda: torch.nn.Conv1d(4, 4, 3)(rows))
        narrow = network_work.count_call(lambda: torch.nn.Conv1d(4, 4, 3, groups=4)(rows))
    assert plain.products["convolution"] == 2 * 18 * 4 * 4 * 3 and "narrow" not in plain.products
    assert narrow.products["narrow"] == 2 * 18 * 4 * 3


def test_the_same_call_counts_the_same_whatever_was_charged_before() -> None:
    def work() -> None:
        for _ in range(7):
            work_clock.charge_seconds(0.1)

    first = answer_work.measured_work(work)[1]
    work_clock.charge_seconds(1e5 / 3)
    began = work_clock.WorkClock()
    assert answer_work.measured_work(work)[1] == first
    assert began.elapsed() == pytest.approx(first)
