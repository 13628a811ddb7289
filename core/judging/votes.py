"""Votes of contests on a claim: one vote a data set, and one verdict from all votes, with the numbers in words."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from core import registry
from core.evaluation import uncertainty
from core.judging import chance_level, stopped_training, vote_counts
from core.schema import Claim, Comparison, Contest, Facts, Family, JsonObject, MeasurementResult, Outcome, Run, Verdict
from core.wording import count_of, join_words

LEVEL = uncertainty.DECISION
FACTOR = 1.25
PLAYING: tuple[Family, ...] = ("classical", "deep", "hybrid")


@dataclass(frozen=True)
class ClaimVote:
    """What one contest says about one claim. ``because`` is a sentence with the numbers, ``measured`` a line for the
    table that names each family's figure, ``numbers`` the same for charts (JSON-able)."""

    outcome: Outcome
    because: str
    measured: str = ""
    numbers: Facts = field(default_factory=dict)
    contest: str = ""
    dataset: str = ""
    regime: str = ""


Vote = Callable[[Contest], ClaimVote | None]


def representatives(contest: Contest) -> dict[Family, Run]:
    """The run that stands for each family: the one the contest's comparisons name, else the first that finished.

    Args:
        contest: finished or not.
    """
    named = {key for one in contest.comparisons for key in (one.left, one.right)}
    found: dict[Family, Run] = {}
    for run in sorted(contest.runs, key=lambda run: run.contestant not in named):
        if run.error is None and any(fit.error is None for fit in run.fits):
            found.setdefault(run.family, run)
    return found


def reading_of(run: Run | None, key: str) -> MeasurementResult | None:
    """A run's reading, None when it was not measured or is empty.

    Args:
        run: a run; None gives None. key: of the measurement.
    """
    found = run.readings.get(key) if run is not None else None
    return found if found is not None and found.values else None


def reading_pair(
    contest: Contest, key: str, left: Family = "deep", right: Family = "classical"
) -> tuple[MeasurementResult, MeasurementResult] | None:
    """Both families' readings of one measurement: of the run that stands for the family, else of any relative.

    Args:
        contest: finished or not. key: of the measurement. left, right: the families.

    Returns:
        Left and right reading; None where one is missing.
    """
    found = [_of_family(contest, family, key) for family in (left, right)]
    return None if found[0] is None or found[1] is None else (found[0], found[1])


def _of_family(contest: Contest, family: Family, key: str) -> MeasurementResult | None:
    first = reading_of(representatives(contest).get(family), key)
    relatives = (reading_of(run, key) for run in contest.runs if run.family == family)
    return first or next((one for one in relatives if one is not None), None)


def family_readings(contest: Contest, key: str) -> dict[Family, MeasurementResult]:
    """Each family's reading of one measurement, where there is one.

    Args:
        contest: finished or not. key: of the measurement.
    """
    found = {family: _of_family(contest, family, key) for family in PLAYING}
    return {family: one for family, one in found.items() if one is not None}


def comparison_of(
    contest: Contest, measurement: str, left: Family = "deep", right: Family = "classical"
) -> Comparison | None:
    """The contest's own comparison of two families, None when there is none with numbers.

    Args:
        contest: finished or not. measurement: compared. left, right: the families, in this order.
    """
    families = {run.contestant: run.family for run in contest.runs}
    for one in contest.comparisons:
        known = (families.get(one.left), families.get(one.right)) == (left, right)
        if known and one.measurement == measurement and math.isfinite(one.gap):
            return one
    return None


def winning_family(contest: Contest, one: Comparison) -> Family | str:
    """The family that a comparison declares the winner, "tie" or "undecided".

    Args:
        contest: knows the families. one: a comparison of it.
    """
    families = {run.contestant: run.family for run in contest.runs}
    return families.get(one.winner, one.winner)


def outcome_of(found: uncertainty.Posterior, level: float = LEVEL) -> Outcome:
    """Supported when left is better with this probability, contradicted when right is, tied when practically equal.

    Args:
        found: left minus right with three probabilities. level: the probability that decides.
    """
    if found.p_left_better >= level:
        return "supported"
    if found.p_right_better >= level:
        return "contradicted"
    return "tied" if found.p_tie >= level else "undecided"


def ratio_posterior(left: Sequence[float], right: Sequence[float], rho: float | None = None) -> uncertainty.Posterior:
    """The factor by which left exceeds right, as log10, practically equal within a factor of 1.25.

    Args:
        left, right: positive readings, in one unit.
        rho: n_test / n_train: paired over the folds, where the lengths agree; None: two independent samples with
            unequal spreads. One reading a side has no interval: the posterior is a point.

    Returns:
        The log10 ratio with its interval and three probabilities.

    Reference:
        Nadeau & Bengio 2003; Welch 1947.
    """
    first, second = (np.log10(np.maximum(np.asarray(values, dtype=float), 1e-12)) for values in (left, right))
    margin = math.log10(FACTOR)
    if rho is not None and len(first) == len(second) >= 2:
        return uncertainty.corrected_t(first - second, rho, margin)
    return uncertainty.welch_t(first, second, margin)


def fold_overlap(contest: Contest) -> float:
    """The overlap n_test / n_train of the contest's folds.

    Args:
        contest: with its plan.

    Returns:
        1 / (K - 1), the rho of the corrected variance.
    """
    return uncertainty.fold_rho(max(2, contest.plan.folds))


def mirrored(found: uncertainty.Posterior) -> uncertainty.Posterior:
    """The same difference seen from the other side: right minus left.

    Args:
        found: left minus right.
    """
    gap, low, high, left, tie, right = found
    return uncertainty.Posterior(-gap, -high, -low, right, tie, left)


