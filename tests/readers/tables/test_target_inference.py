"""Targets: what is suggested, what is refused and in which words, and which columns give the answer away."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core.readers.tables import target_inference
from core.schema import Column, LoadError


def classes(words: list[str]) -> pd.Series:
    return pd.Series(words, dtype=object).astype("category")


def test_suggestion() -> None:
    columns = [Column("id", "id", 0, 9), Column("Churn", "boolean", 0, 2), Column("spend", "numeric", 0, 99)]
    assert target_inference.suggest_target(columns) == {"target": "Churn", "form": "binary", "positive": None}
    assert target_inference.suggest_target(columns, "spend")["target"] == "spend"
    assert target_inference.suggest_target(columns[2:])["form"] == "regression"
    assert target_inference.suggest_target(columns[:1])["target"] is None


@pytest.mark.parametrize("kind", ["id", "constant", "empty", "text", "date"])
def test_refusals_say_why(kind: str) -> None:
    with pytest.raises(LoadError, match="cannot be the target"):
        target_inference.describe_target(Column("v", kind, 0, 30), pd.Series(np.zeros(30)))


def test_description_counts_what_is_left_out() -> None:
    words = ["a"] * 20 + ["b"] * 20 + ["c"] * 2
    form, names, rows, warnings = target_inference.describe_target(Column("v", "categorical", 0, 3), classes(words))
    assert (form, names, rows) == ("multiclass", ("a", "b", "c"), 40)
    assert "2 rows" in warnings[0] and "“c”" in warnings[0]
    form, names, rows, warnings = target_inference.describe_target(
        Column("v", "numeric", 1, 30), pd.Series([np.nan, *np.arange(30) * 1.5])
    )
    assert (form, names, rows) == ("regression", (), 30) and "1 row has no value" in warnings[0]
    with pytest.raises(LoadError, match="one row"):
        target_inference.describe_target(Column("v", "categorical", 0, 30), classes([f"w{i}" for i in range(30)]))


def test_texts_that_were_taken_for_an_id_are_classes_when_a_person_names_them() -> None:
    words = pd.Series(["25.512.4"] * 20 + ["o"] * 5 + [f"{i}.5" for i in range(60)] + [None], dtype=object)
    form, names, rows, warnings = target_inference.describe_target(Column("q", "id", 1, 62, "too many"), words)
    assert (form, names[:2], rows) == ("multiclass", ("0.5", "1.5"), 25)
    assert "1 row has no value" in warnings[0] and "60 classes have fewer" in warnings[1]


def test_leaks_are_named_and_honest_columns_are_not() -> None:
    chance = np.random.default_rng(0)
    answer = chance.integers(0, 2, 200)
    value = chance.normal(size=200)
    frame = pd.DataFrame(
        {
            "y": classes(["no" if a == 0 else "yes" for a in answer]),
            "twin": classes(["left" if a == 0 else "right" for a in answer]),
            "code": answer.astype(float),
            "honest": value,
            "other": classes(list(chance.choice(["x", "y"], 200))),
        }
    )
    assert target_inference.target_copies(frame, "y") == ["twin", "code"]
    frame = pd.DataFrame({"y": value, "cents": value * 100 + 3, "noisy": value + chance.normal(size=200)})
    assert target_inference.target_copies(frame, "y") == ["cents"]
