"""What tuning adds to a contestant, every family under the same allowance."""

from __future__ import annotations

from core import registry
from core.evaluation import refitting
from core.models.training import tuning
from core.schema import FittedContestant, Measurement, MeasurementCost, MeasurementResult
from core.workers import reused_work

SETTINGS = 8
CUTS = 3
# A network for pictures, texts or sounds uses all seconds it gets.
MEDIA_SECONDS = 4.0


def measure(subject: FittedContestant) -> MeasurementResult:
    """Skill with eight settings tried minus skill of the defaults, points, one value a cut."""
    cuts = refitting.folds(refitting.pooled_rows(subject), subject.task, CUTS)
    seconds = refitting.FIT_SECONDS if registry.modality(subject.train.modality).structured else MEDIA_SECONDS
    plain, tuned, spent, tried = [], [], [], []
    for step, cut in enumerate(cuts):
        refitting.report_progress(subject, step, len(cuts), f"trying {SETTINGS} settings")
        before = reused_work.charged_cpu_seconds()
        plain.append(refitting.skill_on(subject.task, refitting.refit(subject, cut, seconds), cut))
        between = reused_work.charged_cpu_seconds()
        best = refitting.refit(subject, cut, seconds * SETTINGS, SETTINGS)
        told = dict(best.describe())
        if "tuner" not in told:
            raise ValueError("this contestant has no settings to tune: it always trains as declared, or sets itself")
        tuned.append(refitting.skill_on(subject.task, best, cut))
        spent.append([between - before, reused_work.charged_cpu_seconds() - between])
        scores = [one.get("score") for one in told["configurations"]]
        tried.append({"cut": step + 1, "chosen": _words(told["settings"]), "inner scores": scores})
    gains = tuple(after - first for first, after in zip(plain, tuned, strict=True))
    detail = {
        "defaults": plain, "tuned": tuned, "cpu_seconds": spent, "settings": SETTINGS, "tuner": tuning.TUNER,
        "tried": tried, "rho": 1 / (CUTS - 1),
    }  # fmt: skip
    return MeasurementResult(gains, detail)


def _words(settings: dict) -> str:
    if not settings:
        return "the defaults"
    return ", ".join(
        f"{name} {value:.3g}" if isinstance(value, float) else f"{name} {value}" for name, value in settings.items()
    )


MEASUREMENT = Measurement(
    key="tuned",
    title="What tuning adds",
    unit="points of skill",
    better="higher",
    about="The contestant with its defaults against the best of eight settings (the defaults among them) that Optuna "
    "proposes, a tree-structured Parzen estimator with a fixed seed, chosen on inner validation rows, on 3 cuts of at "
    "most 2,000 rows (away from tables with 4 seconds per fit). Both sides have the same number of settings and the "
    "same eight-fold seconds; the CPU seconds of both runs, every score and the settings chosen stand in the detail.",
    measure=measure,
    slow=True,
    families=("classical", "deep"),
    modalities=("table", "image", "text", "sound", "series"),
    reference="Akiba et al. 2019 (Optuna); Bergstra et al. 2011",
    kinds=("classification", "regression"),
    group="why",
    order=4,
    question="Would tuning change the answer?",
    answers="Eight settings proposed by Optuna under the same allowance for both sides, against the defaults.",
    cost=MeasurementCost(fits=27),
    panel="tuned",
)
