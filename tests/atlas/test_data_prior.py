"""What the atlas expects on new data: coverage on made populations, silence where it knows no better, and no self."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
import pytest

from core.atlas import atlas_summary, prior_facts
from core.atlas.data_prior import FAMILIES, FEWEST, DataPrior, cases_without, conformal_reach, measure_quality
from core.atlas.prior_facts import FACTS, PriorCase, asked_case, describe_facts, fact_values, prior_cases
from core.schema import Task
from tests.atlas.made_entries import entry

KINDS = ("table", "image", "text", "sound", "series")


def made(count: int, rng: np.random.Generator, told: float = 6.0, lead: float = 0.0) -> list[PriorCase]:
    """Data sets whose gap follows from their facts by ``told``, beside noise with heavy tails."""
    weights = np.random.default_rng(5).normal(0, 1, len(FACTS)) / 3
    found = []
    for number in range(count):
        facts = rng.normal(0, 1, len(FACTS))
        kind = int(rng.integers(len(KINDS)))
        gap = lead + told * (facts @ weights + (kind - 2) / 2) + 2.0 * rng.standard_t(5)
        mixed = max(50.0, 50.0 + gap) - 1.0 + rng.normal(0, 0.5)
        found.append(
            PriorCase(
                f"s{number}", f"Set {number}", KINDS[kind], tuple(facts), f"d{number}",
                {"classical": 50.0, "deep": 50.0 + gap, "hybrid": mixed},
                {"classical": 10.0, "deep": 100.0, "hybrid": 130.0},
            )
        )  # fmt: skip
    return found


@pytest.mark.slow
@pytest.mark.parametrize("count", [30, 63])
def test_nine_of_ten_new_data_sets_lie_within_the_interval(count: int) -> None:
    rng, held = np.random.default_rng(count), []
    for _ in range(60):
        prior = DataPrior(made(count, rng))
        held += [prior.expect(case).deep.holds(case.gap) for case in made(20, rng)]
    assert np.mean(held) == pytest.approx(0.9, abs=0.03)


def test_facts_that_tell_are_used_and_the_quality_says_so() -> None:
    found = measure_quality(made(60, np.random.default_rng(1)))
    assert found.shortfall == "" and found.datasets == 60
    assert found.coverage == pytest.approx(0.9, abs=0.03 + 1 / 60)
    assert found.regret < min(found.defaults.values()) and found.gains["deep"].low > 0
    assert 0 < found.work < 1


@pytest.mark.parametrize("lead", [-6.0, 6.0])
def test_facts_that_tell_nothing_leave_it_at_the_default(lead: float) -> None:
    found = measure_quality(made(60, np.random.default_rng(2), told=0.0, lead=lead))
    assert "lost no less skill than" in found.shortfall


def test_few_data_sets_or_loose_intervals_are_no_ground() -> None:
    cases = made(FEWEST - 1, np.random.default_rng(3))
    assert measure_quality(cases).shortfall == f"{FEWEST - 1} shipped data sets; it takes {FEWEST}"
    assert measure_quality(()).shortfall.startswith("0 shipped data sets")
    sound = measure_quality(made(60, np.random.default_rng(1)))
    assert "held on 80% of 60 data sets, not on 90%" in replace(sound, coverage=0.8).shortfall


def test_odds_follow_the_expected_gap_and_sum_to_one() -> None:
    prior = DataPrior(made(60, np.random.default_rng(4)))
    asked = sorted(made(40, np.random.default_rng(6)), key=lambda case: prior.expect(case).deep.middle)
    low, high = prior.expect(asked[0]), prior.expect(asked[-1])
    assert low.odds["classical"] > 0.8 > 0.2 > low.odds["deep"] and high.odds["deep"] > 0.8
    assert sum(high.odds.values()) == pytest.approx(1.0) and set(high.odds) == set(FAMILIES)
    assert high.hybrid is not None and high.hybrid.middle < 0
    assert high.minutes == pytest.approx(4.0) and len(high.nearest) == 3


def test_a_data_set_is_never_expected_from_itself_or_its_copy() -> None:
    cases = made(30, np.random.default_rng(7))
    asked = PriorCase("S-4", "set_9.csv", "table", cases[0].facts, "d2")
    left = {one.source for one in cases_without(cases, asked)}
    assert left == {one.source for one in cases} - {"s2", "s4", "s9"}
    nearest = DataPrior(cases_without(cases, replace(cases[5], skills={}))).expect(cases[5]).nearest
    assert "Set 5" not in [one.title for one in nearest]


def test_it_answers_within_a_second() -> None:
    cases = made(63, np.random.default_rng(8))
    began = time.process_time()
    measure_quality(cases)
    DataPrior(cases).expect(cases[0])
    assert time.process_time() - began < 1.0


def test_the_reach_is_the_smallest_that_holds_ninety_percent() -> None:
    assert conformal_reach(np.arange(1.0, 20.0)) == 18.0
    assert conformal_reach(np.arange(1.0, 10.0)) == 9.0 and np.isinf(conformal_reach(np.arange(8.0)))


def test_cases_come_from_whole_data_sets_with_both_sides() -> None:
    entries = [entry("a", (5.0, 7.0), (3.0, 3.0)), entry("a", (1.0, 1.0), (2.0, 2.0), share=8)]
    entries += [entry("b", (1.0,), (2.0,), beats_chance=False)]
    (case,) = prior_cases(entries)
    assert case.source == "a" and case.gap == 3.0 and case.hybrid_gap is None and case.work["deep"] == 4.0
    assert case.regret("classical") == 3.0 and case.regret("deep") == 0.0 == case.regret("hybrid") - 3.0
    assert len(case.facts) == len(FACTS) and case.facts[0] == 3.0
    summary = atlas_summary.summarize({one.name: one for one in entries}, "d")
    assert summary.prior == (case,)


def test_an_upload_and_its_contest_have_the_same_facts() -> None:
    columns = [{"name": "y", "type": "categorical"}, {"name": "a", "type": "numeric", "missing": 5},
               {"name": "b", "type": "boolean"}]  # fmt: skip
    data = {"modality": "table", "rows": 100, "cols": 3, "columns": columns, "labels": ["no", "yes"]}
    facts = describe_facts(data, Task("y", "classification", "binary"), True, 50)
    assert (facts.numeric, facts.categorical, facts.rows_used, facts.missing) == (1, 1, 50, 0.025)
    assert dict(zip(FACTS, fact_values(facts), strict=True))["log2 classes"] == 1.0
    assert asked_case("shop.csv", facts).modality == "table"
    assert set(prior_facts.MODALITIES) >= set(KINDS)
