"""Every shipped plug-in keeps its duties, and a plug-in that does not is told which one."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from core import registry
from core.language_models import smollm_package
from core.models.control.rollouts import TASK, episode_dataset
from core.plugin_checks import check_contestant, check_measurement, check_modality
from core.schema import (
    Attribution,
    Budget,
    Contestant,
    Dataset,
    LoadError,
    Measurement,
    MeasurementResult,
    Modality,
    Progress,
)
from tests import toys

# Those that take a second or two; the others are checked in the slow suite.
QUICK = {
    "contestants": {"dummy", "table_linear", "text_nbsvm", "ranking_popularity", "series_stats", "generation_ngram"},
    "measurements": {"fit_seconds", "parameters", "size", "latency_p50", "completeness", "peak_memory"},
    "modalities": {"corpus", "series", "interactions"},
}


# Contestants of packages that the requirements do not name.
OPTIONAL = {"forecast_pretrained": ("fracast", "safetensors"), "text_prompted": (smollm_package.PACKAGE,)}


def shipped(room: str) -> list[Any]:
    keys: Iterable[str] = registry.discover(room)
    return [pytest.param(key, marks=() if key in QUICK[room] else pytest.mark.slow) for key in keys]


@pytest.mark.parametrize("key", shipped("contestants"))
def test_contestants_keep_their_duties(key: str) -> None:
    one = registry.find("contestants", key)
    for package in OPTIONAL.get(key, ()):
        if importlib.util.find_spec(package) is None:
            pytest.skip(f"{package} is not installed")
    if "control" in one.modalities:
        check_contestant(one, episode_dataset("states", 40, 0), TASK)
    else:
        check_contestant(one)


@pytest.mark.parametrize("key", shipped("measurements"))
def test_measurements_keep_their_duties(key: str) -> None:
    check_measurement(registry.find("measurements", key))


@pytest.mark.parametrize("key", shipped("modalities"))
def test_modalities_keep_their_duties(key: str) -> None:
    check_modality(registry.find("modalities", key))


class Whole(toys.Logistic):
    """A toy that keeps every duty, to be spoilt one at a time."""

    def explain(self, inputs: Any, background: Any, outputs: Any = None) -> Attribution:
        values = np.zeros((len(inputs), len(self.names)))
        return Attribution(tuple(self.names), values, np.asarray(self.margin(inputs)), "none")

    def saved(self) -> bytes:
        return json.dumps(self.learner.coef_.tolist()).encode()

    suffix = "json"


def contestant(model: type[Whole] = Whole, report: bool = True, swallow: bool = False) -> Contestant:
    def fit(train: Any, valid: Any, task: Any, budget: Budget, on_progress: Callable[[Progress], None]) -> Whole:
        try:
            if report:
                on_progress(Progress("fit", 1, 1))
        except Exception:
            if not swallow:
                raise
        return model(train)

    return replace(toys.contestant(fit), about="A toy.")


def check(one: Contestant) -> None:
    check_contestant(one, toys.table(), toys.BINARY)


def spoilt(**methods: Any) -> type[Whole]:
    return type("Spoilt", (Whole,), methods)


def wrong_parts(self: Whole, inputs: Any, background: Any, outputs: Any = None) -> Attribution:
    return Attribution(("z",), np.zeros((len(inputs), 1)), np.zeros(len(inputs)), "none")


def test_a_whole_contestant_passes() -> None:
    check(contestant())


@pytest.mark.parametrize(
    ("one", "duty"),
    [
        (replace(contestant(), key="Not a key"), "the key"),
        (replace(contestant(), family="wise"), "family"),  # type: ignore[arg-type]
        (contestant(report=False), "reports its progress"),
        (contestant(swallow=True), "stops when the callback raises Cancelled"),
        (contestant(spoilt(predict=lambda self, inputs: np.ones((len(inputs), 2)))), "sum to 1"),
        (contestant(spoilt(margin=lambda self, inputs: np.ones((len(inputs), 2)))), "margin has the shape"),
        (contestant(spoilt(saved=lambda self: b"\x80\x04.")), "never a pickle"),
        (contestant(spoilt(describe=lambda self: {"array": np.zeros(2)})), "describe"),
        (contestant(spoilt(describe=lambda self: {"tuner": "none"})), "configurations"),
        (
            contestant(spoilt(explain=wrong_parts)),
            "original columns",
        ),
    ],
)  # fmt: skip
def test_a_contestant_is_told_the_duty_it_misses(one: Contestant, duty: str) -> None:
    with pytest.raises(AssertionError, match=duty):
        check(one)


def measurement(measure: Callable[[Any], Any]) -> Measurement:
    return Measurement("toy", "Toy", "points", None, "A toy.", measure)


@pytest.mark.parametrize(
    ("one", "duty"),
    [
        (measurement(lambda subject: 3.0), "MeasurementResult"),
        (measurement(lambda subject: MeasurementResult((), {})), "has a reason"),
        (measurement(lambda subject: MeasurementResult((np.zeros(2),), {})), "plain numbers"),  # type: ignore[arg-type]
        (replace(measurement(lambda subject: MeasurementResult((1.0,), {})), group="why"), "question and answers"),
        (replace(measurement(lambda subject: MeasurementResult((1.0,), {})), unit=""), "unit"),
    ],
)
def test_a_measurement_is_told_the_duty_it_misses(one: Measurement, duty: str) -> None:
    with pytest.raises(AssertionError, match=duty):
        check_measurement(one, toys.subject())


def refuse(path: Any, name: str) -> Dataset:
    raise LoadError("This is no toy.")


@pytest.mark.parametrize(
    ("changes", "duty"),
    [
        ({"suffixes": ("toy",)}, "begin with a dot"),
        ({"read": lambda path, name: json.loads(path.read_text())}, "LoadError and nothing else"),
        ({"unit_noun": "toys"}, "singular"),
        ({"signature": lambda path, name: None}, "True or False"),
    ],
)
def test_a_modality_is_told_the_duty_it_misses(changes: dict[str, Any], duty: str) -> None:
    whole = Modality("toy", "Toys", (".toy",), "toys", "Toys.", refuse)
    check_modality(whole)
    with pytest.raises(AssertionError, match=duty):
        check_modality(replace(whole, **changes))
