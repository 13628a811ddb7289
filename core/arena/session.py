"""The table of one contest under way: a process a contestant, the same folds for all, order alternating."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import numpy as np

from core import limits
from core.arena import planning as plans
from core.arena import result_details as shown
from core.evaluation import splits
from core.schema import (
    Budget,
    Contest,
    Contestant,
    Dataset,
    Fit,
    MeasurementResult,
    Plan,
    Progress,
    ProgressCallback,
    Run,
    Split,
    Task,
)
from core.workers import hardware
from core.workers import worker_process as seating

Seats = Literal["process", "inline"]
Keep = Callable[[Contest], None]

ENTRY = "core.arena.contestant_worker:enter"
GRACE = 3.0
GRACE_SECONDS = 30.0
STRETCHES = 12
STRETCH_SECONDS = 0.02


@dataclass
class Chair:
    """A contestant at the table: its process, its folds so far, and why it left if it did."""

    contestant: Contestant
    seat: Any
    fits: list[Fit] = field(default_factory=list)
    readings: dict[str, MeasurementResult] = field(default_factory=dict)
    explanation: dict[str, Any] | None = None
    parameters: int | None = None
    facts: dict[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    trouble: str | None = None

    def ask(self, command: str, tell: ProgressCallback, deadline: float | None, **payload: Any) -> Any:
        """The answer of the contestant's process, or None once it is lost; the reason then stands in ``trouble``."""
        if self.seat is None:
            return None
        try:
            return self.seat.call(command, payload, tell, deadline)
        except seating.SeatLost as lost:
            self.seat, reason = None, str(lost)
        except seating.SeatFailed as failed:
            reason = failed.reason
        if command == "fit":
            self.trouble = self.trouble or reason
        else:
            # Its folds stand: only what was asked afterwards is missing.
            self.notes = (*self.notes, f"{command}: {reason}")
        return None

    def run(self) -> Run:
        """Everything about this contestant without its live model."""
        broken = next((fit.error for fit in self.fits if fit.error), None)
        return Run(
            contestant=self.contestant.key, title=self.contestant.title, family=self.contestant.family,
            pretrained=self.contestant.pretrained, fits=tuple(self.fits), readings=dict(self.readings),
            explanation=self.explanation, parameters=self.parameters, facts=self.facts, notes=self.notes,
            error=self.trouble or broken,
        )  # fmt: skip


@dataclass(frozen=True)
class Stock:
    """What a contest is played with: the data as it came, as it is played, and the folds dealt from it."""

    original: Dataset
    ready: Dataset
    task: Task
    dealt: Sequence[Split]


