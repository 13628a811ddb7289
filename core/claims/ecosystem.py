"""Row 11, open-source ecosystem: is the installed classical stack lighter, quicker to load and calmer?"""

from __future__ import annotations

import math
from collections.abc import Sequence

from core.judging import votes
from core.schema import Claim, Contest, MeasurementResult, Verdict
from core.wording import format_number

# What is compared, in words, and what is added to both sides so that nothing is divided by zero. Less is better.
ITEMS = (
    ("megabytes", "MB installed", 0.1),
    ("import_seconds", "s to import", 0.01),
    ("dependencies", "packages needed", 1.0),
    ("warnings", "deprecation warnings", 1.0),
)


def vote(contest: Contest) -> votes.ClaimVote | None:
    """Each property of the two stacks counts once, beyond a factor of 1.25."""
    both = votes.reading_pair(contest, "ecosystem")
    if both is None:
        return None
    cast, said = {}, []
    for key, unit, added in ITEMS:
        deep, classical = (_value(one, key) for one in both)
        if deep is None or classical is None:
            continue
        cast[key] = _lean(classical + added, deep + added)
        said.append(f"{format_number(classical)} against {format_number(deep)} {unit}")
    if not cast:
        return None
    because = f"The classical stack against the deep one: {', '.join(said)}."
    found = votes.family_readings(contest, "ecosystem")
    measured = " | ".join(f"{family} {_stack(one)}" for family, one in found.items())
    return votes.ClaimVote(votes.majority_outcome(cast.values()), because, measured, {"items": cast})


def _value(reading: MeasurementResult, key: str) -> float | None:
    raw: object = reading.detail.get(key)
    return float(raw) if isinstance(raw, int | float) and math.isfinite(raw) else None


def _lean(classical: float, deep: float) -> int:
    """+1 when the classical figure is clearly smaller, -1 when the deep one is."""
    ratio = math.log(deep / classical)
    return 0 if abs(ratio) <= math.log(votes.FACTOR) else int(math.copysign(1, ratio))


def _stack(reading: MeasurementResult) -> str:
    parts = [(unit, _value(reading, key)) for key, unit, _ in ITEMS]
    return ", ".join(f"{format_number(value)} {unit}" for unit, value in parts if value is not None)


def judge(claim: Claim, contests: Sequence[Contest]) -> Verdict:
    """A count of properties, ahead by two, or by one with none against."""
    return votes.combine_votes(claim, contests, vote)


CLAIM = Claim(
    key="ecosystem",
    row=11,
    title="Open-source ecosystem",
    says="The classical stack is mature and stable; the deep one grows fast.",
    favours="classical",
    needs=("ecosystem",),
    judge=judge,
    rule="Of the packages installed here: megabytes with all they need, seconds to import in a fresh process, number "
    "of packages, and deprecation warnings on import; each counts beyond a factor of 1.25. Supported when the "
    "classical stack leads by two, or by one with none against; contradicted in the mirrored case; tied when all are "
    "level. It speaks of this installation; whether a field moves fast is not measured.",
    evidence=("ecosystem",),
    # The installed packages are the same whatever the data hold. Every other row reads fitted models, the rows of cost
    # too: where nothing can be learnt, early stopping ends a fit at once and trees stay stumps, so that seconds, bytes
    # and milliseconds say nothing of models that do their work.
    learned=False,
)
