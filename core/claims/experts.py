"""A sentence of section 1, mixtures of experts: is a network better for the same compute if experts share the work?"""

from __future__ import annotations

from collections.abc import Sequence

from core.evaluation import uncertainty
from core.judging import votes
from core.judging.vote_wording import format_points
from core.schema import Claim, Contest, Verdict

MEASURED, PAIR = "design_ablation", "experts"


def vote(contest: Contest) -> votes.ClaimVote | None:
    """The gain of four experts over one dense layer as wide as one of them, at equal work, over the cuts."""
    reading = votes.family_readings(contest, MEASURED).get("deep")
    pairs = {} if reading is None else {one["key"]: one for one in reading.detail.get("pairs", ())}
    if reading is None or len(pairs.get(PAIR, {}).get("gaps", ())) < 2:
        return None
    gain = uncertainty.corrected_t(pairs[PAIR]["gaps"], float(reading.detail.get("rho", 0.25)), contest.plan.margin)
    outcome = votes.outcome_of(gain)
    because = f"Four experts change a transformer's skill by {format_points(gain)} against one dense layer, equal work."
    measured = f"experts {format_points(gain)}"
    # The sentence promises more for the same compute: a dense network that is level refutes it.
    settled = "contradicted" if outcome == "tied" else outcome
    return votes.ClaimVote(settled, because, measured, {"experts": [gain.gap, gain.low, gain.high]})


def judge(claim: Claim, contests: Sequence[Contest]) -> Verdict:
    """Every set of pictures on which the designs were measured votes with its latest contest."""
    return votes.combine_votes(claim, contests, vote, "measure what the design earns, on a contest on pictures")


CLAIM = Claim(
    key="experts",
    row=17,
    title="Mixtures of experts",
    says="At the same compute a network is better if experts share the work, as only those that are needed are asked.",
    favours="deep",
    needs=(MEASURED,),
    judge=judge,
    rule="Two small transformers, one with a dense layer, one with four experts as wide as that layer of which each "
    "patch asks one, are trained for the same counted work on the same cuts. Supported when the experts are better "
    "beyond the margin with probability .95; contradicted when the dense one is, or both are equal within the margin, "
    "with that probability; else undecided. It speaks of small networks and few pictures.",
    evidence=(MEASURED,),
    section="sentence",
)
