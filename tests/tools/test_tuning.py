"""Configurations: the same number for all, defaults first, chosen on the score, within the seconds."""

import time

import pytest

from core.tools import tuning
from core.vocabulary import Budget

SPACE = {"depth": (2, 4, 8), "rate": (0.1, 0.2)}


def test_defaults_come_first_and_no_draw_repeats():
    drawn = tuning.configurations("trees", SPACE, 5)
    assert drawn[0] == {} and len(drawn) == 5 and len({str(sorted(one.items())) for one in drawn}) == 5
    assert drawn == tuning.configurations("trees", SPACE, 5)
    assert drawn[1:] != tuning.configurations("nets", SPACE, 5)[1:]
    assert len(tuning.configurations("trees", SPACE, 50)) == 7
    assert tuning.configurations("trees", SPACE, 1) == [{}]


def test_the_best_score_wins_and_all_are_reported():
    drawn = tuning.configurations("trees", SPACE, 7)

    def train(settings, share):
        return float(settings.get("depth", 0)), settings

    chosen, facts = tuning.best(drawn, Budget(seconds=5), train, lambda news: None)
    assert chosen["depth"] == 8 == facts["settings"]["depth"]
    assert len(facts["configurations"]) == 7 and facts["configurations_left_out"] == 0


def test_seconds_are_shared_and_late_ones_left_out():
    shares = []

    def train(settings, share):
        shares.append(share.seconds)
        time.sleep(0.1)
        return 0.0, settings

    drawn = tuning.configurations("trees", SPACE, 6)
    _, facts = tuning.best(drawn, Budget(seconds=0.25), train, lambda news: None)
    assert shares[0] == pytest.approx(0.25 / 6, rel=0.1) and facts["configurations_left_out"] >= 3


def test_the_first_failure_is_raised_and_a_later_one_reported():
    def train(settings, share):
        if settings:
            raise ValueError("too deep")
        return 1.0, "defaults"

    drawn = tuning.configurations("trees", SPACE, 3)
    chosen, facts = tuning.best(drawn, Budget(seconds=5), train, lambda news: None)
    assert chosen == "defaults" and facts["configurations"][1]["trouble"] == "too deep"
    with pytest.raises(ValueError, match="too deep"):
        tuning.best(drawn[1:], Budget(seconds=5), train, lambda news: None)
