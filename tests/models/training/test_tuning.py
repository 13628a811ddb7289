"""Configurations: the same number for all, defaults first, then the tuner's; the best score wins, in the seconds."""

import pytest

from core.models.training import tuning
from core.schema import Budget
from core.workers import work_clock

SPACE = {"depth": (2, 4, 8), "rate": (0.001, 0.2), "kind": ("plain", "mixed")}
KNOWN = {"depth": 4, "rate": 0.1, "kind": "plain"}


def run(train, count, seconds=5.0, seed=0, known=KNOWN):
    return tuning.tune(SPACE, Budget(seconds=seconds, configurations=count, seed=seed), train, lambda news: None, known)


def peak(settings, share):
    """A score with its top at depth 7 and rate .02."""
    return -abs(settings.get("depth", 4) - 7) - 50 * abs(settings.get("rate", 0.1) - 0.02), settings


def test_defaults_come_first_and_every_setting_lies_within_its_range():
    _, facts = run(peak, 9)
    tried = [one["settings"] for one in facts["configurations"]]
    assert tried[0] == {} and len(tried) == 9 and facts["tuner"] == tuning.TUNER
    assert all(2 <= one["depth"] <= 8 and 0.001 <= one["rate"] <= 0.2 and one["kind"] in SPACE["kind"]
               for one in tried[1:])  # fmt: skip
    assert len({str(one) for one in tried}) == 9


def test_the_same_seed_tries_the_same_settings_and_another_does_not():
    first, again, other = (run(peak, 5, seed=seed)[1]["configurations"] for seed in (1, 1, 2))
    assert first == again and first[1:] != other[1:]


def test_one_configuration_is_the_defaults_without_a_tuner():
    chosen, facts = run(peak, 1)
    assert chosen == {} and facts == {
        "settings": {}, "configurations": [{"settings": {}, "score": pytest.approx(-7.0)}],
        "configurations_left_out": 0,
    }  # fmt: skip


def test_the_best_score_wins_and_the_tuner_learns_where_it_lies():
    chosen, facts = run(peak, 30)
    scores = [one["score"] for one in facts["configurations"]]
    assert facts["settings"] == chosen and peak(chosen, None)[0] == max(scores)
    # Guided settings are better on average than those drawn before the guide took over.
    assert sum(scores[15:]) / 15 > sum(scores[1:15]) / 14


def test_defaults_that_the_ranges_do_not_hold_are_judged_all_the_same():
    _, facts = run(peak, 4, known={"depth": 99, "rate": 0.1, "kind": "plain"})
    assert len(facts["configurations"]) == 4
    assert len(run(peak, 4, known={})[1]["configurations"]) == 4


def test_seconds_are_shared_and_late_ones_left_out():
    shares = []

    def train(settings, share):
        shares.append(share.seconds)
        work_clock.charge_seconds(0.1)
        return 0.0, settings

    _, facts = run(train, 6, seconds=0.25)
    assert shares == [0.25 / 6, pytest.approx(0.15 / 5), pytest.approx(0.05 / 4)]
    assert facts["configurations_left_out"] == 3


def test_only_the_settings_kept_decide_how_the_fit_ended():
    def train(settings, share):
        work_clock.record_end("budget" if settings else "converged")
        return (0.0 if settings else 1.0), settings

    with work_clock.metered(5.0) as work:
        run(train, 3)
    assert work.stopped == "converged"
    with work_clock.metered(5.0) as work:
        run(lambda settings, share: (1.0 if settings else 0.0, train(settings, share)), 3)
    assert work.stopped == "budget"


def test_the_first_failure_is_raised_and_a_later_one_reported():
    def train(settings, share):
        if settings:
            raise ValueError("too deep")
        return 1.0, "defaults"

    chosen, facts = run(train, 3)
    assert chosen == "defaults" and facts["configurations"][1]["trouble"] == "too deep"

    def broken(settings, share):
        raise ValueError("too deep")

    with pytest.raises(ValueError, match="too deep"):
        run(broken, 3)
