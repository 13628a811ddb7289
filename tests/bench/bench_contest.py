"""The whole contest: overhead over bare fits, first partial result, first full verdict on the embedded default."""

from __future__ import annotations

import time
from dataclasses import replace

from core import arena, ingest
from core.evaluation import tasks
from core.schema import Plan, Progress
from core.storage import dataset_store


def main() -> None:
    """Prints seconds to the first fold and to the verdict, and the share of wall time outside fit and predict."""
    modality, sample = ingest.samples()["telco_churn"]
    del modality
    dataset = dataset_store.load(ingest.sample_folder("telco_churn"))
    task = tasks.infer_task(dataset, sample.target)
    for rows, name in ((sample.rows, "embedded default"), (5_000, "5,000 rows, 2 x 5 folds")):
        first: list[float] = []
        started = time.perf_counter()

        def tell(news: Progress, first: list[float] = first, started: float = started) -> None:
            if news.stage == "fold" and not first:
                first.append(time.perf_counter() - started)

        plan = Plan(rows=rows)
        if rows == 5_000:
            plan = replace(plan, fixed_folds=True, budget_seconds=90)
        contest = arena.tournament(dataset, task, plan, tell)
        wall = time.perf_counter() - started
        inside = sum(fit.fit_seconds + fit.predict_seconds for run in contest.runs for fit in run.fits)
        fits = len(contest.runs[0].fits)
        spent = contest.seconds["fit"]
        print(f"{name}: first result {first[0]:.1f} s (goal 8), verdict {wall:.1f} s (goal 60 / 90), {fits} folds")
        print(f"  share of the fitting phase outside fit and predict: {1 - inside / spent:.1%} (goal < 10 %)")
        print("  seconds: " + ", ".join(f"{key} {value:.1f}" for key, value in contest.seconds.items()))


if __name__ == "__main__":
    main()
