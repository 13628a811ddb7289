"""The referee against games whose Shapley values are known in closed form."""

from __future__ import annotations

import itertools
from math import factorial

import numpy as np
import pandas as pd
import pytest

from core.explain import explain_images, explain_series, explain_sounds, explain_table, explain_texts, maskers
from core.explain.faithfulness import masker_of_rows
from core.explain.shapley import (
    coalitions,
    exact_shapley,
    grouped_masker,
    permutation_shapley,
    reference_values,
    shapley_weights,
    sum_groups,
)
from core.explain.tree_shap import import_shap

RNG = np.random.default_rng(0)


def both(function, rows, background):
    """The exact values, after checking that sampling agrees within its own error and both are complete."""
    game = maskers.column_masker(np.atleast_2d(rows), np.atleast_2d(background))
    sure, drawn = exact_shapley(function, game), permutation_shapley(function, game, permutations=4000)
    for found in (sure, drawn):
        assert np.allclose(found.base + found.values.sum(axis=1), found.margin)
        assert np.allclose(found.margin, function(np.atleast_2d(rows)))
        assert np.allclose(found.base, function(np.atleast_2d(background)).mean())
    assert np.allclose(sure.mean_random_output, drawn.mean_random_output, atol=0.1 * np.ptp(sure.margin) + 0.05)
    assert np.all(np.abs(sure.values - drawn.values) <= 6 * np.nan_to_num(drawn.standard_error) + 1e-9)
    return sure.values


def test_linear_pays_weight_times_distance_from_the_mean() -> None:
    rows, background, slope = RNG.normal(size=(5, 4)), RNG.normal(size=(30, 4)), np.array([1.0, -2.0, 0.0, 3.0])
    assert np.allclose(both(lambda x: x @ slope + 7, rows, background), slope * (rows - background.mean(axis=0)))


def test_product_over_a_background() -> None:
    rows, background = RNG.normal(size=(5, 2)), RNG.normal(size=(30, 2))
    a, b = background.T
    x, y = rows.T
    cross = (a * b).mean()
    first = ((x * b.mean() - cross) + (x * y - a.mean() * y)) / 2
    assert np.allclose(both(lambda z: z[:, 0] * z[:, 1], rows, background)[:, 0], first)


def test_exclusive_or_on_eight_corners() -> None:
    corners = np.array(list(itertools.product([0.0, 1.0], repeat=3)))
    values = both(lambda x: (x[:, 0] != x[:, 1]).astype(float), corners, corners)
    truth = np.where(corners[:, 0] != corners[:, 1], 0.25, -0.25)
    assert np.allclose(values[:, 0], truth) and np.allclose(values[:, 1], truth) and np.allclose(values[:, 2], 0)


@pytest.mark.parametrize(
    ("function", "point", "truth"),
    [
        (lambda x: x[:, 0] ** 2 * x[:, 1], (2.0, 3.0), (6.0, 6.0)),
        (lambda x: x.max(axis=1), (3.0, 1.0), (2.5, 0.5)),
        (lambda x: np.minimum(1, x.sum(axis=1)), (1.0, 1.0), (0.5, 0.5)),
    ],
)
def test_two_players_against_zero(function, point, truth) -> None:
    assert np.allclose(both(function, point, (0.0, 0.0)), truth)


def test_permuting_columns_permutes_the_values() -> None:
    rows, background, order = RNG.normal(size=(3, 5)), RNG.normal(size=(10, 5)), RNG.permutation(5)

    def function(x: np.ndarray) -> np.ndarray:
        return np.sin(x[:, 0] * x[:, 1]) + x[:, 2] * np.abs(x[:, 3])

    straight = exact_shapley(function, maskers.column_masker(rows, background)).values
    back = np.argsort(order)
    turned = exact_shapley(
        lambda x: function(x[:, back]), maskers.column_masker(rows[:, order], background[:, order])
    ).values
    assert np.allclose(turned, straight[:, order])


def test_weights_match_the_definition() -> None:
    table, matrix = coalitions(4), shapley_weights(4)
    worth = RNG.normal(size=16)
    of = {tuple(np.flatnonzero(row)): value for row, value in zip(table, worth, strict=True)}
    for i in range(4):
        others = [j for j in range(4) if j != i]
        total = 0.0
        for size in range(4):
            for group in itertools.combinations(others, size):
                share = factorial(size) * factorial(3 - size) / factorial(4)
                total += share * (of[tuple(sorted((*group, i)))] - of[group])
        assert matrix[i] @ worth == pytest.approx(total)


