"""The recommendation: its laws as properties, its limits, its flip points against the advice itself."""

import json
import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core import verdicts
from core.schema import Contest, MeasurementResult, Plan
from tests.verdicts.table_of_runs import PLAN, TASK, run, trio

FAMILIES = ("classical", "deep", "hybrid")
RATES = st.fixed_dictionaries({name: st.floats(0, 5) for name in ("cost", "latency", "interpretability", "regulation")})


def contestant(key, family, skills, cost=1.0, latency=1.0, explained=0.0, evidence=None):
    readings = {
        "train_cost": MeasurementResult((0.0,)),
        "million_cost": MeasurementResult((cost,)),
        "latency_p95_bound": MeasurementResult((latency,)),
        "size": MeasurementResult((1e6,)),
    }
    if evidence is not None:
        items = [{"key": f"i{k}", "passed": k < evidence} for k in range(4)]
        readings["regulatory"] = MeasurementResult((evidence / 4,), {"items": items})
    explanation = {
        "completeness_error": 0.1 * (1 - explained),
        "method_error": 1 - explained,
        "stability": {"spearman": explained},
    }
    return run(key, family, skills, readings=readings, explanation=explanation)


def contest(*runs, plan=PLAN, method="stratified"):
    return Contest(
        id="", digest="d", dataset={}, task=TASK, plan=plan, runs=(run("dummy", "chance", [0.0] * 10), *runs),
        method=method,
    )  # fmt: skip


@st.composite
def fields(draw, size=3):
    """Contestants with random skills, costs, latencies, explanations and evidence."""
    rng = np.random.default_rng(draw(st.integers(0, 10**6)))
    shared = rng.normal(0, 2, 10)
    return [
        contestant(
            f"c{k}", FAMILIES[k % 3], 50 + rng.normal(0, 3) + shared + rng.normal(0, 1, 10),
            cost=10 ** rng.uniform(-3, 2), latency=10 ** rng.uniform(-2, 2),
            explained=rng.uniform(), evidence=int(rng.integers(0, 5)),
        )
        for k in range(size)
    ]  # fmt: skip


def shifted(one, points):
    return replace(one, fits=tuple(replace(fit, skill=fit.skill + points) for fit in one.fits))


def scaled(one, key, factor):
    found = one.readings[key]
    return replace(
        one, readings={**one.readings, key: MeasurementResult(tuple(v * factor for v in found.values), found.detail)}
    )


@given(fields(), RATES)
@settings(max_examples=25, deadline=None)
def test_dominance(field, rates):
    best = shifted(field[0], 100)
    best = scaled(scaled(best, "million_cost", 1e-6), "latency_p95_bound", 1e-6)
    best = replace(best, explanation={"completeness_error": 0.0, "method_error": 0.0, "stability": {"spearman": 1.0}})
    best = replace(
        best,
        readings={**best.readings, "regulatory": contestant("x", "deep", [1.0], evidence=4).readings["regulatory"]},
    )
    found = verdicts.recommend(contest(*field[1:], best), rates)
    assert found.choice == best.contestant and found.strength == "strong"


@given(fields(), RATES, st.integers(0, 2), st.floats(0.1, 10))
@settings(max_examples=25, deadline=None)
def test_monotone_in_own_skill(field, rates, place, points):
    before = verdicts.recommend(contest(*field), rates)
    key = field[place].contestant
    after = verdicts.recommend(contest(*[shifted(one, points) if one is field[place] else one for one in field]), rates)
    assert after.p_best[key] >= before.p_best[key]
    if before.choice == key:
        assert after.choice == key


@given(fields(size=4), RATES)
@settings(max_examples=15, deadline=None)
def test_irrelevant_alternatives(field, rates):
    full = verdicts.recommend(contest(*field), rates)
    for gone in field:
        if gone.contestant != full.choice:
            fewer = verdicts.recommend(contest(*[one for one in field if one is not gone]), rates)
            assert fewer.choice == full.choice
            assert fewer.p_best[full.choice] >= full.p_best[full.choice]


