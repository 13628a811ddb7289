"""Labels saved by a reused body, on curves whose answer is known."""

from __future__ import annotations

import pytest

from core.profiling import break_even
from core.schema import Contest, MeasurementResult, Plan, Run, Task


def run(name, pretrained, points, family="deep"):
    curve = [{"labels": at, "skills": [skill - 1, skill + 1]} for at, skill in points]
    return Run(name, name, family, pretrained, readings={"few_shot": MeasurementResult((1.0,), {"curve": curve})})


def contest(*runs):
    return Contest("c", "d", {"name": "toy"}, Task("y", "classification", "binary"), Plan(), runs=runs)


def test_the_size_that_reaches_a_skill_lies_between_the_points_on_a_logarithmic_axis():
    curve = [(1.0, 0.0), (10.0, 20.0), (100.0, 40.0)]
    assert break_even.labels_needed(curve, 20.0) == pytest.approx(10.0)
    assert break_even.labels_needed(curve, 30.0) == pytest.approx(10 * 10**0.5)
    assert break_even.labels_needed(curve, -5.0) == 1.0 and break_even.labels_needed(curve, 41.0) is None
    assert break_even.labels_needed([(1.0, 5.0), (2.0, 5.0)], 5.0) == 1.0


def test_a_reused_body_saves_what_scratch_needs_more():
    reused, scratch = run("reused", True, [(1, 20), (10, 40)]), run("scratch", False, [(1, 0), (10, 20), (100, 30)])
    (told,) = break_even.break_even_points(
        contest(reused, scratch, run("trees", False, [(1, 50)], "classical")), "few_shot"
    )
    assert (told["reused"], told["scratch"], told["at"], told["needed"]) == (
        "reused",
        "scratch",
        1.0,
        pytest.approx(10),
    )
    assert "about 9 saved" in told["because"]
    (never,) = break_even.break_even_points(contest(run("reused", True, [(1, 60)]), scratch), "few_shot")
    assert never["needed"] is None and "does not with 100" in never["because"]
    (none,) = break_even.break_even_points(contest(run("reused", True, [(10, 5)]), scratch), "few_shot")
    assert "nothing is saved" in none["because"]
    assert (
        break_even.break_even_points(contest(scratch), "few_shot")
        == []
        == break_even.break_even_points(contest(reused), "learning_curve")
    )
