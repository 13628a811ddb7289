"""The arithmetic of ballots: ratios by hand, majorities, and one verdict from several data sets."""

from __future__ import annotations

import math

import numpy as np
import pytest

from core.evaluation import uncertainty
from core.judging import votes
from core.judging.vote_wording import format_factor, format_values
from core.schema import Claim, Comparison, Contest, Fit, MeasurementResult, Plan, Run, Task
from core.wording import format_number

TASK = Task(target="y", kind="classification", form="binary")
CLAIM = Claim("toy", 0, "Toy", "", "classical", ("one", "two"), judge=lambda claim, contests: None)


def contest(name, outcome, finished="2026-01-01"):
    return Contest(name, "d", {"name": name, "digest": name}, TASK, Plan(), finished=finished, regime=outcome)


def cast(played):
    """The ballot written into the regime of a made-up contest."""
    return None if played.regime == "none" else votes.ClaimVote(played.regime, f"It is {played.regime}.", "line")


def verdict(*outcomes):
    return votes.combine_votes(CLAIM, [contest(f"set{k}", outcome) for k, outcome in enumerate(outcomes)], cast)


def test_a_ratio_without_spread_is_a_point():
    found = votes.ratio_posterior([10.0], [1.0])
    assert (found.gap, found.low, found.high) == (1.0, 1.0, 1.0)
    assert votes.outcome_of(found) == "supported" and votes.outcome_of(votes.mirrored(found)) == "contradicted"
    assert format_factor(found) == "10 times"
    assert votes.outcome_of(votes.ratio_posterior([1.2], [1.0])) == "tied"


def test_a_difference_turned_is_the_one_seen_from_the_other_side():
    left, right = np.array([3.0, 4.0, 5.5, 4.1]), np.array([1.0, 2.5, 2.0])
    there, back = uncertainty.welch_t(left, right, 0.5), uncertainty.welch_t(right, left, 0.5)
    assert votes.mirrored(there) == pytest.approx(back)


@pytest.mark.parametrize(
    ("cast", "outcome"),
    [
        ([1, 1, 0], "supported"),
        ([1, 0], "supported"),
        ([1, 1, -1], "undecided"),
        ([1, 1, 1, -1], "supported"),
        ([-1, 0], "contradicted"),
        ([1, -1], "undecided"),
        ([0, 0], "tied"),
        ([], "undecided"),
    ],
)
def test_majority(cast, outcome):
    assert votes.majority_outcome(cast) == outcome


@pytest.mark.parametrize(
    ("outcomes", "expected"),
    [
        (("supported",), "supported"),
        (("supported", "supported", "undecided"), "supported"),
        (("contradicted", "undecided"), "contradicted"),
        (("supported", "contradicted"), "undecided"),
        (("tied", "tied", "supported"), "tied"),
        (("tied", "undecided", "undecided"), "undecided"),
        (("supported",) * 6 + ("contradicted",), "supported"),
        (("contradicted",) * 6 + ("supported",), "contradicted"),
        (("supported",) * 3 + ("contradicted",), "undecided"),
        (("none", "none"), "not measured"),
    ],
)
def test_several_data_sets(outcomes, expected):
    found = verdict(*outcomes)
    assert found.outcome == expected, found.because
    if expected == "not measured":
        assert found.button == "one,two" and "2 contests played" in found.because


def test_the_latest_contest_speaks_for_its_data_set():
    old, new = contest("same", "supported", "2026-01-01"), contest("same", "contradicted", "2026-01-02")
    for order in ([old, new], [new, old]):
        found = votes.combine_votes(CLAIM, order, cast)
        assert found.outcome == "contradicted" and len(found.evidence["ballots"]) == 1
    unmeasured = contest("same", "none", "2026-01-03")
    assert votes.combine_votes(CLAIM, [old, unmeasured], cast).outcome == "supported"


def test_sides_are_those_the_comparisons_name():
    fits = (Fit(0, "s", skill=1.0),)
    runs = [Run(key, key, "classical", fits=fits) for key in ("first", "second")]
    broken = Run("third", "third", "deep", fits=(Fit(0, "s", error="no"),))
    one = Comparison("skill", "third", "second", 1.0, 0.0, 2.0, 1.0, 0.0, 0.0, 5, "third")
    played = Contest("c", "d", {}, TASK, Plan(), (*runs, broken), (one,))
    assert votes.representatives(played)["classical"].contestant == "second"
    assert "deep" not in votes.representatives(played)
    assert votes.winning_family(played, one) == "deep"
    assert votes.comparison_of(played, "skill") == one


def test_a_relative_answers_for_a_family_that_did_not_measure():
    fits = (Fit(0, "s", skill=1.0),)
    runs = (
        Run("linear", "", "classical", fits=fits),
        Run("trees", "", "classical", fits=fits, readings={"k": MeasurementResult((1.0,))}),
        Run("deep", "", "deep", fits=fits, readings={"k": MeasurementResult((), {"reason": "no"})}),
    )
    played = Contest("c", "d", {}, TASK, Plan(), runs)
    assert votes.family_readings(played, "k") == {"classical": MeasurementResult((1.0,))}
    assert votes.reading_pair(played, "k") is None


def test_words():
    assert [format_number(v) for v in (1234.5, 12.34, 0.00123, 0, math.nan, 2e-7)] == [
        "1,234",
        "12.3",
        "0.0012",
        "0",
        "unknown",
        "under 0.0001",
    ]
    assert format_values((2.0,), "s") == "2 s"
    assert format_values((1.0, 2.0, 3.0), "s") == "2 s [1, 3]"
    assert format_values((), "s") == "not measured"
    assert format_values((1.9, 2.0, 2.1), "s", rho=0.25).startswith("2 s [")
    assert "-" not in format_values((0.1, 0.1, 0.1, 1.5), "s", rho=0.25)
