"""The contest with scripted contestants: same folds, visible failures, known verdicts, the clock and the digest."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core import arena, registry, verdicts
from core.arena import planning
from core.evaluation import tasks
from core.schema import Cancelled, Contest, Fit, LoadError, Plan, Progress
from tests.arena.scripted import contestant, room, table

PLAN = Plan(fixed_folds=True, explain=False)


@pytest.fixture
def players(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Replaces the contestants' room (and leaves the measurements' room empty) for one test."""

    def seat(*contestants: Any) -> None:
        real = registry.discover
        rooms = {"contestants": room(*contestants), "measurements": room()}
        monkeypatch.setattr(registry, "discover", lambda name: rooms[name] if name in rooms else real(name))
        monkeypatch.setattr(
            registry, "find", lambda name, key: rooms[name][key] if name in rooms else real(name)[key]
        )  # fmt: skip

    return seat


def play(plan: Plan = PLAN, **options: Any) -> tuple[Contest, list[Progress]]:
    data, news = table(), []
    return arena.tournament(data, tasks.infer_task(data, "y"), plan, news.append, worker_mode="inline", **options), news


def test_the_better_of_two_scripted_contestants_wins(players: Any) -> None:
    players(contestant("good", "classical", 0.95), contestant("poor", "deep", 0.55), contestant("dummy", "chance", 0.5))
    contest, _ = play()
    primary = next(c for c in contest.comparisons if c.measurement == "skill" and {c.left, c.right} == {"good", "poor"})
    assert primary.winner == "good" and primary.n == 10
    runs = {run.contestant: run for run in contest.runs}
    by_hand = np.mean([f.skill for f in runs["good"].fits]) - np.mean([f.skill for f in runs["poor"].fits])
    assert abs(primary.gap) == pytest.approx(by_hand)
    assert [f.split for f in runs["good"].fits] == [f.split for f in runs["poor"].fits]


def test_a_contestant_that_fails_stays_with_its_reason(players: Any) -> None:
    players(contestant("good", "classical"), contestant("lost", "deep", trouble="did not converge"))
    contest, news = play()
    lost = next(run for run in contest.runs if run.contestant == "lost")
    assert lost.error == "did not converge" and all(fit.skill is None for fit in lost.fits)
    assert any(one.stage == "fold" and one.message == "did not converge" for one in news)
    assert not any(c.winner == "lost" for c in contest.comparisons)


def test_answers_of_nan_are_a_reason_not_a_score(players: Any) -> None:
    players(contestant("good", "classical"), contestant("lost", "deep", trouble="nan"))
    contest, _ = play()
    assert "not finite" in next(run.error or "" for run in contest.runs if run.contestant == "lost")


def test_order_alternates_from_fold_to_fold(players: Any) -> None:
    players(contestant("a", "classical"), contestant("b", "deep"))
    _, news = play()
    finished = [(one.fold, one.contestant) for one in news if one.stage == "fold"]
    assert finished[:6] == [(0, "a"), (0, "b"), (1, "b"), (1, "a"), (2, "a"), (2, "b")]


def test_same_everything_same_digest_same_scores(players: Any) -> None:
    players(contestant("a", "classical", 0.8), contestant("b", "deep", 0.7))
    first, second, other = play()[0], play()[0], play(replace(PLAN, margin=2.0))[0]
    assert first.digest == second.digest != other.digest
    assert [f.skill for r in first.runs for f in r.fits] == [f.skill for r in second.runs for f in r.fits]


def test_the_digest_is_told_before_the_first_fit(players: Any) -> None:
    players(contestant("a", "classical"), contestant("b", "deep"))
    contest, news = play()
    stages = [one.stage for one in news]
    assert stages.index("plan") < stages.index("fit")
    assert json.loads(next(one.message for one in news if one.stage == "plan"))["digest"] == contest.digest


def test_cancelling_leaves_at_once(players: Any) -> None:
    players(contestant("a", "classical"))

    def tell(news: Progress) -> None:
        if news.stage == "fit":
            raise Cancelled

    data = table()
    with pytest.raises(Cancelled):
        arena.tournament(data, tasks.infer_task(data, "y"), PLAN, tell, worker_mode="inline")


def test_models_are_written_and_partial_results_kept(players: Any, tmp_path: Path) -> None:
    players(contestant("a", "classical"), contestant("b", "deep"))
    kept: list[Contest] = []
    play(save_partial=kept.append, folder=tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"a.json", "b.json"}
    assert kept and len(kept[0].runs[0].fits) == 1


