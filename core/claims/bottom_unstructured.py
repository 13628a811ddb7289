"""Bottom line: take deep learning by default for pictures, texts, sounds and series."""

from __future__ import annotations

from collections.abc import Sequence

from core import wording
from core.judging import contest_parts, votes
from core.schema import Claim, Contest, Outcome, Verdict


def vote(contest: Contest) -> votes.ClaimVote | None:
    """One ballot a data set: the dearer road is a default only where it is clearly ahead."""
    one = votes.comparison_of(contest, "skill")
    modality = str(contest.dataset.get("modality", ""))
    if not contest_parts.is_unstructured(modality) or one is None:
        return None
    outcomes: dict[str, Outcome] = {"deep": "supported", "classical": "contradicted", "tie": "tied"}
    outcome = outcomes.get(str(votes.winning_family(contest, one)), "undecided")
    runs = votes.representatives(contest)
    how = "pretrained" if "deep" in runs and runs["deep"].pretrained else "from scratch"
    because = (
        f"On {contest.dataset.get('name', modality)} ({modality}) deep, {how}, stands at {one.gap:+z.1f} points of "
        f"skill against classical {wording.format_interval(one.low, one.high)}."
    )
    numbers = {"gap": one.gap, "modality": modality, "pretrained": how == "pretrained"}
    return votes.ClaimVote(outcome, because, f"deep - classical {one.gap:+z.1f} points", numbers)


def judge(claim: Claim, contests: Sequence[Contest]) -> Verdict:
    """Every unstructured data set played, further parts of use cases among them, votes with its latest contest."""
    missing = "play a contest on pictures, texts, sounds or series"
    return contest_parts.soften_verdict(votes.combine_votes(claim, contest_parts.all_contests(contests), vote, missing))


CLAIM = Claim(
    key="deep_for_unstructured",
    row=14,
    title="Deep by default for unstructured data",
    says="Take deep learning by default for text, pictures, sound and video.",
    favours="deep",
    needs=(),
    judge=judge,
    by_skill=True,
    rule="Each data set of pictures, clips, texts, sounds or series votes by the winner of deep against classical on "
    "skill (beyond the margin with probability .95). Several: supported when those decided agree and outnumber the "
    "ties, or when 95 % of the posterior lies above one half; contradicted in the mirrored case; undecided when "
    "at least half of them are. Video is played on one semi-synthetic sample, or on clips of your own.",
    section="bottom line",
)
