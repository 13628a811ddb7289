"""Texts and readings are recognised for what they are, and ordinary tables stay tables."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from core import ingest, registry
from core.schema import LoadError, Sample

DRAW = np.random.default_rng(4)
WORDS = (
    "the",
    "room",
    "was",
    "very",
    "clean",
    "and",
    "staff",
    "kind",
    "but",
    "breakfast",
    "came",
    "late",
    "again",
    "we",
)
COUNT = 400


def prose(count: int = COUNT, words: int = 12) -> list[str]:
    return [" ".join(DRAW.choice(WORDS, words)) for _ in range(count)]


def days(count: int = COUNT, step: str = "D") -> pd.DatetimeIndex:
    return pd.date_range("2021-03-01", periods=count, freq=step)


def wave(count: int = COUNT) -> np.ndarray:
    return np.sin(np.arange(count) / 7) + DRAW.normal(size=count) * 0.1


def some(*words: str, count: int = COUNT) -> np.ndarray:
    return DRAW.choice(words, count)


def read(frame: pd.DataFrame, folder: Path, target: str | None = None, modality: str | None = None) -> Any:
    path = folder / "a.csv"
    frame.to_csv(path, index=False)
    return ingest.read(path, "a.csv", modality, target)


ORDINARY: dict[str, Any] = {
    "churn with a date": lambda: {
        "joined": days(),
        "plan": some("a", "b", "c"),
        "bill": DRAW.normal(50, 9, COUNT),
        "churned": some("yes", "no"),
    },
    "sales by day": lambda: {"date": days(), "sales": wave() * 90 + 500, "visitors": DRAW.integers(5, 90, COUNT)},
    "sales by shop": lambda: {
        "date": np.repeat(days(100), 4),
        "shop": np.tile(["n", "s", "e", "w"], 100),
        "sales": DRAW.normal(50, 9, COUNT),
    },
    "products": lambda: {
        "name": [f"item {i}" for i in range(COUNT)],
        "description": prose(),
        "price": DRAW.uniform(5, 90, COUNT),
        "kind": some("toy", "food", "tool"),
    },
    "reviews with rating only": lambda: {
        "item": some(*"abcdef"),
        "reviewer": DRAW.integers(1, 60, COUNT),
        "rating": DRAW.integers(1, 6, COUNT),
        "date": days(),
    },
    "titles": lambda: {
        "title": some("red bike", "old book", "big car"),
        "price": DRAW.uniform(5, 90, COUNT),
        "sold": some("yes", "no"),
    },
    "orders by the hour": lambda: {
        "when": days(step="h"),
        "customer": some(*"abcdef"),
        "kind": some("web", "shop"),
        "value": DRAW.uniform(5, 90, COUNT),
        "returned": some("yes", "no"),
    },
    "patients": lambda: {
        "remark": prose(),
        "age": DRAW.integers(20, 90, COUNT),
        "pressure": DRAW.normal(120, 9, COUNT),
        "ill": some("yes", "no"),
    },
    "numbered rows": lambda: {
        "step": np.arange(COUNT),
        "a": DRAW.normal(size=COUNT),
        "b": DRAW.normal(size=COUNT),
        "y": some("u", "v"),
    },
    "time as a feature": lambda: {
        "time": DRAW.uniform(1, 90, COUNT),
        "age": DRAW.integers(20, 90, COUNT),
        "dead": DRAW.integers(0, 2, COUNT),
    },
    "random numbers on a clock": lambda: {
        "time": np.arange(COUNT) * 0.5,
        "a": DRAW.normal(size=COUNT),
        "b": DRAW.normal(size=COUNT),
        "y": some("u", "v"),
    },
    "answers of a survey": lambda: (
        {f"q{i}": DRAW.integers(1, 6, COUNT) for i in range(12)} | {"happy": some("yes", "no")}
    ),
    "two dates": lambda: {
        "start": days(step="h"),
        "stop": days(step="h"),
        "cost": wave() * 9 + 90,
        "late": some("yes", "no"),
    },
    "text to a number": lambda: {"text": prose(), "price": DRAW.uniform(5, 90, COUNT)},
    "addresses": lambda: {
        "address": [f"{i} {some('oak', 'elm', count=1)[0]} street, town {i % 9}" for i in range(COUNT)],
        "rooms": DRAW.integers(1, 9, COUNT),
        "price": DRAW.uniform(5, 90, COUNT),
    },
    "few texts": lambda: {"text": prose(12), "label": some("a", "b", count=12)},
}


@pytest.mark.parametrize("key", ORDINARY)
def test_ordinary_tables_stay_tables(key: str, tmp_path: Path) -> None:
    assert read(pd.DataFrame(ORDINARY[key]()), tmp_path).modality == "table"


@pytest.mark.parametrize("sample", registry.find("modalities", "table").samples, ids=lambda sample: sample.key)
def test_embedded_tables_stay_tables(sample: Sample, tmp_path: Path) -> None:
    assert read(sample.load().inputs.head(1_500), tmp_path).modality == "table"


TEXTS: dict[str, Any] = {
    "text and label": lambda: {"text": prose(), "label": some("good", "bad")},
    "label first, with ids": lambda: {"id": np.arange(COUNT), "sentiment": some("good", "bad"), "review": prose()},
    "with a date": lambda: {"date": days(), "message": prose(), "spam": DRAW.integers(0, 2, COUNT)},
    "stars": lambda: {"review": prose(), "stars": DRAW.integers(1, 6, COUNT)},
    "with its part": lambda: {"text": prose(), "label": some("a", "b", "c"), "split": some("train", "test")},
    "chinese": lambda: {
        "评论": ["".join(DRAW.choice(list("今天天气很好我们去公园散步吧服务态度非常差"), 24)) for _ in range(COUNT)],
        "类别": some("好", "坏"),
    },
}


@pytest.mark.parametrize("key", TEXTS)
def test_texts_are_recognised_and_can_be_overruled(key: str, tmp_path: Path) -> None:
    frame = pd.DataFrame(TEXTS[key]())
    found = read(frame, tmp_path)
    assert found.modality == "text" and len(found.inputs) == COUNT and "free text" in found.facts["recognised"]
    assert read(frame, tmp_path, modality="table").modality == "table"


READINGS: dict[str, Any] = {
    "dates by the minute": lambda: {"timestamp": days(step="min"), "heat": wave(), "load": wave()},
    "with a state": lambda: {
        "time": np.arange(COUNT) * 0.02,
        "x": wave(),
        "y": wave(),
        "state": np.repeat(["run", "rest"], COUNT // 2),
    },
    "with units": lambda: {
        "machine": np.repeat(["a", "b"], COUNT // 2),
        "time": np.tile(np.arange(COUNT // 2), 2),
        "heat": wave(),
        "fault": np.repeat([0, 0, 0, 1], COUNT // 4),
    },
    "single channel": lambda: {"time": np.arange(COUNT), "heat": wave()},
}


@pytest.mark.parametrize("key", READINGS)
def test_readings_are_recognised_and_can_be_overruled(key: str, tmp_path: Path) -> None:
    frame = pd.DataFrame(READINGS[key]())
    found = read(frame, tmp_path)
    assert found.modality == "series" and "even steps" in found.facts["recognised"]
    assert read(frame, tmp_path, modality="table").modality == "table"


def test_target_is_honoured(tmp_path: Path) -> None:
    texts = pd.DataFrame({"text": prose(), "label": some("good", "bad"), "topic": some("a", "b", "c")})
    assert read(texts, tmp_path, "topic").labels == ("a", "b", "c")
    assert read(texts, tmp_path, " TOPIC ", "text").facts["target"] == "topic"
    assert read(texts, tmp_path, "text").modality == "table"
    with pytest.raises(LoadError, match="the texts themselves"):
        read(texts, tmp_path, "text", "text")
    sensor = pd.DataFrame(READINGS["with a state"]() | {"mode": np.repeat(["p", "q", "r", "s"], COUNT // 4)})
    assert read(sensor, tmp_path, "mode", "series").labels == ("p", "q", "r", "s")
    assert read(pd.DataFrame(READINGS["dates by the minute"]()), tmp_path, "load").facts["form"] == "regression"
    with pytest.raises(LoadError, match="no column"):
        read(sensor, tmp_path, "nothing", "series")


def test_inspect_tells_the_columns_and_why(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    pd.DataFrame(TEXTS["text and label"]()).to_csv(path, index=False)
    told = ingest.inspect(path, target="label")
    assert told["modality"] == "text" and told["cols"] == 2 and told["rows"] == COUNT and told["items"] == COUNT
    assert [column["type"] for column in told["columns"]] == ["text", "categorical"]
    assert told["target"]["classes"] == ["bad", "good"] and told["target"]["rows_used"] == COUNT
    assert "free text" in told["recognised"]
