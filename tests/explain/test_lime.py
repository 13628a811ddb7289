"""LIME in the game of the Shapley values, and as its library does it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core.explain import lime
from core.explain.default_lime import CutColumn, default_lime
from core.explain.faithfulness import reference_of_rows
from core.explain.linear_surrogate import weighted_ridge
from core.explain.maskers import column_masker, word_masker

SLOPE = np.array([3.0, -1.0, 0.5, 0.0])
DRAWN = np.random.default_rng(0).normal(size=(60, 4))
TABLE = pd.DataFrame(DRAWN, columns=list("abcd"))


def straight(inputs: pd.DataFrame) -> np.ndarray:
    return np.asarray(inputs.to_numpy(dtype=float) @ SLOPE)


def test_the_ridge_is_that_of_scikit_learn() -> None:
    from sklearn.linear_model import Ridge

    rng = np.random.default_rng(1)
    features, weights = rng.random((80, 3)), rng.random(80) + 0.1
    answers = features @ [1.0, 2.0, -1.0] + rng.normal(size=80)
    found, r2 = weighted_ridge(features, answers, weights, 0.7)
    peer = Ridge(alpha=0.7).fit(features, answers, sample_weight=weights)
    assert found == pytest.approx(peer.coef_)
    assert r2 == pytest.approx(peer.score(features, answers, sample_weight=weights))
    assert weighted_ridge(features, np.ones(80), weights, 0.7)[1] == 1.0


def test_a_straight_answer_gives_its_shapley_values() -> None:
    masker = column_masker(TABLE.iloc[:3], TABLE.iloc[20:])
    found = lime.lime_in_game(straight, masker, None, 2_000, seed=0)
    exact = (TABLE.iloc[:3].to_numpy() - TABLE.iloc[20:].to_numpy().mean(axis=0)) * SLOPE
    assert np.abs(found.values - exact).sum() < 0.15 * np.abs(exact).sum() and (found.r2 > 0).all()
    assert np.allclose(found.values, lime.lime_in_game(straight, masker, None, 2_000, seed=0).values)


def test_words_that_do_nothing_get_nothing() -> None:
    masker = word_masker(["good film indeed", "bad"])

    def margin(texts: np.ndarray) -> np.ndarray:
        return np.array([("good" in text) - ("bad" in text) for text in texts], dtype=float)

    found = lime.lime_in_game(margin, masker, None, 300)
    told = dict(zip(masker.names, found.values[0], strict=True))
    assert told["good"] == pytest.approx(1, abs=0.01) and abs(told["film"]) < 0.01 and told["bad"] == 0
    assert found.values[1][masker.names.index("bad")] == pytest.approx(-1, abs=0.01)


def test_pieces_are_quartiles_and_missing_values_are_a_piece() -> None:
    background = pd.Series([1.0, 2.0, 3.0, 4.0, np.nan])
    column = CutColumn.of(pd.Series([1.0, 99.0, np.nan]), background)
    assert column.rows[0] == column.background[0] and column.rows[1] == column.background[3]
    assert column.rows[2] == column.background[4] == -1
    drawn = column.drawn(0, np.array([0, 3, 4, 0]), np.random.default_rng(0))
    assert drawn[0] == 1.0 and 3.25 <= drawn[1] <= 4.0 and np.isnan(drawn[2]) and 1.0 <= drawn[3] <= 1.75


@pytest.mark.parametrize("background", [[np.nan] * 4, [5.0] * 4, [True, False, True, True], ["x", None, "y", "x"]])
def test_columns_without_spread_or_numbers_can_be_drawn(background: list) -> None:
    rows = pd.Series(background[:1])
    drawn = CutColumn.of(rows, pd.Series(background)).drawn(0, np.arange(4), np.random.default_rng(0))
    assert len(drawn) == 4 and drawn.isna().tolist() == pd.Series(background).isna().tolist()


def test_the_usual_defaults_find_the_column_that_matters() -> None:
    frame = TABLE.assign(kind=pd.Categorical(np.where(DRAWN[:, 3] > 0, "u", "v")))

    def margin(rows: pd.DataFrame) -> np.ndarray:
        assert rows["kind"].isin(["u", "v"]).all()
        return straight(rows[list("abcd")])

    found = default_lime(margin, frame.iloc[:4], frame.iloc[10:], None, 800, seed=0)
    assert (np.abs(found.values).argmax(axis=1) == 0).sum() >= 3 and found.values.shape == (4, 5)
    several = default_lime(
        lambda rows: np.stack([margin(rows), -margin(rows)], axis=1), frame.iloc[:1], frame.iloc[10:], np.array([1]),
        800, seed=0,
    )  # fmt: skip
    assert np.allclose(several.values, -found.values[:1])


def test_a_report_holds_both_beside_the_exact_values_or_says_why_not() -> None:
    rows, background = TABLE.iloc[:8], TABLE.iloc[20:]
    masker = column_masker(rows, background)
    truth = reference_of_rows(straight, masker, None, 0.5)
    asked = lime.LimeQuestion(straight, masker, None, rows, background)
    told = lime.lime_report(asked, truth, 1.0)
    assert len(told["rows"]) == lime.ROWS and told["game"]["error"] < 0.3 < told["library"]["error"]
    assert told["game"]["seed_error"] > 0 and told["library"]["r2"] < 1
    assert "too slow" in lime.lime_report(asked, truth, 1e-6)["game"]["reason"]
    arrays = asked._replace(rows=rows.to_numpy(), background=background.to_numpy())
    assert lime.lime_report(arrays, truth, 1.0)["library"] is None
