"""What a contest of recommenders cannot show: recall, how much of the catalogue is shown, score against latency."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from core.features import interaction_data
from core.judging import use_case_rules
from core.schema import Budget, Contest, Contestant, Dataset, JsonObject, Progress, ProgressCallback, Run

MOST_SECONDS = 4.0
LISTED = 5


def list_sections(
    contestants: Sequence[Contestant], dataset: Dataset, contest: Contest, seed: int, on_progress: ProgressCallback
) -> list[JsonObject]:
    """The study's pieces for pages to draw; each player is fitted once more on one cut of the users."""
    rows = np.random.default_rng((seed, 91)).permutation(len(dataset))
    test, valid, train = (dataset.take(part) for part in np.split(rows, [len(rows) // 5, 2 * len(rows) // 5]))
    seconds = MOST_SECONDS if contest.fit_seconds_allowed is None else contest.fit_seconds_allowed
    budget = Budget(seconds=min(seconds, MOST_SECONDS), seed=seed)
    reached, lists, notes = [], [], []
    for step, player in enumerate(contestants):
        on_progress(
            Progress("measure", step, len(contestants), contestant=player.key, message=f"{player.title} recommends")
        )
        try:
            model = player.fit(train, valid, interaction_data.TASK, budget, _without_score(on_progress))
        except (ValueError, RuntimeError, ArithmeticError) as error:
            notes.append(f"{player.title} could not recommend: {error}.")
            continue
        found = model.lists(test.inputs)  # type: ignore[attr-defined]
        recall = float(interaction_data.recall_at_k(found, interaction_data.held_back_items(test.inputs)).mean())
        shown = len(np.unique(found)) / len(dataset.facts["items"])
        reached.append([player.title, player.family, round(recall, 3), round(shown, 3)])
        names = [str(dataset.facts["items"][item]) for item in found[0][:LISTED]]
        lists.append([player.title, ", ".join(names)])
    taken = ", ".join(
        str(dataset.facts["items"][int(item)]) for item in interaction_data.held_back_items(test.inputs)[0][:, 0]
    )
    return [
        use_case_rules.study_section(
            "Recall and coverage", "table",
            "Recall: share of what a user took later that stands among the ten. Coverage: share of all items that any"
            f" test user is shown. {' '.join(notes)}".strip(),
            columns=["Recommender", "Family", "Recall at 10", "Coverage"], rows=reached,
        ),
        use_case_rules.study_section(
            "One user", "table", f"The first five recommended to the same test user, who later took: {taken}.",
            columns=["Recommender", "Recommends"], rows=lists,
        ),
        score_by_latency(contest),
    ]  # fmt: skip


def score_by_latency(contest: Contest) -> JsonObject:
    """NDCG@10 over the folds with its range, against the 95th percentile of milliseconds a user."""
    rows = []
    for run in contest.runs:
        spent, scores = _milliseconds(run), [fit.scores["ndcg_at_10"] for fit in run.fits if "ndcg_at_10" in fit.scores]
        if spent is not None and scores:
            rows.append(
                {
                    "x": spent, "y": float(np.mean(scores)), "low": min(scores), "high": max(scores),
                    "series": run.title, "family": run.family,
                }
            )  # fmt: skip
    return use_case_rules.study_section(
        "Score against latency", "line",
        "Up and to the left is better: NDCG@10 (mean and range over the folds) against the time one user waits.",
        rows=rows, x_title="milliseconds a user, 95th percentile", y_title="NDCG@10", points=True,
    )  # fmt: skip


def latency_rows(contest: Contest) -> str:
    """In words how long one user waits for each recommender's list; "" where it was not measured."""
    said = [f"{run.title} {spent:.2g} ms" for run in contest.runs if (spent := _milliseconds(run)) is not None]
    return f" One user waits at most (95th percentile): {', '.join(said)}." if said else ""


def _milliseconds(run: Run) -> float | None:
    found = run.readings.get("latency_p95")
    return float(found.values[0]) if found is not None and found.values else None


def _without_score(on_progress: ProgressCallback) -> ProgressCallback:
    """News without scores: the study's fits are no part of the contest's curves, but can still be cancelled."""
    return lambda news: on_progress(replace(news, loss=None, score=None, cpu_seconds=None))
