"""What one contestant does inside its own process: fit a fold, be measured, explain itself, be saved."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from core import registry
from core.evaluation import tasks
from core.explain import counterfactuals as recourse
from core.profiling import latency as answering
from core.profiling import timing
from core.schema import (
    Budget,
    Cancelled,
    Contestant,
    Dataset,
    Fit,
    FittedContestant,
    MeasurementResult,
    Model,
    Progress,
    ProgressCallback,
    Task,
)
from core.workers import hardware

HISTORY_POINTS = 200
REFIT_SECONDS = 15.0
NEWS_SECONDS = 0.2


class Player:
    """One contestant's state between commands: the data, and the model of the fold it is measured on."""

    def __init__(self, setup: Mapping[str, Any]) -> None:
        self.contestant: Contestant = registry.find("contestants", setup["contestant"])
        self.dataset: Dataset = setup["dataset"]
        self.task: Task = setup["task"]
        self.budget: Budget = setup["budget"]
        self.notes: Mapping[str, Any] = setup.get("notes", {})
        self.model: Model | None = None
        self.parts: tuple[Dataset, Dataset, Dataset] | None = None
        self.fits: list[Fit] = []
        self.unseen: list[tuple[np.ndarray, np.ndarray]] = []
        self.cpu = 0.0
        self.stretches: list[list[int]] = []
        self.usual: np.ndarray | None = None

    def __call__(self, command: str, payload: Mapping[str, Any], tell: ProgressCallback) -> Any:
        return getattr(self, command)(tell=thinned(tell), **payload)

    def fit(self, *, split: Any, fold: int, keep: bool, seconds: float, tell: ProgressCallback) -> Fit:
        """Trains on one fold and predicts its test rows. Trouble is a reason in words, never an exception.

        keep: hold on to the model for measuring and explaining.
        """
        train, valid, test = (self.dataset.take(rows) for rows in (split.train, split.valid, split.test))
        budget = replace(self.budget, seed=split.seed, seconds=seconds)
        history: list[tuple[float, float | None, float | None]] = []
        before = self.cpu

        def hear(news: Progress) -> None:
            if news.cpu_seconds is not None and (news.loss is not None or news.score is not None):
                history.append((news.cpu_seconds, news.loss, news.score))
            total = None if news.cpu_seconds is None else before + news.cpu_seconds
            tell(replace(news, contestant=self.contestant.key, fold=fold, cpu_seconds=total))

        hardware.reset_peak()
        memory = hardware.memory_of(os.getpid())
        wall, cpu = time.perf_counter(), time.process_time()
        model, trouble = None, None
        try:
            model = self.contestant.fit(train, valid, self.task, budget, hear)
        except Cancelled:
            raise
        except Exception as error:
            trouble = reason_of(error)
        fit = Fit(
            fold=fold,
            split=split.digest,
            fit_seconds=time.perf_counter() - wall,
            fit_cpu_seconds=time.process_time() - cpu,
            peak_memory_mb=max(hardware.peak_memory() - memory, 0) / 1e6,
            history=tuple(history[:: max(1, len(history) // HISTORY_POINTS)]),
            error=trouble,
        )
        self.cpu += fit.fit_cpu_seconds
        if model is not None:
            fit = self._scored(fit, model, (train, valid, test))
            if self.task.kind == "anomaly" and fit.predictions is not None:
                self.unseen.append((split.test, fit.predictions))
        if keep and fit.error is None:
            fit = replace(fit, rows=split.test)
            self.model, self.parts = model, (train, valid, test)
        fit = fit if keep else replace(fit, units=None)
        self.fits.append(replace(fit, predictions=None, units=None, rows=None))
        said = Progress("fold", contestant=self.contestant.key, fold=fold, score=fit.skill, cpu_seconds=self.cpu)
        tell(replace(said, message=fit.error or ""))
        return fit

    def _scored(self, fit: Fit, model: Model, parts: tuple[Dataset, Dataset, Dataset]) -> Fit:
        """The fit with its predictions on the test rows and their scores, or with the reason there are none."""
        train, valid, test = parts
        try:
            wall = time.perf_counter()
            predictions = tasks.answer(self.task, model, test)
            took = time.perf_counter() - wall
            scored = tasks.score(self.task, known_targets(train, valid), test, predictions)
        except Exception as error:
            return replace(fit, error=reason_of(error))
        fit = replace(fit, scores=dict(scored.scores), skill=scored.skill, predictions=predictions, units=scored.units)
        return replace(fit, predict_seconds=took)

    def facts(self, *, tell: ProgressCallback) -> dict[str, Any]:
        """Structure and size of the kept model: {"parameters", "facts", "notes"}."""
        if self.model is None:
            return {"parameters": None, "facts": {}, "notes": ()}
        described = dict(self.model.describe())
        notes = tuple(str(note) for note in described.pop("notes", ()))
        return {"parameters": int(self.model.parameters), "facts": described, "notes": notes}

    def stretch(self, *, seconds: float, tell: ProgressCallback) -> bool:
        """Times single answers of the kept model for a short while; the first stretch warms up longer.

        True when there was a model to time, quick enough for six calls a stretch; others are timed alone later. A
        failing answer is left to the measurement, which tells its reason.
        """
        if self.model is None or self.parts is None:
            return False
        warm = 5 if self.stretches else 25
        try:
            call = answering.single(self.model, self.parts[2].inputs, self.budget.seed)
            taken = timing.stretch(call, seconds, warm)
        except Exception:
            taken = []
        if len(taken) < timing.STRETCH_CALLS:
            self.stretches.clear()
            return False
        self.stretches.append(taken)
        return True

    def measure(self, *, keys: tuple[str, ...], tell: ProgressCallback) -> dict[str, MeasurementResult]:
        """Readings by key; what cannot be measured is an empty reading with its reason."""
        readings: dict[str, MeasurementResult] = {}
        if self.model is None or self.parts is None:
            return {
                key: MeasurementResult((), {"reason": "the contestant did not finish its first fold"}) for key in keys
            }
        subject = FittedContestant(
            contestant=self.contestant, model=self.model, train=self.parts[0], valid=self.parts[1],
            test=self.parts[2], task=self.task, budget=self.budget, fits=tuple(self.fits), on_progress=tell,
            seed=self.budget.seed,
            notes={**self.notes, "stretches": self.stretches, "unseen": (self.dataset, self.unseen)},
        )  # fmt: skip
        for step, key in enumerate(keys):
            measurement = registry.find("measurements", key)
            tell(Progress("measure", step, len(keys), contestant=self.contestant.key, message=measurement.title))
            if self.contestant.family not in measurement.families or (
                measurement.modalities and self.dataset.modality not in measurement.modalities
            ):
                readings[key] = MeasurementResult((), {"reason": f"does not apply to {self.contestant.title}"})
                continue
            try:
                readings[key] = measurement.measure(subject)
            except Cancelled:
                raise
            except Exception as error:
                readings[key] = MeasurementResult((), {"reason": reason_of(error)})
        return readings

    def explain(
        self, *, rows: np.ndarray, background: np.ndarray, outputs: np.ndarray | None, tell: ProgressCallback
    ) -> dict[str, Any] | None:
        """The explanation study on chosen rows of the whole data set; None when there is no model to explain."""
        from core.explain.explanation_report import study

        if self.model is None:
            return None
        asked, base = self.dataset.take(rows), self.dataset.take(background)
        tell(Progress("explain", contestant=self.contestant.key, message="explaining answers"))
        try:
            return study(self.model, asked, base, outputs, tell, refit=self._again(tell))
        except Cancelled:
            raise
        except Exception as error:
            return {"trouble": reason_of(error)}

    def _again(self, tell: ProgressCallback) -> Callable[[int], Model] | None:
        """The same contestant fitted again under another seed, for the floor below which a gap means nothing."""
        done = next((fit for fit in self.fits if not fit.error), None)
        if self.parts is None or done is None or done.fit_seconds > REFIT_SECONDS:
            return None
        train, valid, _ = self.parts

        def refit(seed: int) -> Model:
            seconds = max(1.2 * done.fit_seconds, 1.0)
            budget = replace(self.budget, seed=self.budget.seed + 7919 * seed, seconds=seconds)
            quiet = Progress("explain", contestant=self.contestant.key, message="fitting again under another seed")
            return self.contestant.fit(train, valid, self.task, budget, lambda news: tell(quiet))

        return refit

    def reply(self, *, asked: Dataset, tell: ProgressCallback) -> dict[str, Any]:
        """Answers of the kept model to one item or a few: {"probabilities" or "value" per item, "ms" for the first}.

        An anomaly score comes with the share of normal test items that look less odd. The first item is answered
        twice and the second time counts, as in a service that runs.
        """
        if self.model is None or self.parts is None:
            return {"trouble": "did not finish its fit"}
        if asked.facts.get("write") and hasattr(self.model, "write"):
            return self._written(str(asked.inputs[0]), asked.facts["write"])
        try:
            first = answering.deployable(asked.inputs, np.array([0]))
            self.model.predict(first)
            began = time.perf_counter_ns()
            self.model.predict(first)
            took = (time.perf_counter_ns() - began) / 1e6
            found = tasks.answer(self.task, self.model, asked)
        except Exception as error:
            return {"trouble": reason_of(error)}
        if found.ndim == 2:
            return {"probabilities": found.tolist(), "ms": took}
        replied = {"value": found.tolist(), "ms": took}
        if self.task.kind == "anomaly":
            replied["odder_than"] = [float((self._normal() < value).mean()) for value in found]
        return replied

    def _written(self, begun: str, how: Mapping[str, Any]) -> dict[str, Any]:
        """A beginning continued by a writer: {"text", "value": bits per character of the beginning, "ms"}."""
        model: Any = self.model
        try:
            began = time.perf_counter_ns()
            text = model.write(begun, int(how["length"]), float(how["temperature"]), int(how["seed"]))
            took = (time.perf_counter_ns() - began) / 1e6
            return {"text": text, "value": [float(model.predict([begun])[0])], "ms": took}
        except Exception as error:
            return {"trouble": reason_of(error)}

    def _normal(self) -> np.ndarray:
        """The kept model's scores of the normal test items, computed once."""
        if self.usual is None and self.model is not None and self.parts is not None:
            test = self.parts[2]
            self.usual = np.asarray(self.model.predict(test.inputs))[np.asarray(test.target) == 0]
        return np.zeros(0) if self.usual is None else self.usual

    def why(
        self, *, asked: Dataset, background: np.ndarray, outputs: np.ndarray | None, tell: ProgressCallback
    ) -> dict[str, Any]:
        """The kept model's own explanation of the first item: {"method", "parts", "values", "base"} or {"trouble"}."""
        if self.model is None:
            return {"trouble": "did not finish its fit"}
        try:
            found = self.model.explain(asked.inputs, self.dataset.take(background).inputs, outputs)
        except Exception as error:
            return {"trouble": reason_of(error)}
        base = float(np.ravel(found.base_value)[0])
        return {"method": found.method, "parts": list(found.parts), "values": found.values[0].tolist(), "base": base}

    def turn(self, *, asked: Dataset, fixed: tuple[str, ...], tell: ProgressCallback) -> dict[str, Any]:
        """The smallest change of one or two columns of the first row that turns its two-class answer."""
        if self.model is None or self.parts is None:
            return {"trouble": "did not finish its fit"}
        try:
            found = recourse.flip(self.model, asked.inputs, self.parts[0].inputs, fixed)
        except Exception as error:
            return {"trouble": reason_of(error)}
        return {"flips": found.flips, "changes": [list(one) for one in found.changes], "size": found.size,
                "chance": found.risk}  # fmt: skip

    def save(self, *, tell: ProgressCallback) -> tuple[str, bytes] | None:
        """The kept model as (suffix, bytes) in a safe format, or None."""
        if self.model is None:
            return None
        return str(getattr(self.model, "suffix", "bin")), self.model.saved()


def thinned(tell: ProgressCallback) -> ProgressCallback:
    """``tell`` for watchers: at most five progress lines a second; a new stage, fold or message always passes."""
    last: list[Any] = [None, -NEWS_SECONDS]

    def heard(news: Progress) -> None:
        now, mark = time.monotonic(), (news.stage, news.fold, news.contestant, news.message)
        if mark != last[0] or now - last[1] >= NEWS_SECONDS or news.stage == "fold":
            last[:] = [mark, now]
            tell(news)

    return heard


def reason_of(error: BaseException) -> str:
    """An exception in one line of words for the table of contestants."""
    words = " ".join(str(error).split()) or type(error).__name__
    name = type(error).__name__
    prefix = "" if name in ("ValueError", "RuntimeError", "LoadError", "Exception") else f"{name}: "
    return (prefix + words)[:300]


def known_targets(train: Dataset, valid: Dataset) -> np.ndarray:
    """The answers a contestant was allowed to see, from which the dummy's loss follows."""
    parts = [part.target for part in (train, valid) if part.target is not None]
    return np.concatenate(parts) if parts else np.zeros(0)


def enter(setup: Mapping[str, Any]) -> Callable[[str, Mapping[str, Any], ProgressCallback], Any]:
    """Called once in the contestant's process; returns the handler of its commands."""
    return Player(setup)
