"""The leaderboard of a contest: a row a model with its scores, its interval, its costs and what it stands out by."""

from __future__ import annotations

from dataclasses import dataclass

from core.evaluation import uncertainty
from core.report import standings
from core.report.standings import ContestantScores
from core.schema import Contest, Run

# What a field reports first, in its own order; skill stands behind them on every kind of data.
FIELD_METRICS = (
    "accuracy", "auc", "f1", "log_loss", "r2", "rmse", "mae", "mase", "ndcg_at_10", "bits_per_character",
    "episode_return", "average_precision", "wql",
)  # fmt: skip
MOST_METRICS = 4
RECOMMENDED, FASTEST, BEST, TIED = "Recommended", "Fastest", "Most accurate", "Tied with best"
STOPPED, PRETRAINED, FAILED = "Stopped early", "Pretrained", "Did not finish"
DROPPED = "Dropped early"
BADGES = (RECOMMENDED, BEST, FASTEST, FAILED, STOPPED, PRETRAINED, TIED, DROPPED)


@dataclass(frozen=True)
class LeaderboardRow:
    """One model. scores: metric -> mean over folds. skill, low, high: points; latency_ms: 95th percentile, upper bound;
    fit_seconds: median of a fit; million_usd: for a million answers; size_bytes. None stands for not measured."""

    run: Run
    badges: tuple[str, ...]
    scores: dict[str, float]
    skill: float | None
    low: float | None
    high: float | None
    latency_ms: float | None
    fit_seconds: float | None
    million_usd: float | None
    size_bytes: float | None


def leaderboard_metrics(contest: Contest) -> list[str]:
    """The metrics that every scored model has, those of the field, at most four."""
    shared = standings.shared_metrics(contest)
    return [metric for metric in FIELD_METRICS if metric in shared][:MOST_METRICS]


def leaderboard(contest: Contest, choice: str | None) -> list[LeaderboardRow]:
    """Every model, the best by skill first and those without a score last.

    Args:
        choice: key of the recommended model.
    """
    ranked = standings.rank_contestants(contest)
    scores = {
        metric: {one.run.contestant: one.mean for one in standings.rank_contestants(contest, metric)}
        for metric in leaderboard_metrics(contest)
    }
    badges = _badges(contest, ranked, choice)
    found = [_row(one.run, one, badges, scores) for one in ranked]
    scored = {one.run.contestant for one in ranked}
    return found + [_row(run, None, badges, scores) for run in contest.runs if run.contestant not in scored]


def _row(
    run: Run,
    standing: ContestantScores | None,
    badges: dict[str, list[str]],
    scores: dict[str, dict[str, float]],
) -> LeaderboardRow:
    key = run.contestant
    return LeaderboardRow(
        run=run,
        badges=tuple(sorted(badges.get(key, ()), key=BADGES.index)),
        scores={metric: means[key] for metric, means in scores.items() if key in means},
        skill=None if standing is None else standing.mean,
        low=None if standing is None else standing.low,
        high=None if standing is None else standing.high,
        latency_ms=standings.median_value(run, "latency_p95_bound"),
        fit_seconds=standings.median_value(run, "fit_seconds"),
        million_usd=standings.median_value(run, "million_cost"),
        size_bytes=standings.median_value(run, "size"),
    )


def _badges(contest: Contest, ranked: list[ContestantScores], choice: str | None) -> dict[str, list[str]]:
    """Key of a model -> its badges, in no order."""
    found: dict[str, list[str]] = {run.contestant: [] for run in contest.runs}
    real = [one for one in ranked if one.run.family != "chance"]
    if choice in found:
        found[choice].append(RECOMMENDED)
    if len(real) > 1:
        found[real[0].run.contestant].append(BEST)
        for one in real[1:]:
            if one.run.dropped is None and is_tied(real[0], one, contest):
                found[one.run.contestant].append(TIED)
        waits = {one.run.contestant: standings.median_value(one.run, "latency_p95_bound") for one in real}
        known = {key: value for key, value in waits.items() if value is not None}
        if len(known) > 1:
            found[min(known, key=lambda key: known[key])].append(FASTEST)
    for run in contest.runs:
        found[run.contestant] += [DROPPED] if run.dropped is not None else []
        found[run.contestant] += [PRETRAINED] if run.pretrained else []
        found[run.contestant] += [STOPPED] if any(fit.stopped in ("budget", "guard") for fit in run.fits) else []
        if run.error or (run.fits and all(fit.error for fit in run.fits)):
            found[run.contestant].append(FAILED)
    return found


def is_tied(best: ContestantScores, other: ContestantScores, contest: Contest) -> bool:
    """Whether the folds cannot tell two models apart: the interval of their paired difference reaches into the margin
    that counts as equal. Never so on a single fold, which has no interval."""
    mine, theirs = _skills(best.run), _skills(other.run)
    gaps = [mine[fold] - theirs[fold] for fold in mine if fold in theirs]
    if len(gaps) < 2:
        return False
    rho = uncertainty.fold_rho(max(contest.plan.folds, 2))
    return uncertainty.corrected_t(gaps, rho, contest.plan.margin).low < contest.plan.margin


def _skills(run: Run) -> dict[int, float]:
    return {fit.fold: fit.skill for fit in run.fits if fit.skill is not None}
