"""Columns into arrays and encodings: no pandas needed, nothing leaks, everything unseen has a place."""

import json

import numpy as np
import pandas as pd
import pytest

from core.features import table_columns, table_encoders
from core.storage import model_archive


def table(rows=60, seed=0):
    generator = np.random.default_rng(seed)
    day = pd.Timestamp("2024-01-01") + pd.to_timedelta(generator.integers(0, 700, rows), unit="D")
    frame = pd.DataFrame(
        {
            "amount": generator.lognormal(size=rows),
            "kind": pd.Categorical(generator.choice(["a", "b", "c"], rows, p=[0.6, 0.3, 0.1])),
            "when": day.astype("datetime64[ns]"),
            "note": pd.Series([f"the {w} broke again" for w in generator.choice(["pump", "fan", "belt"], rows)]),
            "flag": generator.integers(0, 2, rows).astype(float),
            "empty": np.full(rows, np.nan),
        }
    )
    frame.loc[0, ["amount", "kind", "when"]] = None
    frame["note"] = frame["note"].astype(object)
    frame.loc[1, "note"] = None
    return frame


def mapping(frame):
    return {
        name: (frame[name].to_numpy() if frame[name].dtype.kind in "fM" else frame[name].astype(object).to_numpy())
        for name in frame.columns
    }


@pytest.mark.parametrize("make", [lambda t: table_encoders.fit_dense(t, bins=8), table_encoders.fit_ordinal])
def test_a_mapping_and_a_frame_give_the_same_rows(make):
    frame = table()
    encoding = make(frame)
    whole = encoding.transform(frame)
    assert whole.dtype == np.float32 and whole.shape == (60, encoding.width)
    np.testing.assert_array_equal(encoding.transform(mapping(frame)), whole)
    one = {name: values[5:6] for name, values in mapping(frame).items()}
    np.testing.assert_array_equal(encoding.transform(one), whole[5:6])


def test_every_encoded_column_belongs_to_its_original():
    frame = table()
    encoding = table_encoders.fit_dense(frame, bins=4)
    assert len(encoding.column_names) == encoding.width and set(encoding.column_names) == set(frame.columns)
    base = frame.iloc[10:11].reset_index(drop=True)
    for name, other in (("amount", 99.0), ("kind", "c"), ("flag", 1.0), ("note", "belt belt belt")):
        changed = base.copy()
        changed[name] = pd.Categorical([other], ["a", "b", "c"]) if name == "kind" else [other]
        moved = np.flatnonzero(encoding.transform(base)[0] != encoding.transform(changed)[0])
        assert {encoding.column_names[place] for place in moved} <= {name}


def test_missing_unknown_and_infinite_values_have_a_place():
    encoding = table_encoders.fit_dense(table(), bins=4)
    odd = pd.DataFrame(
        {
            "amount": [np.inf, np.nan],
            "kind": pd.Categorical(["zebra", None], ["zebra"]),
            "when": pd.to_datetime([None, "2031-01-01"]).astype("datetime64[ns]"),
            "note": pd.Series([None, "never seen words"], dtype=object),
            "flag": [np.nan, 1e300],
            "empty": [1.0, -1.0],
        }
    )
    rows = encoding.transform(odd)
    assert np.isfinite(rows).all() and np.abs(rows).max() <= table_encoders.FARTHEST
    kinds = [place for place, name in enumerate(encoding.column_names) if name == "kind"]
    assert rows[0, kinds].sum() == 0 and rows[1, kinds].sum() == 1
    trees = table_encoders.fit_ordinal(table()).transform(odd)
    place = list(table_encoders.fit_ordinal(table()).column_names).index("kind")
    assert trees[0, place] == 3 and np.isnan(trees[1, place])


def test_standardised_by_training_rows_only():
    frame = pd.DataFrame({"x": [0.0, 2.0, 4.0]})
    encoding = table_encoders.fit_dense(frame)
    rows = encoding.transform(pd.DataFrame({"x": [2.0, 1000.0]}))
    assert rows[0, 0] == pytest.approx(0) and rows[1, 0] == table_encoders.FARTHEST


def test_piecewise_linear_parts_fill_up_from_the_left():
    frame = pd.DataFrame({"x": np.arange(101.0)})
    encoding = table_encoders.fit_dense(frame, bins=4)
    parts = encoding.transform(pd.DataFrame({"x": [0.0, 37.5, 100.0]}))[:, 1:]
    np.testing.assert_allclose(parts, [[0, 0, 0, 0], [1, 0.5, 0, 0], [1, 1, 1, 1]], atol=1e-6)


def test_dates_become_calendar_numbers():
    frame = pd.DataFrame({"d": pd.to_datetime(["2024-02-29 06:00", "2024-03-01 00:00"]).astype("datetime64[ns]")})
    numbers, _ = table_columns.fit_columns(frame).read(frame)
    assert numbers[0, :5] == pytest.approx([0.0, 2, 29, 3, 6]) and numbers[1, :5] == pytest.approx([0.75, 3, 1, 4, 0])


def test_a_column_that_is_not_there_is_named():
    encoding = table_encoders.fit_ordinal(table())
    with pytest.raises(ValueError, match="'amount' is missing"):
        encoding.transform(table().drop(columns="amount"))
    with pytest.raises(ValueError, match="no usable column"):
        table_columns.fit_columns(pd.DataFrame(index=[0, 1]))


@pytest.mark.parametrize("kind", ["dense", "ordinal"])
def test_state_survives_a_safe_pack(kind):
    frame = table()
    encoding = table_encoders.fit_dense(frame, bins=4) if kind == "dense" else table_encoders.fit_ordinal(frame)
    facts, arrays, blobs = model_archive.unpack(model_archive.pack(*encoding.to_state(), {"raw": b"\x00\xff"}))
    restore = table_encoders.restore_dense if kind == "dense" else table_encoders.restore_ordinal
    np.testing.assert_array_equal(restore(facts, arrays).transform(frame), encoding.transform(frame))
    assert blobs == {"raw": b"\x00\xff"} and json.dumps(facts)


def test_packs_refuse_objects_and_foreign_bytes():
    with pytest.raises(TypeError, match="Python objects"):
        model_archive.pack({}, {"x": np.array([object()])})
    with pytest.raises(ValueError, match="no packed model"):
        model_archive.unpack(b"not a pack")


def test_many_levels_are_cut_and_rare_ones_are_zeros():
    levels = [f"v{place}" for place in range(200)] + ["common"] * 100
    frame = pd.DataFrame({"k": pd.Categorical(levels)})
    encoding = table_encoders.fit_dense(frame)
    assert encoding.width == 1 and encoding.transform(frame)[:200].sum() == 0
