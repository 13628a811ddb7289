"""What calibration earns a prompted language model, and what it would answer without."""

from __future__ import annotations

import numpy as np

from core.evaluation import metrics, refitting
from core.language_models import label_prompt, smollm_package
from core.models.text import prompted_model
from core.schema import FittedContestant, Measurement, MeasurementCost, MeasurementResult
from core.workers import reused_work

WAYS = ("uncalibrated", "calibrated by texts without content", "calibrated by the unlabelled test texts")


def measure(subject: FittedContestant) -> MeasurementResult:
    """Points of accuracy that contextual calibration adds, one value a cut; the detail has all ways."""
    if subject.contestant.needs_labels:
        return MeasurementResult((), {"reason": "only a prompted language model is calibrated"})
    pooled = refitting.pooled_rows(subject)
    prompt = prompted_model.prompt_of(pooled, subject.task)
    with reused_work.reusing():
        scores = prompted_model.prompted_scores(pooled.inputs, prompt, refitting.without_curves(subject))
    preferred = label_prompt.empty_scores(smollm_package.load_model(), prompt)
    truth = np.asarray(pooled.target)
    dealt = np.random.default_rng(subject.seed).permutation(len(truth)) % refitting.REPEATS
    found: dict[str, list[float]] = {way: [] for way in WAYS}
    losses: dict[str, list[float]] = {way: [] for way in WAYS}
    for part in (np.flatnonzero(dealt == fold) for fold in range(refitting.REPEATS)):
        for way, moved in zip(WAYS, (0.0, preferred, scores[part].mean(axis=0)), strict=True):
            made = scores[part] - moved
            found[way].append(100 * float((made.argmax(axis=1) == truth[part]).mean()))
            answers = np.exp(label_prompt.log_shares(made))
            losses[way].append(float(metrics.brier_losses(truth[part], answers).mean()))
    plain = np.bincount(scores.argmax(axis=1), minlength=len(prompt.words)) / len(truth)
    favourite = int(plain.argmax())
    detail = {
        "right, %": {way: float(np.mean(values)) for way, values in found.items()},
        "Brier loss": {way: float(np.mean(values)) for way, values in losses.items()},
        "answered most without calibration": f"{prompt.words[favourite]}: {100 * plain[favourite]:.0f} %",
        "peeks": "The third way looks at the test texts together, without their labels: it is shown and never used.",
        "rows": len(truth), "rho": 0.0,
    }  # fmt: skip
    gains = tuple(with_it - without for with_it, without in zip(found[WAYS[1]], found[WAYS[0]], strict=True))
    return MeasurementResult(gains, detail)


MEASUREMENT = Measurement(
    key="prompt_calibration",
    title="What calibration earns a prompt",
    unit="points of accuracy",
    better="higher",
    about="A language model prefers some labels whatever the text says. Its preference behind three texts without "
    "content (“N/A”, nothing, “[MASK]”) is subtracted from its scores; without that it may answer the same to nearly "
    "every text. Right answers without, with, and, as a comparison that peeks at the test texts without their labels, "
    "with the mean over them. No label is used.",
    measure=measure,
    slow=True,
    families=("deep",),
    modalities=("text",),
    kinds=("classification",),
    reference="Zhao et al. 2021; Zhou et al. 2023",
    group="trust",
    order=60,
    question="Is a prompt calibrated?",
    answers="What a language model answers with and without calibration.",
    cost=MeasurementCost(seconds=20),
    panel="prompt_calibration",
)
