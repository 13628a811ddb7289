"""Use A: which digit was written by hand, and who still reads it turned, moved or noisy.

Digits, because a visitor can draw one on a canvas and ask the same contestants.
"""

from __future__ import annotations

from dataclasses import replace

from core.evaluation import refitting, uncertainty
from core.judging import chance_level, study_fits, use_case_rules
from core.perturbation import image_transforms
from core.schema import Contest, Dataset, Facts, Plan, ProgressCallback, Scenario, Task, Verdict
from core.wording import format_number

ROWS = 600
ASKED = 80
TRAINED = 400
FIT_SECONDS = 8.0
ASK_SECONDS = 2.5
DEGREES = (0.0, 10.0, 20.0, 30.0, 45.0)
SHARES = (0.0, 0.05, 0.1, 0.15, 0.2)
NOISE = (0.0, 10.0, 20.0, 40.0, 60.0)


def digits(seed: int) -> tuple[Dataset, Task]:
    """Ten handwritten digits in 28 x 28 grey pixels."""
    return use_case_rules.load_sample("image", "handwriting", ROWS, seed), use_case_rules.make_task(
        "class", "multiclass"
    )


@chance_level.abstain_at_chance
def judge(scenario: Scenario, contest: Contest) -> Verdict:
    """Supported (contradicted) when the deep (classical) side is better on skill beyond the margin at 95 %.

    The deep side is stood for by the contestant its inner validation picked, from scratch or pretrained, and the
    sentence names both, because at this size the two tell different stories.
    """
    verdict = use_case_rules.judge_parts(scenario, contest, "classical")
    means = []
    for run in contest.runs:
        known = [fit.skill for fit in run.fits if fit.skill is not None]
        if run.family in ("deep", "classical") and run.error is None and known:
            means.append(f"{run.title} {format_number(sum(known) / len(known))}")
    told = f" Points of skill: {', '.join(means)}." if means else ""
    return replace(verdict, because=verdict.because + told)


def study(contest: Contest, seed: int, on_progress: ProgressCallback) -> Facts:
    """Accuracy on the same pictures turned, moved and made noisy, by strength."""
    dataset, task = digits(seed)
    cut = refitting.folds(dataset, task, 5, seed)[0]
    cut = replace(
        cut, train=study_fits.subsample(cut.train, TRAINED, seed), test=study_fits.subsample(cut.test, ASKED, seed)
    )
    bench = study_fits.fit_study_models(contest, cut, task, FIT_SECONDS, on_progress)
    about = (
        f"Trained once more on {len(cut.train)} upright pictures, asked about the same {len(cut.test)} others each "
        f"time. Bars: {uncertainty.INTERVAL} of the share that is right.{bench.note}"
    )
    sections = []
    for title, levels, damage, x_title in (
        ("Rotation", DEGREES, image_transforms.rotate, "degrees"),
        ("Translation", SHARES, lambda p, level: image_transforms.shift(p, level, seed), "share of the side"),
        (
            "Noisy pictures",
            NOISE,
            lambda p, level: image_transforms.add_noise(p, level, seed),
            "noise, grey levels of 255",
        ),
    ):
        rows = study_fits.accuracy_lines(bench, cut.test, levels, damage, on_progress, ASK_SECONDS)
        sections.append(study_fits.line_section(title, about, rows, x_title, "right, %"))
    return {"sections": sections}


SCENARIO = Scenario(
    key="vision",
    title="Handwritten digits",
    use_case="vision",
    says="Networks lead on pictures; classical methods do not reach their accuracy on pixels.",
    favours="deep",
    modality="image",
    load=digits,
    judge=judge,
    contestants=("image_hog", "image_deep", "image_hybrid", "image_pretrained"),
    plan=Plan(budget_seconds=36.0, folds=5, repeats=1, fixed_folds=True),
    limits={"rows": ROWS},
    about="600 of 5,000 handwritten digits. A network from scratch, one pretrained on photos, and a network's features "
    "in a support vector machine meet rules for edges with the same machine. With so few pictures the network from "
    "scratch is outside the regime the document speaks of; the learning curve of the Compare page shows where the "
    "curves cross. Played, it can be asked: draw a digit yourself.",
    rule="the deep side holds if it is better on skill beyond a point at 95 %; it is contradicted if the "
    "classical side is. The deep side is the contestant its inner validation picked, from scratch or "
    "pretrained.",
    own_data="a zip with one folder of pictures per class on the Compare page",
    study=study,
)
