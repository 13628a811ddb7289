"""The same number of settings for every family: defaults first, then Optuna's proposals, judged on inner rows only."""

from __future__ import annotations

import contextlib
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from core.schema import Budget, Facts, JsonObject, Progress, ProgressCallback
from core.workers import work_clock
from core.workers.work_clock import WorkClock

Found = TypeVar("Found")
Train = Callable[[Facts, Budget], tuple[float, Found]]
TUNER = "Optuna, tree-structured Parzen estimator"
WIDE = 10.0


def tune(
    space: Mapping[str, Sequence[Any]],
    budget: Budget,
    train: Train[Found],
    on_progress: ProgressCallback,
    known: Facts,
) -> tuple[Found, JsonObject]:
    """The best of ``budget.configurations`` settings on the inner validation rows, each with its share of the seconds.

    The first are the contestant's defaults. Further ones are proposed by Optuna's tree-structured Parzen estimator
    (Akiba et al. 2019; Bergstra et al. 2011), which is told every score so far; the seed of the fit seeds it.

    Args:
        space: setting -> values it may take. Numbers span a range from the least to the largest, on a logarithmic
            scale when that is a factor of ten or more; anything else is one of the values.
        budget: its ``seconds`` hold for all configurations together.
        train: (settings, its budget) -> (score, result), higher is better. The first one's error is raised.
        known: what the defaults set the space's names to, where that is known, so that the tuner learns from them.

    Returns:
        (result, facts): facts has the settings chosen, each one tried with its score, and those left out for time.
    """
    clock, found, kept, count = WorkClock(budget.device), None, work_clock.MeteredWork(), max(1, budget.configurations)
    tuner = _Tuner(space, budget, known) if count > 1 else None
    tried: list[JsonObject] = []
    for place in range(count):
        left = budget.seconds - clock.elapsed()
        if place and left < 0.05 * budget.seconds:
            break
        share = replace(budget, seconds=max(left, 0.05) / (count - place))
        settings = tuner.ask() if tuner is not None and place else {}
        if count > 1:
            on_progress(Progress("fit", place, count, message=f"configuration {place + 1} of {count}"))
        try:
            with work_clock.separate_end() as trial:
                score, result = train(settings, share)
        except (ValueError, ArithmeticError, RuntimeError) as error:
            if not place:
                raise
            tried.append({"settings": dict(settings), "score": None, "trouble": str(error)})
            continue
        tried.append({"settings": dict(settings), "score": float(score)})
        if tuner is not None:
            tuner.tell(settings, float(score))
        if found is None or score > found[0]:
            found, kept = (score, result, dict(settings)), trial
    assert found is not None
    _record_end(kept, len(tried) < count)
    facts = {"settings": found[2], "configurations": tried, "configurations_left_out": count - len(tried)}
    return found[1], {**facts, "tuner": TUNER} if tuner is not None else facts


def _record_end(kept: work_clock.MeteredWork, cut: bool) -> None:
    """How the whole fit ended: as the trial that is kept did, unless there was no time for others."""
    if cut:
        work_clock.record_end("budget", None)
    elif kept.stopped is not None:
        work_clock.record_end(kept.stopped, kept.shortfall)


class _Tuner:
    """One Optuna study over a space, asked and told by hand: the clock and the shares stay with the caller."""

    def __init__(self, space: Mapping[str, Sequence[Any]], budget: Budget, known: Facts) -> None:
        import optuna

        optuna.logging.set_verbosity(optuna.logging.WARNING)
        # Half of the settings are drawn before the estimator guides the others.
        seed = (zlib.crc32("/".join(space).encode()) + budget.seed) % 2**31
        sampler = optuna.samplers.TPESampler(seed=seed, n_startup_trials=max(2, budget.configurations // 2))
        self.study = optuna.create_study(direction="maximize", sampler=sampler)
        self.space = {name: _range(values) for name, values in space.items()}
        self.defaults = {name: value for name, value in known.items() if name in self.space}
        self.open: Any = None

    def ask(self) -> JsonObject:
        """The next settings to try."""
        self.open = self.study.ask(self.space)
        return dict(self.open.params)

    def tell(self, settings: Facts, score: float) -> None:
        """What settings were worth; the defaults ({}) count under the values they stand for."""
        import optuna

        if settings:
            self.study.tell(self.open, score)
        elif self.defaults.keys() == self.space.keys():
            # Defaults outside the ranges are judged all the same; the tuner just does not learn of it.
            with contextlib.suppress(ValueError):
                told = optuna.trial.create_trial(params=self.defaults, distributions=self.space, value=score)
                self.study.add_trial(told)


def _range(values: Sequence[Any]) -> Any:
    from optuna import distributions

    if all(isinstance(value, int) and not isinstance(value, bool) for value in values):
        return distributions.IntDistribution(min(values), max(values))
    if all(isinstance(value, int | float) and not isinstance(value, bool) for value in values):
        low, high = float(min(values)), float(max(values))
        return distributions.FloatDistribution(low, high, log=low > 0 and high / low >= WIDE)
    return distributions.CategoricalDistribution(tuple(values))
