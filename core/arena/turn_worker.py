"""Workers that take turns, for machines with little memory: one process at a time, the others written down on disk.

A contestant that is asked while another has the turn waits for that one's model to be saved and its process to leave;
then a fresh process takes over where its own had stopped. Scores, verdicts and explanations are the same numbers as
with all processes side by side: every fit starts from its own seed, and a model comes back as it was written down.
"""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from core.schema import Facts, ProgressCallback, check_cancelled
from core.workers import worker_process


class Turn:
    """Which of the workers of a session has a process; the folder in which the others' models wait."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.holder: TurnWorker | None = None
        self._folder = tempfile.TemporaryDirectory(prefix="crossover-turn-")

    def path(self, name: str) -> Path:
        """Where the model of one contestant waits."""
        return Path(self._folder.name) / f"{name}.npz"

    def close(self) -> None:
        """Removes what waits."""
        self._folder.cleanup()


@dataclass(frozen=True)
class PausedWorker:
    """What is left of a process that gave its turn away.

    state: what it knew of its fits. fitted: whether it had a model. written: whether that lies on disk.
    """

    state: Facts
    fitted: bool
    written: bool


class TurnWorker:
    """A contestant's worker with the interface of ``WorkerProcess`` that has a process only while it has the turn.

    turn: shared by the workers of a session. key: names its file. start: makes a fresh process.
    """

    def __init__(self, turn: Turn, key: str, start: Callable[[], worker_process.WorkerProcess]) -> None:
        self.turn, self.key, self.start = turn, key, start
        self.alive = True
        self._inner: worker_process.WorkerProcess | None = None
        self._paused: PausedWorker | None = None
        self._first_fit: Facts | None = None

    def call(
        self,
        command: str,
        payload: Facts,
        on_progress: ProgressCallback | None = None,
        deadline: float | None = None,
    ) -> object:
        """Asks the handler as ``WorkerProcess.call`` does, after the contestant that has the turn was written down."""
        if not self.alive:
            raise worker_process.WorkerLost("closed")
        with self.turn.lock:
            inner = self._take(on_progress)
            if command == "fit" and payload["keep_model"]:
                self._first_fit = payload
            try:
                return inner.call(command, payload, on_progress, deadline)
            except worker_process.WorkerLost:
                self.kill()
                raise

    def _take(self, on_progress: ProgressCallback | None) -> worker_process.WorkerProcess:
        holder = self.turn.holder
        if holder is not None and holder is not self:
            holder._pause(on_progress)
        self.turn.holder = self
        if self._inner is None:
            self._inner = self.start()
            if self._paused is not None:
                self._resume(self._inner, on_progress)
        return self._inner

    def _pause(self, on_progress: ProgressCallback | None) -> None:
        """Writes the kept model down and lets the process leave. A process that is lost here is noticed when its
        contestant is next asked: its model is then fitted again."""
        inner, self._inner = self._inner, None
        self.turn.holder = None
        if inner is None:
            return
        try:
            told = inner.call("pause", {}, on_progress)
            if told["model"]:
                self.turn.path(self.key).write_bytes(told["model"])
            self._paused = PausedWorker(told["state"], told["fitted"], bool(told["model"]))
        except (worker_process.WorkerLost, worker_process.WorkerError):
            before = self._paused or PausedWorker({}, self._first_fit is not None, False)
            self._paused = replace(before, written=False)
        finally:
            inner.close()

    def _resume(self, inner: worker_process.WorkerProcess, on_progress: ProgressCallback | None) -> None:
        """Gives a fresh process what its predecessor had. A model that could not be written down is fitted once more on
        the first fold, which gives the same model."""
        paused, first = self._paused, self._first_fit
        assert paused is not None
        saved = self.turn.path(self.key).read_bytes() if paused.written else None
        if saved is None and paused.fitted and first is not None:
            inner.call("fit", first, lambda progress: check_cancelled(on_progress))
        split = None if first is None else first["split"]
        inner.call("resume", {"state": paused.state, "saved": saved, "split": split}, on_progress)

    def kill(self, reason: str = "closed") -> None:
        """Ends the process at once."""
        self.alive = False
        if self.turn.holder is self:
            self.turn.holder = None
        if self._inner is not None:
            self._inner.kill(reason)
            self._inner = None

    def close(self) -> None:
        """Lets the process leave."""
        inner, self._inner = self._inner, None
        if inner is not None:
            inner.close()
        self.kill()