def majority_outcome(votes: Iterable[int]) -> Outcome:
    """The outcome of several items, each +1 for the document, -1 against, 0 level.

    Supported or contradicted when one side is ahead by two items at least, or by one with none against it; tied when
    every item is level; undecided otherwise.

    Args:
        votes: one number an item.
    """
    cast = list(votes)
    ahead, behind = sum(vote > 0 for vote in cast), sum(vote < 0 for vote in cast)
    if not ahead and not behind:
        return "tied" if cast else "undecided"
    if ahead - behind >= 2 or (ahead and not behind):
        return "supported"
    if behind - ahead >= 2 or (behind and not ahead):
        return "contradicted"
    return "undecided"


def combine_votes(claim: Claim, contests: Sequence[Contest], vote: Vote, missing: str = "") -> Verdict:
    """One verdict from every contest played: the latest that could vote counts for its data set.

    One data set decides alone. Of several, supported (contradicted) when decided ones all agree and are no fewer
    than the ties, or when the Beta(1 + for, 1 + against) posterior puts 95 % on more than half; tied when ties
    outweigh; undecided when they disagree. A contest on whose data nobody beat guessing has no vote on a claim that
    rests on fitted models (``Claim.learned``), and on a claim about how well models answer (``Claim.by_skill``) none is
    cast against a family whose training the budget stopped.

    Args:
        claim: to judge. contests: in any order.
        vote: contest -> its vote, or None when it did not measure what the claim needs.
        missing: what to do about it, in words; by default the measurements to run.

    Reference:
        Gelman et al. 2013, "Bayesian data analysis", 2.1 (Beta posterior of a share).
    """
    voting = [one for one in contests if not (claim.learned and chance_level.nobody_beats_chance(one))]
    ballots = _latest(voting, lambda contest: _fair_vote(claim, contest, vote))
    idle = _silent_names(contests, ballots, vote) if claim.learned else []
    evidence = {"row": claim.row, "ballots": [_plain(one) for one in ballots], "abstained": idle}
    if not ballots and idle:
        because = f"No vote: {chance_level.NO_VOTE} ({', '.join(idle)})."
        return Verdict(claim.key, "not measured", because, contests[-1].regime, evidence=evidence)
    if not ballots:
        button = ",".join(claim.needs) or "contest"
        wanted = missing or f"measure {_titles(claim.needs)} on a finished contest"
        held = "none has it" if len(contests) > 1 else "it has not been measured there"
        played = (
            f"{count_of(len(contests), 'contest')} played, {held}" if contests else "no contest has been played yet"
        )
        return Verdict(
            claim.key, "not measured", f"Not measured: {played}; {wanted}.", evidence=evidence, button=button
        )
    apart = f" No vote from {', '.join(idle)}: {chance_level.NO_VOTE}." if idle else ""
    if len(ballots) == 1:
        only = ballots[0]
        return Verdict(claim.key, only.outcome, only.because + apart, only.regime, only.measured, evidence)
    outcome, counts = vote_counts.count_votes([ballot.outcome for ballot in ballots])
    latest = ballots[0]
    because = f"{counts} The latest: {latest.because}{apart}"
    regime = f"{len(ballots)} data sets; the latest: {latest.regime}"
    return Verdict(claim.key, outcome, because, regime, latest.measured, evidence)


def _fair_vote(claim: Claim, contest: Contest, vote: Vote) -> ClaimVote | None:
    """The contest's vote, undecided where it would go against a family whose training was stopped."""
    cast = vote(contest)
    if cast is None or not claim.by_skill:
        return cast
    reason = stopped_training.stopped_loser(contest, claim.favours, cast.outcome)
    return replace(cast, outcome="undecided", because=f"{reason} {cast.because}") if reason else cast


def _data_mark(contest: Contest) -> str:
    """What tells data sets apart: their digest, else their name."""
    return str(contest.dataset.get("digest") or contest.dataset.get("name") or contest.id)


def _silent_names(contests: Sequence[Contest], ballots: Sequence[ClaimVote], vote: Vote) -> list[str]:
    """Names of the data sets without a ballot on which nobody beat guessing, though the rule would have voted."""
    cast = {ballot.contest for ballot in ballots}
    spoken = {_data_mark(one) for one in contests if one.id in cast}
    idle = [one for one in contests if _data_mark(one) not in spoken and chance_level.nobody_beats_chance(one)]
    return list({_data_mark(one): str(one.dataset.get("name") or one.id) for one in idle if vote(one)}.values())


def _latest(contests: Sequence[Contest], vote: Vote) -> list[ClaimVote]:
    """One vote a data set, newest contest first."""
    ballots: dict[str, ClaimVote] = {}
    order = sorted(enumerate(contests), key=lambda entry: (entry[1].finished, entry[0]), reverse=True)
    for _, contest in order:
        mark = _data_mark(contest)
        if mark in ballots:
            continue
        cast = vote(contest)
        if cast is not None and cast.outcome != "not measured":
            name = str(contest.dataset.get("name", ""))
            ballots[mark] = replace(cast, contest=contest.id, dataset=name, regime=cast.regime or contest.regime)
    return list(ballots.values())


def _titles(keys: Sequence[str]) -> str:
    """The measurements of these keys, in quotes: by the question under which pages offer them, else by title."""
    there = registry.discover("measurements")
    return join_words([f"“{there[key].question or there[key].title}”" if key in there else f"“{key}”" for key in keys])


def _plain(ballot: ClaimVote) -> JsonObject:
    return {
        "contest": ballot.contest,
        "dataset": ballot.dataset,
        "outcome": ballot.outcome,
        "because": ballot.because,
        "measured": ballot.measured,
        "numbers": dict(ballot.numbers),
    }
