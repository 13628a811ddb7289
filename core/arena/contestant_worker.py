"""What one contestant does inside its own process: fit a fold, be measured, explain itself, be saved."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from core import registry
from core.arena import result_details, stage_plan
from core.arena.fitted_worker import FittedWorker
from core.arena.fold_model import FoldData, FoldModel, describe_error
from core.arena.progress_throttle import throttled
from core.arena.result_details import ExplainedRows
from core.evaluation import tasks
from core.profiling import latency, timing
from core.schema import (
    AnomalyScores,
    Budget,
    Cancelled,
    Contestant,
    Dataset,
    EncodingPlan,
    Facts,
    Fit,
    FittedContestant,
    JsonObject,
    Measurement,
    MeasurementContext,
    MeasurementResult,
    Model,
    Progress,
    ProgressCallback,
    Split,
    Task,
)
from core.workers import hardware, reused_work, work_clock

HISTORY_POINTS = 200
SEED_STEP = 7919
# Beside the model, what is known of the fits so far.
PAUSED = ("fits", "test_scores", "cpu_seconds", "timing_blocks")


class ContestantWorker(FittedWorker):
    """One contestant's state between commands: the data, and the model of the fold it is measured on.

    Every public method but ``__call__`` is a command; its keyword arguments are the command's payload. Those that
    only ask its model stand in ``FittedWorker``.
    """

    def __init__(self, setup: Facts) -> None:
        self.contestant: Contestant = registry.find("contestants", setup["contestant"])
        self.dataset: Dataset = setup["dataset"]
        self.task: Task = setup["task"]
        self.budget: Budget = setup["budget"]
        self.encoding: EncodingPlan | None = None
        if self.contestant.encoder is not None:
            self.encoding = self.contestant.encoder.plan(self.dataset, setup.get("embedding_seconds", 0.0))
            self.budget = replace(self.budget, encoding=self.encoding.setting)
        self.context: MeasurementContext = setup.get("context", MeasurementContext())
        self.kept: FoldModel | None = None
        self.fits: list[Fit] = []
        self.test_scores: list[AnomalyScores] = []
        self.cpu_seconds = 0.0
        self.timing_blocks: list[list[int]] = []
        self.single_call: Callable[[], object] | None = None

    def __call__(self, command: str, payload: Facts, on_progress: ProgressCallback) -> Any:
        return getattr(self, command)(on_progress=throttled(on_progress), **payload)

    def embed(self, *, part: int, parts: int, on_progress: ProgressCallback) -> JsonObject:
        """Embeds every ``parts``-th item from ``part`` on with the frozen encoder, for all folds and contestants.

        {"words": the setting, "items", "cpu_seconds": what they cost when they were embedded}; {} without an encoder.
        """
        encoder = self.contestant.encoder
        if encoder is None or self.encoding is None:
            return {}

        def report(progress: Progress) -> None:
            on_progress(replace(progress, stage="fit", contestant=self.contestant.key))

        before, items = reused_work.charged_cpu_seconds(), self.dataset.inputs[part::parts]
        with reused_work.reusing():
            encoder.embed(items, self.budget, report)
        spent = reused_work.charged_cpu_seconds() - before
        return {"words": self.encoding.words, "items": len(items), "cpu_seconds": spent}

    def fit(self, *, split: Split, fold: int, keep_model: bool, seconds: float, on_progress: ProgressCallback) -> Fit:
        """Trains on one fold and predicts its test rows. An error is a reason in words, never an exception.

        keep_model: hold on to the model for measuring and explaining.
        """
        data = FoldData.of(self.dataset, split)
        fit, model = self._train(data, split, fold, seconds, on_progress)
        self.cpu_seconds += fit.fit_cpu_seconds
        if model is not None:
            fit = self._scored(fit, model, data)
            if self.task.kind == "anomaly" and fit.predictions is not None:
                self.test_scores.append(AnomalyScores(split.test, fit.predictions))
        if keep_model and fit.error is None and model is not None:
            self.kept = FoldModel(model, self.task, data)
        fit = result_details.thin_predictions(fit, split, self.dataset, self.task)
        # Forecasts are compared over series as well, for which every fold's losses are needed.
        fit = fit if keep_model or self.task.kind == "forecast" else replace(fit, units=None, rows=None)
        self.fits.append(replace(fit, predictions=None, units=None, rows=None))
        done = Progress("fold", contestant=self.contestant.key, fold=fold, score=fit.skill, message=fit.error or "")
        on_progress(replace(done, cpu_seconds=self.cpu_seconds))
        return fit

    def _train(
        self, data: FoldData, split: Split, fold: int, seconds: float, on_progress: ProgressCallback
    ) -> tuple[Fit, Model | None]:
        """The fit with its times, memory and learning curve, and the model unless training failed."""
        budget = replace(self.budget, seed=split.seed, seconds=seconds)
        history: list[tuple[float, float | None, float | None]] = []
        before = self.cpu_seconds

        def record(progress: Progress) -> None:
            if progress.cpu_seconds is not None and (progress.loss is not None or progress.score is not None):
                history.append((progress.cpu_seconds, progress.loss, progress.score))
            total = None if progress.cpu_seconds is None else before + progress.cpu_seconds
            on_progress(replace(progress, contestant=self.contestant.key, fold=fold, cpu_seconds=total))

        hardware.reset_peak_memory()
        memory = hardware.process_memory(os.getpid())
        wall, cpu, reused = time.perf_counter(), time.process_time(), reused_work.reused_cpu_seconds()
        model, reason, work = None, None, work_clock.MeteredWork()
        try:
            with reused_work.reusing(), work_clock.metered(seconds, budget.device, budget.threads) as work:
                model = self.contestant.fit(data.train, data.valid, self.task, budget, record)
        except Cancelled:
            raise
        except Exception as error:
            reason = describe_error(error)
        fit = Fit(
            fold=fold,
            split=split.digest,
            # What a frozen encoder had spent on these rows counts as if it had been spent here.
            fit_seconds=time.perf_counter() - wall + reused_work.reused_cpu_seconds() - reused,
            fit_cpu_seconds=time.process_time() - cpu + reused_work.reused_cpu_seconds() - reused,
            peak_memory_mb=max(hardware.peak_memory() - memory, 0) / 1e6,
            history=tuple(history[:: max(1, len(history) // HISTORY_POINTS)]),
            error=reason,
            work_seconds=work.seconds,
            full_work_seconds=work.full_seconds(seconds),
            planned_seconds=seconds,
            stopped=work.stopped,
        )
        return fit, model

    def _scored(self, fit: Fit, model: Model, data: FoldData) -> Fit:
        """The fit with its predictions on the test rows and their scores, or with the reason there are none."""
        try:
            wall, reused = time.perf_counter(), reused_work.reused_cpu_seconds()
            with reused_work.reusing():
                predictions = tasks.predict(self.task, model, data.test)
            seconds = time.perf_counter() - wall + reused_work.reused_cpu_seconds() - reused
            scored = tasks.score(self.task, data.known_targets(), data.test, predictions)
        except Exception as error:
            return replace(fit, error=describe_error(error))
        fit = replace(fit, scores=dict(scored.scores), skill=scored.skill, predictions=predictions, units=scored.units)
        return replace(fit, predict_seconds=seconds)

    def pause(self, *, on_progress: ProgressCallback) -> JsonObject:
        """What a fresh process needs to go on where this one stops; ``resume`` takes it.

        {"model": bytes of the kept model or None, "fitted": whether there is one, "state": the rest}.
        """
        state = {name: getattr(self, name) for name in PAUSED}
        return {"model": self.save_state(on_progress=on_progress), "fitted": self.kept is not None, "state": state}

    def resume(self, *, state: Facts, saved: bytes | None, split: Split | None, on_progress: ProgressCallback) -> None:
        """Goes on where a process that was paused had stopped.

        saved: its model, None to keep the one that is here. split: the fold the model was fitted on.
        """
        for name, value in state.items():
            setattr(self, name, value)
        if saved is not None and split is not None:
            self.restore(saved=saved, data=FoldData.of(self.dataset, split), on_progress=on_progress)

    def describe(self, *, on_progress: ProgressCallback) -> JsonObject:
        """Structure and size of the kept model: {"parameters", "facts", "notes"}."""
        if self.kept is None:
            return {"parameters": None, "facts": {}, "notes": ()}
        described = dict(self.kept.model.describe())
        notes = tuple(str(note) for note in described.pop("notes", ()))
        return {"parameters": int(self.kept.model.parameters), "facts": described, "notes": notes}

    def time_block(self, *, seconds: float, on_progress: ProgressCallback) -> bool:
        """Times single predictions of the kept model for a short while; the first block warms up longer.

        True when there was a model to time, quick enough for six calls a block; others are timed alone later. A
        failing prediction is left to the measurement, which gives its reason.
        """
        if self.kept is None:
            return False
        warm = 5 if self.timing_blocks else 25
        try:
            # Once: making the rows ready for every block would take longer than the blocks.
            self.single_call = self.single_call or latency.single_call(
                self.kept.model, self.kept.data.test.inputs, self.budget.seed
            )
            block = timing.time_block(self.single_call, seconds, warm)
        except Exception:
            block = []
        if len(block) < timing.STRETCH_CALLS:
            self.timing_blocks.clear()
            return False
        self.timing_blocks.append(block)
        return True

    def measure(self, *, keys: tuple[str, ...], on_progress: ProgressCallback) -> dict[str, MeasurementResult]:
        """Measurement results by key; what cannot be measured is an empty result with its reason."""
        if self.kept is None:
            return {key: _unmeasured("the contestant did not finish its first fold") for key in keys}
        fitted = FittedContestant(
            contestant=self.contestant, model=self.kept.model, train=self.kept.data.train,
            valid=self.kept.data.valid, test=self.kept.data.test, task=self.task, budget=self.budget,
            fits=tuple(self.fits), on_progress=on_progress, seed=self.budget.seed,
            context=replace(
                self.context, timing_blocks=self.timing_blocks, prepared=self.dataset, test_scores=self.test_scores
            ),
        )  # fmt: skip
        results: dict[str, MeasurementResult] = {}
        for step, key in enumerate(keys):
            measurement: Measurement = registry.find("measurements", key)
            on_progress(Progress("measure", step, len(keys), contestant=self.contestant.key, message=measurement.title))
            if self.contestant.family not in measurement.families or (
                measurement.modalities and self.dataset.modality not in measurement.modalities
            ):
                results[key] = _unmeasured(f"does not apply to {self.contestant.title}")
                continue
            try:
                results[key] = measurement.measure(fitted)
            except Cancelled:
                raise
            except Exception as error:
                results[key] = _unmeasured(describe_error(error))
        return results

    def explain(self, *, asked: ExplainedRows, on_progress: ProgressCallback) -> JsonObject | None:
        """The explanation report on chosen rows of the whole data set; None when there is no model to explain."""
        from core.explain import explanation_report

        if self.kept is None:
            return None
        explained, training = self.dataset.take(asked.rows), self.dataset.take(asked.background)
        on_progress(Progress("explain", contestant=self.contestant.key, message="explaining answers"))
        refit = self._refit(on_progress, asked.share)
        work = explanation_report.ExplainingWork(asked.share, asked.item_seconds)
        try:
            return explanation_report.explanation_report(
                self.kept.model, explained, training, asked.outputs, on_progress, refit=refit, work=work
            )
        except Cancelled:
            raise
        except Exception as error:
            return {"trouble": describe_error(error)}

    def _refit(self, on_progress: ProgressCallback, share: float) -> Callable[[int], Model] | None:
        """Fits the same contestant under another seed, for the floor below which a difference means nothing; None where
        that would take too long, or where only a linear layer or a machine on frozen vectors is fitted."""
        done, most = next((fit for fit in self.fits if not fit.error), None), share * stage_plan.REFIT_SECONDS
        frozen = self.contestant.encoder is not None
        if self.kept is None or done is None or frozen or (done.work_seconds or done.fit_seconds) > most:
            return None
        train, valid = self.kept.data.train, self.kept.data.valid

        def refit(seed: int) -> Model:
            budget = replace(self.budget, seed=self.budget.seed + SEED_STEP * seed)
            quiet = Progress("explain", contestant=self.contestant.key, message="fitting again under another seed")
            metered = work_clock.metered(budget.seconds, budget.device, budget.threads)
            with reused_work.reusing(), metered:
                return self.contestant.fit(train, valid, self.task, budget, lambda progress: on_progress(quiet))

        return refit


def _unmeasured(reason: str) -> MeasurementResult:
    return MeasurementResult((), {"reason": reason})


def open_worker(setup: Facts) -> Callable[[str, Facts, ProgressCallback], Any]:
    """Called once in the contestant's process; returns the handler of its commands.

    Args:
        setup: contestant (its key), dataset (prepared), task, budget, context for the measurements, and
            embedding_seconds: declared seconds that a frozen encoder may take for the whole data set.
    """
    return ContestantWorker(setup)
