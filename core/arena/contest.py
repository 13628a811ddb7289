"""The contest itself: one split for all, one process a contestant, order alternated, folds fixed by the first clock."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import numpy as np

from core import limits, registry, splits, tasks
from core.arena import plans
from core.tools import findings, hardware, seats
from core.vocabulary import (
    Budget, Contest, Contestant, Dataset, Fit, LoadError, Plan, Progress, Reading, Run, Split, Task, Tell,
)  # fmt: skip

Seats = Literal["process", "inline"]
Keep = Callable[[Contest], None]

EXPLAINED_ROWS = 24
BACKGROUND_ROWS = 50
GRACE = 3.0
GRACE_SECONDS = 30.0


@dataclass
class Chair:
    """A contestant at the table: its process, its folds so far, and why it left if it did."""

    contestant: Contestant
    seat: Any
    fits: list[Fit] = field(default_factory=list)
    readings: dict[str, Reading] = field(default_factory=dict)
    explanation: dict[str, Any] | None = None
    parameters: int | None = None
    facts: dict[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    trouble: str | None = None

    def ask(self, command: str, tell: Tell, deadline: float | None, **payload: Any) -> Any:
        """The answer of the contestant's process, or None once it is lost; the reason then stands in ``trouble``."""
        if self.seat is None:
            return None
        try:
            return self.seat.call(command, payload, tell, deadline)
        except seats.SeatLost as lost:
            self.trouble, self.seat = str(lost), None
        except seats.SeatFailed as failed:
            self.trouble = self.trouble or failed.reason
        return None

    def run(self) -> Run:
        """Everything about this contestant without its live model."""
        broken = next((fit.trouble for fit in self.fits if fit.trouble), None)
        return Run(
            contestant=self.contestant.key, title=self.contestant.title, family=self.contestant.family,
            pretrained=self.contestant.pretrained, fits=tuple(self.fits), readings=dict(self.readings),
            explanation=self.explanation, parameters=self.parameters, facts=self.facts, notes=self.notes,
            trouble=self.trouble or broken,
        )  # fmt: skip


def tournament(
    dataset: Dataset,
    task: Task,
    plan: Plan,
    tell: Tell,
    *,
    seats_kind: Seats = "process",
    keep: Keep = lambda contest: None,
    folder: Path | None = None,
) -> Contest:
    """Plays a whole contest: prepare, split, check, fit, measure, explain, compare.

    keep: called with the contest so far whenever a contestant's state is worth saving.
    folder: where the fitted models are written, in safe formats.

    Raises:
        LoadError: if the data cannot carry a contest; in the user's words.
        Cancelled: from ``tell``.
    """
    clock = {"start": time.perf_counter()}
    tell(Progress("read", message="preparing the data"))
    prepared = tasks.prepare(dataset, task)
    ready = splits.cut_rows(prepared, task, plan.rows, plan.seed)
    dealt = splits.make(ready, task, plan)
    table = Table(dataset, prepared, ready, task, plan, dealt, seats_kind)
    clock["read"] = time.perf_counter()
    tell(Progress("check", message="looking for leaks"))
    table.findings = findings.check(ready, task, dealt[0])
    with table:
        clock["fit"] = time.perf_counter()
        table.play(tell, keep)
        clock["measure"] = time.perf_counter()
        table.measure(cheap_keys(), tell)
        keep(table.contest(clock))
        clock["explain"] = time.perf_counter()
        if plan.explain:
            table.explain(tell)
        clock["end"] = time.perf_counter()
        if folder is not None:
            table.save(folder, tell)
        if plan.measure:
            table.measure(plan.measure, tell)
    tell(Progress("judge", message="comparing"))
    return table.contest(clock)


def cheap_keys() -> tuple[str, ...]:
    """Measurements that are part of every contest."""
    return tuple(key for key, one in registry.discover("measurements").items() if not one.slow)


