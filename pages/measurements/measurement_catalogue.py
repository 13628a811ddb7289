"""What can be measured on a finished contest: the question of each study, its group, and about how long it takes."""

from __future__ import annotations

from dataclasses import dataclass

from core.schema import Contest, Measurement, Run
from pages.backend import catalogue
from pages.measurements import measurement_summary

GROUPS = {
    "data": "Data and time",
    "why": "Why it won",
    "trust": "Can it be trusted?",
    "ship": "Ready to ship?",
}
UNSCORED = ("ecosystem", "anytime", "million_cost")


@dataclass(frozen=True)
class Study:
    """One measurement as a question. fits: how many fits it takes a contestant, of at most ``rows`` rows and ``cap``
    seconds each; fixed: seconds beyond them."""

    key: str
    group: str
    question: str
    answers: str
    fits: float = 0.0
    fixed: float = 0.0
    cap: float = 12.0
    rows: int = 2_000


STUDIES = (
    Study("learning_curve", "data", "Would more data change the answer?",
          "Skill from few rows to all, drawn further with its uncertainty, and where deep overtakes classical.",
          fits=12, cap=6, rows=20_000),
    Study("few_shot", "data", "What if labels are scarce?",
          "Skill from 1, 2, 5, 10 and 50 labels a class.", fits=6, fixed=4, cap=6),
    Study("scaling", "data", "How does training time grow with rows?",
          "CPU-seconds at an eighth, a quarter, half and all of the rows.", fits=6, cap=60, rows=8_000),
    Study("anytime", "data", "How soon is it nearly as good as it gets?",
          "Inner score against the CPU-seconds spent, and the time to 95, 99 and 100 % of the best."),
    Study("surgeries", "why", "What does the gap live on?",
          "The table is changed in three ways (noise columns, rotated numbers, smoothed answers) and replayed.",
          fits=36, cap=6),
    Study("depth_ablation", "why", "Does depth pay here?",
          "Networks of 0 to 3 hidden layers and trees of depth 1 to 8 on the same rows.", fixed=25),
    Study("engineered", "why", "Does hand-made work on the columns help?",
          "Raw inputs against hand-made features on both sides: whom do they lift, and by how much more?", fits=10),
    Study("tuned", "why", "Would tuning change the answer?",
          "Eight settings proposed by Optuna under the same allowance for both sides, against the defaults.", fits=27),
    Study("mixed_inputs", "why", "Do the texts add anything to the columns?",
          "Texts and columns together, and each alone.", fits=15),
    Study("planted_truth", "trust", "Does the explanation find a cause that is known?",
          "One effect is planted beside a decoy; whose explanation ranks it first?", fits=1, fixed=3, rows=10**9),
    Study("surrogate", "trust", "How much of the model fits into a tree one can read?",
          "A tree of depth 4 imitates each model on unseen rows.", fixed=2),
    Study("canary", "trust", "Does anybody see the answers by another way?",
          "The answers are shuffled; whoever still has skill found a leak.", fits=5),
    Study("multiplicity", "trust", "Same accuracy, different story?",
          "The same contestant under five seeds, and equals of equal skill: on which rows do they disagree?",
          fits=5, rows=10**9),
    Study("corruption", "trust", "What if the inputs get damaged?",
          "Skill as noise, gaps and swapped values grow.", fits=5, fixed=3),
    Study("shift", "trust", "What on rows unlike those it learned from?",
          "Learning on one part, asked about later rows, other groups or one end of a number.", fits=5),
    Study("unknowns", "trust", "Does it know when it does not know?",
          "Whether low confidence points at the wrong answers, and what leaving them to a person buys.", fits=5),
    Study("edge", "ship", "Does it fit on a device?",
          "Exported to ONNX, checked, run alone on one thread; with 8-bit, pruned and student versions.", fixed=9),
    Study("million_cost", "ship", "When is an own model cheaper than rented tokens?",
          "Training once and answering, against a language model paid by the token."),
    Study("regulatory", "ship", "Which evidence is there for an auditor?",
          "Eighteen items measured or written by the program, four left to a person, and a file to keep.",
          fits=3, fixed=4),
    Study("ecosystem", "ship", "What does the open-source stack weigh?",
          "Packages, licences, megabytes, seconds to import, deprecations, and a bill of materials.", fixed=12),
)  # fmt: skip
BY_KEY = {study.key: study for study in STUDIES}


def declared(key: str) -> Measurement | None:
    """The measurement of this key, or None where this installation has none."""
    return catalogue.measurements().get(key)


def offered(contest: Contest, group: str | None = None) -> list[Study]:
    """The studies that mean something for this contest, in order: declared here, of its modality and kind of task."""
    return [study for study in STUDIES if study.group in (group or study.group) and _applies(contest, study)]


def _applies(contest: Contest, study: Study) -> bool:
    one = declared(study.key)
    if one is None or (one.modalities and contest.dataset.get("modality") not in one.modalities):
        return False
    if contest.task.kind not in ("classification", "regression") and study.key not in UNSCORED:
        return False
    if study.key == "unknowns" and contest.task.kind != "classification":
        return False
    return study.key != "mixed_inputs" or _has_text(contest) or done(contest, study.key)


def _has_text(contest: Contest) -> bool:
    return any(isinstance(one, dict) and one.get("type") == "text" for one in contest.dataset.get("columns") or ())


def done(contest: Contest, key: str) -> bool:
    """Whether anybody has a reading of this measurement, or a reason for none."""
    return bool(measurement_summary.asked(contest, key))


def players(contest: Contest) -> list[Run]:
    """Who would be measured: the contestants but the dummy that finished a fold."""
    return [run for run in contest.runs if run.family != "chance" and any(fit.skill is not None for fit in run.fits)]


def estimate(contest: Contest, study: Study) -> float:
    """About how many seconds a study takes, from the seconds of this contest's own fits."""
    one = declared(study.key)
    total = 0.0
    for run in players(contest):
        took = measurement_summary.mean(fit.fit_seconds for fit in run.fits if not fit.error) or 0.0
        total += took
        if one is None or run.family in one.families:
            share = min(1.0, study.rows / max(1, int(contest.dataset.get("rows_used") or 1)))
            total += study.fits * min(study.cap, took * share) + study.fixed
    return total + 1.0


def rounded(value: float) -> float:
    """An estimate without false precision: whole fives below a minute, tens below ten, minutes above."""
    step = 5 if value < 60 else 10 if value < 600 else 60
    return max(10, step * round(value / step))


def others(contest: Contest, shown: tuple[str, ...]) -> list[str]:
    """Keys of readings that neither a study nor the panel of costs (``shown``) draws: they are shown all the same."""
    keys = dict.fromkeys(key for run in contest.runs if run.family != "chance" for key in run.readings)
    return [key for key in keys if key not in BY_KEY and key not in shown]
