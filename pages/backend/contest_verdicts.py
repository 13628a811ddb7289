"""Verdicts, comparisons and recommendations on finished contests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from core import verdicts
from core.evaluation import training_ends
from core.judging import prompt_worth, use_case_rules, votes
from core.profiling import break_even
from core.schema import Comparison, Contest, Family, MeasurementResult, Recommendation, Verdict
from pages.backend import derived_cache


def judge_claims(contests: Sequence[Contest]) -> dict[str, Verdict]:
    """Every claim of the document judged on these contests: claim key -> verdict."""
    return derived_cache.cached_for_all(
        contests, "judged", lambda: {verdict.claim: verdict for verdict in verdicts.judge(contests)}
    )


def recommend(contest: Contest, rates: Mapping[str, float], bounds: Mapping[str, float]) -> Recommendation:
    """The recommendation under the user's exchange rates and hard limits."""
    asked = ("advice", *sorted(rates.items()), "within", *sorted(bounds.items()))
    return derived_cache.cached_for(contest, asked, lambda: verdicts.recommend(contest, rates, bounds))


def default_rates() -> dict[str, float]:
    """The exchange rates a recommendation starts from, in points of skill."""
    return verdicts.default_rates()


def budget_for_convergence(contest: Contest) -> tuple[str, float] | None:
    """Who was stopped by the budget in the primary comparison, and the budget in seconds that would do (estimated).

    Returns:
        Titles and seconds; None where nobody was stopped, or what they need is not known.
    """
    first = next((one for one in contest.comparisons if one.measurement == "skill"), None)
    runs = [run for run in contest.runs if first is not None and run.contestant in first.stopped]
    needs = [training_ends.budget_needed(run, contest.plan.budget_seconds) for run in runs]
    known = [seconds for seconds in needs if seconds is not None]
    return (" and ".join(run.title for run in runs), max(known)) if known else None


def describe_comparison(comparison: Comparison) -> str:
    """A comparison in one sentence, with its interval and margin."""
    return verdicts.comparison_sentence(comparison)


def compare_learning_curves(contest: Contest) -> dict[str, Any]:
    """The learning curves of both sides with their extrapolation and where one overtakes the other."""
    return derived_cache.cached_for(contest, "appetite", lambda: verdicts.compare_learning_curves(contest))


def compare_surgeries(contest: Contest) -> list[dict[str, Any]]:
    """The gap of every pair after each operation on the table, with its interval and its change."""
    return verdicts.compare_surgeries(contest)


def measure_disagreement(contest: Contest) -> dict[str, Any]:
    """The share of rows on which equally accurate contestants differ, with its interval, and those rows."""
    return verdicts.measure_disagreement(contest)


def paired_measurements(contest: Contest, key: str) -> tuple[MeasurementResult, MeasurementResult] | None:
    """One measurement of the deep and of the classical side, or None where one of them lacks it."""
    return votes.reading_pair(contest, key)


def label_savings(contest: Contest, key: str) -> list[dict[str, Any]]:
    """How many labels or rows each pretrained run saves against each run from scratch of its family.

    Args:
        key: the measurement with the curves, ``few_shot`` or ``learning_curve``.
    """
    return break_even.break_even_points(contest, key)


def prompt_worth_in_labels(contest: Contest) -> list[str]:
    """How many labels per class each prompted language model is worth against each classical run, in sentences."""
    return [worth.because for worth in prompt_worth.prompts_worth(contest)]


def use_case_winners(contest: Contest, favours: Family) -> list[tuple[str, str | None]]:
    """Who won each part of a played use case.

    Args:
        favours: the family that the document names.

    Returns:
        (title of the part, "" where there is only one; the family, "tie", or None without a comparison).
    """
    parts = use_case_rules.parts_of(contest)
    titles = [str(part["title"]) if len(parts) > 1 else "" for part in parts]
    return [(title, use_case_rules.winning_family(part, favours)) for title, part in zip(titles, parts, strict=True)]
