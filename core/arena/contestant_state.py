"""A contestant in a contest under way: its worker, its folds so far, and why it was lost if it was."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from core.arena.turn_worker import TurnWorker
from core.schema import Contestant, EarlyDrop, Fit, JsonObject, MeasurementResult, ProgressCallback, Run
from core.workers import worker_process

Worker = worker_process.WorkerProcess | worker_process.InlineWorker | TurnWorker


@dataclass
class ContestantState:
    """A contestant in a session: its worker, its folds so far, and why it was lost if it was."""

    contestant: Contestant
    worker: Worker | None
    fits: list[Fit] = field(default_factory=list)
    readings: dict[str, MeasurementResult] = field(default_factory=dict)
    explanation: JsonObject | None = None
    parameters: int | None = None
    facts: JsonObject = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    error: str | None = None
    dropped: EarlyDrop | None = None

    def ask(self, command: str, on_progress: ProgressCallback, deadline: float | None, **payload: Any) -> Any:
        """What the contestant's worker returns for a command, or None once it is lost; ``error`` then says why."""
        if self.worker is None:
            return None
        try:
            return self.worker.call(command, payload, on_progress, deadline)
        except worker_process.WorkerLost as lost:
            self.worker, reason = None, str(lost)
        except worker_process.WorkerError as failed:
            reason = failed.reason
        if command in ("fit", "embed"):
            self.error = self.error or reason
        else:
            # Its folds stand: only what was asked afterwards is missing.
            self.notes = (*self.notes, f"{command}: {reason}")
        return None

    def lacking_folds(self, planned: int) -> list[int]:
        """The planned folds that it is still to be fitted on; none once it has failed or was dropped."""
        if self.error is not None or self.dropped is not None:
            return []
        return [fold for fold in range(planned) if all(fit.fold != fold for fit in self.fits)]

    def failure(self) -> str | None:
        """Why the contestant did not finish, in words; None when it did."""
        return self.error or next((fit.error for fit in self.fits if fit.error), None)

    def to_run(self) -> Run:
        """Everything about this contestant without its live model."""
        return Run(
            contestant=self.contestant.key, title=self.contestant.title, family=self.contestant.family,
            pretrained=self.contestant.pretrained, fits=tuple(self.fits), readings=dict(self.readings),
            explanation=self.explanation, parameters=self.parameters, facts=self.facts, notes=self.notes,
            error=self.failure(), dropped=self.dropped,
        )  # fmt: skip
