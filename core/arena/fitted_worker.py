"""What a contestant with a fitted model answers: predictions, reasons, counterfactuals, and the model as bytes."""

from __future__ import annotations

import numpy as np

from core.arena import forecast_record
from core.arena.fold_model import FoldData, FoldModel
from core.arena.result_details import ExplainedRows
from core.evaluation import tasks
from core.schema import Dataset, JsonObject, ProgressCallback, Task

NOT_FITTED = "did not finish its fit"


class FittedWorker:
    """The commands of a worker that its model of one fold alone answers; ``kept`` is None until there is one."""

    dataset: Dataset
    task: Task
    kept: FoldModel | None

    def predict(self, *, items: Dataset, on_progress: ProgressCallback) -> JsonObject:
        """Predictions of the kept model for a few items, as ``FoldModel.predict`` makes them."""
        return {"trouble": NOT_FITTED} if self.kept is None else self.kept.predict(items)

    def explaining_work(self, *, asked: ExplainedRows, on_progress: ProgressCallback) -> float:
        """Reference seconds of explaining one row, counted on the first of those asked; 0 without a model."""
        from core.explain import explanation_work

        if self.kept is None:
            return 0.0
        one, training = self.dataset.take(asked.rows[:1]), self.dataset.take(asked.background)
        try:
            return explanation_work.explanation_work(self.kept.model, one, training, asked.outputs)
        except Exception:
            return 0.0  # the explanation itself tells the reason

    def explain_item(
        self, *, item: Dataset, background: np.ndarray, outputs: np.ndarray | None, on_progress: ProgressCallback
    ) -> JsonObject:
        """The kept model's own explanation of one item, as ``FoldModel.explain`` makes it.

        background: row numbers into the prepared data.
        """
        if self.kept is None:
            return {"trouble": NOT_FITTED}
        return self.kept.explain(item, self.dataset.take(background), outputs)

    def counterfactual(self, *, item: Dataset, fixed: tuple[str, ...], on_progress: ProgressCallback) -> JsonObject:
        """The smallest change of a row that turns its answer, as ``FoldModel.counterfactual`` finds it."""
        return {"trouble": NOT_FITTED} if self.kept is None else self.kept.counterfactual(item, fixed)

    def save_state(self, *, on_progress: ProgressCallback) -> bytes | None:
        """The kept model as ``restore`` takes it, or None where there is none or it cannot be written down."""
        from core.states.code_references import CodeReferenceError
        from core.states.state_encoder import encode_state

        try:
            return None if self.kept is None else encode_state(self.kept.model)[0]
        except CodeReferenceError:
            return None

    def restore(self, *, saved: bytes, data: FoldData, on_progress: ProgressCallback) -> None:
        """Takes the model of a fold that ``save_state`` wrote down, with the rows of its fold."""
        from core.states.state_decoder import decode_state

        self.kept = FoldModel(decode_state(saved), self.task, data)

    def forecast_next(self, *, on_progress: ProgressCallback) -> np.ndarray | None:
        """What the kept model foretells beyond the last recorded step: quantiles (series, horizon, 5), or None."""
        if self.kept is None or self.task.kind != "forecast":
            return None
        rows = forecast_record.next_rows(self.dataset)
        return forecast_record.next_values(tasks.predict(self.task, self.kept.model, self.dataset.take(rows)))

    def save(self, *, on_progress: ProgressCallback) -> tuple[str, bytes] | None:
        """The kept model as (suffix, bytes) in a safe format, or None."""
        if self.kept is None:
            return None
        return str(getattr(self.kept.model, "suffix", "bin")), self.kept.model.saved()
