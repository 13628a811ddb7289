"""Bottom line: a layer that picks the tool for each data set beats either default."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from core.evaluation import uncertainty
from core.judging import chance_level, contest_parts, model_router, votes
from core.judging.vote_wording import format_points
from core.schema import Claim, Contest, Outcome, Verdict
from core.wording import count_of, format_number

FEWEST = 4
BUTTON = "play all use cases"


def judge(claim: Claim, contests: Sequence[Contest]) -> Verdict:
    """The router's regret against that of each default, leave-one-data-set-out."""
    cases = distinct_datasets(contests)
    if len(cases) < FEWEST:
        because = (
            f"Not measured: {count_of(len(cases), 'data set')} with both sides played, and a router "
            f"has to learn from others; it takes {FEWEST}. Play all use cases."
        )
        idle = [one for one in contest_parts.all_contests(contests) if chance_level.nobody_beats_chance(one)]
        because += f" Without a vote: {count_of(len(idle), 'contest')}, because {chance_level.NO_VOTE}." if idle else ""
        return Verdict(claim.key, "not measured", because, button=BUTTON)
    routed = model_router.leave_one_out(cases)
    gains = [
        uncertainty.corrected_t(default - routed.router, 0.0, 0.0) for default in (routed.classical, routed.always_deep)
    ]
    means = [float(np.mean(one)) for one in (routed.router, routed.classical, routed.always_deep)]
    told = ", ".join(
        f"{name} {format_number(mean)}"
        for name, mean in zip(("router", "always classical", "always deep"), means, strict=True)
    )
    because = (
        f"Over {len(cases)} data sets, each left out once, mean regret in points of skill: {told}. The router gains "
        f"{format_points(gains[0])} on always classical and {format_points(gains[1])} on always deep."
    )
    regime = f"{len(cases)} data sets; the latest: {contests[-1].regime}" if contests else ""
    evidence = {"cases": routed.rows(), "facts": list(model_router.FACTS), "regret": means}
    return Verdict(claim.key, decide(gains, means), because, regime, told, evidence)


def decide(gains: Sequence[uncertainty.Posterior], means: Sequence[float]) -> Outcome:
    """gains: of the router on each default; means: regret of router, always classical, always deep."""
    if all(one.p_left_better >= votes.LEVEL for one in gains):
        return "supported"
    if any(one.p_right_better >= votes.LEVEL for one in gains):
        return "contradicted"
    # It always sends where the better default sends: a router that never routes is no gain and no loss.
    same = abs(means[0] - min(means[1:])) < 1e-9
    return "tied" if same and any(one.low == one.high == 0 for one in gains) else "undecided"


def distinct_datasets(contests: Sequence[Contest]) -> list[model_router.RouterCase]:
    """One case a data set, from its latest contest; data on which nobody beat guessing teach no choice."""
    found: dict[str, model_router.RouterCase] = {}
    for contest in sorted(contest_parts.all_contests(contests), key=lambda one: one.finished):
        if chance_level.nobody_beats_chance(contest):
            continue
        case = model_router.router_case(contest)
        if case is not None:
            found[str(contest.dataset.get("name") or contest.dataset.get("digest"))] = case
    return list(found.values())


CLAIM = Claim(
    key="router",
    row=15,
    title="A layer that picks the tool",
    says="The strongest systems join both: a layer gives each part of the work the tool it needs.",
    favours="hybrid",
    needs=(),
    judge=judge,
    rule="A ridge regression on cheap facts of a data set (modality, rows, columns, classes, share of numbers, "
    "first-fold skill of cheap classical contestants) predicts deep minus classical and sends it to the side ahead. "
    "Each data set is left out once. Supported when its mean regret is below that of always-classical and of "
    "always-deep, each with probability .95 over data sets; contradicted when above either with probability .95; tied "
    "when it always chooses as the better default does; else undecided. It takes four data sets.",
    section="bottom line",
)
