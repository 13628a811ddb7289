"""The bottom line can be proved right, wrong, left open and not measured; further parts of use cases have a vote."""

from __future__ import annotations

import math

import numpy as np
import pytest

from core import document, registry, verdicts
from core.judging import contest_parts, model_router
from core.schema import Comparison, Contest, Fit, Plan, Run, Task

TASK = Task("y", "classification", "binary")
KEYS = ("classical_for_tables", "deep_for_unstructured", "router")


def compared(gap, winner, p=(0.0, 0.0), scope="approaches"):
    left, right = p
    return Comparison(
        "skill", "toy_deep", "toy_classical", gap, gap - 1, gap + 1, left, 1 - left - right, right, 10, winner,
        scope=scope,
    )  # fmt: skip


DEEP = compared(5, "toy_deep", (0.99, 0.0))
CLASSICAL = compared(-5, "toy_classical", (0.0, 0.99))
TIE = compared(0.1, "tie", (0.01, 0.01))
OPEN = compared(2, "undecided", (0.6, 0.1))


def played(name, comparison, modality="table", skills=(50.0, 50.0), **more):
    deep, classical = skills
    runs = tuple(
        Run(key, key, family, fits=tuple(Fit(fold, "s", skill=skill + fold / 10) for fold in range(5)))
        for key, family, skill in (("toy_deep", "deep", deep), ("toy_classical", "classical", classical))
    )
    facts = {"name": name, "modality": modality, "digest": name, "rows": 1_000, "rows_used": 500, **more}
    return Contest(name, "d", facts, TASK, Plan(), runs, (comparison,), regime="toy regime", finished="2026-01-01")


def judged(key, *contests):
    claim = registry.find("claims", key)
    verdict = claim.judge(claim, contests)
    assert verdict.claim == key and verdict.because.endswith(".")
    return verdict


@pytest.mark.parametrize(
    ("comparison", "outcome"),
    [(CLASSICAL, "supported"), (TIE, "supported"), (DEEP, "contradicted"), (OPEN, "undecided")],
)
def test_one_table(comparison, outcome):
    assert judged("classical_for_tables", played("t", comparison)).outcome == outcome


@pytest.mark.parametrize(
    ("comparison", "outcome"),
    [(CLASSICAL, "contradicted"), (TIE, "tied"), (DEEP, "supported"), (OPEN, "undecided")],
)
def test_one_set_of_pictures(comparison, outcome):
    assert judged("deep_for_unstructured", played("t", comparison, "image")).outcome == outcome


def test_two_trained_models_decide_no_default():
    only_these = compared(-5, "undecided", (0.0, 0.99), scope="these two models only")
    assert judged("classical_for_tables", played("t", only_these)).outcome == "undecided"


def test_each_counts_its_own_kind_of_data_only():
    table, picture = played("t", DEEP), played("p", CLASSICAL, "image")
    assert judged("classical_for_tables", table, picture).outcome == "contradicted"
    assert judged("deep_for_unstructured", table, picture).outcome == "contradicted"
    assert judged("classical_for_tables", picture).outcome == "not measured"
    assert judged("deep_for_unstructured", table).outcome == "not measured"


def test_a_default_needs_more_than_half_of_the_data_sets_decided():
    win, others = played("a", DEEP, "image"), [played(name, OPEN, "image") for name in "bcd"]
    assert judged("deep_for_unstructured", win, played("e", DEEP, "text"), *others[:1]).outcome == "supported"
    verdict = judged("deep_for_unstructured", win, *others[:1])
    assert verdict.outcome == "undecided" and verdict.because.startswith("At least half")


def part(title, comparison):
    from dataclasses import asdict

    runs = [
        {"contestant": key, "title": key, "family": family, "trouble": None, "skill": [10.0, 11.0]}
        for key, family in (("toy_deep", "deep"), ("toy_classical", "classical"))
    ]
    return {
        "title": title, "dataset": {"name": title, "rows": 9}, "task": "binary", "digest": title, "runs": runs,
        "comparisons": [asdict(comparison)],
    }  # fmt: skip


