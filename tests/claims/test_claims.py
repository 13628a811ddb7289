"""Every claim of the table can be supported, contradicted, left open and not measured: contests made by hand."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from core import document, registry
from core.schema import OUTCOMES, Comparison, Contest, Fit, MeasurementResult, Plan, Run, Task

ROWS = [row.key for row in document.load().rows]
TASK = Task(target="y", kind="classification", form="binary")
SPREAD = (-0.1, 0.05, 0.0, 0.1, -0.05)


def around(middle, spread=SPREAD):
    """Five readings around a middle."""
    return tuple(middle + one for one in spread)


def times(middle, spread=SPREAD):
    """Five positive readings, a few per cent apart."""
    return tuple(middle * (1 + one / 5) for one in spread)


def run(family, readings, explanation=None, skills=()):
    fits = tuple(Fit(fold, "s", skill=skill) for fold, skill in enumerate(skills or (1.0,)))
    key = f"toy_{family}"
    return Run(key, key, family, fits=fits, readings=readings, explanation=explanation)


def contest(deep, classical, name="toy", modality="table", comparisons=(), finished="2026-01-01"):
    """A finished contest of two runs with these readings: {measurement: Reading or tuple}."""
    runs = tuple(
        run(
            family,
            {
                key: one if isinstance(one, MeasurementResult) else MeasurementResult(one)
                for key, one in readings.items()
            },
        )
        for family, readings in (("deep", deep), ("classical", classical))
    )
    facts = {"name": name, "modality": modality, "digest": name}
    return Contest(name, "d", facts, TASK, Plan(), runs, comparisons, regime="toy regime", finished=finished)


def skill(gap, winner):
    return Comparison("skill", "toy_deep", "toy_classical", gap, gap - 1, gap + 1, 0.5, 0.0, 0.5, 10, winner)


def curve(few, many):
    points = [{"rows": 100, "skills": around(few)}, {"rows": 1000, "skills": around(many)}]
    return MeasurementResult(around(many), {"curve": points})


def export(milliseconds, size, fits=True):
    return MeasurementResult(times(milliseconds), {"bytes": size, "devices": {"phone": {"fits": fits}}})


def spent(deep, classical):
    """CPU seconds of a fit and joules, of both sides."""
    return contest(*({"fit_cpu_seconds": times(seconds), "energy": (joules,)} for seconds, joules in (deep, classical)))


def stack(megabytes, seconds, packages, warned):
    detail = {"megabytes": megabytes, "import_seconds": seconds, "dependencies": packages, "warnings": warned}
    return MeasurementResult((megabytes,), detail)


def evidence(passed, of=10):
    return MeasurementResult((passed / of,), {"items": [{"key": f"i{k}", "passed": k < passed} for k in range(of)]})


def cost(usd, bound):
    return MeasurementResult(times(usd), {"online_at_p95_bound": bound, "rented": {"token_low": 20.0}})


def priced(deep, classical, fit=0.01):
    return contest(
        {"train_cost": times(1), "million_cost": cost(deep, 2 * deep)},
        {"train_cost": times(fit), "million_cost": cost(classical, 2 * classical)},
    )


def explained(deep, classical):
    names = ("completeness", "explain_seconds", "surrogate")
    one = [{name: (value,) for name, value in zip(names, values, strict=True)} for values in (deep, classical)]
    return contest(*one)


WIDE = (-9.0, 7.0, 0.0, 8.0, -6.0)
CASES = {
    "architecture": {
        "supported": contest({"depth_ablation": around(5)}, {"depth_ablation": around(2)}),
        "contradicted": contest({"depth_ablation": around(-5)}, {}),
        "tied": contest({"depth_ablation": around(0.1)}, {}),
        "undecided": contest({"depth_ablation": around(1, WIDE)}, {}),
    },
    "data_requirements": {
        "supported": contest({"learning_curve": curve(1, 20)}, {"learning_curve": curve(10, 20)}),
        "contradicted": contest({"learning_curve": curve(10, 20)}, {"learning_curve": curve(1, 20)}),
        "tied": contest({"learning_curve": curve(10, 20)}, {"learning_curve": curve(10, 20)}),
        "undecided": contest({"learning_curve": curve(10, 10)}, {"learning_curve": curve(15, 30)}),
    },
    "compute": {
        "supported": spent((9, 5.0), (1, 1.0)),
        "contradicted": spent((1, 1.0), (9, 1.0)),
        "tied": spent((1, 1.0), (1, 1.1)),
        "undecided": spent((9, 1.0), (1, 9.0)),
    },
    "interpretability": {
        "supported": explained((0.2, 5.0, 0.9), (0.001, 1.0, 0.9)),
        "contradicted": explained((0.001, 1.0, 0.9), (0.2, 5.0, 0.9)),
        "tied": explained((0.002, 1.0, 0.9), (0.001, 1.1, 0.92)),
        "undecided": explained((0.2, 1.0, 0.9), (0.001, 5.0, 0.9)),
    },
    "training_time": {
        "supported": contest({"fit_seconds": times(9)}, {"fit_seconds": times(1)}),
        "contradicted": contest({"fit_seconds": times(1)}, {"fit_seconds": times(9)}),
        "tied": contest({"fit_seconds": times(1.05)}, {"fit_seconds": times(1)}),
        "undecided": contest({"fit_seconds": (1, 9, 2, 8, 3)}, {"fit_seconds": (4, 3, 4, 3, 4)}),
    },
    "feature_engineering": {
        "supported": contest({"engineered": around(0)}, {"engineered": around(4, SPREAD[::-1])}),
        "contradicted": contest({"engineered": around(4)}, {"engineered": around(0, SPREAD[::-1])}),
        "tied": contest({"engineered": around(2)}, {"engineered": around(2, SPREAD[::-1])}),
        "undecided": contest({"engineered": around(0)}, {"engineered": around(1, WIDE)}),
    },
    "modality_support": {
        "supported": contest({}, {}, modality="image", comparisons=(skill(5, "toy_deep"),)),
        "contradicted": contest({}, {}, modality="text", comparisons=(skill(-5, "toy_classical"),)),
        "tied": contest({}, {}, modality="sound", comparisons=(skill(0, "tie"),)),
        "undecided": contest({}, {}, modality="series", comparisons=(skill(1, "undecided"),)),
    },
    "edge": {
        "supported": contest({"edge": export(5, 9e6)}, {"edge": export(1, 1e4)}),
        "contradicted": contest({"edge": export(1, 1e4)}, {"edge": export(5, 9e6, False)}),
        "tied": contest({"edge": export(1, 1e4)}, {"edge": export(1.05, 1e4)}),
        "undecided": contest({"edge": export(5, 1e3)}, {"edge": export(1, 1e6)}),
    },
    "generalisation": {
        "supported": contest(
            {"few_shot": around(30), "corruption": around(3)}, {"few_shot": around(20), "corruption": around(9)}
        ),
        "contradicted": contest({"few_shot": around(10)}, {"few_shot": around(20)}),
        "tied": contest({"few_shot": around(10), "shift": around(5)}, {"few_shot": around(10), "shift": around(5)}),
        "undecided": contest({"few_shot": around(10, WIDE)}, {"few_shot": around(10, WIDE[::-1])}),
    },
    "regulatory": {
        "supported": contest({"regulatory": evidence(4)}, {"regulatory": evidence(8)}),
        "contradicted": contest({"regulatory": evidence(8)}, {"regulatory": evidence(4)}),
        "tied": contest({"regulatory": evidence(7)}, {"regulatory": evidence(8)}),
    },
    "ecosystem": {
        "supported": contest({"ecosystem": stack(900, 3, 20, 0)}, {"ecosystem": stack(200, 1, 6, 0)}),
        "contradicted": contest({"ecosystem": stack(100, 1, 5, 0)}, {"ecosystem": stack(900, 3, 20, 4)}),
        "tied": contest({"ecosystem": stack(100, 1, 5, 0)}, {"ecosystem": stack(101, 1.1, 5, 0)}),
        "undecided": contest({"ecosystem": stack(900, 1, 5, 0)}, {"ecosystem": stack(100, 3, 5, 0)}),
    },
    "deploy_cost": {
        "supported": priced(3.0, 0.1),
        "contradicted": priced(0.1, 3.0),
        "tied": priced(1.0, 1.05),
        "undecided": contest(
            {
                "train_cost": times(1),
                "million_cost": MeasurementResult((0.5, 4, 1, 3), {"rented": {"token_low": 20.0}}),
            },
            {"train_cost": (0.01,), "million_cost": MeasurementResult((1, 2, 1, 2), {"rented": {"token_low": 20.0}})},
        ),
    },
}


def judged(key, *contests):
    claim = registry.find("claims", key)
    verdict = claim.judge(claim, contests)
    assert verdict.claim == key and verdict.outcome in OUTCOMES and verdict.because.endswith(".")
    return verdict


@pytest.mark.parametrize(("key", "outcome"), [(key, outcome) for key in ROWS for outcome in CASES[key]])
def test_outcomes(key, outcome):
    verdict = judged(key, CASES[key][outcome])
    assert verdict.outcome == outcome, verdict.because
    assert verdict.evidence["row"] == document.load().row(key).number
    assert any(sign.isdigit() for sign in verdict.because), "the sentence carries its numbers"
    assert verdict.regime == "toy regime" and verdict.evidence["ballots"][0]["dataset"] == "toy"


@pytest.mark.parametrize("key", ROWS)
def test_not_measured_names_the_button(key):
    verdict = judged(key, contest({}, {}))
    assert verdict.outcome == "not measured" and judged(key).outcome == "not measured"
    assert verdict.button == (",".join(registry.find("claims", key).needs) or "contest")


@pytest.mark.parametrize("key", ROWS)
def test_a_failed_deep_contestant_is_no_vote(key):
    assert judged(key, Contest("c", "d", {}, TASK, Plan(), ())).outcome == "not measured"


def test_each_row_of_the_document_is_a_claim_that_favours_the_same_side():
    claims = {claim.key: claim for claim in registry.discover("claims").values() if claim.section == "table"}
    for row in document.load().rows:
        claim = claims.pop(row.key)
        assert (claim.row, claim.favours, claim.title) == (row.number, row.favours, row.title)
        assert claim.rule and claim.says and set(CASES[row.key]) >= {"supported", "contradicted", "tied"}
    assert not claims


def test_a_dear_fit_or_dear_answers_contradict_the_cost_row():
    assert judged("deploy_cost", priced(3.0, 0.1, fit=2.0)).outcome == "contradicted"
    assert judged("deploy_cost", priced(300.0, 30.0)).outcome == "contradicted"


def test_the_matrix_counts_every_modality_and_family():
    from dataclasses import replace

    played = contest({}, {}, name="one")
    deep, classical = played.runs
    fits = tuple(Fit(fold, "s", skill=skill) for fold, skill in enumerate((10.0, 11.0, 12.0)))
    other = replace(contest({}, {}, name="two", modality="image"), runs=(replace(deep, fits=fits), classical))
    cells = {
        (one["modality"], one["family"]): one for one in judged("modality_support", played, other).evidence["matrix"]
    }
    assert set(cells) == {(m, f) for m in ("table", "image") for f in ("deep", "classical")}
    best = cells["image", "deep"]
    assert (best["skill"], best["above_chance"], best["best"], best["contests"]) == (11.0, 1, 1, 1)
    assert cells["image", "classical"]["best"] == 0 and cells["table", "deep"]["above_chance"] == 0


def test_tables_have_no_vote_on_modalities():
    only_table = contest({}, {}, comparisons=(skill(5, "toy_deep"),))
    assert judged("modality_support", only_table).outcome == "not measured"
    unknown = contest({}, {}, modality="image", comparisons=(skill(math.nan, "undecided"),))
    assert judged("modality_support", unknown).outcome == "not measured"


def test_a_network_from_scratch_stands_for_the_need_for_data():
    claim = registry.find("claims", "data_requirements")
    pretrained = contest({"learning_curve": curve(15, 20)}, {"learning_curve": curve(10, 20)})
    deep = next(run for run in pretrained.runs if run.family == "deep")
    reused = replace(deep, pretrained=True)
    alone = replace(pretrained, runs=tuple(reused if run is deep else run for run in pretrained.runs))
    verdict = claim.judge(claim, [alone])
    assert verdict.outcome == "contradicted" and "pretrained" in verdict.because
    scratch = replace(deep, contestant="other_deep", readings={"learning_curve": curve(1, 20)})
    verdict = claim.judge(claim, [replace(alone, runs=(*alone.runs, scratch))])
    assert verdict.outcome == "supported" and "pretrained" not in verdict.because
