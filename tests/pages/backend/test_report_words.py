"""Numbers that the panels draw, against hand-made answers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core.schema import Contest, MeasurementResult, Run
from pages.backend import report_words
from pages.charts import training_race
from pages.contest import accuracy_panel, cost_panel, progress_panel
from pages.summaries import aligned_explanations
from pages.ui import session_state


def _scored(contest: Contest, metric: str, values: dict[str, tuple[float, ...]]) -> Contest:
    """The contest with made-up scores on a metric."""
    runs = tuple(
        replace(run, fits=tuple(
            replace(fit, skill=value if metric == "skill" else fit.skill, scores={**fit.scores, metric: value})
            for fit, value in zip(run.fits, values[run.family], strict=False)
        ))
        for run in contest.runs if run.family in values
    )  # fmt: skip
    return replace(contest, runs=runs)


@pytest.mark.parametrize("metric,top", [("skill", 100.0), ("accuracy", 1.0), ("auc", 1.0), ("ndcg_at_10", 1.0)])
def test_no_interval_leaves_the_scale(contest: Contest, metric: str, top: float) -> None:
    near = tuple(top * share for share in (0.999, 0.9, 0.99, 0.93, 0.97))
    for one in report_words.rank_contestants(_scored(contest, metric, {"deep": near, "classical": near}), metric):
        assert one.high == top and one.low < one.mean


@pytest.mark.parametrize("metric,first", [("average_precision", "deep"), ("ndcg_at_10", "deep"), ("rmse", "classical")])
def test_the_best_stands_first_on_every_metric(contest: Contest, metric: str, first: str) -> None:
    made = _scored(contest, metric, {"deep": (0.9,) * 5, "classical": (0.4,) * 5})
    assert report_words.rank_contestants(made, metric)[0].run.family == first


def test_duel_stands_classical_left_whichever_way_it_was_compared(contest: Contest) -> None:
    straight = report_words.primary_comparison(contest)
    one = contest.comparisons[0]
    mirrored = replace(
        one, left=one.right, right=one.left, gap=-one.gap, low=-one.high, high=-one.low,
        p_left_better=one.p_right_better, p_right_better=one.p_left_better,
    )  # fmt: skip
    turned = report_words.primary_comparison(replace(contest, comparisons=(mirrored, *contest.comparisons[1:])))
    assert straight is not None and turned is not None
    assert turned.classical.family == straight.classical.family == "classical"
    assert turned.gap == pytest.approx(straight.gap)
    assert (turned.low, turned.high) == pytest.approx((straight.low, straight.high))
    assert (turned.p_classical, turned.p_deep) == pytest.approx((straight.p_classical, straight.p_deep))


def test_a_lead_is_seen_from_the_side_that_is_ahead(contest: Contest) -> None:
    found = report_words.primary_comparison(contest)
    assert found is not None
    deep = replace(found, gap=2.0, low=-1.0, high=5.0)
    assert (deep.ahead, deep.behind, deep.lead, deep.lead_interval) == (found.deep, found.classical, 2.0, (-1.0, 5.0))
    classical = replace(found, gap=-2.0, low=-5.0, high=1.0)
    assert (classical.ahead, classical.behind, classical.lead) == (found.classical, found.deep, 2.0)
    assert classical.lead_interval == (-1.0, 5.0)


def test_frontier_by_hand() -> None:
    assert report_words.pareto_front([(1, 10), (2, 20), (3, 15), (4, 30)]) == [0, 1, 3]
    assert report_words.pareto_front([(1, 10), (1, 12)]) == [1]
    assert report_words.pareto_front([]) == []


def test_standings_are_sorted_by_direction(contest: Contest) -> None:
    assert report_words.rank_contestants(contest, "skill")[-1].run.family == "chance"
    assert report_words.rank_contestants(contest, "log_loss")[-1].run.family == "chance"
    assert all(one.low < one.mean < one.high for one in report_words.rank_contestants(contest)[:-1])  # type: ignore[operator]


def test_failed_are_listed_with_their_reason(contest: Contest) -> None:
    assert [run.error for run in report_words.failed_runs(contest)] == [
        "did not converge: the loss became NaN in epoch 2"
    ]


@pytest.mark.parametrize(
    ("winner", "scope", "said"),
    [
        ("table_xgboost", "approaches", "Classical wins"),
        ("table_deep", "approaches", "Deep wins"),
        ("tie", "approaches", "Practically equal"),
        ("undecided", "approaches", "No clear winner"),
        ("undecided", "these two models only", "Not enough folds"),
    ],
)
def test_heading_says_what_the_verdict_says(contest: Contest, winner: str, scope: str, said: str) -> None:
    first = replace(contest.comparisons[0], winner=winner, scope=scope)  # type: ignore[arg-type]
    now = replace(contest, comparisons=(first, *contest.comparisons[1:]))
    assert report_words.verdict_heading(now, report_words.primary_comparison(now)).startswith(said)


@pytest.mark.parametrize(("low", "said"), [(-0.5, "which may be chance"), (0.2, "within the equivalence margin of 1")])
def test_an_open_gap_says_what_is_in_doubt(contest: Contest, low: float, said: str) -> None:
    first = replace(contest.comparisons[0], winner="undecided", gap=2.0, low=low, high=4.0)
    now = replace(contest, comparisons=(first, *contest.comparisons[1:]))
    duel = report_words.primary_comparison(now)
    assert duel is not None and said in report_words.describe_lead(now, duel)


def test_no_duel_no_verdict(contest: Contest) -> None:
    lonely = replace(contest, comparisons=())
    assert report_words.verdict_heading(lonely, report_words.primary_comparison(lonely)).startswith("No verdict")


def test_race_keeps_running_means() -> None:
    lanes = {"a": ("A", "deep")}
    events = [
        {"stage": "fold", "contestant": "a", "score": s, "cpu_seconds": c} for s, c in ((10, 1), (20, 2), (30, 3))
    ]
    learning = {"stage": "fit", "contestant": "a", "fold": 0, "score": 5.0, "cpu_seconds": 0.5}
    run = training_race.live_race([{"stage": "fit", "contestant": "a"}, learning, *events], lanes)
    assert [row[3] for row in run.dots] == [10, 15, 20]
    assert run.ends == [("A", "deep", 20)]
    assert [row[3] for row in run.curves] == [5.0]
    assert training_race.live_race([], lanes) == training_race.TrainingRace([], [], [])


def test_replay_has_a_dot_a_fold_and_ends_at_the_mean(contest: Contest) -> None:
    run = training_race.finished_race(contest)
    for standing in report_words.rank_contestants(contest):
        if standing.run.family != "chance":
            mine = [row for row in run.dots if row[0] == standing.run.title]
            assert [row[3] for row in mine] == pytest.approx(standing.values)
            assert [end[2] for end in run.ends if end[0] == standing.run.title] == pytest.approx([standing.mean])


def test_time_left_follows_the_pace() -> None:
    events = [{"stage": "plan", "at": 0.0}, {"stage": "fold", "at": 10.0}]
    assert progress_panel.describe_remaining_time(events, 10, 1) == "about 1 min 30 s of training left"
    assert progress_panel.describe_remaining_time([], 10, 0).startswith("no estimate")
    said = progress_panel.describe_remaining_time(events, 10, 1, lambda seconds: (60.0, True))
    assert said == "at least 1 min of training left"


def test_time_left_never_rises_by_more_than_a_fifth(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session_state.st, "session_state", {})
    shown = [session_state.steady_estimate("run", seconds) for seconds in (100.0, 300.0, 80.0, 90.0, 500.0, 30.0)]
    assert shown == [(100.0, False), (120.0, True), (80.0, False), (90.0, False), (96.0, True), (30.0, False)]


def test_broken_plan_message_is_no_plan() -> None:
    assert progress_panel.planned_contest([{"stage": "plan", "message": "{oops"}]) == {}
    assert progress_panel.planned_contest([{"stage": "plan", "message": '{"folds": 3}'}]) == {"folds": 3}


def test_sides_are_brought_onto_the_same_columns(contest: Contest) -> None:
    runs = aligned_explanations.explained_runs(contest)
    told = dict(runs[1].explanation or {})
    shorter = replace(
        runs[1], explanation={**told, "parts": told["parts"][1:], "values": [row[1:] for row in told["values"]]}
    )
    left, right = aligned_explanations.align_explanations([runs[0], shorter])
    assert left.parts == right.parts
    assert np.all(right.values[:, 0] == 0.0)
    assert right.share.sum() == pytest.approx(1.0)
    assert aligned_explanations.explanation_distance(left, left) == pytest.approx(np.zeros(len(left.values)))


def test_the_hybrid_stands_in_one_line(contest: Contest) -> None:
    said = report_words.describe_hybrid(contest, report_words.hybrid_comparisons(contest))
    assert said.startswith("The hybrid is ") and " of classical" in said and " deep" in said
    ahead = next(
        one for one in report_words.hybrid_comparisons(contest) if one.right == "table_deep" or one.left == "table_deep"
    )
    turned = replace(ahead, left=ahead.right, right=ahead.left, gap=-ahead.gap)
    assert report_words.describe_hybrid(contest, [ahead]) == report_words.describe_hybrid(contest, [turned])
    assert report_words.describe_hybrid(contest, [replace(ahead, gap=0.04)]) == "The hybrid is level with deep"
    open_case = report_words.describe_hybrid(contest, [replace(ahead, gap=2.0, winner="undecided")])
    assert open_case.endswith(" deep (undecided)")
    assert not report_words.describe_hybrid(contest, [replace(ahead, gap=2.0, winner=ahead.left)]).endswith(")")
    assert report_words.describe_hybrid(contest, []) == "And the hybrid?"


def test_alarms_by_stretches_are_a_table_of_their_own(contest: Contest) -> None:

    def heard(run: Run) -> Run:
        told = {
            "anomaly_events": MeasurementResult((80.0, 90.0)),
            "anomaly_delay": MeasurementResult((), {"reason": "none is noticed"}),
        }
        return replace(run, readings={**run.readings, **told})

    whole = replace(contest, runs=tuple(heard(run) for run in contest.runs))
    found = cost_panel.cost_table(whole, accuracy_panel.ALARMS)
    assert found[""].tolist() == ["Anomalous stretches noticed", "Delay of the first alarm"]
    assert "85 %" in found.iloc[0, 1] and found.iloc[1, 1] == "none is noticed"
    assert not len(cost_panel.cost_table(contest, accuracy_panel.ALARMS)) and len(cost_panel.cost_table(contest)) > 5


def test_every_cost_stands_in_one_row(contest: Contest) -> None:
    def bare(run: Run) -> Run:
        return replace(run, readings={key: one for key, one in run.readings.items() if key != "parameters"})

    unread = replace(contest, runs=tuple(map(bare, contest.runs)))
    for played in (contest, unread):
        rows = cost_panel.cost_table(played)[""].tolist()
        assert rows.count("Parameters") == 1 and len(rows) == len(set(rows))
