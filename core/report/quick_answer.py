"""What a quick answer came to in words: who leads, who was dropped when and why, and how much work it took."""

from __future__ import annotations

from core.report import standings
from core.report.standings import ContestantScores
from core.schema import Contest, JsonObject
from core.units import format_count, format_points
from core.wording import count_of

NO_VERDICT = (
    "This is a quick answer and no verdict on deep or classical: after each fold those who were behind were dropped, "
    "and whoever stays was kept for the same scores that are shown."
)
NEXT = "Next: play the full contest, which fits everyone on every fold and gives a verdict."


def is_quick(contest: Contest) -> bool:
    """Whether a contest dropped contestants on the way, as its plan said before the first fit."""
    return contest.plan.strategy == "halving"


def heading(contest: Contest) -> str:
    """Who leads, in a handful of words."""
    ranked = _ranked(contest)
    if not ranked or ranked[0].mean <= 0:
        return "Quick answer: no model beats chance"
    return f"Quick answer: {ranked[0].run.title}"


def lead(contest: Contest) -> str:
    """By how much the first leads the second, what the answer is and is not, and what it took."""
    ranked, share = _ranked(contest), work_share(contest)
    if not ranked:
        return NO_VERDICT
    best = ranked[0]
    said = f"{best.run.title} reaches {format_points(best.mean)} points of skill over {_folds(best)}"
    if len(ranked) > 1 and ranked[1].run.dropped is None:
        other = ranked[1]
        said += f", {other.run.title} {format_points(other.mean)} over {_folds(other)}"
    work = "" if share is None else (
        f" It took {100 * share:.0f} % of the declared training of {format_count(contest.plan.folds, 'fold')} for all."
    )  # fmt: skip
    return f"{said}. {NO_VERDICT}{work}"


def dropped_sentences(contest: Contest) -> list[str]:
    """One sentence for each contestant that was dropped: when and why, the last to leave first."""
    left = sorted(
        ((run.title, run.dropped) for run in contest.runs if run.dropped is not None),
        key=lambda one: -one[1].after,
    )
    return [f"{title} was dropped after {count_of(drop.after, 'fold')}: {drop.reason}." for title, drop in left]


def work_share(contest: Contest) -> float | None:
    """Declared seconds of all training over those of one round of folds for everyone, judged by the first fold; None
    where no work was declared."""
    fits = [fit for run in contest.runs for fit in run.fits]
    first = sum(fit.work_seconds or 0.0 for fit in fits if fit.fold == 0)
    return sum(fit.work_seconds or 0.0 for fit in fits) / (contest.plan.folds * first) if first else None


def quick_answer_to_json(contest: Contest) -> JsonObject:
    """What the JSON of a contest says of a quick answer; nothing for any other contest."""
    if not is_quick(contest):
        return {}
    ranked = _ranked(contest)
    dropped = [
        {"key": run.contestant, "after": run.dropped.after, "reason": run.dropped.reason}
        for run in contest.runs
        if run.dropped is not None
    ]
    return {
        "quick_answer": {
            "leads": ranked[0].run.contestant if ranked else None, "work_share": work_share(contest),
            "dropped": dropped, "note": NO_VERDICT,
        }
    }  # fmt: skip


def _ranked(contest: Contest) -> list[ContestantScores]:
    return [one for one in standings.rank_contestants(contest) if one.run.family != "chance"]


def _folds(one: ContestantScores) -> str:
    return count_of(len(one.values), "fold")
