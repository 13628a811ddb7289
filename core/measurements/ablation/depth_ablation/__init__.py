"""Does depth pay on this data?"""

from __future__ import annotations

from core.measurements.ablation.depth_ablation import depths
from core.schema import FittedContestant, Measurement, MeasurementCost, MeasurementResult


def measure(subject: FittedContestant) -> MeasurementResult:
    """Networks for a deep contestant, boosted trees for a classical one; one value a cut."""
    return depths.ablate_networks(subject) if subject.contestant.family == "deep" else depths.ablate_trees(subject)


MEASUREMENT = Measurement(
    key="depth_ablation",
    title="What depth earns",
    unit="points of skill",
    better="higher",
    about="Plain networks with 0, 1, 2 and 3 hidden layers of 64 (for the deep side) and boosted trees of depth 1 to 8 "
    "(for the classical side) are trained on 5 cuts of at most 2,000 of the same rows. On each cut inner validation "
    "picks the depth; the value is its skill minus that of depth 0 (of stumps). These are stand-ins that differ in "
    "depth alone, not the contestants themselves.",
    measure=measure,
    slow=True,
    families=("classical", "deep"),
    kinds=("classification", "regression"),
    group="why",
    order=2,
    question="Does depth pay here?",
    answers="Networks of 0 to 3 hidden layers and trees of depth 1 to 8 on the same rows.",
    cost=MeasurementCost(seconds=25),
    panel="depth_ablation",
)
