"""Designs of picture networks on the same cuts for the same counted work, and what each choice earns."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from core.evaluation import refitting
from core.measurements.ablation.design_ablation.picture_designs import DESIGNS, PictureDesign
from core.models.composed_model import network_size
from core.models.image import image_network, residual_network
from core.models.training import trainer
from core.models.training.fit_network import LabelledTensors, NetworkHyperparameters, NetworkPlan, fit_network
from core.models.training.output_spec import OutputSpec
from core.schema import FittedContestant, JsonObject, MeasurementResult

# Reference seconds of each fit, and the longest side of what is learned from.
SECONDS = 5.0
LARGEST_SIDE = 32
# What is compared: (key, what it says, left, right).
PAIRS = (
    ("convolution", "Convolutions all the way instead of a plain transformer", "residual", "transformer"),
    ("stem", "Convolutions in front of the transformer", "stem", "transformer"),
    ("depth", "Three blocks instead of one", "stem", "shallow"),
    ("experts", "Four experts instead of one dense layer", "experts", "stem"),
)


@dataclass(frozen=True)
class DesignFit:
    """One design on one cut: its skill on the test rows, its weights, and the epochs that the work paid for."""

    skill: float
    parameters: int
    epochs: int
    shares: tuple[float, ...] = ()


def compare_designs(subject: FittedContestant) -> MeasurementResult:
    """Gain of the residual network over the plain transformer, points of skill, one value a cut.

    Args:
        subject: fitted on pictures with classes.

    Returns:
        Its detail has every design's skills, and the gap of each pair a cut.
    """
    cuts = refitting.folds(refitting.pooled_rows(subject), subject.task, refitting.REPEATS)
    fits: dict[str, list[DesignFit]] = {design.key: [] for design in DESIGNS}
    for step, cut in enumerate(cuts):
        for design in DESIGNS:
            refitting.report_progress(subject, step, len(cuts), design.title)
            fits[design.key].append(fit_design(subject, cut, design))
    designs: list[JsonObject] = [
        {
            "key": one.key, "title": one.title, "skills": [fit.skill for fit in fits[one.key]],
            "parameters": fits[one.key][0].parameters, "epochs": [fit.epochs for fit in fits[one.key]],
            "shares": list(fits[one.key][0].shares),
        }
        for one in DESIGNS
    ]  # fmt: skip
    pairs: list[JsonObject] = [
        {"key": key, "title": title, "left": left, "right": right, "gaps": gaps(fits[left], fits[right])}
        for key, title, left, right in PAIRS
    ]
    rows = len(cuts[0].known_targets)
    detail = {"designs": designs, "pairs": pairs, "rho": 1 / (len(cuts) - 1), "rows": rows, "seconds": SECONDS}
    return MeasurementResult(tuple(gaps(fits["residual"], fits["transformer"])), detail)


def gaps(left: list[DesignFit], right: list[DesignFit]) -> list[float]:
    """Skill of the left design minus that of the right, one a cut."""
    return [one.skill - other.skill for one, other in zip(left, right, strict=True)]


def fit_design(subject: FittedContestant, cut: refitting.Fold, design: PictureDesign) -> DesignFit:
    """A design trained on one cut for the work that all designs are given.

    Args:
        subject: whose task and budget it is. cut: the rows and the seed. design: what is built.
    """
    pictures = cut.train.inputs
    shrink = max(1, -(-max(pictures.shape[1:3]) // LARGEST_SIDE))
    scaled = [image_network.downscale(part.inputs, shrink) for part in (cut.train, cut.valid, cut.test)]
    # Cut square, so that both sides of a picture hold as many patches.
    side = min(scaled[0].shape[1:3])
    square = [part[:, :side, :side] for part in scaled]
    centre = tuple(float(value) for value in square[0].mean(axis=(0, 1, 2)) / 255.0)
    spread = max(float(square[0].std()) / 255.0, 0.05)
    train, valid, test = (residual_network.to_tensor(part, centre, spread) for part in square)
    spec = OutputSpec.from_target(subject.task.form, np.asarray(cut.train.target), len(cut.train.labels))
    channels = int(pictures.shape[3])
    budget = replace(subject.budget, seconds=SECONDS, seed=cut.seed, device="cpu", configurations=1)
    network, facts = fit_network(
        lambda: design.build(channels, spec.width, side),
        LabelledTensors((train,), np.asarray(cut.train.target)),
        LabelledTensors((valid,), np.asarray(cut.valid.target)),
        spec,
        NetworkPlan(
            NetworkHyperparameters(learning_rate=design.rate), budget, residual_network.random_affine(channels == 3)
        ),
        refitting.without_curves(subject),
    )
    answers = spec.to_predictions(trainer.predict_raw(network, (test,), 256))
    found = refitting.skill(subject.task, cut.known_targets, np.asarray(cut.test.target), answers)
    return DesignFit(found, network_size(network), int(facts["epochs"]), expert_shares(network))


def expert_shares(network: object) -> tuple[float, ...]:
    """Share of the tokens that each expert of the first block had last; () for a network without experts."""
    blocks = getattr(network, "blocks", None)
    shares = getattr(blocks[0].wide, "shares", None) if blocks is not None else None
    return () if shares is None else tuple(round(float(share), 3) for share in shares)
