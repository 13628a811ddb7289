"""What a probe of an explanation may cost: rows go down as columns go up, and the clock of a small one is warm."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core import registry
from core.explain import ground_truth
from core.schema import Attribution, Budget, Dataset, FittedContestant, Task


class Explainer:
    """A linear model that notes how many rows it was asked to explain."""

    def __init__(self, columns: int) -> None:
        self.weights, self.asked = np.linspace(1, 2, columns), []

    def margin(self, inputs: pd.DataFrame) -> np.ndarray:
        return inputs.to_numpy() @ self.weights

    def explain(self, inputs: pd.DataFrame, background: pd.DataFrame, outputs: object) -> Attribution:
        self.asked.append(len(inputs))
        middle = background.to_numpy().mean(axis=0)
        values = (inputs.to_numpy() - middle) * self.weights
        return Attribution(tuple(inputs.columns), values, float(middle @ self.weights), "linear", self.margin(inputs))


def probed(columns: int) -> tuple[list[int], ground_truth.ExplanationProbe]:
    """The numbers of rows that were asked for, and the probe."""
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(rng.normal(size=(60, columns)), columns=[f"c{k}" for k in range(columns)])
    data = Dataset("t", "table", frame, rng.integers(0, 2, 60))
    model = Explainer(columns)
    subject = FittedContestant(
        registry.find("contestants", "table_linear"), model, data, data, data, Task("y", "classification", "binary"),
        Budget(), (), lambda news: None,
    )  # fmt: skip
    return model.asked, ground_truth.probe_explanation(subject)


@pytest.mark.parametrize(("columns", "rows"), [(1, 16), (19, 16), (158, 16), (170, 13), (376, 2), (5_000, 2)])
def test_wide_tables_are_probed_on_fewer_rows(columns: int, rows: int) -> None:
    assert ground_truth.probed_rows(columns) == rows


def test_a_usual_table_is_probed_on_sixteen_rows_after_one_that_opens_libraries() -> None:
    asked, found = probed(5)
    assert asked[:2] == [1, 16] and found.rows == 16
    assert found.attribution.completeness_error == pytest.approx(0.0, abs=1e-9)


def test_a_wide_table_is_not_explained_once_more_before() -> None:
    asked, found = probed(400)
    assert asked[0] == 2 and found.rows == 2 and found.background == 50
    assert found.attribution.completeness_error == pytest.approx(0.0, abs=1e-9)