class Table:
    """One contest under way: the data, the folds and the chairs around them. Leaving it ends every process."""

    def __init__(
        self, original: Dataset, prepared: Dataset, ready: Dataset, task: Task, plan: Plan, dealt: Sequence[Split],
        seats_kind: Seats = "process",
    ) -> None:  # fmt: skip
        self.original, self.prepared, self.ready = original, prepared, ready
        self.task, self.plan, self.dealt = task, plan, list(dealt)
        self.device = hardware.device(plan.device)
        self.playing, self.refused = plans.players(ready, task, plan)
        self.seconds = plans.fit_seconds(self.playing, plan)
        self.digest = plans.digest(plans.data_digest(ready), task, plan, self.playing)
        self.folds = splits.folds_for(ready, task, plan)[0] if dealt[0].method != "ordered" else len(dealt)
        self.findings: tuple[Any, ...] = ()
        self.agreement: dict[str, Any] = {}
        self.rows: dict[str, Any] = {}
        self.seats_kind = seats_kind
        self.chairs: list[Chair] = []
        self.planned = len(self.dealt)

    def __enter__(self) -> Table:
        kind = seats.ProcessSeat if self.seats_kind == "process" else seats.InlineSeat
        budget = Budget(
            seconds=self.seconds, rows=self.plan.rows, device=self.device, seed=self.plan.seed,
            threads=self.plan.threads, configurations=self.plan.configurations, augment=self.plan.augment,
        )  # fmt: skip
        notes = {"sensitive": sensitive_values(self.prepared, self.plan), "columns": self.plan.sensitive}
        memory = int(hardware.memory_limit() * limits.RUN_MEMORY_SHARE)
        for contestant in self.playing:
            setup = {
                "contestant": contestant.key, "dataset": self.ready, "task": self.task, "budget": budget,
                "notes": notes,
            }  # fmt: skip
            seat = kind("core.arena.player:enter", contestant.title, self.plan.threads, self.device, memory, setup)
            self.chairs.append(Chair(contestant, seat))
        return self

    def __exit__(self, *_: object) -> None:
        for chair in self.chairs:
            if chair.seat is not None:
                chair.seat.close()

    def play(self, tell: Tell, keep: Keep) -> None:
        """Every contestant on fold 0, whose clock fixes the number of folds; then the others, order alternating."""
        tell(Progress("plan", message=json.dumps(self.announcement(None))))
        started = time.perf_counter()
        for chair in self.chairs:
            self._fit(chair, 0, tell)
        per_round = time.perf_counter() - started
        self.planned = plans.affordable(self.dealt, per_round, self.plan, self.folds)
        tell(Progress("plan", message=json.dumps(self.announcement(self.planned))))
        keep(self.contest({}))
        for fold in range(1, self.planned):
            for chair in reversed(self.chairs) if fold % 2 else self.chairs:
                self._fit(chair, fold, tell)
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

    def _fit(self, chair: Chair, fold: int, tell: Tell) -> None:
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
            fit = Fit(fold=fold, split=self.dealt[fold].digest, trouble=chair.trouble or "lost")
            tell(Progress("fold", contestant=chair.contestant.key, fold=fold, message=fit.trouble or ""))
        chair.fits.append(fit)

    def measure(self, keys: Sequence[str], tell: Tell) -> None:
        """Readings of the models of fold 0, one contestant at a time."""
        for chair in self.chairs:
            found = chair.ask("measure", tell, None, keys=tuple(keys))
            chair.readings.update(found or {})
            described = chair.ask("facts", tell, GRACE_SECONDS)
            if described:
                chair.parameters, chair.facts = described["parameters"], described["facts"]
                chair.notes = described["notes"]

    def explain(self, tell: Tell) -> None:
        """The same rows, the same background and the same output explained for every contestant; then agreement."""
        from core.tools.explain.agreement import agreement

        rows, background, outputs = explained_rows(self.ready, self.task, self.dealt[0], self.plan.seed)
        if self.task.kind not in ("classification", "regression", "anomaly") or not len(rows):
            return
        for chair in self.chairs:
            if chair.contestant.family == "chance":
                continue
            chair.explanation = chair.ask(
                "explain", tell, None, rows=rows, background=background, outputs=outputs
            )  # fmt: skip
        self.rows = shown_rows(self.ready, self.task, rows, len(background))
        self.agreement = agreement([chair.run() for chair in self.chairs])

    def save(self, folder: Path, tell: Tell) -> None:
        """Writes every kept model as ``<key>.<suffix>``."""
        folder.mkdir(parents=True, exist_ok=True)
        for chair in self.chairs:
            if chair.contestant.family == "chance":
                continue
            saved = chair.ask("save", tell, GRACE_SECONDS)
            if saved:
                (folder / f"{chair.contestant.key}.{saved[0]}").write_bytes(saved[1])

    def contest(self, clock: dict[str, float]) -> Contest:
        """The contest as it stands, comparisons included once there are folds to compare."""
        from core import verdicts

        machine = hardware.machine()
        runs = [chair.run() for chair in self.chairs]
        runs += [refused_run(key, why) for key, why in self.refused.items()]
        plan = replace(self.plan, folds=self.folds, repeats=max(1, self.planned // self.folds))
        method = self.dealt[0].method if self.planned >= self.folds else "holdout"
        compared = verdicts.compare(runs, self.task, plan, rows=len(self.ready), method=method)
        return Contest(
            id="", digest=self.digest, dataset=dataset_facts(self), task=self.task, plan=plan, runs=tuple(runs),
            comparisons=tuple(compared), findings=tuple(self.findings), agreement=self.agreement, rows=self.rows,
            regime=plans.regime(self.ready, self.plan, machine, self.device),
            machine={**machine, "device": self.device, "fit_seconds_allowed": self.seconds, "method": method},
            seconds=seconds_of(clock), versions=plans.versions(),
            finished=datetime.now(UTC).isoformat(timespec="seconds"),
        )  # fmt: skip


def refused_run(key: str, why: str) -> Run:
    """A contestant that did not start, visible with its reason."""
    contestant = registry.find("contestants", key)
    return Run(key, contestant.title, contestant.family, contestant.pretrained, trouble=why)


def sensitive_values(prepared: Dataset, plan: Plan) -> tuple[str, ...]:
    """The declared sensitive columns that are there; group gaps are measured on them.

    Raises:
        LoadError: if a declared column does not exist.
    """
    for name in plan.sensitive:
        if name not in getattr(prepared.inputs, "columns", ()):
            raise LoadError(f"There is no column {name!r} to measure group gaps on.", prepared.name)
    return plan.sensitive


def explained_rows(
    ready: Dataset, task: Task, split: Split, seed: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray | None]:
    """Row numbers to explain (test), background rows (training), and which output each explanation is about.

    With more than two classes every model explains the row's recorded class, so that all play the same game.
    """
    draw = np.random.default_rng((seed, 7))
    rows = np.sort(draw.permutation(split.test)[:EXPLAINED_ROWS])
    background = np.sort(draw.permutation(split.train)[:BACKGROUND_ROWS])
    outputs = ready.target[rows] if task.form == "multiclass" and ready.target is not None else None
    return rows, background, outputs


def shown_rows(ready: Dataset, task: Task, rows: np.ndarray, background: int) -> dict[str, Any]:
    """The explained rows as text for the page: columns, values, recorded answers and row numbers."""
    shown: dict[str, Any] = {"rows": [int(row) for row in rows], "background": background}
    if hasattr(ready.inputs, "columns"):
        frame = ready.inputs.iloc[rows]
        shown["columns"] = [str(name) for name in frame.columns]
        shown["values"] = [["" if v is None or v != v else str(v) for v in row] for row in frame.to_numpy(object)]
    if ready.target is not None:
        answers = ready.target[rows]
        named = bool(ready.labels) and task.kind == "classification"
        shown["labels"] = [ready.labels[int(a)] if named else f"{float(a):g}" for a in answers]
    return shown


def dataset_facts(table: Table) -> dict[str, Any]:
    """Facts of the data that pages and reports show."""
    ready, original = table.ready, table.original
    counts = None
    if ready.labels and ready.target is not None and table.task.kind in ("classification", "anomaly"):
        counts = [int(n) for n in np.bincount(ready.target.astype(int), minlength=len(ready.labels))]
    return {
        "name": original.name, "modality": original.modality, "rows": len(original), "rows_used": len(ready),
        "cols": len(ready.columns) or None, "target": table.task.target, "labels": list(ready.labels),
        "counts": counts, "warnings": list(ready.warnings), "source": original.source,
        "columns": [asdict(column) for column in ready.columns], "digest": plans.data_digest(ready),
    }  # fmt: skip


def seconds_of(clock: dict[str, float]) -> dict[str, float]:
    """Wall seconds of each part of the contest, from the marks passed so far."""
    marks = ["start", "read", "fit", "measure", "explain", "end"]
    names = ["read", "check", "fit", "measure", "explain"]
    there = [mark for mark in marks if mark in clock]
    spent = {name: clock[b] - clock[a] for name, a, b in zip(names, marks, marks[1:], strict=False) if b in clock}
    spent["total"] = clock[there[-1]] - clock["start"] if there else 0.0
    return spent
