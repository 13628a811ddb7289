"""Standardisation: what scikit-learn's scaler gives, with far values pulled in and constant columns left alone."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from core.features.standardisation import fit_standardisation, usable_spread

TABLES = arrays.arrays(np.float64, st.tuples(st.integers(2, 20), st.integers(1, 4)), elements=st.floats(-1e3, 1e3))


@settings(deadline=None, max_examples=25)
@given(TABLES)
def test_it_is_scikit_learns_scaler_within_the_limit(rows):
    from sklearn.preprocessing import StandardScaler

    kept = rows[:, rows.std(axis=0) > 1e-3]
    if kept.shape[1]:
        wanted = np.clip(StandardScaler().fit_transform(kept), -5, 5)
        np.testing.assert_allclose(fit_standardisation(kept)(kept), wanted, rtol=1e-6, atol=1e-8)


def test_a_constant_column_is_centred_and_outliers_are_pulled_in():
    rows = np.array([[3.0, 0.0], [3.0, 1.0], [3.0, 2.0]])
    scale = fit_standardisation(rows, limit=2.0)
    assert scale(np.array([[3.5, 100.0], [3.0, -100.0]])).tolist() == [[0.5, 2.0], [0.0, -2.0]]
    assert scale.arrays()["scale"][0] == 1.0
    assert usable_spread(np.array([0.0, np.nan, 2.0])).tolist() == [1.0, 1.0, 2.0]


def test_channels_of_windows_are_averaged_over_windows_and_time():
    windows = np.random.default_rng(0).normal(size=(30, 12, 2)).astype(np.float32) * [1.0, 50.0]
    ready = fit_standardisation(windows, axis=(0, 1), dtype=np.float64)(windows)
    assert abs(ready.mean(axis=(0, 1))).max() < 1e-6 and abs(ready.std(axis=(0, 1)) - 1).max() < 0.01
