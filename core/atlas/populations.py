"""Population verdicts: what the entries of the atlas say about each claim on the next data set of its kind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core import wording
from core.atlas.effects import EFFECTS, ClaimEffect, compared_records
from core.atlas.entries import AtlasEntry
from core.atlas.hierarchical_t import FEWEST, FoldDifferences, Population, population_of
from core.evaluation import uncertainty
from core.schema import Outcome

LEVEL = uncertainty.DECISION
# An outcome against a side stands while on no more than this share of the data sets it lost because it was stopped.
MOST_STOPPED = 0.1


@dataclass(frozen=True)
class SizedEffect:
    """The effect on so many rows of a data set: mean and interval over its folds, in the claim's unit."""

    rows: int
    gap: float
    low: float
    high: float


@dataclass(frozen=True)
class DatasetEffect:
    """The effect on one data set: mean and interval over its folds (``uncertainty.corrected_t``), in the claim's unit.

    exception: whether the other side leads beyond the margin by its own mean. stopped: the families whose training the
    budget stopped before it converged. crowded: whether times were taken beside other work. sizes: for a claim about
    the number of rows the effect at every size, the smallest first.
    """

    source: str
    title: str
    modality: str
    rows: int
    gap: float
    low: float
    high: float
    exception: bool = False
    stopped: tuple[str, ...] = ()
    crowded: bool = False
    sizes: tuple[SizedEffect, ...] = ()


@dataclass(frozen=True)
class PopulationVerdict:
    """What the shipped data sets say on one claim; of two numbers the first is the favoured side's.

    Attributes:
        outcome: by the mean effect over the population, at a probability of 95 %. because: in one sentence.
        favours, other: the families. says: the effect; unit: of it; margin: what counts as practically equal.
        next_better, next_equal, next_worse: probabilities on the next data set. mean_better, mean_equal, mean_worse:
            of the mean. mean, mean_low, mean_high: the mean effect with its 95 % interval; next_low, next_high: the
            interval of the next data set's effect. All None where too few data sets are there.
        datasets: on which it rests, the largest effect first. left_out: name -> why a data set has no voice.
        latest: date of the newest entry among them.
    """

    claim: str
    outcome: Outcome
    because: str
    favours: str
    other: str
    says: str
    unit: str
    margin: float
    next_better: float | None = None
    next_equal: float | None = None
    next_worse: float | None = None
    mean_better: float | None = None
    mean_equal: float | None = None
    mean_worse: float | None = None
    mean: float | None = None
    mean_low: float | None = None
    mean_high: float | None = None
    next_low: float | None = None
    next_high: float | None = None
    datasets: tuple[DatasetEffect, ...] = ()
    left_out: Mapping[str, str] | None = None
    latest: str = ""

    @property
    def exceptions(self) -> tuple[str, ...]:
        """Titles of the data sets on which the other side leads beyond the margin."""
        return tuple(one.title for one in self.datasets if one.exception)


def judge_populations(entries: Sequence[AtlasEntry]) -> tuple[PopulationVerdict, ...]:
    """One verdict a claim that the atlas measures, from the confirmation half only.

    Args:
        entries: of both halves and all sizes.
    """
    judged = [one for one in entries if one.half == "confirmation"]
    return tuple(judge_population(effect, judged) for effect in EFFECTS)


def judge_population(effect: ClaimEffect, entries: Sequence[AtlasEntry]) -> PopulationVerdict:
    """The verdict on one claim.

    Args:
        effect: what is measured for it. entries: at most one a source and size.
    """
    taken = [one for one in entries if effect.takes(one)]
    measured, left_out = _measured(effect, _of_one_size(taken, effect.smallest))
    margin = effect.margin([entry for entry, _ in measured])
    datasets = tuple(
        sorted((_dataset(effect, entry, found, margin, taken) for entry, found in measured), key=lambda one: -one.gap)
    )  # fmt: skip
    common = {
        "claim": effect.claim, "favours": effect.favours, "other": effect.other, "says": effect.says,
        "unit": effect.unit, "margin": margin, "datasets": datasets, "left_out": left_out,
        "latest": max((entry.finished for entry, _ in measured), default=""),
    }  # fmt: skip
    if len(measured) < FEWEST:
        because = (
            f"{wording.count_of(len(measured), 'shipped data set')} of this kind so far; a population takes {FEWEST}."
        )
        return PopulationVerdict(outcome="not measured", because=because, **common)  # type: ignore[arg-type]
    found = population_of([differences for _, differences in measured], margin)
    outcome, because = _outcome(found, effect.not_worse), _because(found, effect, len(measured))
    if effect.by_skill and (reason := _stopped_loser(effect, outcome, datasets)):
        outcome, because = "undecided", f"{because} {reason}"
    return PopulationVerdict(
        outcome=outcome, because=because, **common,  # type: ignore[arg-type]
        next_better=found.of_next.left, next_equal=found.of_next.equal, next_worse=found.of_next.right,
        mean_better=found.of_mean.left, mean_equal=found.of_mean.equal, mean_worse=found.of_mean.right,
        mean=found.mean, mean_low=found.mean_low, mean_high=found.mean_high, next_low=found.next_low,
        next_high=found.next_high,
    )  # fmt: skip


