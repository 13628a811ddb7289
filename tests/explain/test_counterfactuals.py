"""Reasons, recourse and broken directions, on a model whose weights are known."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core.explain import counterfactuals
from core.schema import Attribution

KNOWN = pd.DataFrame(
    {
        "late": np.repeat(np.arange(10.0), 10),
        "paid": np.tile(np.arange(10.0), 10),
        "age": np.linspace(20, 60, 100),
        "job": pd.Categorical(["yes", "no"] * 50),
    }
)


class Weights:
    """log-odds = start + weight times value; a job counts 3 down."""

    def __init__(self, start=0.0, job=-3.0, **weights):
        self.start, self.job, self.weights = start, job, weights

    def margin(self, inputs):
        line = np.full(len(inputs), self.start)
        for name, weight in self.weights.items():
            line = line + weight * inputs[name].to_numpy(dtype=float)
        return line + self.job * (inputs["job"] == "yes").to_numpy(dtype=float)

    def predict(self, inputs):
        risk = 1 / (1 + np.exp(-self.margin(inputs)))
        return np.stack([1 - risk, risk], axis=1)

    def explain(self, inputs, background, outputs=None):
        names = tuple(self.weights)
        values = np.stack(
            [w * (inputs[n].to_numpy() - background[n].mean()) for n, w in self.weights.items()], axis=1
        )  # fmt: skip
        return Attribution(names, values, np.zeros(len(inputs)), "known")


def person(late=5.0, paid=3.0, job="no"):
    frame = pd.DataFrame({"late": [late], "paid": [paid], "age": [40.0]})
    return frame.assign(job=pd.Categorical([job], categories=KNOWN["job"].cat.categories))


def test_the_smallest_single_change_is_found_and_fixed_columns_stay():
    model = Weights(late=1.0, paid=-0.01, age=5.0, start=-203.5, job=0.0)
    found = counterfactuals.counterfactual(model, person(), KNOWN, ("age",))
    assert found.decision == "refused" and found.flips and found.risk < 0.5
    ((name, old, new),) = found.changes
    assert (name, old) == ("late", "5") and new == "3"
    assert found.size == pytest.approx(0.2, abs=0.01)


def test_two_columns_are_changed_where_one_does_not_do():
    model = Weights(late=1.0, paid=-1.0, start=5.5, job=0.0)
    found = counterfactuals.counterfactual(model, person(late=5.0, paid=3.0), KNOWN, ("age",))
    assert found.flips and {name for name, *_ in found.changes} == {"late", "paid"}
    # The reported change does what it says.
    changed = person()
    for name, _, new in found.changes:
        changed[name] = float(new)
    assert model.predict(changed)[0, 1] == pytest.approx(found.risk) and found.risk < 0.5


def test_a_category_can_turn_it_and_nothing_can_turn_a_stone():
    assert counterfactuals.counterfactual(Weights(start=1.0), person(), KNOWN, ("age",)).changes == (
        ("job", "no", "yes"),
    )
    stone = counterfactuals.counterfactual(Weights(start=50.0, job=0.0), person(), KNOWN, ())
    assert not stone.flips and stone.changes == () and stone.risk > 0.99
    granted = counterfactuals.counterfactual(Weights(start=-0.6, late=0.1, job=0.0), person(), KNOWN, ())
    assert granted.decision == "granted" and granted.risk >= 0.5


def test_nothing_may_be_changed():
    assert not counterfactuals.counterfactual(Weights(start=1.0), person(), KNOWN, tuple(KNOWN.columns)).flips


def test_reasons_are_what_pushes_up_and_are_always_four():
    model = Weights(late=1.0, paid=-1.0, age=0.0)
    told = counterfactuals.main_reasons(model, person(late=9.0, paid=9.0), KNOWN)
    assert told == ["late = 9 (+4.50)", "none", "none", "none"]
    model.explain = None
    assert counterfactuals.main_reasons(model, person(), KNOWN)[0].startswith("no explanation")


def test_broken_directions_are_counted_over_persons():
    frame = KNOWN.iloc[:20]
    model = Weights(late=0.5, paid=-0.5, start=-1.0)
    assert counterfactuals.monotonicity_violations(model, frame, KNOWN, "late", 1) == 0
    assert counterfactuals.monotonicity_violations(model, frame, KNOWN, "late", -1) == 1
    assert counterfactuals.monotonicity_violations(model, frame, KNOWN, "paid", -1) == 0


def test_the_least_sure_refusal_is_contested():
    risks = np.array([[0.1, 0.9, 0.55, 0.6], [0.2, 0.9, 0.52, 0.4]])
    assert counterfactuals.borderline_row(risks) == 2


def test_cells_are_spoken_plainly():
    cells = [2.0, 1234567.0, 0.12345, float("nan"), None, "word"]
    assert [counterfactuals.format_cell(cell) for cell in cells] == [
        "2",
        "1,234,567",
        "0.123",
        "missing",
        "missing",
        "word",
    ]
