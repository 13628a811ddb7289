"""The answer of a contest in words and numbers, as pages and reports give it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from core import registry, verdicts
from core.report import quick_answer, standings
from core.report.standings import PrimaryComparison
from core.schema import FAMILY_TITLES, Comparison, Contest, Modality
from core.units import format_count, format_points, format_seconds
from core.verdicts import metric_scales as scales

HYBRID_UNKNOWN = "And the hybrid?"


@dataclass(frozen=True)
class VerdictSummary:
    """The answer to "deep or classical" on one contest.

    ``comparison`` is None where the two sides could not be compared; ``reason`` then says why, and only ``heading``,
    ``data_name``, ``target`` and ``error`` are meant to be shown beside it. A quick answer has none either: its
    ``lead`` says what it is, and no ``reason`` is needed. ``lead`` is the reason of the heading in
    one sentence with the gap and its interval. ``tested`` counts the items of the first fold's test part;
    ``hybrid_sentences`` is empty where no hybrid was compared.
    """

    heading: str
    lead: str
    data_name: str
    target: str | None
    error: str | None
    comparison: PrimaryComparison | None
    reason: str = ""
    sentence: str = ""
    hybrid_heading: str = ""
    hybrid_sentences: tuple[str, ...] = ()
    tested: str = ""
    scope: str = ""
    basis: str = ""
    conditions: str = ""

    @property
    def has_interval(self) -> bool:
        """Whether the interval and the three probabilities are finite; a single fold of a flawless pair has neither."""
        found = self.comparison
        return found is not None and math.isfinite(
            found.low + found.high + found.p_classical + found.p_tie + found.p_deep
        )

    @property
    def speaks_of_approaches(self) -> bool:
        """Whether the verdict is about the two approaches, not only about the two models that were trained."""
        return self.comparison is not None and self.comparison.comparison.scope == "approaches"


def summarize_verdict(contest: Contest) -> VerdictSummary:
    """What the verdict panel shows of a contest.

    Args:
        contest: finished, or with all of its folds scored.

    Returns:
        the texts and numbers, unescaped: whoever draws them escapes Markdown.
    """
    found = standings.primary_comparison(contest)
    name, target = str(contest.dataset.get("name", "data")), contest.dataset.get("target")
    title, about = verdict_heading(contest, found), None if not target else str(target)
    if quick_answer.is_quick(contest):
        told, told_scope = quick_answer.lead(contest), _describe_scope(contest)
        return VerdictSummary(title, told, name, about, contest.error, None, scope=told_scope)
    if found is None or not math.isfinite(found.gap):
        reasons = [one.because for one in contest.comparisons if one.measurement == "skill" and one.because]
        reason = reasons[0] if reasons else "One of the two sides has no scored fold."
        return VerdictSummary(title, "", name, about, contest.error, None, reason)
    others = standings.hybrid_comparisons(contest)
    return VerdictSummary(
        heading=title,
        lead=describe_lead(contest, found),
        data_name=name,
        target=about,
        error=contest.error,
        comparison=found,
        sentence=verdicts.comparison_sentence(found.comparison),
        hybrid_heading=describe_hybrid(contest, others),
        hybrid_sentences=tuple(verdicts.comparison_sentence(other) for other in others),
        tested=format_count(_count_tested(contest), _unit_noun(contest)),
        scope=_describe_scope(contest),
        basis=_describe_basis(contest, found),
        conditions=_describe_conditions(contest),
    )


def verdict_heading(contest: Contest, comparison: PrimaryComparison | None) -> str:
    """The answer in a handful of words, no more than the interval carries."""
    if quick_answer.is_quick(contest):
        return quick_answer.heading(contest)
    if comparison is None or not math.isfinite(comparison.gap):
        return "No verdict: deep and classical could not be compared"
    best = max((scores.mean for scores in standings.rank_contestants(contest)), default=0.0)
    if best <= 0:
        return "Nothing to learn here that either side finds"
    winner = comparison.comparison.winner
    if comparison.comparison.scope != "approaches":
        return "Not enough folds for a conclusion"
    if winner == "tie":
        return "Practically equal: take the cheaper one"
    # A use case is played on prepared data, everything else on what the visitor chose.
    owner = "this" if contest.scenario else "your"
    for won, lost, family in (
        (comparison.classical, comparison.deep, "Classical"),
        (comparison.deep, comparison.classical, "Deep"),
    ):
        if winner == won.contestant and lost.contestant in comparison.comparison.stopped:
            return f"{family} is better within {format_seconds(contest.plan.budget_seconds)} of training"
        if winner == won.contestant:
            return f"{family} wins on {owner} data"
    return f"No clear winner on {owner} data"


def describe_lead(contest: Contest, comparison: PrimaryComparison) -> str:
    """The reason of the heading in one sentence: who is ahead by how much, the interval, and what is in doubt."""
    found = comparison.comparison
    ahead, behind, gap = comparison.ahead, comparison.behind, comparison.lead
    low, high = comparison.lead_interval
    between = ""
    if math.isfinite(low + high):
        share = f"{100 * (found.level if found.coverage is None else found.coverage):.1f}".removesuffix(".0")
        over = f"{found.n} folds" if found.scope != "these two models only" else "over test rows"
        between = f" ({share} % interval {_signed(low)} to {_signed(high)}, {over})"
    lead = f"{ahead.title} is ahead of {behind.title} by {format_points(gap)} points of skill{between}"
    if scales.looks_level(found):
        lead = f"{ahead.title} and {behind.title} score the same{between}"
    if found.scope != "approaches":
        folds = max((len(run.fits) for run in contest.runs), default=0)
        return f"Preliminary, after {folds} of {contest.plan.folds} folds: {lead}."
    if found.winner == "tie":
        return f"{lead}; the difference is within the equivalence margin of {contest.plan.margin:g}."
    if found.winner != "undecided":
        return f"{lead}."
    if comparison.low > 0 or comparison.high < 0:
        return f"{lead}; it may still be within the equivalence margin of {contest.plan.margin:g}."
    return f"{lead}, which may be chance."


def _signed(value: float) -> str:
    """Points of skill with a true minus sign."""
    return format_points(value).replace("-", "\N{MINUS SIGN}")


def describe_hybrid(contest: Contest, comparisons: Sequence[Comparison]) -> str:
    """How far the hybrid is ahead of or behind either side, in one line.

    Args:
        comparisons: of the hybrid with one family each, as ``hybrid_comparisons`` returns them.
    """
    families = {run.contestant: run.family for run in contest.runs}
    phrases = []
    for one in comparisons:
        is_left = families.get(one.left) == "hybrid"
        lead, other = (one.gap, one.right) if is_left else (-one.gap, one.left)
        if math.isfinite(lead):
            distance = f"{format_points(abs(lead))} points {'ahead of' if lead >= 0 else 'behind'}"
            family = FAMILY_TITLES[families[other]].lower()
            level = scales.looks_level(one)
            doubt = "" if level or one.winner != "undecided" else " (undecided)"
            phrases.append(f"{'level with' if level else distance} {family}{doubt}")
    return "The hybrid is " + " and ".join(phrases) if phrases else HYBRID_UNKNOWN


def modality_of(contest: Contest) -> Modality:
    """The kind of data that a contest was played on."""
    return registry.modality(str(contest.dataset.get("modality") or "table"))


def _unit_noun(contest: Contest) -> str:
    """What the data of a contest are made of: "row", "picture"."""
    return modality_of(contest).unit_noun


def _count_tested(contest: Contest) -> int:
    """How many items the first fold was scored on."""
    first = [fit for run in contest.runs for fit in run.fits if fit.fold == 0]
    counts = [len(kept) for fit in first for kept in (fit.units, fit.rows) if kept is not None]
    return max(counts, default=0)


def _describe_scope(contest: Contest) -> str:
    """The rows, folds and training time behind the answer, in one short line."""
    return f"{_describe_data(contest)} · {format_seconds(contest.plan.budget_seconds)} of training"


def _describe_data(contest: Contest) -> str:
    """The rows used of those there are, and the folds."""
    used, rows, noun = contest.dataset.get("rows_used"), contest.dataset.get("rows", 0), _unit_noun(contest)
    data = format_count(used, noun) if used == rows else f"{used or 0:,} of {format_count(rows, noun)}"
    folds = max((len(run.fits) for run in contest.runs), default=0)
    return f"{data}, {folds} {'fold' if folds == 1 else 'folds'}"


def _describe_basis(contest: Contest, comparison: PrimaryComparison) -> str:
    """The rows, folds, seconds and margin that the verdict rests on."""
    approaches = comparison.comparison.scope == "approaches"
    reach = "Applies to retraining both approaches on similar data. " if approaches else ""
    return (
        f"Measured here: {_describe_data(contest)}, both sides on the same folds, "
        f"{format_seconds(contest.seconds.get('total'))} in all. Equivalence margin: "
        f"{contest.plan.margin:g} {'point' if contest.plan.margin == 1 else 'points'} of skill. "
        f"{reach}Digest {contest.digest[:16]}."
    )


def _describe_conditions(contest: Contest) -> str:
    """Under what the verdict holds: data, time, who was trained from scratch, hardware, augmentation."""
    machine, plan, kind = contest.machine, contest.plan, modality_of(contest)
    pretrained = [run.title for run in standings.scored_runs(contest) if run.family != "chance" and run.pretrained]
    trained = f"pretrained: {', '.join(pretrained)}; the others from scratch"
    cores = machine.cores
    device = machine.gpu if machine.device == "cuda" else machine.cpu
    hardware = " with ".join(
        part for part in (str(device or ""), f"{cores:g} {'core' if cores == 1 else 'cores'}" if cores else "") if part
    )
    phrases = [
        format_count(contest.dataset.get("rows_used"), kind.unit_noun),
        f"{format_seconds(plan.budget_seconds)} of training",
        trained if pretrained else "all models trained from scratch",
        hardware or "hardware unknown",
    ]
    if not kind.structured and not plan.augment:
        phrases.append("no augmentation")
    return "Under these conditions: " + " · ".join(phrases) + "."