@given(fields(), RATES, st.floats(1e-3, 1e3), st.floats(1e-3, 1e3))
@settings(max_examples=25, deadline=None)
def test_currency_and_clock_do_not_matter(field, rates, money, clock):
    other = [scaled(scaled(one, "million_cost", money), "latency_p95_bound", clock) for one in field]
    ours, theirs = verdicts.recommend(contest(*field), rates), verdicts.recommend(contest(*other), rates)
    assert ours.choice == theirs.choice
    assert theirs.p_best == pytest.approx(ours.p_best, abs=2e-3)


@given(fields(size=2), RATES)
@settings(max_examples=25, deadline=None)
def test_antisymmetric_and_blind_to_order(field, rates):
    a, b = field
    ours, turned = verdicts.recommend(contest(a, b), rates), verdicts.recommend(contest(b, a), rates)
    assert ours.choice == turned.choice and ours.p_best == pytest.approx(turned.p_best)
    swapped = verdicts.recommend(contest(replace(a, contestant="c1"), replace(b, contestant="c0")), rates)
    assert swapped.choice != ours.choice
    assert swapped.p_best["c1"] == pytest.approx(ours.p_best["c0"])


@given(fields(), RATES)
@settings(max_examples=10, deadline=None)
def test_flip_points_are_where_the_advice_turns(field, rates):
    found = verdicts.recommend(contest(*field), rates)
    for name in rates:
        for crossing in found.flip_points.get(name, []):
            step = 1e-6 * max(1.0, crossing["rate"])
            sign = -1 if crossing["when"] == "below" else 1
            beyond = crossing["rate"] + sign * step
            if beyond < 0:
                continue
            assert verdicts.recommend(contest(*field), {**rates, name: beyond}).choice == crossing["other"]
            short = max(0.0, crossing["rate"] - sign * step)
            assert verdicts.recommend(contest(*field), {**rates, name: short}).choice == found.choice


def test_utility_by_hand():
    field = [
        contestant("a", "classical", [50.0] * 10, cost=0.01, latency=0.1, explained=1.0, evidence=2),
        contestant("b", "deep", [53.0] * 10, cost=1.0, latency=10.0),
    ]
    rates = {"cost": 1.0, "latency": 0.5, "interpretability": 2.0, "regulation": 1.0}
    found = verdicts.recommend(contest(*field), rates)
    # a: 50 + 2 + .5 + 2 * 3/4 + 1 * 2/4; b: 53 + 0 - .5
    assert found.audit["utility"] == pytest.approx({"a": 54.5, "b": 52.5})
    assert found.choice == "a" and found.p_best == {"a": 1.0, "b": 0.0} and found.strength == "strong"
    assert "cost" not in found.flip_points, "without any weight on cost the two draw level, they do not flip"
    better = [field[0], shifted(field[1], 1.0)]
    flip = verdicts.recommend(contest(*better), rates).flip_points
    assert flip["cost"] == [{"other": "b", "title": "B", "rate": pytest.approx(0.5), "when": "below"}]
    assert flip["words"][0] == "B wins if a tenfold cost matters less than 0.50 points."
    assert found.flip_points["skill"][0]["points"] == pytest.approx(2.0)
    assert json.loads(json.dumps(found.audit))["rates"] == rates


def test_weights_and_skill_beyond_all_points_are_not_told():
    field = [
        contestant("a", "classical", [90.0] * 10, cost=0.01, latency=0.1),
        contestant("b", "deep", [10.0] * 10, cost=0.0099, latency=1e9),
    ]
    flip = verdicts.recommend(contest(*field)).flip_points
    assert flip["cost"][0]["rate"] > 5_000, "the crossing itself is there for scripts"
    assert not [words for words in flip["words"] if "tenfold cost" in words]
    assert flip["words"][-1] == "B would be preferred if its skill rose by 85.0 points."
    field[1] = contestant("b", "deep", [30.0] * 10, cost=0.0099, latency=1e30)
    assert verdicts.recommend(contest(*field)).flip_points["words"][-1] == (
        "Even with perfect skill B would not be the choice."
    )


