"""Short contests on embedded data of other kinds, so that a matrix of modalities has no empty rows."""

from __future__ import annotations

from dataclasses import dataclass, replace

from core import registry
from core.arena.followups import summarize_contest
from core.arena.session import WorkerMode
from core.arena.tournament import tournament
from core.arena.worker_threads import run_in_threads
from core.evaluation import tasks
from core.schema import Contest, JsonObject, Modality, Plan, Progress, ProgressCallback, Sample, Task, check_cancelled
from core.workers import hardware

ROWS = 300
FIT_SECONDS = 2.0
FOLDS = 5
FAMILIES = ("classical", "deep")
TITLE = "short contests on embedded data"


def run_sample_contests(
    contest: Contest, on_progress: ProgressCallback, worker_mode: WorkerMode = "process"
) -> Contest:
    """The contest with the summaries of short ones in ``sample_contests``: one for each modality but its own.

    In each the default classical and the default deep contestant of the modality meet on one embedded data set, the
    pretrained one where there is one, since seconds on 300 rows teach a network from scratch nothing: 300 rows, five
    folds, two seconds a fit, the contest's own seed and margin.
    """
    wanted = [
        (modality, next(iter(modality.samples)))
        for modality in registry.discover("modalities").values()
        if modality.samples and modality.structured is False and modality.key != contest.dataset.get("modality")
    ]
    found: dict[str, JsonObject] = {}

    def run_one(modality: Modality, sample: Sample, relay: ProgressCallback) -> None:
        dataset = sample.load()
        task = tasks.infer_task(dataset, sample.target)
        plan = _sample_plan(contest.plan, modality.key, task)
        quiet = _ModalityProgress(modality, relay)
        played = tournament(dataset, task, plan, quiet, worker_mode=worker_mode, measured=False)
        short = summarize_contest(f"{sample.title}, short", played)
        short["dataset"] = {**short["dataset"], "name": sample.title, "modality": modality.key}
        found[modality.key] = {**short, "regime": f"embedded sample; {played.regime}"}

    on_progress(Progress("measure", message=TITLE))
    jobs = [lambda relay, m=m, s=s: run_one(m, s, relay) for m, s in wanted]
    for _ in run_in_threads(jobs, on_progress, int(hardware.available_cores()) if worker_mode == "process" else 1):
        pass
    return replace(contest, sample_contests=tuple(found[key] for key in sorted(found)))


def _sample_plan(plan: Plan, modality: str, task: Task) -> Plan:
    contestants = []
    for family in FAMILIES:
        there = [one for one in registry.discover("contestants").values() if one.family == family and one.default]
        able = [one for one in there if modality in one.modalities and task.kind in one.kinds]
        contestants += [one.key for one in sorted(able, key=lambda one: not one.pretrained)][:1]
    return Plan(
        contestants=tuple(contestants), folds=FOLDS, repeats=1, fixed_folds=True, rows=ROWS, explain=False,
        budget_seconds=FIT_SECONDS * FOLDS, seed=plan.seed, margin=plan.margin, device=plan.device,
    )  # fmt: skip


@dataclass(frozen=True)
class _ModalityProgress:
    """A short contest's progress without curves: one line names the modality it is at."""

    modality: Modality
    on_progress: ProgressCallback

    def __call__(self, progress: Progress) -> None:
        message = f"{self.modality.title}: {TITLE}"
        key = self.modality.key
        self.on_progress(Progress("measure", progress.step, progress.total, contestant=key, message=message))

    def check_cancelled(self) -> None:
        check_cancelled(self.on_progress)
