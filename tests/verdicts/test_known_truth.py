"""The shipped contestants and the shipped verdict on tables whose truth is known: no false winner, no vote on noise."""

from __future__ import annotations

from pathlib import Path

import pytest

from core import verdicts
from core.judging import chance_level
from tests import known_truth

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
NOTHING = [name for name, table in known_truth.TABLES.items() if table.nothing]
BOUNDED = [name for name, table in known_truth.TABLES.items() if table.never]
OPEN = [name for name in known_truth.TABLES if name not in (*NOTHING, *BOUNDED)]
LARGE = 10.0


@pytest.mark.parametrize("name", NOTHING)
def test_where_nothing_can_be_learnt_nobody_wins_and_no_claim_has_a_vote(name: str, tmp_path: Path) -> None:
    contest = known_truth.play(name, 0, tmp_path)
    assert known_truth.winning_family(contest) in ("tie", "undecided"), known_truth.primary(contest).because
    assert chance_level.nobody_beats_chance(contest)
    decided = [one for one in verdicts.judge([contest]) if one.outcome in ("supported", "contradicted")]
    assert {one.claim for one in decided} <= {"ecosystem"}, [one.because for one in decided]


@pytest.mark.parametrize("name", BOUNDED)
def test_where_one_side_is_right_the_other_does_not_win(name: str, tmp_path: Path) -> None:
    contest = known_truth.play(name, 0, tmp_path)
    assert known_truth.winning_family(contest) not in known_truth.TABLES[name].never
    assert len(known_truth.primary(contest).because) > 40


@pytest.mark.parametrize("name", OPEN)
def test_the_winner_is_the_truly_better_side_and_a_large_gap_is_seen(name: str, tmp_path: Path) -> None:
    contest = known_truth.play(name, 0, tmp_path)
    winner, gap = known_truth.winning_family(contest), known_truth.true_gap(contest, name, tmp_path)
    better = "deep" if gap > 0 else "classical"
    assert winner in (better, "tie", "undecided"), (gap, known_truth.primary(contest).because)
    if abs(gap) > LARGE:
        assert winner == better, (gap, known_truth.primary(contest).because)
