"""A contest under way: one worker process a contestant, the same folds for all, in alternating order."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Literal

import numpy as np

from core import limits
from core.arena import forecast_record, halving, planning, result_details, worker_threads
from core.arena.contestant_state import ContestantState, Worker
from core.arena.prepared_contest import PreparedContest
from core.arena.turn_worker import Turn, TurnWorker
from core.evaluation import score_alarms
from core.panels import pooled_skill
from core.schema import (
    Budget,
    Contest,
    DisplayRows,
    Facts,
    Finding,
    Fit,
    JsonObject,
    MeasurementContext,
    Progress,
    ProgressCallback,
    StageWork,
)
from core.workers import hardware, reference_costs, worker_process

# "turns": a process each, of which one is there at a time.
WorkerMode = Literal["process", "turns", "inline"]
SavePartial = Callable[[Contest], None]

ENTRY = "core.arena.contestant_worker:open_worker"
# Wall seconds a second planned after which a worker is given up: far above the guard that ends a fit by CPU-seconds, so
# that a fit that waits for a crowded processor is let finish.
GRACE = 40.0
FIT_GRACE_SECONDS = 120.0
GRACE_SECONDS = 30.0
TIMING_BLOCKS = 12
BLOCK_SECONDS = 0.02


class ContestSession:
    """One contest under way. Entering it starts a worker for every contestant, leaving it ends them all.

    prepared: data, folds and contestants. findings: what was found suspicious about the data.
    """

    def __init__(
        self, prepared: PreparedContest, worker_mode: WorkerMode = "process", findings: Sequence[Finding] = ()
    ) -> None:
        self.prepared, self.findings = prepared, tuple(findings)
        tight = hardware.little_memory() or prepared.memory.turns
        self.worker_mode: WorkerMode = "turns" if worker_mode == "process" and tight else worker_mode
        self.turn = Turn() if self.worker_mode == "turns" else None
        self.contestants: list[ContestantState] = []
        self.planned_folds = len(prepared.splits)
        self.agreement: Facts = {}
        self.beyond: dict[str, np.ndarray] = {}
        self.explained_rows = DisplayRows()
        self.stage_work: StageWork | None = None

    def __enter__(self) -> ContestSession:
        prepared, plan = self.prepared, self.prepared.plan
        budget = Budget(
            seconds=prepared.fit_seconds, rows=plan.rows, device=prepared.device, seed=plan.seed,
            threads=plan.threads, configurations=plan.configurations, augment=plan.augment,
        )  # fmt: skip
        context = MeasurementContext(prepared.sensitive, dict(prepared.dataset.facts.get("directions") or {}))
        memory = int(hardware.memory_limit() * limits.RUN_MEMORY_SHARE)
        for contestant in prepared.contestants:
            setup = {
                "contestant": contestant.key, "dataset": prepared.dataset, "task": prepared.task, "budget": budget,
                "context": context, "embedding_seconds": planning.embedding_seconds(plan),
            }  # fmt: skip
            worker: Worker
            if self.worker_mode == "inline":
                worker = worker_process.InlineWorker(ENTRY, contestant.title, setup=setup)
            else:
                start = partial(
                    worker_process.WorkerProcess, ENTRY, contestant.title, plan.threads, prepared.device, memory, setup
                )
                worker = start() if self.turn is None else TurnWorker(self.turn, contestant.key, start)
            self.contestants.append(ContestantState(contestant, worker))
        return self

    def __exit__(self, *_: object) -> None:
        for state in self.contestants:
            if state.worker is not None:
                state.worker.close()
        if self.turn is not None:
            self.turn.close()

    def fit_folds(self, on_progress: ProgressCallback, save_partial: SavePartial) -> None:
        """Fits every contestant on fold 0, whose work fixes the number of folds; then on the others, in alternating
        order. For a quick answer one round is planned, and who is behind is dropped on the way."""
        prepared = self.prepared
        on_progress(Progress("plan", message=json.dumps(self.announcement(None))))
        for state in self.contestants:
            self.fit_fold(state, 0, on_progress)
        seconds = planning.fold_seconds([fit for state in self.contestants for fit in state.fits])
        quick = prepared.plan.strategy == "halving"
        self.planned_folds = (
            min(prepared.folds, len(prepared.splits)) if quick
            else planning.planned_folds(prepared.splits, seconds, prepared.plan, prepared.folds)
        )  # fmt: skip
        on_progress(Progress("plan", message=json.dumps(self.announcement(self.planned_folds))))
        save_partial(self.to_contest({}))
        if quick:
            halving.fit_halving(self, on_progress, save_partial)
        else:
            self.fit_missing_folds(on_progress, save_partial)
        if prepared.task.kind == "forecast":
            self.beyond = forecast_record.ask_next_values(self.contestants, on_progress)

    def workers_at_once(self) -> int:
        """How many contestants work beside one another; one where they share this process or an accelerator."""
        if self.worker_mode != "process":
            return 1
        return worker_threads.workers_at_once(self.prepared.plan.threads, self.prepared.device)

    def fit_missing_folds(
        self, on_progress: ProgressCallback, save_partial: SavePartial, upto: int | None = None
    ) -> None:
        """Fits every contestant that has not failed on the planned folds that it lacks, the first ``upto`` of them.

        Each goes through its folds at its own pace, as many contestants at once as there are cores; their scores follow
        from their work and not from the clock. One at a time, the order alternates from fold to fold.
        """
        workers = self.workers_at_once()
        lacking = [state.lacking_folds(upto or self.planned_folds) for state in self.contestants]
        if workers > 1 or self.turn is not None:
            self._fit_beside(lacking, workers, on_progress, save_partial)
            return
        for fold in range(self.planned_folds):
            numbered = list(zip(self.contestants, lacking, strict=True))
            for state, folds in reversed(numbered) if fold % 2 else numbered:
                if fold in folds:
                    self.fit_fold(state, fold, on_progress)
            if fold and fold % self.prepared.folds == 0:
                save_partial(self.to_contest({}))

    def _fit_beside(
        self, lacking: Sequence[list[int]], workers: int, on_progress: ProgressCallback, save_partial: SavePartial
    ) -> None:
        def fit_all(state: ContestantState, folds: list[int], relay: worker_threads.ProgressRelay) -> None:
            for fold in folds:
                self.fit_fold(state, fold, relay)

        # The slow ones first, so that none is left to finish alone at the end.
        order = sorted(
            zip(self.contestants, lacking, strict=True),
            key=lambda one: -sum(fit.work_seconds or fit.fit_cpu_seconds for fit in one[0].fits),
        )
        jobs = [lambda relay, one=one: fit_all(one[0], one[1], relay) for one in order if one[1]]
        saved = self.prepared.folds
        for _ in worker_threads.run_in_threads(jobs, on_progress, workers):
            behind = min((len(state.fits) for state in self.contestants if state.error is None), default=0)
            if saved < behind < self.planned_folds:
                saved += self.prepared.folds
                save_partial(self.to_contest({}))

    def announcement(self, planned_folds: int | None) -> JsonObject:
        """What is fixed before the first fit, shown to the user; ``fits`` follows from the first fold's work."""
        prepared = self.prepared
        return {
            "digest": prepared.digest, "folds": prepared.folds, "of": len(prepared.splits), "fits": planned_folds,
            "fit_seconds": prepared.fit_seconds, "rows_used": len(prepared.dataset), "rows": len(prepared.original),
            "method": prepared.method, "device": prepared.device, "cost_table": reference_costs.version(),
            "rows_a_fit": len(prepared.splits[0].train), "least_fits": min(prepared.folds, len(prepared.splits)),
            "contestants": [[one.key, one.title, one.family] for one in prepared.contestants],
            "refused": dict(prepared.unsupported), "findings": [asdict(finding) for finding in self.findings],
        }  # fmt: skip

    def fit_fold(self, state: ContestantState, fold: int, on_progress: ProgressCallback) -> None:
        """Fits one contestant on one fold; a lost worker leaves a fold with its reason."""
        if state.worker is None:
            return
        split, seconds, key = self.prepared.splits[fold], self.prepared.fit_seconds, state.contestant.key
        done = sum(len(one.fits) for one in self.contestants)
        on_progress(Progress("fit", done, self.planned_folds * len(self.contestants), contestant=key, fold=fold))
        fit = state.ask(
            "fit", on_progress, GRACE * seconds + FIT_GRACE_SECONDS,
            split=split, fold=fold, keep_model=fold == 0, seconds=seconds,
        )  # fmt: skip
        if fit is None:
            fit = Fit(fold=fold, split=split.digest, error=state.error or "lost")
            on_progress(Progress("fold", contestant=key, fold=fold, message=fit.error or ""))
        state.fits.append(fit)

    def time_alternating(self, on_progress: ProgressCallback) -> None:
        """Times single predictions of every contestant in short blocks, in the order A B B A, so that a drifting
        machine favours none; a contestant without a model, or slow enough to be timed alone, leaves the round."""
        if self.turn is not None:
            return  # each is timed alone: their models cannot be there at once
        on_progress(Progress("measure", message="timing single answers in turn"))
        timed = list(self.contestants)
        for block in range(TIMING_BLOCKS):
            for state in list(timed) if block % 4 in (0, 3) else list(reversed(timed)):
                if not state.ask("time_block", on_progress, None, seconds=BLOCK_SECONDS):
                    timed.remove(state)

    def measure(self, keys: Sequence[str], on_progress: ProgressCallback) -> None:
        """Measures the models of fold 0, one contestant at a time."""
        for state in self.contestants:
            self.measure_contestant(state, keys, on_progress)

    def measure_contestant(self, state: ContestantState, keys: Sequence[str], on_progress: ProgressCallback) -> None:
        """Measures one contestant's model of fold 0 and takes its size and structure."""
        found = state.ask("measure", on_progress, None, keys=tuple(keys))
        state.readings.update(found or {})
        described = state.ask("describe", on_progress, GRACE_SECONDS)
        if described:
            state.parameters, state.facts = described["parameters"], described["facts"]
            state.notes = tuple(dict.fromkeys((*state.notes, *described["notes"])))

    def run_beside(self, jobs: Sequence[Callable[[ProgressCallback], None]], on_progress: ProgressCallback) -> None:
        """Runs jobs, each of which asks one contestant, as many at once as may work beside one another."""
        workers = self.workers_at_once()
        if workers > 1:
            list(worker_threads.run_in_threads(jobs, on_progress, workers))
            return
        for job in jobs:
            job(on_progress)

    def save_models(self, folder: Path, on_progress: ProgressCallback) -> None:
        """Writes every kept model as ``<key>.<suffix>``."""
        folder.mkdir(parents=True, exist_ok=True)
        for state in self.contestants:
            if state.contestant.family == "chance":
                continue
            saved = state.ask("save", on_progress, GRACE_SECONDS)
            if saved:
                (folder / f"{state.contestant.key}.{saved[0]}").write_bytes(saved[1])

    def to_contest(self, clock: dict[str, float]) -> Contest:
        """The contest as far as it has come, comparisons included once there are folds to compare.

        Args:
            clock: marks of ``time.perf_counter`` at the start of each phase, as ``phase_seconds`` takes them.
        """
        from core import verdicts

        prepared = self.prepared
        runs = pooled_skill.pool_skill([state.to_run() for state in self.contestants])
        runs += [result_details.unsupported_run(key, reason) for key, reason in prepared.unsupported.items()]
        plan = replace(prepared.plan, folds=prepared.folds, repeats=max(1, self.planned_folds // prepared.folds))
        method = prepared.method if self.planned_folds >= prepared.folds else "holdout"
        compared = verdicts.compare(
            runs, prepared.task, plan, rows=len(prepared.dataset), method=method, rarest=prepared.rarest_class
        )
        contest = Contest(
            id="", digest=prepared.digest, dataset=prepared.description, task=prepared.task, plan=plan,
            runs=tuple(runs), comparisons=tuple(compared), agreement=self.agreement,
            findings=score_alarms.with_score_alarms(prepared.dataset, prepared.task, runs, self.findings),
            rows=self.explained_rows, regime=prepared.regime, method=method, fit_seconds_allowed=prepared.fit_seconds,
            machine=replace(prepared.machine, device=prepared.device),
            seconds=result_details.phase_seconds(clock), versions=prepared.versions,
            finished=datetime.now(UTC).isoformat(timespec="seconds"), requested=prepared.plan,
            stage_work=self.stage_work,
        )  # fmt: skip
        if prepared.task.kind == "forecast":
            played = prepared.splits[: self.planned_folds]
            return replace(contest, forecast=forecast_record.forecast_facts(prepared.dataset, played, self.beyond))
        return result_details.with_held_out(contest, prepared.dataset, prepared.splits)
