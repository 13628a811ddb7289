"""The quick answer: who is dropped when, within half of the work, and what the result says of it."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn import datasets

from core import api, arena, report, verdicts
from core.arena import halving
from core.arena.halving import FoldStanding, next_round
from core.evaluation import tasks
from core.ingest import file_reading
from core.report import quick_answer, replay
from core.schema import Contest, EarlyDrop, LoadError, Plan
from core.storage import json_codec
from tests.arena.scripted import contestant
from tests.arena.test_arena import play, players

__all__ = ["players"]
QUICK, FULL = Plan(explain=False, strategy="halving"), Plan(explain=False, fits=5)


def standing(key: str, *skills: float, work: float = 1.0) -> FoldStanding:
    return FoldStanding(key, skills, tuple(work for _ in skills))


def runs_of(contest: Contest) -> dict[str, Any]:
    return {run.contestant: run for run in contest.runs}


def six(players: Any) -> None:
    shares = {"best": 0.9, "second": 0.8, "third": 0.72, "fourth": 0.65, "fifth": 0.6, "last": 0.55}
    family = lambda key: "deep" if key in ("second", "fourth") else "classical"  # noqa: E731
    players(*(contestant(key, family(key), share) for key, share in shares.items()), contestant("dummy", "chance", 0.5))


@cache
def played(plan: Plan) -> Contest:
    """One contest for all tests, with the contestants that the first of them has seated."""
    return play(plan)[0]


def test_the_better_half_plays_on_and_two_at_least() -> None:
    four = [standing("d", 1.0), standing("a", 9.0), standing("c", 3.0), standing("b", 7.0)]
    found = next_round(four, 4, 100.0, 4)
    assert found.playing == ("a", "b") and set(found.dropped) == {"c", "d"}
    assert found.dropped["d"] == EarlyDrop(
        1, "place 4 of 4 after 1 fold with 1.0 points of skill, 6.0 behind the last of the 2 who play on"
    )
    later = [standing("a", 9.0, 1.0), standing("b", 7.0, 9.0)]
    assert next_round(later, 4, 100.0, 3).playing == ("b", "a"), "the mean of all folds decides"


def test_work_that_does_not_pay_for_all_drops_the_last_and_then_ends_the_folds() -> None:
    eight = [standing(str(place), -float(place), work=3.0) for place in range(8)]
    # The better four on the next fold and two on the three behind it take 4 * 3 + 3 * 2 * 3 = 30.
    assert next_round(eight, 8, 30.0, 4).playing == ("0", "1", "2", "3")
    short = next_round(eight, 8, 29.0, 4)
    assert short.playing == ("0", "1", "2") and "half of the work" in short.dropped["3"].reason
    over = next_round(eight[:2], 8, 5.9, 4)
    assert over.playing == () and not over.dropped, "the last two end with the folds they have"
    assert next_round([], 8, 9.0, 4).playing == ()


def test_no_path_takes_more_than_half_of_the_work_and_the_best_is_rarely_lost() -> None:
    rng = np.random.default_rng(0)
    lost = []
    for _ in range(300):
        count, folds = int(rng.integers(2, 9)), int(rng.integers(3, 11))
        skill, work = rng.normal(50, 5, count), rng.lognormal(0, 1.5, count)
        scores = skill + rng.normal(0, 1, (folds, count))
        left, playing, played = 0.5 * folds * work.sum() - work.sum(), [str(k) for k in range(count)], 1
        for fold in range(1, folds):
            there = [standing(key, *scores[:fold, int(key)], work=work[int(key)]) for key in playing]
            found = next_round(there, count, left, folds - fold)
            if not found.playing:
                playing = [key for key in playing if key not in found.dropped]
                break
            playing, played = list(found.playing), fold + 1
            left -= sum(work[int(key)] for key in playing)
            assert left >= -1e-9
        means = scores[:played].mean(axis=0)
        lost.append(skill.max() - skill[int(max(playing, key=lambda key: means[int(key)]))])
    assert np.mean(lost) < 0.5


def test_a_quick_answer_keeps_two_shows_the_dropped_and_stays_within_half_of_the_work(players: Any) -> None:
    six(players)
    contest, news = play(QUICK)
    runs = runs_of(contest)
    assert [len(runs[key].fits) for key in ("best", "second", "third", "fourth", "dummy")] == [4, 4, 2, 1, 4]
    assert runs["third"].dropped.after == 2 and runs["last"].dropped.after == 1 and runs["best"].dropped is None
    assert "place 6 of 6" in runs["last"].dropped.reason
    assert [one.contestant for one in news if one.stage == "drop"] == ["fourth", "fifth", "last", "third"]
    # Scripted contestants declare no work, so that every fit counts the same: 17 of the 35 of one round.
    assert sum(len(run.fits) for run in contest.runs) == 17 <= halving.WORK_SHARE * 35
    primary = [one for one in contest.comparisons if one.measurement == "skill"]
    assert primary and all(one.winner == "undecided" and "quick answer" in one.because for one in primary)
    assert {primary[0].left, primary[0].right} == {"second", "best"}, "who stayed longest stands for the family"


def test_its_folds_are_those_of_the_full_contest_under_a_digest_of_its_own(players: Any) -> None:
    six(players)
    quick, full = played(QUICK), played(FULL)
    assert quick.digest != full.digest
    for key in ("best", "third", "last"):
        mine, theirs = ([fit.skill for fit in runs_of(one)[key].fits] for one in (quick, full))
        assert mine == theirs[: len(mine)]
    again = play(replay.replayed_plan(json.loads(api.report(quick, "json")))[1])[0]
    assert [(run.contestant, len(run.fits), run.dropped) for run in again.runs] == [
        (run.contestant, len(run.fits), run.dropped) for run in quick.runs
    ]
    assert again.digest == quick.digest


def test_a_plan_that_plays_everybody_says_nothing_of_it(players: Any) -> None:
    six(players)
    contest = played(FULL)
    assert "strategy" not in json_codec.dumps(contest) and "dropped" not in json_codec.dumps(contest)
    told = json.loads(api.report(contest, "json"))
    assert "quick_answer" not in told and "strategy" not in told["replay"]["plan"]


def test_every_report_says_that_it_is_a_quick_answer_and_who_was_dropped(players: Any) -> None:
    six(players)
    contest = json_codec.loads(json_codec.dumps(played(QUICK)))
    for kind in ("text", "html"):
        said = api.report(contest, kind)  # type: ignore[arg-type]
        assert "no verdict" in said and "Last was dropped after 1 fold: place 6 of 6" in said
        assert "play the full contest" in said
    told = json.loads(api.report(contest, "json"))["quick_answer"]
    assert told["leads"] == "best" and [one["key"] for one in told["dropped"]] == ["third", "fourth", "fifth", "last"]
    assert quick_answer.heading(contest) == "Quick answer: Best"
    advice = verdicts.recommend(contest)
    assert advice.choice == "best" and "dropped early" in advice.excluded["last"]
    board = report.render_html(contest, (), advice)
    assert board.count("Dropped early") == 4


def test_claims_get_no_vote_from_a_quick_answer(players: Any) -> None:
    six(players)
    quick, full = played(QUICK), played(FULL)
    both = {one.claim: one.outcome for one in verdicts.judge([quick, full])}
    assert both == {one.claim: one.outcome for one in verdicts.judge([full])}
    alone = verdicts.judge([quick])
    assert all("quick answer has no vote" in one.because for one in alone if one.outcome == "not measured")


def test_too_few_folds_are_refused_before_the_first_fit(players: Any) -> None:
    six(players)
    with pytest.raises(LoadError, match="takes 3; these data give 2"):
        play(replace(QUICK, folds=2, fixed_folds=True))
    assert halving.LEAST_FOLDS == 3


def test_a_contestant_that_fails_is_not_called_dropped(players: Any) -> None:
    players(contestant("a", "classical"), contestant("b", "deep", 0.7), contestant("c", "deep", trouble="no memory"))
    runs = runs_of(play(QUICK)[0])
    assert runs["c"].error == "no memory" and runs["c"].dropped is None and len(runs["a"].fits) == 3


@pytest.mark.slow
def test_a_quick_answer_on_real_data(tmp_path: Path) -> None:
    datasets.load_breast_cancer(as_frame=True).frame.to_csv(tmp_path / "cells.csv", index=False)
    data = file_reading.read(tmp_path / "cells.csv", None, "table", "target", {})
    keys = ("table_linear", "table_bayes", "table_xgboost")
    plan = Plan(contestants=keys, rows=300, budget_seconds=5.0, strategy="halving", explain=False)
    task = tasks.infer_task(data, "target")
    contest = arena.tournament(data, task, plan, lambda news: None, worker_mode="inline", measured=False)
    share = quick_answer.work_share(contest)
    assert share is not None and share <= halving.WORK_SHARE
    (dropped,) = [run for run in contest.runs if run.dropped is not None]
    assert len(dropped.fits) == 1 and dropped.fits[0].skill is not None
    assert "dropped after 1 fold" in api.report(contest)
