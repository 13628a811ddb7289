"""Contestants that take turns: the same numbers as side by side, one process at a time, and losses told in words."""

from __future__ import annotations

import pytest

from core import arena
from core.arena.turn_worker import Turn, TurnWorker
from core.schema import Plan, Progress
from core.workers import hardware, worker_process
from tests.toys import BINARY, table

PLAN = Plan(
    budget_seconds=4, folds=3, repeats=1, fixed_folds=True, contestants=("table_linear", "table_xgboost", "table_deep")
)


def quiet(progress: Progress) -> None:
    pass


def workers(setups: dict[str, object]) -> tuple[Turn, dict[str, TurnWorker]]:
    turn = Turn()
    return turn, {
        key: TurnWorker(
            turn, key, lambda key=key: worker_process.WorkerProcess("tests.arena.echo:opened", key, setup=setups[key])
        )
        for key in setups
    }


def test_one_process_at_a_time_and_each_goes_on_where_it_stopped() -> None:
    turn, both = workers({"a": b"model a", "b": b"model b"})
    try:
        for expected in (1, 2, 3):
            for key, worker in both.items():
                assert worker.call("ask", {}) == (expected, f"model {key}".encode())
                alive = [one for one in both.values() if one._inner is not None]
                assert alive == [worker]
    finally:
        for worker in both.values():
            worker.close()
        turn.close()


def test_a_model_that_cannot_be_written_down_is_fitted_once_more() -> None:
    turn, both = workers({"a": None, "b": b"b"})
    try:
        assert both["a"].call("fit", {"keep_model": True, "split": None}) == (1, b"fitted again")
        both["a"]._inner.call("forget")  # type: ignore[union-attr]
        both["b"].call("ask", {})
        assert turn.holder is both["b"]
        turn.path("a").unlink(missing_ok=True)
        both["a"]._paused = both["a"]._paused.__class__({"count": 7}, True, False)  # type: ignore[union-attr]
        assert both["a"].call("ask", {}) == (8, b"fitted again")
    finally:
        for worker in both.values():
            worker.close()
        turn.close()


def test_a_process_that_dies_is_lost_and_the_other_goes_on() -> None:
    turn, both = workers({"a": b"a", "b": b"b"})
    try:
        both["b"].call("ask", {})
        with pytest.raises(worker_process.WorkerLost, match="memory"):
            both["a"].call("die", {})
        assert not both["a"].alive
        with pytest.raises(worker_process.WorkerLost):
            both["a"].call("ask", {})
        assert both["b"].call("ask", {})[0] == 2
    finally:
        for worker in both.values():
            worker.close()
        turn.close()


@pytest.mark.slow
def test_scores_and_explanations_are_those_of_processes_side_by_side(monkeypatch: pytest.MonkeyPatch) -> None:
    dataset = table(240, columns=4)
    played = {}
    for megabytes in ("", "900"):
        monkeypatch.setenv(hardware.MEMORY_MB, megabytes)
        assert hardware.little_memory() == bool(megabytes)
        played[megabytes] = arena.tournament(dataset, BINARY, PLAN, quiet)
    large, small = played.values()
    assert large.digest == small.digest
    for left, right in zip(large.runs, small.runs, strict=True):
        assert left.error is None and right.error is None, (left.error, right.error)
        assert [fit.scores for fit in left.fits] == [fit.scores for fit in right.fits]
        assert left.parameters == right.parameters
        if left.explanation is not None:
            assert left.explanation["values"] == right.explanation["values"]  # type: ignore[index]
    assert [one.gap for one in large.comparisons if one.measurement == "skill"] == [
        one.gap for one in small.comparisons if one.measurement == "skill"
    ]
