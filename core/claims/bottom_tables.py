"""Bottom line: take classical learning by default for tables."""

from __future__ import annotations

from collections.abc import Sequence

from core import registry, wording
from core.judging import contest_parts, votes
from core.schema import Claim, Contest, Outcome, Verdict


def vote(contest: Contest) -> votes.ClaimVote | None:
    """One ballot a table: a default holds where it is not worse, because it is also the cheaper road."""
    one = votes.comparison_of(contest, "skill")
    if not registry.modality(str(contest.dataset.get("modality"))).structured or one is None:
        return None
    outcome: Outcome = "undecided"
    if one.scope == "approaches" and one.p_left_better == one.p_left_better:
        if one.p_left_better >= votes.LEVEL:
            outcome = "contradicted"
        elif 1.0 - one.p_left_better >= votes.LEVEL:
            outcome = "supported"
    because = (
        f"On {contest.dataset.get('name', 'a table')} classical stands at {-one.gap:+z.1f} points of skill against "
        f"deep {wording.format_interval(-one.high, -one.low)}."
    )
    return votes.ClaimVote(outcome, because, f"classical - deep {-one.gap:+z.1f} points", {"gap": -one.gap})


def judge(claim: Claim, contests: Sequence[Contest]) -> Verdict:
    """Every table played, further parts of use cases among them, votes with its latest contest."""
    verdict = votes.combine_votes(claim, contest_parts.all_contests(contests), vote, "play a contest on a table")
    return contest_parts.soften_verdict(verdict)


CLAIM = Claim(
    key="classical_for_tables",
    row=13,
    title="Classical by default for tables",
    says="Take classical learning by default for tables.",
    favours="classical",
    needs=(),
    judge=judge,
    by_skill=True,
    rule="Each table votes on skill: for it when the deep side is not better beyond the margin with probability .95, "
    "against it when the deep side is. Several tables: supported when those decided agree, or when 95 % of the "
    "posterior lies above one half; contradicted in the mirrored case; undecided when at least "
    "half of them are.",
    section="bottom line",
)
