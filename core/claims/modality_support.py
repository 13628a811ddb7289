"""Row 7, modality support: away from tables, is the deep side ahead?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from core import wording
from core.evaluation import uncertainty
from core.judging import contest_parts, votes
from core.judging.vote_wording import format_values
from core.schema import Claim, Contest, JsonObject, Outcome, Run, Verdict


def vote(contest: Contest) -> votes.ClaimVote | None:
    """One ballot a data set of pictures, texts, sounds or series: the contest's own comparison on skill."""
    modality = str(contest.dataset.get("modality", "table"))
    one = votes.comparison_of(contest, "skill")
    if not contest_parts.is_unstructured(modality) or one is None:
        return None
    ahead = votes.winning_family(contest, one)
    outcomes: dict[str, Outcome] = {"deep": "supported", "classical": "contradicted", "tie": "tied"}
    runs = votes.representatives(contest)
    pretrained = " (pretrained)" if "deep" in runs and runs["deep"].pretrained else ""
    because = (
        f"On {modality} data the deep contestant{pretrained} stands at {one.gap:+z.1f} points of skill against the "
        f"classical one {wording.format_interval(one.low, one.high)}."
    )
    scores = {
        family: tuple(fit.skill for fit in runs[family].fits if fit.skill is not None)
        for family in votes.PLAYING
        if family in runs
    }
    spoken = (f"{family} {format_values(s, 'points', votes.fold_overlap(contest))}" for family, s in scores.items())
    numbers = {"modality": modality, "gap": [one.gap, one.low, one.high], "pretrained": bool(pretrained)}
    measured = f"{modality}: {' | '.join(spoken)}"
    return votes.ClaimVote(outcomes.get(str(ahead), "undecided"), because, measured, numbers)


def judge(claim: Claim, contests: Sequence[Contest]) -> Verdict:
    """Every modality but tables votes with its latest contest a data set; the evidence carries the whole matrix."""
    everything = [*contests, *contest_parts.short_contests(contests)]
    verdict = votes.combine_votes(claim, everything, vote, "play a contest on pictures, texts, sounds or series")
    return replace(verdict, evidence={**verdict.evidence, "matrix": matrix(everything)})


def matrix(contests: Sequence[Contest]) -> list[JsonObject]:
    """Modality x family over everything played: mean skill over data sets, how often above chance, how often best."""
    cells: dict[tuple[str, str], list[tuple[float, bool, bool]]] = {}
    stages: dict[tuple[str, str], tuple[str, ...]] = {}
    for contest in contests:
        runs = votes.representatives(contest)
        skills = {
            family: [fit.skill for fit in runs[family].fits if fit.skill is not None]
            for family in votes.PLAYING
            if family in runs
        }
        means = {family: sum(found) / len(found) for family, found in skills.items() if found}
        for family, mean in means.items():
            sure = (
                len(skills[family]) > 1
                and uncertainty.corrected_t(skills[family], votes.fold_overlap(contest), 0.0).low > 0
            )
            cell = cells.setdefault((str(contest.dataset.get("modality", "table")), family), [])
            cell.append((mean, sure, mean == max(means.values())))
            stages.setdefault((str(contest.dataset.get("modality", "table")), family), steps(runs[family]))
    return [
        {
            "modality": modality,
            "family": family,
            "contests": len(found),
            "skill": sum(one[0] for one in found) / len(found),
            "above_chance": sum(one[1] for one in found),
            "best": sum(one[2] for one in found),
            "steps": list(stages[modality, family]),
        }
        for (modality, family), found in sorted(cells.items())
    ]


def steps(run: Run) -> tuple[str, ...]:
    """The stages between the raw input and the answer, as the fitted model describes itself: each kind of hand-made
    feature, a projection, the learner on top; a network that takes the input as it is has one."""
    kind, head = str(run.facts.get("kind") or ""), run.facts.get("head")
    if not head:
        return (kind or run.title,)
    made = [part.strip() for part in kind.replace(" and ", ", ").split(",") if part.strip()]
    projected = ["principal components"] if run.facts.get("components") else []
    return (*made, *projected, str(head))


CLAIM = Claim(
    key="modality_support",
    row=7,
    title="Modality support",
    says="Networks take text, pictures, sound and video as they come; classical models fit tables best.",
    favours="deep",
    needs=(),
    judge=judge,
    by_skill=True,
    rule="Each data set of pictures, clips, texts, sounds or series votes by the winner of deep against classical on "
    "skill (beyond the margin with probability .95); tables have no vote, and writing on has a use case of its own. "
    "Short contests on embedded data stand in for kinds that were not played in full. Several data sets: supported "
    "when those decided agree and outnumber the ties, or when 95 % of the posterior lies above one half.",
    evidence=("mixed_inputs",),
)
