"""The study of one explanation and the agreement of two, on models whose truth is known."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd
import pytest

from core.explain import agreement, explain_table
from core.explain.explanation_report import explanation_report, traffic_light
from core.explain.ground_truth import CAUSE, DECOY, plant_effect
from core.explain.linear_shap import attribute_linear
from core.measurements.trust import completeness, explain_seconds, planted_effect, surrogate
from core.schema import Attribution, Budget, Column, Contestant, Dataset, Fit, FittedContestant, Run, Task
from core.workers import work_clock

NAMES = tuple("abcdefghijkl")
RNG = np.random.default_rng(0)
TABLE = pd.DataFrame(RNG.normal(size=(120, len(NAMES))), columns=list(NAMES))
SLOPE = np.linspace(2, 0, len(NAMES))
TASK = Task("y", "regression", "regression")


@dataclass
class Toy:
    """A model with one interaction, explained exactly, wrongly, or not completely."""

    way: str = "game"
    slope: np.ndarray = field(default_factory=lambda: SLOPE)
    twist: float = 0.0
    parameters: int = 12

    def margin(self, inputs) -> np.ndarray:
        table = np.stack([np.asarray(inputs[name], dtype=float) for name in list(inputs)], axis=1)
        return table[:, : len(self.slope)] @ self.slope + self.twist * table[:, 0] * table[:, 1]

    predict = margin

    def explain(self, inputs, background, outputs=None) -> Attribution:
        if self.way == "linear":
            return attribute_linear(self.slope, 0.0, inputs.to_numpy(), background.to_numpy(), list(inputs))
        found = explain_table(self.margin, inputs, background, outputs)
        if self.way == "reversed":
            found = replace(found, values=-found.values)
        if self.way == "random":
            found = replace(found, values=np.random.default_rng(5).normal(size=found.values.shape))
        if self.way == "claims too much":
            found = replace(found, values=found.values * 1.5, completeness_error=0.0)
        return found

    def common_explanation(self, inputs, background, outputs=None) -> Attribution:
        found = self.explain(inputs, background, outputs)
        return replace(found, values=found.values * 0.5, method="the usual way")


def table(rows: pd.DataFrame) -> Dataset:
    return Dataset("rows", "table", rows)


def told(model: Toy, **more) -> dict:
    return explanation_report(model, table(TABLE.iloc[:8]), table(TABLE.iloc[20:50]), None, lambda news: None, **more)


def test_an_exact_explanation_passes_everything_and_is_json() -> None:
    found = told(Toy(twist=1.5), refit=lambda seed: Toy(slope=SLOPE + 0.1, twist=1.5))
    again = json.loads(json.dumps(found, allow_nan=False))
    assert again["parts"] == list(NAMES) and np.shape(again["values"]) == (8, 12)
    assert found["light"] == "green" and found["completeness_error"] < 1e-9
    assert found["method_error"] < 0.01 and "permutations" in found["referee"]["method"]
    assert found["deletion"] == pytest.approx(1, abs=0.05) and found["insertion"] == pytest.approx(1, abs=0.05)
    assert 0 < found["stability"]["gap"] < 1.5 and 0 < found["reseed"]["gap"] < 0.3
    assert found["seconds_per_row"] > 0
    assert found["unfair"]["method"] == "the usual way" and found["unfair"]["light"] == "red"
    assert np.allclose(found["global"], np.abs(found["values"]).mean(axis=0))
    lime = again["lime"]
    assert lime["parts"] == list(NAMES) and np.shape(lime["game"]["values"]) == (len(lime["rows"]), 12)
    assert lime["game"]["error"] < lime["library"]["error"]


def test_maps_of_a_picture_network_are_part_of_its_explanation() -> None:
    model = Toy("linear")
    assert "maps" not in told(model)
    model.maps = lambda rows, background, outputs: {"ig": [[[float(len(rows))]]], "note": str(len(background))}
    assert told(model)["maps"] == {"ig": [[[8.0]]], "note": "30"}


def test_a_slow_explanation_is_compared_with_another_seed_on_fewer_rows() -> None:
    asked: list[int] = []

    @dataclass
    class Slow(Toy):
        def explain(self, inputs, background, outputs=None) -> Attribution:
            asked.append(len(inputs))
            work_clock.charge_seconds(1.0 * len(inputs))
            return super().explain(inputs, background, outputs)

    found = explanation_report(
        Slow("linear"),
        table(TABLE.iloc[:8]),
        table(TABLE.iloc[20:50]),
        None,
        lambda news: None,
        refit=lambda _: Slow("linear"),
    )
    assert found["reseed"]["gap"] == 0.0 and found["stability"] is None and asked[-1] == 6


def test_wrong_explanations_are_found_out() -> None:
    wrong, chance, boast = (told(Toy(way)) for way in ("reversed", "random", "claims too much"))
    assert wrong["method_error"] == pytest.approx(2, abs=0.01) and wrong["deletion"] < -0.5
    assert chance["method_error"] > 0.5 and abs(chance["deletion"]) < 0.6
    assert boast["light"] == "red" and boast["method_error"] == pytest.approx(0.5, abs=0.02)


def test_a_linear_explanation_is_the_game_s() -> None:
    assert told(Toy("linear"))["method_error"] < 1e-9


def test_values_that_are_not_finite_are_refused() -> None:
    class Broken(Toy):
        def explain(self, inputs, background, outputs=None):
            found = super().explain(inputs, background, outputs)
            return replace(found, values=found.values * np.nan)

    with pytest.raises(ValueError, match="not finite"):
        told(Broken())


def test_lights() -> None:
    assert [traffic_light(v) for v in (0.0, 0.0099, 0.01, 0.0999, 0.1, None, np.inf)] == [
        "green", "green", "amber", "amber", "red", "red", "red",
    ]  # fmt: skip


def run_of(key: str, family: str, values, parts=NAMES[:3], **more) -> Run:
    return Run(key, key, family, explanation={"values": np.asarray(values).tolist(), "parts": list(parts), **more})


def test_agreement_of_equal_and_opposite_explanations() -> None:
    values = np.array([[3.0, -2.0, 1.0], [1.0, -5.0, 2.0]])
    same = agreement.agreement([run_of("x", "classical", values), run_of("d", "deep", values)])
    assert same["primary"] == "x|d" and same["model_gap"] == 0 and same["reseed_floor"] is None
    assert same["spearman"] == same["rbo"] == same["top3"] == same["sign"] == pytest.approx(1)
    opposite = agreement.agreement([run_of("d", "deep", -values), run_of("x", "classical", values)])
    assert opposite["primary"] == "d|x"
    assert opposite["model_gap"] == 2 and opposite["sign"] == 0


def test_agreement_aligns_parts_and_names_the_rows() -> None:
    left = run_of("x", "classical", [[3.0, 1.0], [1.0, 1.0]], "ab", reseed={"gap": 0.2})
    right = run_of("d", "deep", [[1.0, 3.0], [5.0, 1.0]], "ba", reseed={"gap": 0.4})
    chance = run_of("z", "chance", [[1.0], [1.0]], "a")
    found = agreement.agreement([left, right, chance])
    assert list(found["pairs"]) == ["x|d"] and found["reseed_floor"] == pytest.approx(0.3)
    assert found["pairs"]["x|d"]["rows"][0]["row"] == 1 and found["pairs"]["x|d"]["rows"][0]["apart"] == 4
    assert agreement.agreement([left]) == {} and agreement.agreement([left, Run("n", "n", "deep")]) == {}
    assert agreement.agreement([left, Run("n", "n", "deep", explanation={"trouble": "no"})]) == {}


def test_the_best_of_each_family_are_the_primary_pair() -> None:
    weak = replace(run_of("l", "classical", [[1.0]], "a"), fits=(Fit(0, "s", skill=0.1),))
    strong = replace(run_of("x", "classical", [[1.0]], "a"), fits=(Fit(0, "s", skill=0.3),))
    assert agreement.agreement([weak, strong, run_of("d", "deep", [[1.0]], "a")])["primary"] == "x|d"


def test_parts_that_neither_side_has_in_a_row_do_not_count_as_agreement() -> None:
    left, right = np.zeros((1, 50)), np.zeros((1, 50))
    left[0, :4], right[0, :4] = [1, 2, 3, 4], [4, 3, 2, 1]
    assert agreement.compare(left, right)["row_spearman"] == pytest.approx(-1)


def test_the_usual_pair_and_its_share_of_the_gap() -> None:
    fair, usual = [[2.0, 1.0]], [[2.0, -1.0]]
    left = run_of("x", "classical", fair, "ab", unfair={"values": fair})
    right = run_of("d", "deep", [[2.0, 0.5]], "ab", unfair={"values": usual})
    pair = agreement.agreement([left, right])["pairs"]["x|d"]
    assert pair["unfair"]["model_gap"] > pair["model_gap"] and 0 < pair["method_share"] < 1


def test_rank_biased_overlap() -> None:
    up, down = np.arange(5.0), np.arange(5.0)[::-1]
    assert agreement.rank_biased_overlap(up, up) == pytest.approx(1)
    # By hand for two parts in opposite order: overlaps 0 and 1, so p^2 + (1 - p) / p * p^2 = p.
    assert agreement.rank_biased_overlap(up[:2], down[:2]) == pytest.approx(0.8)
    assert agreement.rank_biased_overlap(up, down) == agreement.rank_biased_overlap(down, up) < 0.8
    assert agreement.top_overlap(up, down, 3) == pytest.approx(1 / 3)
    assert agreement.spearman(up, down) == pytest.approx(-1) and agreement.spearman(up, np.ones(5)) is None


def fit(train, valid, task, budget, tell) -> Toy:
    table = train.inputs.to_numpy(dtype=float)
    if task.form == "multiclass":
        raise AssertionError("not in this test")
    slope = np.linalg.lstsq(table, np.asarray(train.target, dtype=float), rcond=None)[0]
    return Toy("linear", slope)


def subject_of(model: Toy) -> FittedContestant:
    target = TABLE.to_numpy() @ SLOPE
    data = Dataset("toy", "table", TABLE, target, columns=tuple(Column(name, "numeric") for name in NAMES))
    train, valid, test = (data.take(np.arange(*cut)) for cut in ((0, 70), (70, 80), (80, 120)))
    who = Contestant("toy", "Toy", "classical", ("table",), ("regression",), "", "", fit)
    return FittedContestant(who, model, train, valid, test, TASK, Budget(), (), lambda news: None)


def test_measurements_of_explanations() -> None:
    good, bad = subject_of(Toy("linear")), subject_of(Toy("claims too much"))
    assert completeness.MEASUREMENT.measure(good).values[0] < 1e-9
    assert completeness.MEASUREMENT.measure(bad).values[0] > 0.1
    times = explain_seconds.MEASUREMENT.measure(good).values
    assert times and all(0 < value < 1 for value in times)
    flat = completeness.MEASUREMENT.measure(subject_of(Toy(slope=np.zeros(12))))
    assert flat.values == (0.0,)


def test_a_small_tree_copies_a_simple_model_better_than_a_busy_one() -> None:
    pytest.importorskip("sklearn")
    one = np.zeros(12)
    one[3] = 1.0
    simple, busy = (surrogate.MEASUREMENT.measure(subject_of(Toy(slope=s))).values[0] for s in (one, np.ones(12)))
    assert simple > 0.9 > busy


def test_a_planted_cause_is_found_and_its_decoy_is_not() -> None:
    found = planted_effect.MEASUREMENT.measure(subject_of(Toy("linear")))
    assert found.values[0] > 0.5 and found.detail["rank"] == 1 and found.detail["decoy_rank"] > 3
    assert found.detail["follows_cause"] > 0.9


def test_planting_keeps_the_classes_and_the_decoy_idle() -> None:
    target = np.array([0, 1, 2] * 200)
    data = Dataset("toy", "table", pd.DataFrame({"a": np.zeros(600)}), target)
    made = plant_effect(data, 0)
    assert set(made.target) == {0, 1, 2} and made.target.dtype == target.dtype and data.target is target
    link = [abs(np.corrcoef(made.inputs[name], made.target)[0, 1]) for name in (CAUSE, DECOY)]
    assert link[0] > 0.35 and link[1] < 0.15
    assert 0.2 < np.mean(made.target != target) < 0.5
