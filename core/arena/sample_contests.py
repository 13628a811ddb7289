"""Short contests on embedded data of other kinds, so that a matrix of modalities has no empty rows."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from core import registry
from core.arena import parallel_measurement as abreast
from core.arena.followups import summary
from core.arena.session import Seats
from core.arena.tournament import tournament
from core.evaluation import tasks
from core.schema import Contest, Modality, Plan, Progress, ProgressCallback, Sample, Task, check_cancelled
from core.workers import hardware

ROWS = 300
FIT_SECONDS = 2.0
FOLDS = 5
SIDES = ("classical", "deep")
TITLE = "short contests on embedded data"


def play(contest: Contest, tell: ProgressCallback, seats: Seats = "process") -> Contest:
    """The contest with the summaries of short ones in ``sample_contests``: one for each modality but its own.

    In each the default classical and the default deep contestant of the modality meet on one embedded data set:
    300 rows, five folds, two seconds a fit, the contest's own seed and margin.
    """
    wanted = [
        (modality, next(iter(modality.samples)))
        for modality in registry.discover("modalities").values()
        if modality.samples and modality.structured is False and modality.key != contest.dataset.get("modality")
    ]
    found: dict[str, dict[str, Any]] = {}

    def one(modality: Modality, sample: Sample, relay: ProgressCallback) -> None:
        dataset = sample.load()
        task = tasks.infer(dataset, sample.target)
        plan = _plan(contest.plan, modality.key, task)
        played = tournament(dataset, task, plan, _told(modality, relay), seats=seats, measured=False)
        short = summary(f"{sample.title}, short", played)
        short["dataset"] = {**short["dataset"], "name": sample.title, "modality": modality.key}
        found[modality.key] = {**short, "regime": f"embedded sample; {played.regime}"}

    tell(Progress("measure", message=TITLE))
    jobs = [lambda relay, m=m, s=s: one(m, s, relay) for m, s in wanted]
    for _ in abreast.at_once(jobs, tell, int(hardware.cores()) if seats == "process" else 1):
        pass
    return replace(contest, sample_contests=tuple(found[key] for key in sorted(found)))


def _plan(plan: Plan, modality: str, task: Task) -> Plan:
    players = []
    for family in SIDES:
        there = [one for one in registry.discover("contestants").values() if one.family == family and one.default]
        players += [one.key for one in there if modality in one.modalities and task.kind in one.kinds][:1]
    return Plan(
        contestants=tuple(players), folds=FOLDS, repeats=1, fixed_folds=True, rows=ROWS, explain=False,
        budget_seconds=FIT_SECONDS * FOLDS, seed=plan.seed, margin=plan.margin, device=plan.device,
    )  # fmt: skip


def _told(modality: Modality, relay: ProgressCallback) -> ProgressCallback:
    """A short contest's news without curves: one line says where it is."""

    class Told:
        def __call__(self, news: Progress) -> None:
            said = f"{modality.title}: {TITLE}"
            relay(Progress("measure", news.step, news.total, contestant=modality.key, message=said))

        def check_cancelled(self) -> None:
            check_cancelled(relay)

    return Told()
