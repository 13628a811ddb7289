"""Categories for trees: ordered codes, one-hot columns and statistics that never hold a row's own answer."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from core.features import table_columns, tree_encoder
from core.storage import model_archive


def frame(levels, rows=600, seed=0):
    draw = np.random.default_rng(seed)
    words = [f"v{place}" for place in range(levels)]
    return pd.DataFrame({"k": pd.Categorical(draw.choice(words, rows), words), "x": draw.normal(size=rows)})


def answers(table, seed=1):
    return np.random.default_rng(seed).normal(size=(len(table), 1))


@pytest.mark.parametrize(("levels", "hot", "means"), [(2, 0, 0), (3, 3, 0), (32, 32, 0), (64, 64, 1), (65, 0, 1)])
def test_levels_decide_what_stands_beside_the_code(levels, hot, means):
    table = frame(levels, 3_000)
    encoder, rows = tree_encoder.fit_tree_encoder(table, answers(table))
    assert rows.shape == (3_000, 2 + hot + means) and encoder.width == rows.shape[1]
    assert encoder.column_names == ("x", *["k"] * (1 + hot + means)) and rows.dtype == np.float32
    if hot:
        assert (rows[:, 2 : 2 + hot].sum(axis=1) == 1).all()


@pytest.mark.parametrize("levels", [100, 400])
def test_statistics_of_training_rows_know_nothing_of_their_own_answer(levels):
    table = frame(levels)
    noise = answers(table)
    encoder, rows = tree_encoder.fit_tree_encoder(table, noise)
    assert abs(np.corrcoef(rows[:, -1], noise[:, 0])[0, 1]) < 0.15
    assert np.corrcoef(encoder.transform(table)[:, -1], noise[:, 0])[0, 1] > 0.3


def test_a_planted_effect_of_many_levels_is_in_the_statistic():
    table = frame(120, 4_000)
    effect = np.random.default_rng(5).normal(size=120)[table["k"].cat.codes][:, None]
    encoder, rows = tree_encoder.fit_tree_encoder(table, effect)
    assert np.corrcoef(rows[:, -1], effect[:, 0])[0, 1] > 0.98
    np.testing.assert_allclose(encoder.transform(table)[:, :-1], rows[:, :-1])


def test_codes_follow_the_answers_and_unknown_levels_stand_in_the_middle():
    hours = [str(hour) for hour in range(24)]
    table = pd.DataFrame({"hour": pd.Categorical(hours * 30, hours)})
    wave = np.sin(np.arange(720) % 24 / 3.0)[:, None]
    encoder, rows = tree_encoder.fit_tree_encoder(table, wave)
    assert (np.argsort(rows[:24, 0]) == np.argsort(wave[:24, 0])).all()
    odd = pd.DataFrame({"hour": pd.Categorical(["99", None], ["99"])})
    code, gone = encoder.transform(odd)[:, 0]
    assert 0 < code < 23 and code % 1 == 0.5 and np.isnan(gone)
    assert (encoder.transform(odd)[:, 1:] == 0).all()


def test_equally_frequent_levels_stand_in_natural_order():
    weeks = [f"week {number}" for number in (10, 2, 1, 30, 9)]
    table = pd.DataFrame({"week": pd.Categorical(weeks * 10)})
    levels = table_columns.fit_columns(table).sources[0].levels
    assert levels == tuple(f"week {number}" for number in (1, 2, 9, 10, 30))
    assert sorted(["b", "10", "9", "a1", "01", "1"], key=table_columns.natural_key) == ["01", "1", "9", "10", "a1", "b"]


def test_codes_of_several_classes_follow_their_main_direction():
    table = frame(12, 2_400)
    group = table["k"].cat.codes.to_numpy() % 3
    classes = np.where(np.random.default_rng(2).random(2_400) < 0.1, 1, group)
    encoder, _ = tree_encoder.fit_tree_encoder(table, np.eye(3)[classes])
    codes = {level: encoder.ranks[place] for place, level in enumerate(encoder.columns.sources[0].levels)}
    means = [np.sort([codes[f"v{place}"] for place in range(12) if place % 3 == rest]) for rest in range(3)]
    assert all(np.ptp(one) == 3 for one in means)


def test_statistics_of_many_classes_are_cut_to_the_most_frequent():
    table = frame(80, 2_000)
    classes = np.random.default_rng(3).integers(0, 20, 2_000)
    encoder, rows = tree_encoder.fit_tree_encoder(table, np.eye(20)[classes])
    assert rows.shape[1] == encoder.width == 2 + tree_encoder.MOST_ANSWERS


@pytest.mark.parametrize("levels", [5, 100])
def test_state_survives_a_safe_pack_and_the_settings_decide(levels):
    table = frame(levels)
    settings = tree_encoder.CategorySettings(one_hot_levels=4, statistics_from=0, ordered=False)
    for chosen in (settings, None):
        encoder, _ = tree_encoder.fit_tree_encoder(table, answers(table), chosen)
        facts, arrays, _ = model_archive.unpack(model_archive.pack(*encoder.to_state()))
        again = tree_encoder.restore_tree_encoder(facts, arrays)
        np.testing.assert_array_equal(again.transform(table), encoder.transform(table))
        assert json.dumps(facts) and again.settings == encoder.settings
    plain, rows = tree_encoder.fit_tree_encoder(table, answers(table), settings)
    assert plain.width == 2 and (rows[:, 1] == plain.columns.read(table)[1][:, 0]).all()


def test_a_mapping_and_a_frame_give_the_same_rows():
    table = frame(100)
    encoder, _ = tree_encoder.fit_tree_encoder(table, answers(table))
    plain = {"k": table["k"].astype(object).to_numpy(), "x": table["x"].to_numpy()}
    np.testing.assert_array_equal(encoder.transform(plain), encoder.transform(table))
