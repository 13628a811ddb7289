"""Row 10, regulatory readiness: for which side does more of an auditor's evidence hold?"""

from __future__ import annotations

from collections.abc import Sequence

from core.judging import votes
from core.schema import Claim, Contest, Family, MeasurementResult, Outcome, Verdict

MARGIN_ITEMS = 1


def vote(contest: Contest) -> votes.ClaimVote | None:
    """Measured items passed by both sides; only those measured for both count."""
    found = votes.family_readings(contest, "regulatory")
    if "deep" not in found or "classical" not in found:
        return None
    passed = {family: _passed(one) for family, one in found.items()}
    shared = set(passed["deep"]) & set(passed["classical"])
    if not shared:
        return None
    counts = {family: sum(items[key] for key in shared & set(items)) for family, items in passed.items()}
    ahead = counts["classical"] - counts["deep"]
    only: dict[Family, list[str]] = {
        "classical": sorted(key for key in shared if passed["classical"][key] and not passed["deep"][key]),
        "deep": sorted(key for key in shared if passed["deep"][key] and not passed["classical"][key]),
    }
    because = (
        f"Of {len(shared)} items of evidence measured for both, the classical contestant passes "
        f"{counts['classical']}, the deep one {counts['deep']}.{_missing_words(only)} Evidence, not compliance."
    )
    measured = " | ".join(f"{family} {counts[family]} of {len(shared)} passed" for family in counts)
    return votes.ClaimVote(_decided(ahead), because, measured, {"passed": counts, "items": len(shared), "only": only})


def _passed(reading: MeasurementResult) -> dict[str, bool]:
    """Item -> passed, for the measured items that have an answer."""
    items = reading.detail.get("items", ())
    return {str(item["key"]): bool(item["passed"]) for item in items if item.get("passed") is not None}


def _missing_words(only: dict[Family, list[str]]) -> str:
    parts = [f"only {family}: {', '.join(keys[:4])}" for family, keys in only.items() if keys]
    return f" {'; '.join(parts).capitalize()}." if parts else ""


def _decided(ahead: int) -> Outcome:
    if abs(ahead) <= MARGIN_ITEMS:
        return "tied"
    return "supported" if ahead > 0 else "contradicted"


def judge(claim: Claim, contests: Sequence[Contest]) -> Verdict:
    """Supported when the classical side passes at least two measured items more than the deep side."""
    return votes.combine_votes(claim, contests, vote)


CLAIM = Claim(
    key="regulatory",
    row=10,
    title="Regulatory readiness",
    says="Classical models are easier to document, audit and validate; networks are harder to audit.",
    favours="classical",
    needs=("regulatory",),
    judge=judge,
    rule="Of the evidence items a program can measure, those measured for both sides are counted. Supported "
    "(contradicted) when the classical (deep) side passes at least two more, tied within one item. This counts "
    "evidence and never says that anything complies with a law.",
    evidence=("regulatory", "multiplicity"),
)
