"""The population verdict on the layer that picks a family for each data set: each one of the atlas left out once."""

from __future__ import annotations

from collections.abc import Sequence

from core.atlas.data_prior import FEWEST, PriorQuality, measure_quality
from core.atlas.entries import AtlasEntry
from core.atlas.populations import PopulationVerdict
from core.atlas.prior_facts import prior_cases
from core.schema import Outcome
from core.wording import count_of, format_interval

CLAIM, SAYS = "router", "skill that the layer saves on a default, by facts known before training"
NAMES = {"classical": "always classical", "deep": "always deep"}


def judge_layer(entries: Sequence[AtlasEntry]) -> PopulationVerdict:
    """Whether choosing a family from facts known before training loses less skill than either default.

    Args:
        entries: of both halves and all sizes; judged on full sizes of the confirmation half.
    """
    judged = [one for one in entries if one.half == "confirmation"]
    cases = prior_cases(judged)
    latest = max((one.finished for one in judged), default="")
    if len(cases) < FEWEST:
        because = f"{count_of(len(cases), 'shipped data set')} with both sides played so far; it takes {FEWEST}."
        return _verdict("not measured", because, "")
    found = measure_quality(cases)
    return _verdict(_outcome(found), _because(found), latest)


def _verdict(outcome: Outcome, because: str, latest: str) -> PopulationVerdict:
    return PopulationVerdict(
        claim=CLAIM, outcome=outcome, because=because, favours="hybrid", other="classical", says=SAYS,
        unit="points of skill", margin=0.0, latest=latest,
    )  # fmt: skip


def _outcome(found: PriorQuality) -> Outcome:
    """By the rule of the row: both ends of a 90 % interval leave 5 % beyond each."""
    gains = [found.gains[name] for name in NAMES]
    if all(one.low > 0 for one in gains):
        return "supported"
    return "contradicted" if any(one.high < 0 for one in gains) else "undecided"


def _because(found: PriorQuality) -> str:
    saved = " and ".join(
        f"{found.gains[name].middle:z.1f} points on {title} "
        f"(90 % interval {format_interval(found.gains[name].low, found.gains[name].high)})"
        for name, title in NAMES.items()
    )
    lost = ", ".join(f"{title} {found.defaults[name]:.1f}" for name, title in NAMES.items())
    return (
        f"Over {found.datasets} shipped data sets, each left out once, the layer loses {found.regret:.1f} points of "
        f"skill to the best family on average ({lost}). It saves {saved}."
    )