def test_further_parts_of_a_use_case_vote_too():
    from dataclasses import replace

    main = replace(played("t", CLASSICAL), parts=(part("u", DEEP), {"title": "broken"}))
    verdict = judged("classical_for_tables", main)
    assert verdict.outcome == "undecided" and "On 2 data sets: 1 for it, 1 against" in verdict.because
    assert [one.id for one in contest_parts.all_contests([main])] == ["t", "t/u"]


def test_the_document_names_these_claims():
    named = {sentence.claim for sentence in document.load().bottom_line.sentences} - {None}
    assert named == set(KEYS)
    claims = [claim for claim in registry.discover("claims").values() if claim.section == "bottom line"]
    assert sorted(claim.row for claim in claims) == [13, 14, 15] and {claim.key for claim in claims} == set(KEYS)
    assert {one.claim for one in verdicts.judge([]) if one.claim in KEYS} == set(KEYS)


def world(gaps, modality):
    """Data sets of one modality where deep leads by these points."""
    return [
        played(f"{modality}{place}", OPEN, modality, (50.0 + gap, 50.0), rows_used=300 + 40 * place)
        for place, gap in enumerate(gaps)
    ]


def test_a_router_wins_where_the_kind_of_data_tells():
    contests = world((-9, -10, -11, -10), "table") + world((9, 10, 11, 10), "image")
    verdict = judged("router", *contests)
    assert verdict.outcome == "supported", verdict.because
    assert verdict.evidence["regret"][0] == pytest.approx(0.0)
    assert {row["sent_to"] for row in verdict.evidence["cases"] if row["dataset"].startswith("t")} == {"classical"}


def test_a_router_that_always_chooses_alike_is_level_with_that_default():
    verdict = judged("router", *world((-9, -10, -11, -10, -9), "table"))
    assert verdict.outcome == "tied"


def test_a_router_misled_by_its_facts_is_contradicted():
    # Rows grow with the lead at the ends but each left-out set contradicts the others.
    gaps = (-3, 3.2, -3, 3.2, -3, 3.2, -3, 3.2, -3, 3.2)
    verdict = judged("router", *world(gaps, "table"))
    assert verdict.outcome in ("undecided", "contradicted") and verdict.evidence["regret"][0] > 0


def test_a_router_needs_four_data_sets():
    verdict = judged("router", *world((1, 2, 3), "table"))
    assert (
        verdict.outcome == "not measured" and verdict.button == "play all use cases" and "3 data set" in verdict.because
    )


def test_facts_come_from_the_first_fold_and_skills_from_the_others():
    case = model_router.router_case(
        played("t", OPEN, skills=(40.0, 60.0), columns=[{"type": "numeric"}, {"type": "categorical"}])
    )
    assert (case.deep, case.classical) == (pytest.approx(40.25), pytest.approx(60.25))
    facts = dict(zip(model_router.FACTS, case.facts, strict=True))
    assert facts["is table"] == 1 and facts["share of numeric columns"] == 0.5
    assert facts["first-fold skill of the simplest classical contestant"] == pytest.approx(0.6)
    assert case.regret(True) == pytest.approx(20.0) and case.regret(False) == 0.0


def test_what_cannot_be_routed():
    assert model_router.router_case(played("t", OPEN, "control")) is None
    assert model_router.router_case(played("t", OPEN, skills=(math.nan, 1.0))) is None
    with pytest.raises(ValueError, match="at least three"):
        model_router.leave_one_out([])
    same = [model_router.RouterCase("a", np.zeros(2), 1.0, 3.0), model_router.RouterCase("b", np.zeros(2), 1.0, 1.0)]
    assert model_router.predict_family(same, np.zeros(2)) == pytest.approx(1.0)
