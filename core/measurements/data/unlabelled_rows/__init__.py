"""Labels that unlabelled rows save: a network that first learnt from rows without labels, against a fresh one.

On 2,000 customers of ``telco_churn`` the first stage cost skill: at ten labels per class -4.9 points (five cuts, -6.4
to -2.7), level with four labels from scratch, and +2.3 at fifty (30 November 2026, 18 CPU-seconds on a busy machine).
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence

import numpy as np

from core.evaluation import refitting, uncertainty
from core.judging import prompt_worth, votes
from core.measurements.data.unlabelled_rows import label_arms, pretext_tasks
from core.measurements.data.unlabelled_rows.label_arms import FewLabels
from core.models.training import trainer
from core.models.training.output_spec import OutputSpec
from core.schema import FittedContestant, JsonObject, Measurement, MeasurementCost, MeasurementResult
from core.workers import devices

LABELS = (2, 5, 10, 20, 50)
JUDGED_AT = 10
MARGIN = 1.0
ARMS = ("pretrained", "scratch")


def measure(subject: FittedContestant) -> MeasurementResult:
    """Skill of the pretrained network minus that from scratch at ten labels a class, points, one value a cut."""
    if subject.contestant.pretrained:
        raise ValueError("this contestant has learnt from other data; a network from scratch stands for the family")
    devices.configure_torch("cpu", subject.budget.threads, subject.seed)
    cuts = refitting.folds(refitting.pooled_rows(subject), subject.task, refitting.REPEATS)
    skills: dict[str, dict[int, list[float]]] = {arm: {count: [] for count in LABELS} for arm in ARMS}
    spent, told = [], ""
    for step, cut in enumerate(cuts):
        refitting.report_progress(subject, step, len(cuts), "learning from rows without labels")
        rows = refitting.concatenate((cut.train, cut.valid))
        began = time.process_time()
        task = pretext_tasks.pretext_of(rows)
        encoded, asked = task.encode(rows.inputs), task.encode(cut.test.inputs)
        bodies = {
            "pretrained": label_arms.pretrained_body(task, encoded, cut.seed),
            "scratch": label_arms.fresh_body(task, cut.seed),
        }
        spent.append(time.process_time() - began)
        told = task.words
        for count in LABELS:
            chosen = few_labels(np.asarray(rows.target), count, cut.seed)
            if chosen is None:
                continue
            few = FewLabels(encoded[chosen], np.asarray(rows.target)[chosen])
            spec = OutputSpec.from_target(subject.task.form, few.target, len(rows.labels))
            for arm, body in bodies.items():
                network = label_arms.fine_tuned(body, task, few, spec, cut.seed)
                answers = spec.to_predictions(trainer.predict_raw(network, (asked,)))
                truth = np.asarray(cut.test.target)
                skills[arm][count].append(refitting.skill(subject.task, few.target, truth, answers))
    return _result(skills, {
        "rows": len(rows), "pretext": told, "pretext_cpu_seconds": spent, "rho": 1 / (len(cuts) - 1),
        "steps": label_arms.STEPS,
    })  # fmt: skip


def few_labels(target: np.ndarray, count: int, seed: int) -> np.ndarray | None:
    """Row numbers of ``count`` rows of each class, larger counts holding the smaller; None where a class has fewer.

    Args:
        target: class codes (n,). count: rows a class. seed: of the draw.
    """
    order = np.random.default_rng(seed).permutation(len(target))
    by_class = [order[target[order] == code] for code in np.unique(target)]
    if any(len(members) < count for members in by_class):
        return None
    return np.sort(np.concatenate([members[:count] for members in by_class]))


def _result(skills: dict[str, dict[int, list[float]]], detail: JsonObject) -> MeasurementResult:
    """The gains at the judged count, with both curves and the labels saved."""
    curves = {
        arm: [{"labels": count, "skills": found} for count, found in skills[arm].items() if found] for arm in ARMS
    }
    detail = {**detail, "curves": curves, "judged_at": JUDGED_AT}
    ours, theirs = (skills[arm][JUDGED_AT] for arm in ARMS)
    steps = [(float(count), found) for count, found in skills["scratch"].items() if len(found) == len(ours)]
    if len(ours) < refitting.REPEATS or len(steps) < 2:
        return MeasurementResult(
            (), {**detail, "reason": f"too few rows for {JUDGED_AT} labels per class on every cut"}
        )
    gains = tuple(one - other for one, other in zip(ours, theirs, strict=True))
    low, labels, high = prompt_worth.crossing(np.asarray(ours), steps, float(detail["rho"]))
    worth = {"labels": labels, "low": low, "high": high, "least": steps[0][0], "most": steps[-1][0]}
    return MeasurementResult(gains, {**detail, "worth": worth, **saved_labels(gains, worth, float(detail["rho"]))})


def saved_labels(gains: Sequence[float], worth: Mapping[str, float | None], rho: float) -> JsonObject:
    """What the gain at the judged count says about "pretraining on unlabelled data lowers the need for labels".

    Args:
        gains: pretrained minus scratch in points, one a cut. worth: labels a class at which the network from scratch
            reaches the pretrained one, with the ends of its interval, None below ``least`` or beyond ``most``.
        rho: n_test / n_train of the cuts.

    Returns:
        The outcome, and why in words.
    """
    found = uncertainty.corrected_t(list(gains), rho, MARGIN)
    outcome = votes.outcome_of(found)
    least, most = worth["least"], worth["most"]
    labels, low, high = worth["labels"], worth["low"], worth["high"]
    middle = (
        f"more than {most:g}" if labels is None else f"at most {least:g}" if labels <= (least or 0) else f"{labels:.0f}"
    )
    lower = f"under {least:g}" if low is None else f"{low:.0f}"
    upper = f"more than {most:g}" if high is None else f"{high:.0f}"
    said = {
        "supported": "rows without labels save labels here", "contradicted": "they cost skill here, and save no label",
        "tied": "they change less than a point", "undecided": "whether they save labels cannot be told",
    }  # fmt: skip
    because = (
        f"After learning from rows without labels, {JUDGED_AT} labels per class do what {middle} do from scratch "
        f"({uncertainty.INTERVAL}: {lower} to {upper}); the gap is {found.gap:+z.1f} points ({found.low:+z.1f} to "
        f"{found.high:+z.1f}): {said.get(outcome, said['undecided'])}."
    )
    return {"outcome": outcome, "because": because}


MEASUREMENT = Measurement(
    key="unlabelled_rows",
    title="What unlabelled rows earn",
    unit="points of skill",
    better="higher",
    about="On 5 cuts of at most 2,000 rows one network first learns from all training rows without their labels (which "
    "columns were swapped, which words were hidden, how a picture was turned), then both it and the same network with "
    "fresh weights are trained whole on the same 2, 5, 10, 20 and 50 labels per class, 100 steps each. The value is "
    "the difference at 10 labels per class; the labels saved are read off the curve from scratch where it reaches the "
    "pretrained one. The work of the first stage comes on top and is told. Stand-ins, not the contestants themselves.",
    measure=measure,
    slow=True,
    families=("deep",),
    modalities=("table", "image", "text"),
    reference="Yoon et al. 2020 (VIME); Gidaris, Singh & Komodakis 2018 (rotations); Vincent et al. 2008",
    kinds=("classification",),
    group="data",
    order=3,
    question="Do rows without labels save labels?",
    answers="A network that first learnt from unlabelled rows, against a fresh one, from 2 to 50 labels per class.",
    cost=MeasurementCost(seconds=120),
    panel="unlabelled_rows",
)
