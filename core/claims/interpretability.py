"""Row 4, interpretability: which side can be explained more completely, more stably and more cheaply?"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from core.judging import votes
from core.schema import Claim, Contest, Facts, Run, Verdict
from core.wording import format_number


@dataclass(frozen=True)
class ExplanationProperty:
    """One property of explanations. Compared as a factor ("times") or as a difference in shares ("share")."""

    key: str
    title: str
    better: Literal["higher", "lower"]
    scale: Literal["times", "share"]
    floor: float = 0.0


ITEMS = (
    ExplanationProperty("completeness", "completeness error", "lower", "times", floor=0.01),
    ExplanationProperty("explain_seconds", "seconds per explanation", "lower", "times", floor=1e-6),
    ExplanationProperty("stability", "stability", "higher", "share"),
    ExplanationProperty("surrogate", "fidelity of a small tree", "higher", "share"),
    ExplanationProperty("planted_truth", "planted effect found", "higher", "share"),
)
SHARE_MARGIN = 0.05


def vote(contest: Contest) -> votes.ClaimVote | None:
    """Each item that both sides have counts once, beyond a factor of 1.25 or five hundredths."""
    runs = votes.representatives(contest)
    deep, classical = runs.get("deep"), runs.get("classical")
    if deep is None or classical is None:
        return None
    cast: dict[str, int] = {}
    said, table = [], []
    for item in ITEMS:
        left, right = _value(classical, item.key), _value(deep, item.key)
        if left is None or right is None:
            continue
        cast[item.key] = _lean(item, left, right)
        said.append(f"{item.title}: classical {format_number(left)}, deep {format_number(right)}")
        hybrid = _value(runs["hybrid"], item.key) if "hybrid" in runs else None
        table.append(said[-1] + ("" if hybrid is None else f", hybrid {format_number(hybrid)}"))
    if len(cast) < 2:
        return None
    ahead, behind = (sum(one == sign for one in cast.values()) for sign in (1, -1))
    because = (
        f"Classical explanations are better on {ahead} of {len(cast)} criteria and worse on {behind}; "
        f"{len(cast) - ahead - behind} level. {'; '.join(said).capitalize()}."
    )
    return votes.ClaimVote(votes.majority_outcome(cast.values()), because, "; ".join(table), {"items": cast})


def _value(run: Run, key: str) -> float | None:
    """The measurement's mean, else what the run's explanation says about itself."""
    found = votes.reading_of(run, key)
    if found is not None:
        return sum(found.values) / len(found.values)
    explained: Facts = run.explanation or {}
    names = {"completeness": "completeness_error", "explain_seconds": "seconds_per_row"}
    raw = explained.get(names.get(key, key))
    if isinstance(raw, Mapping):
        raw = raw.get("spearman", raw.get("value"))
    return float(raw) if isinstance(raw, int | float) and math.isfinite(raw) else None


def _lean(item: ExplanationProperty, classical: float, deep: float) -> int:
    sign = 1 if item.better == "higher" else -1
    if item.scale == "share":
        gap = sign * (classical - deep)
        return 0 if abs(gap) <= SHARE_MARGIN else int(math.copysign(1, gap))
    ratio = sign * math.log(max(classical, item.floor, 1e-12) / max(deep, item.floor, 1e-12))
    return 0 if abs(ratio) <= math.log(votes.FACTOR) else int(math.copysign(1, ratio))


def judge(claim: Claim, contests: Sequence[Contest]) -> Verdict:
    """A count of properties, ahead by two, or by one with none against."""
    return votes.combine_votes(claim, contests, vote)


CLAIM = Claim(
    key="interpretability",
    row=4,
    title="Interpretability",
    says="Networks are mostly a black box; trees and linear models can be read, boosted trees explained.",
    favours="classical",
    needs=("completeness", "explain_seconds"),
    judge=judge,
    rule="Completeness error (below .01 counts as complete), seconds per explanation, stability under another seed, "
    "fidelity of a depth-4 tree and finding a planted effect, each counted once when it differs by more than a factor "
    "of 1.25 (shares: by .05): supported when the classical side leads by two, or by one with none against; "
    "contradicted in the mirrored case; tied when all are level; undecided otherwise. At least two must be measured.",
    evidence=("surrogate", "planted_truth"),
)