def _of_one_size(entries: Sequence[AtlasEntry], smallest: bool) -> list[AtlasEntry]:
    """One entry a source: all its rows, or its smallest size where it was played at a smaller one."""
    if not smallest:
        return [one for one in entries if one.share == 1]
    found: dict[str, AtlasEntry] = {}
    for one in sorted(entries, key=lambda one: one.share):
        if one.share > 1:
            found[one.source] = one
    return list(found.values())


def _measured(
    effect: ClaimEffect, entries: Sequence[AtlasEntry]
) -> tuple[list[tuple[AtlasEntry, FoldDifferences]], dict[str, str]]:
    """The entries that have a voice with their differences, and why the others have none."""
    measured, left_out = [], {}
    for entry in entries:
        pair = compared_records(entry, effect.favours, effect.other)
        differences = effect.differences(entry)
        if not entry.beats_chance:
            left_out[entry.title] = "nobody beat guessing"
        elif pair is None or differences is None:
            left_out[entry.title] = "it was not measured on both sides"
        else:
            measured.append((entry, differences))
    return measured, left_out


def _dataset(
    effect: ClaimEffect, entry: AtlasEntry, found: FoldDifferences, margin: float, every: Sequence[AtlasEntry]
) -> DatasetEffect:
    pair = compared_records(entry, effect.favours, effect.other) or ()
    posterior = uncertainty.corrected_t(found.values, found.overlap, margin)
    return DatasetEffect(
        source=entry.source, title=entry.title, modality=entry.facts.modality, rows=entry.facts.rows_used,
        gap=posterior.gap, low=posterior.low, high=posterior.high, exception=posterior.gap < -margin,
        stopped=tuple(one.family for one in pair if one.stopped), crowded=entry.beside_other_work,
        sizes=_sizes(effect, [one for one in every if one.source == entry.source], margin) if effect.smallest else (),
    )  # fmt: skip


def _sizes(effect: ClaimEffect, entries: Sequence[AtlasEntry], margin: float) -> tuple[SizedEffect, ...]:
    """The effect at every size of one data set at which both families have scores, the smallest first."""
    found = []
    for entry in sorted(entries, key=lambda one: one.facts.rows_used):
        if (differences := effect.differences(entry)) is not None:
            posterior = uncertainty.corrected_t(differences.values, differences.overlap, margin)
            found.append(SizedEffect(entry.facts.rows_used, posterior.gap, posterior.low, posterior.high))
    return tuple(found)


def _outcome(found: Population, not_worse: bool) -> Outcome:
    better, equal, worse = found.of_mean
    if worse >= LEVEL:
        return "contradicted"
    if better >= LEVEL or (not_worse and 1 - worse >= LEVEL):
        return "supported"
    return "tied" if equal >= LEVEL else "undecided"


def _stopped_loser(effect: ClaimEffect, outcome: Outcome, datasets: Sequence[DatasetEffect]) -> str:
    """Why an outcome cannot count against the side that it goes against, in a sentence; "" where it can."""
    if outcome not in ("supported", "contradicted"):
        return ""
    loser = effect.other if outcome == "supported" else effect.favours
    sign = 1 if outcome == "supported" else -1
    cut = [one for one in datasets if sign * one.gap > 0 and loser in one.stopped]
    if len(cut) <= MOST_STOPPED * len(datasets):
        return ""
    return (
        f"Undecided: on {wording.count_of(len(cut), 'data set')} where the {loser} side is behind, its training had "
        "not converged within the budget."
    )


def _because(found: Population, effect: ClaimEffect, count: int) -> str:
    """The mean effect with its interval in a sentence."""
    ours, theirs = effect.favours, effect.other
    if effect.logarithm:
        # Positive: the other side takes more.
        behind, ahead = (theirs, ours) if found.mean >= 0 else (ours, theirs)
        middle, *edges = (
            10 ** (value if found.mean >= 0 else -value) for value in (found.mean, found.mean_low, found.mean_high)
        )
        low, high = sorted(edges)
        told = f"{behind} takes {middle:.3g} times {effect.amount} that {ahead} takes"
        span = f"{low:.3g} to {high:.3g}"
    else:
        ahead, behind = (ours, theirs) if found.mean >= 0 else (theirs, ours)
        low, high = sorted(value if found.mean >= 0 else -value for value in (found.mean_low, found.mean_high))
        told = f"{ahead} is ahead of {behind} by {abs(found.mean):.1f} points of skill {effect.amount}"
        span = wording.format_interval(low, high)
    held = f" The claim holds where {ours} is not worse: the cheaper side need not win." if effect.not_worse else ""
    return f"Over {wording.count_of(count, 'shipped data set')} {told}, on average (95 % interval {span}).{held}"