def test_nobody_to_play_is_refused_in_words(players: Any) -> None:
    players(replace(contestant("a", "classical"), modalities=("image",)))
    with pytest.raises(LoadError, match="No contestant can play"):
        play()
    with pytest.raises(LoadError, match="There is no contestant 'zzz'"):
        play(replace(PLAN, contestants=("zzz",)))


def test_a_refusal_stays_visible(players: Any) -> None:
    shy = replace(contestant("shy", "deep"), unsupported_reason=lambda dataset, task: "needs pictures")
    players(contestant("a", "classical"), shy)
    contest, _ = play()
    assert next(run.error for run in contest.runs if run.contestant == "shy") == "needs pictures"


def test_a_contest_can_be_judged_and_advised(players: Any) -> None:
    players(contestant("good", "classical", 0.95), contestant("poor", "deep", 0.55))
    contest, _ = play()
    judged = verdicts.judge([contest])
    assert len({verdict.claim for verdict in judged}) == len(judged) == len(registry.discover("claims"))
    assert verdicts.recommend(contest).choice == "good"


@pytest.mark.parametrize(
    ("per_round", "expected"), [(1.0, 10), (6.0, 10), (6.7, 5), (12.0, 5), (24.1, 5), (100.0, 5)]
)  # fmt: skip
def test_the_work_of_the_first_fold_fixes_the_folds_at_least_one_round(per_round: float, expected: int) -> None:
    assert planning.planned_folds([None] * 10, per_round, Plan(budget_seconds=60), 5) == expected  # type: ignore[list-item]


def test_seconds_a_fit_are_the_same_for_all() -> None:
    pair = [contestant("a", "classical"), contestant("b", "deep"), contestant("c", "hybrid")]
    assert planning.fit_seconds(pair, Plan(budget_seconds=60)) == pytest.approx(4.5)
    assert planning.fit_seconds(pair[:1], Plan(budget_seconds=60)) == pytest.approx(9.0)
    assert planning.fit_seconds(pair, Plan(budget_seconds=60, fixed_folds=True)) == pytest.approx(6.0)


def test_contestants_take_turns_at_timing() -> None:
    """A B B A: the order turns round and back, and whoever cannot be timed leaves the round."""
    from types import SimpleNamespace

    from core.arena.session import TIMING_BLOCKS, ContestSession

    asked: list[str] = []

    def state(name: str, able: bool = True) -> Any:
        def ask(command: str, tell: Any, deadline: Any, **payload: Any) -> bool:
            asked.append(name)
            return able

        return SimpleNamespace(ask=ask)

    session = SimpleNamespace(turn=None, contestants=[state("a"), state("broken", able=False), state("b")])
    ContestSession.time_alternating(session, lambda news: None)  # type: ignore[arg-type]
    assert asked[:9] == ["a", "broken", "b", "b", "a", "b", "a", "a", "b"]
    assert asked.count("broken") == 1 and asked.count("a") == TIMING_BLOCKS


def test_fitting_again_has_the_same_seconds(players: Any) -> None:
    seated = [contestant("a", "classical"), contestant("b", "deep"), contestant("c", "hybrid")]
    for fixed in (True, False):
        plan = replace(PLAN, fixed_folds=fixed, budget_seconds=50.0)
        assert planning.fit_seconds(seated, planning.refit_plan(plan)) == planning.fit_seconds(seated, plan)
        assert planning.refit_plan(plan).fixed_folds


def test_the_digest_knows_the_cost_table_and_the_device(monkeypatch: pytest.MonkeyPatch) -> None:
    from core.arena import prepared_contest
    from core.workers import reference_costs

    before = prepared_contest.work_versions(4.5, "cpu")
    assert before != prepared_contest.work_versions(4.5, "cuda") and before != prepared_contest.work_versions(
        9.0, "cpu"
    )
    monkeypatch.setitem(reference_costs.COSTS, "text_letter", 1.0)
    assert before != prepared_contest.work_versions(4.5, "cpu")


def test_a_fold_costs_what_its_fits_were_charged() -> None:
    fits = [Fit(0, "", work_seconds=2.0), Fit(0, "", error="lost")]
    assert planning.fold_seconds(fits) == pytest.approx(2.0 + 2 * planning.BESIDE_SECONDS)