class Table:
    """One contest under way: the data, the folds and the chairs around them. Leaving it ends every process."""

    def __init__(self, stock: Stock, plan: Plan, seats: Seats = "process") -> None:
        ready, task, dealt = shown.directed(stock.ready, plan), stock.task, stock.dealt
        self.original, self.ready = stock.original, ready
        self.task, self.plan, self.dealt = task, plan, list(dealt)
        self.device = hardware.device(plan.device)
        self.playing, self.refused = plans.players(ready, task, plan)
        self.seconds = plans.fit_seconds(self.playing, plan)
        self.digest = plans.digest(plans.data_digest(ready), task, plan, self.playing)
        self.folds = splits.folds_for(ready, task, plan)[0] if dealt[0].method != "ordered" else len(dealt)
        self.findings: tuple[Any, ...] = ()
        self.agreement: dict[str, Any] = {}
        self.rows: dict[str, Any] = {}
        self.seats = seats
        self.chairs: list[Chair] = []
        self.planned = len(self.dealt)

    def __enter__(self) -> Table:
        kind = seating.ProcessSeat if self.seats == "process" else seating.InlineSeat
        budget = Budget(
            seconds=self.seconds, rows=self.plan.rows, device=self.device, seed=self.plan.seed,
            threads=self.plan.threads, configurations=self.plan.configurations, augment=self.plan.augment,
        )  # fmt: skip
        notes = {
            "sensitive": shown.sensitive_columns(self.ready, self.plan), "columns": self.plan.sensitive,
            "monotone": dict(self.ready.facts.get("directions") or {}),
        }  # fmt: skip
        memory = int(hardware.memory_limit() * limits.RUN_MEMORY_SHARE)
        for contestant in self.playing:
            setup = {
                "contestant": contestant.key, "dataset": self.ready, "task": self.task, "budget": budget,
                "notes": notes,
            }  # fmt: skip
            seat = kind(ENTRY, contestant.title, self.plan.threads, self.device, memory, setup)
            self.chairs.append(Chair(contestant, seat))
        return self

    def __exit__(self, *_: object) -> None:
        for chair in self.chairs:
            if chair.seat is not None:
                chair.seat.close()

    def play(self, tell: ProgressCallback, keep: Keep) -> None:
        """Every contestant on fold 0, whose clock fixes the number of folds; then the others, order alternating."""
        tell(Progress("plan", message=json.dumps(self.announcement(None))))
        started = time.perf_counter()
        for chair in self.chairs:
            self.fit(chair, 0, tell)
        per_round = time.perf_counter() - started
        self.planned = plans.affordable(self.dealt, per_round, self.plan, self.folds)
        tell(Progress("plan", message=json.dumps(self.announcement(self.planned))))
        keep(self.contest({}))
        for fold in range(1, self.planned):
            for chair in reversed(self.chairs) if fold % 2 else self.chairs:
                self.fit(chair, fold, tell)
            if fold % self.folds == 0:
                keep(self.contest({}))

    def announcement(self, planned: int | None) -> dict[str, Any]:
        """What is fixed before the first fit, shown to the user; ``fits`` follows from the first fold's clock."""
        return {
            "digest": self.digest, "folds": self.folds, "of": len(self.dealt), "fits": planned,
            "fit_seconds": self.seconds, "rows_used": len(self.ready), "rows": len(self.original),
            "method": self.dealt[0].method, "device": self.device,
            "contestants": [[c.key, c.title, c.family] for c in self.playing], "refused": self.refused,
            "findings": [asdict(finding) for finding in self.findings],
        }  # fmt: skip

    def fit(self, chair: Chair, fold: int, tell: ProgressCallback) -> None:
        """One contestant on one fold; a lost process leaves a fold with its reason."""
        if chair.seat is None:
            return
        total = self.planned * len(self.chairs)
        done = sum(len(one.fits) for one in self.chairs)
        tell(Progress("fit", done, total, contestant=chair.contestant.key, fold=fold))
        fit = chair.ask(
            "fit", tell, GRACE * self.seconds + GRACE_SECONDS,
            split=self.dealt[fold], fold=fold, keep=fold == 0, seconds=self.seconds,
        )  # fmt: skip
        if fit is None:
            fit = Fit(fold=fold, split=self.dealt[fold].digest, error=chair.trouble or "lost")
            tell(Progress("fold", contestant=chair.contestant.key, fold=fold, message=fit.error or ""))
        chair.fits.append(fit)

    def interleave(self, tell: ProgressCallback) -> None:
        """Lets every contestant time its single answers for a stretch in turn, A B B A, so that a drifting machine
        favours nobody; a contestant without a model, or slow enough to be timed alone, leaves the round."""
        tell(Progress("measure", message="timing single answers in turn"))
        timed = list(self.chairs)
        for turn in range(STRETCHES):
            for chair in list(timed) if turn % 4 in (0, 3) else list(reversed(timed)):
                if not chair.ask("stretch", tell, None, seconds=STRETCH_SECONDS):
                    timed.remove(chair)

    def measure(self, keys: Sequence[str], tell: ProgressCallback) -> None:
        """Readings of the models of fold 0, one contestant at a time."""
        for chair in self.chairs:
            self.measure_one(chair, keys, tell)

    def measure_one(self, chair: Chair, keys: Sequence[str], tell: ProgressCallback) -> None:
        """Readings of one contestant's model of fold 0."""
        found = chair.ask("measure", tell, None, keys=tuple(keys))
        chair.readings.update(found or {})
        described = chair.ask("facts", tell, GRACE_SECONDS)
        if described:
            chair.parameters, chair.facts = described["parameters"], described["facts"]
            chair.notes = tuple(dict.fromkeys((*chair.notes, *described["notes"])))

    def explain(self, tell: ProgressCallback) -> None:
        """The same rows, the same background and the same output explained for every contestant; then agreement."""
        from core.explain.agreement import agreement

        rows, background, outputs = shown.explained_rows(self.ready, self.task, self.dealt[0], self.plan.seed)
        if self.task.kind not in ("classification", "regression", "anomaly") or not len(rows):
            return
        for chair in self.chairs:
            if chair.contestant.family == "chance":
                continue
            chair.explanation = chair.ask(
                "explain", tell, None, rows=rows, background=background, outputs=outputs
            )  # fmt: skip
            chair.readings.update(shown.told_by(chair.explanation))
        self.rows = shown.shown_rows(self.ready, self.task, rows, len(background))
        self.agreement = agreement([chair.run() for chair in self.chairs])

    def save(self, folder: Path, tell: ProgressCallback) -> None:
        """Writes every kept model as ``<key>.<suffix>``."""
        folder.mkdir(parents=True, exist_ok=True)
        for chair in self.chairs:
            if chair.contestant.family == "chance":
                continue
            saved = chair.ask("save", tell, GRACE_SECONDS)
            if saved:
                (folder / f"{chair.contestant.key}.{saved[0]}").write_bytes(saved[1])

    def rarest(self) -> int | None:
        """Rows in the rarest class, for classification: too few of them allow no verdict."""
        if self.task.kind not in ("classification", "anomaly") or self.ready.target is None:
            return None
        return int(np.bincount(self.ready.target.astype(int), minlength=len(self.ready.labels)).min())

    def contest(self, clock: dict[str, float]) -> Contest:
        """The contest as it stands, comparisons included once there are folds to compare."""
        from core import verdicts

        machine = hardware.machine()
        data = shown.dataset_facts(self.original, self.ready, self.task)
        runs = [chair.run() for chair in self.chairs]
        runs += [shown.refused_run(key, why) for key, why in self.refused.items()]
        plan = replace(self.plan, folds=self.folds, repeats=max(1, self.planned // self.folds))
        method = self.dealt[0].method if self.planned >= self.folds else "holdout"
        compared = verdicts.compare(runs, self.task, plan, rows=len(self.ready), method=method, rarest=self.rarest())
        return Contest(
            id="", digest=self.digest, dataset=data,
            task=self.task, plan=plan, runs=tuple(runs),
            comparisons=tuple(compared), findings=tuple(self.findings), agreement=self.agreement, rows=self.rows,
            regime=plans.regime(self.ready, self.plan, machine, self.device),
            machine={**machine, "device": self.device, "fit_seconds_allowed": self.seconds, "method": method},
            seconds=shown.seconds_of(clock), versions=plans.versions(),
            finished=datetime.now(UTC).isoformat(timespec="seconds"), requested=self.plan,
        )  # fmt: skip