def test_many_players_are_grouped_or_sampled() -> None:
    rows, background = RNG.normal(size=(2, 13)), RNG.normal(size=(10, 13))
    slope = np.arange(13.0)

    def function(x: np.ndarray) -> np.ndarray:
        return x @ slope + x[:, 12] * x[:, 11]

    game = maskers.column_masker(rows, background)
    grouped_game = reference_values(function, game, ranking=slope)
    drawn = reference_values(function, game, permutations=200)
    assert grouped_game.names[-1] == "rest" and len(grouped_game.names) == 10
    assert {0, 1, 2, 3} == set(grouped_game.groups[-1])
    assert np.allclose(sum_groups(drawn.values, grouped_game.groups), grouped_game.values)
    assert "antithetic" in drawn.method and np.all(grouped_game.standard_error == 0)


def test_standard_error_covers_the_sampling_error() -> None:
    rows, background = RNG.normal(size=(40, 6)), RNG.normal(size=(10, 6))

    def function(x: np.ndarray) -> np.ndarray:
        return np.prod(1 + x[:, :4], axis=1) + x[:, 5]

    game = maskers.column_masker(rows, background)
    far = (permutation_shapley(function, game, permutations=100).values - exact_shapley(function, game).values)[:, :4]
    error = permutation_shapley(function, game, permutations=100).standard_error[:, :4]
    assert 0.8 < np.mean(np.abs(far) < 1.96 * error) <= 1


def test_classes_explain_the_row_s_own_output() -> None:
    rows, background = RNG.normal(size=(4, 3)), RNG.normal(size=(9, 3))
    slope = RNG.normal(size=(3, 3))
    outputs = np.array([0, 1, 2, 1])
    found = explain_table(lambda x: x @ slope, rows, background, outputs)
    assert np.allclose(found.values, slope.T[outputs] * (rows - background.mean(axis=0)))
    with pytest.raises(ValueError, match="say which one"):
        explain_table(lambda x: x @ slope, rows, background)


def test_frames_and_mappings_play_the_same_game() -> None:
    kinds = ["x", "y", "z"]
    frame = pd.DataFrame({"a": [1.0, np.nan, 3.0], "k": pd.Categorical(["x", "y", None], categories=kinds)})
    base = pd.DataFrame({"a": [0.0, 5.0], "k": pd.Categorical(["w", "x"])})

    def function(x) -> np.ndarray:
        kind = np.array([isinstance(v, str) and v == "x" for v in x["k"]], dtype=float)
        return np.nan_to_num(np.asarray(x["a"], dtype=float), nan=-1.0) * (1 + kind)

    as_frame = explain_table(function, frame, base)
    as_mapping = explain_table(
        function,
        {name: frame[name].to_numpy(object) for name in frame},
        {name: base[name].to_numpy(object) for name in base},
    )
    assert as_frame.parts == ("a", "k") and as_frame.completeness_error == pytest.approx(0, abs=1e-12)
    assert np.allclose(as_frame.values, as_mapping.values)
    with pytest.raises(ValueError, match="lacks the column"):
        explain_table(function, frame, base[["a"]])


def test_a_planted_word_ranks_first() -> None:
    texts = ["A good, good film", "bad sound and bad light", "nothing here", ""]
    found = explain_texts(lambda many: np.array([2.0 * t.count("good") - t.count("bad") for t in many]), texts)
    part = {name: found.values[:, i] for i, name in enumerate(found.parts)}
    assert part["good"].tolist() == [4, 0, 0, 0] and part["bad"].tolist() == [0, -2, 0, 0]
    assert np.abs(found.values).sum() == pytest.approx(6)


def test_scripts_without_blanks_play_in_pairs_of_letters() -> None:
    texts = ["这部电影很好看，很好看", "iPhone手机 is bad", "ภาษาไทย"]
    found = explain_texts(lambda many: np.array([float(t.count("很好") - t.count("bad")) for t in many]), texts)
    part = {name: found.values[:, i] for i, name in enumerate(found.parts)}
    assert {"这部", "电影", "很好", "iphone", "手机", "is", "bad", "ภา"} <= set(found.parts)
    assert part["很好"].tolist() == [2, 0, 0] and part["bad"].tolist() == [0, -1, 0]


def test_long_texts_keep_the_number_of_players_down() -> None:
    text = " ".join(f"w{i}" for i in range(500))
    game = maskers.word_masker([text], limit=60)
    assert len(game.active_features(0)) == 60 and maskers.OTHER in game.names
    everyone = np.ones((1, 60), dtype=bool)
    assert game.mask(np.zeros(1, int), everyone, np.zeros(1, int))[0] == text


