"""The latency protocol on a clock of its own, so that the test does not depend on the machine's mood."""

import gc
from functools import partial

import numpy as np
import pytest

from core.evaluation import uncertainty
from core.profiling import timing


class Machine:
    """A made-up machine: every call costs its own time, multiplied by a load that wanders slowly, plus jitter."""

    def __init__(self, seed):
        self.rng = np.random.default_rng(seed)
        self.now, self.load = 0.0, 0.0

    def clock(self):
        return int(self.now)

    def call(self, cost_ns):
        self.load = 0.999 * self.load + 0.01 * self.rng.standard_normal()
        self.now += cost_ns * np.exp(self.load + 0.05 * abs(self.rng.standard_normal()))


def together(seed, left_ns=1e6, right_ns=1e6):
    machine = Machine(seed)
    calls = {"a": lambda: machine.call(left_ns), "b": lambda: machine.call(right_ns)}
    return timing.time_calls(calls, seconds=0.2, clock=machine.clock)


def test_same_function_is_hardly_ever_called_faster():
    wrong = sum(timing.faster_side(*together(seed).values()) != "same" for seed in range(60))
    assert wrong <= 6, f"{wrong} of 60 A/A trials named a faster side"


def test_all_of_one_then_all_of_the_other_would_be_wrong():
    wrong = 0
    for seed in range(60):
        machine = Machine(seed)
        call = partial(machine.call, 1e6)
        first, second = (timing.time_calls({"x": call}, seconds=0.2, clock=machine.clock)["x"] for _ in range(2))
        wrong += timing.faster_side(first, second) != "same"
    assert wrong >= 15, "the protocol would not be needed"


def test_a_real_difference_is_found():
    assert all(timing.faster_side(*together(seed, 1e6, 1.2e6).values()) == "left" for seed in range(10))
    found = together(3, 2e6, 1e6)
    assert timing.ratio_interval(found["a"], found["b"])[0] == pytest.approx(2, rel=0.05)
    assert found["a"].minimum <= found["a"].median <= found["a"].p95 <= found["a"].p95_bound


def test_slow_calls_are_few_and_carry_no_bound():
    machine = Machine(0)
    found = timing.time_calls({"slow": lambda: machine.call(1e9)}, seconds=0.5, clock=machine.clock)["slow"]
    assert found.n == 8
    assert found.p95_bound is None


def test_warm_up_comes_first_and_collection_is_restored():
    machine, calls = Machine(0), []

    def call():
        calls.append(gc.isenabled())
        machine.call(1e6)

    found = timing.time_calls({"one": call}, seconds=0.1, clock=machine.clock)["one"]
    assert len(calls) - found.n >= 20
    assert sum(calls) >= 250, "0.3 s of warm-up at 1 ms a call"
    assert not any(calls[-found.n :]) and gc.isenabled()


def test_real_clock():
    found = timing.time_calls({"sum": lambda: sum(range(100)), "more": lambda: sum(range(3000))}, seconds=0.02)
    assert timing.faster_side(found["sum"], found["more"]) == "left"
    assert found["sum"].p95_bound is not None
    assert uncertainty.quantile_bound([found["sum"].median]) is None


def test_errors_pass_through():
    with pytest.raises(ZeroDivisionError):
        timing.time_calls({"broken": lambda: 1 / 0})
    assert gc.isenabled()


def test_stretches_in_turn_are_as_fair_as_interleaved_calls():
    wrong = 0
    for seed in range(60):
        machine = Machine(seed)
        taken = {"a": [], "b": []}
        for turn in range(12):
            for name in "ab" if turn % 4 in (0, 3) else "ba":
                taken[name].append(timing.time_block(lambda machine=machine: machine.call(1e6), 0.02, 5, machine.clock))
        found = {name: timing.join_blocks(stretches) for name, stretches in taken.items()}
        wrong += timing.faster_side(found["a"], found["b"]) != "same"
    assert wrong <= 6
    assert len(found["a"].blocks) == 12 and found["a"].n == sum(len(one) for one in taken["a"])


def test_a_stretch_of_slow_calls_ends():
    machine = Machine(0)
    taken = timing.time_block(lambda: machine.call(1e9), 0.02, 25, machine.clock)
    assert len(taken) == 1 and machine.now < 5e9