def test_strength_follows_p_best():
    runs = trio(51, 50, spread=4)[1:]
    found = verdicts.recommend(contest(*runs))
    chance = found.p_best[found.choice]
    assert sum(found.p_best.values()) == pytest.approx(1)
    assert found.strength == ("strong" if chance >= 0.95 else "lean" if chance >= 0.8 else "toss-up")
    assert verdicts.recommend(contest(*trio(70, 50)[1:])).strength == "strong"
    assert verdicts.recommend(contest(*trio(70, 50)[1:], method="ordered")).strength == "lean"


def test_probability_matches_the_comparison():
    runs = trio(51, 50, spread=2)
    first = verdicts.compare(runs, TASK, replace(PLAN, margin=0.0), rows=1000, method="stratified")[0]
    found = verdicts.recommend(contest(*runs[1:]), dict.fromkeys(verdicts.default_rates(), 0.0))
    assert found.p_best["table_deep"] == pytest.approx(first.p_left_better, abs=0.01)


@pytest.mark.parametrize(
    "limits,reason",
    [
        ({"latency_ms": 5.0}, "exceeds the limit of 5.0 ms"),
        ({"cost_usd": 1.5}, "exceeds the limit of 1.5 USD"),
        ({"audit": ("i0",)}, "required evidence is missing or failed: i0"),
    ],
)
def test_hard_limits_come_first(limits, reason):
    field = [
        contestant("a", "classical", [40.0] * 10, evidence=4),
        contestant("b", "deep", [80.0] * 10, cost=2.0, latency=9.0),
    ]
    assert verdicts.recommend(contest(*field)).choice == "b"
    found = verdicts.recommend(contest(*field), limits=limits)
    assert found.choice == "a" and reason in found.excluded["b"]


def test_an_unmeasured_limit_cannot_be_promised():
    field = [run("a", "classical", [40.0] * 10), contestant("b", "deep", [30.0] * 10)]
    found = verdicts.recommend(contest(*field), limits={"latency_ms": 5.0})
    assert found.choice == "b" and "was not measured" in found.excluded["a"]
    assert "cost was not measured, while" in verdicts.recommend(contest(*field)).excluded["a"]
    free = {"cost": 0.0, "latency": 0.0}
    assert verdicts.recommend(contest(*field), free).choice == "a"


def test_nobody_beats_the_dummy():
    found = verdicts.recommend(contest(*trio(-3, -5)[1:]))
    assert found.choice is None and found.strength == "none" and found.p_best == {}
    assert "does not beat the dummy" in found.because


def test_failed_contestants_are_named_not_chosen():
    bad = replace(run("b", "deep", []), error="out of memory.")
    found = verdicts.recommend(contest(run("a", "classical", [40.0] * 10), bad))
    assert found.choice == "a" and found.excluded == {"b": "did not finish: out of memory"}
    assert verdicts.recommend(contest()).choice is None


def test_one_hold_out_is_at_most_a_lean():
    rng = np.random.default_rng(0)
    losses = {"a": rng.uniform(0, 0.2, 500), "b": rng.uniform(0, 0.4, 500)}
    runs = []
    for key, family in (("a", "deep"), ("b", "classical")):
        made = run(key, family, [100 * (1 - losses[key].mean() / 0.5)])
        runs.append(replace(made, fits=(replace(made.fits[0], units=-losses[key]),)))
    plan = Plan(folds=5, repeats=1)
    found = verdicts.recommend(contest(*runs, plan=plan, method="holdout"))
    assert found.choice == "a" and found.p_best["a"] > 0.99 and found.strength == "lean"
    bare = [replace(one, fits=(replace(one.fits[0], units=None),)) for one in runs]
    assert verdicts.recommend(contest(*bare, plan=plan, method="holdout")).strength == "toss-up"


@pytest.mark.parametrize("rates", [{"cost": -1.0}, {"cost": math.nan}, {"beauty": 1.0}])
def test_refuses_rates_that_mean_nothing(rates):
    with pytest.raises(ValueError):
        verdicts.recommend(contest(*trio(50, 40)[1:]), rates)


def test_refuses_unknown_limits():
    with pytest.raises(ValueError, match="latency_s"):
        verdicts.recommend(contest(*trio(50, 40)[1:]), limits={"latency_s": 1})


def test_same_contest_same_advice():
    runs = trio(51, 50, spread=4)[1:]
    assert verdicts.recommend(contest(*runs)) == verdicts.recommend(contest(*runs))
