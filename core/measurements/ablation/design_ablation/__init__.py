"""What does the design of a network earn on these pictures, at equal work?"""

from __future__ import annotations

from core.measurements.ablation.design_ablation import design_study
from core.schema import FittedContestant, Measurement, MeasurementCost, MeasurementResult


def measure(subject: FittedContestant) -> MeasurementResult:
    """Points of skill of the residual network over the plain transformer, one value a cut; every design in detail."""
    if subject.contestant.pretrained:
        return MeasurementResult(
            (), {"reason": "the designs are trained from scratch; the other network measures them"}
        )
    return design_study.compare_designs(subject)


MEASUREMENT = Measurement(
    key="design_ablation",
    title="What the design earns",
    unit="points of skill",
    better=None,
    about="A residual convolutional network, vision transformers with and without convolutions in front, one of them "
    "with a single block, and one with four experts of which each patch asks one, are trained from scratch on 5 cuts "
    "of at most 2,000 of the same pictures, each for the same counted work. The experts are as wide as the dense "
    "layer they replace, so that both compute as much for a patch. The value is the residual network minus the plain "
    "transformer; the pairs have intervals of their own.",
    measure=measure,
    slow=True,
    families=("deep",),
    modalities=("image",),
    kinds=("classification",),
    reference="He et al. 2016; Dosovitskiy et al. 2021; Xiao et al. 2021 (stem); Fedus, Zoph & Shazeer 2022 (experts)",
    group="why",
    order=3,
    question="Does the design pay here?",
    answers="Convolutions, transformers, depth and experts, each trained for the same work on the same pictures.",
    cost=MeasurementCost(seconds=150),
    panel="design_ablation",
)