def test_a_planted_patch_ranks_first() -> None:
    pictures = RNG.integers(0, 255, (4, 32, 32, 3)).astype(np.uint8)
    pictures[:, 16:24, 0:8] = 255
    background = np.zeros((3, 32, 32, 3), dtype=np.uint8)
    found = explain_images(lambda x: x[:, 16:24, 0:8].mean(axis=(1, 2, 3)), pictures, background, grid=4)
    assert [found.parts[i] for i in np.abs(found.values).argmax(axis=1)] == ["row 3, column 1"] * 4
    assert np.allclose(found.values[:, 8], 255)


def test_a_planted_tone_and_segment_rank_first() -> None:
    time = np.arange(4000) / 8000
    tone = np.where(time < 0.25, np.sin(2 * np.pi * 1000 * time), 0)[None]
    loud = explain_sounds(lambda x: (x**2).sum(axis=1), tone, np.zeros((2, 4000)), 8000)
    best = loud.parts[int(loud.values[0].argmax())]
    low, high = (float(part) for part in best.split(", ")[1].removesuffix(" Hz").split("-"))
    assert low <= 1000 <= high and float(best.split("-")[0]) < 0.25

    game = maskers.sound_patch_masker(tone, np.zeros((2, 4000)), 8000)
    whole = game.mask(np.zeros(1, int), np.ones((1, len(game.names)), bool), np.zeros(1, int))
    assert np.array_equal(whole, tone.astype(np.float32))

    series = np.zeros((2, 40, 3))
    series[:, 10:15, 1] = 4
    found = explain_series(lambda x: x[:, 10:15, 1].sum(axis=1), series, np.zeros((5, 40, 3)))
    assert found.parts[int(found.values[0].argmax())] == "10-14, channel 2" and found.values[0].max() == 20


def test_a_game_cut_to_some_rows_is_the_same_game() -> None:
    rows, background = RNG.normal(size=(6, 3)), RNG.normal(size=(5, 3))
    game = maskers.column_masker(rows, background)

    def function(x: np.ndarray) -> np.ndarray:
        return np.prod(x, axis=1)

    assert np.allclose(
        exact_shapley(function, masker_of_rows(game, np.array([4, 1]))).values,
        exact_shapley(function, game).values[[4, 1]],
    )
    pair = exact_shapley(function, grouped_masker(game, [(0, 1), (2,)]))
    assert np.allclose(pair.values.sum(axis=1), exact_shapley(function, game).values.sum(axis=1))


PAIRS = {
    "smooth": lambda x: np.sin(x[:, 0] * x[:, 1]) + x[:, 2] * np.abs(x[:, 3]) - 0.5 * x[:, 4],
    "steps": lambda x: np.where(x[:, 0] > 0, 2.0 * (x[:, 1] > 0.3), x[:, 2]) + x[:, 3] * x[:, 4],
}


@pytest.mark.slow
@pytest.mark.parametrize("game", PAIRS)
def test_values_are_those_of_shaps_permutation_explainer(game: str) -> None:
    # Where no three columns interact, a permutation and its reverse give the exact values.
    shap = import_shap()
    rows, background = RNG.normal(size=(3, 5)), RNG.normal(size=(15, 5))
    explainer = shap.PermutationExplainer(PAIRS[game], shap.maskers.Independent(background, max_samples=15), seed=0)
    theirs = explainer(rows, max_evals=20 * 11, silent=True)
    masker = maskers.column_masker(rows, background)
    exact, sampled = exact_shapley(PAIRS[game], masker), permutation_shapley(PAIRS[game], masker, permutations=2000)
    np.testing.assert_allclose(exact.values, theirs.values, atol=1e-9)
    np.testing.assert_allclose(exact.base, theirs.base_values, atol=1e-9)
    assert np.all(np.abs(sampled.values - theirs.values) <= 6 * np.nan_to_num(sampled.standard_error) + 1e-9)


@pytest.mark.slow  # shap compiles its exact explainer for some 15 seconds
def test_exact_values_are_those_of_shaps_exact_explainer() -> None:
    shap = import_shap()
    rows, background = RNG.normal(size=(4, 5)), RNG.normal(size=(20, 5))

    def game(x: np.ndarray) -> np.ndarray:
        return np.sin(x[:, 0] * x[:, 1] * x[:, 2]) + x.max(axis=1) * np.abs(x[:, 3]) + np.where(x[:, 4] > 0, x[:, 0], 1)

    theirs = shap.ExactExplainer(game, shap.maskers.Independent(background, max_samples=20))(rows)
    ours = exact_shapley(game, maskers.column_masker(rows, background))
    np.testing.assert_allclose(ours.values, theirs.values, atol=1e-9)
    np.testing.assert_allclose(ours.base, theirs.base_values, atol=1e-9)
