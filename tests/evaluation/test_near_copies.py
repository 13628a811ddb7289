"""Near copies: every planted kind is found and kept whole by the folds, and honest data of every kind stay quiet."""

import time

import numpy as np
import pandas as pd
import pytest

from core.evaluation import copy_checks, fold_contrast, interpolated_rows, near_copies, splits
from core.schema import Dataset, Plan, Task

CLASSES = Task(target="y", kind="classification", form="binary")
NUMBERS = Task(target="y", kind="regression", form="regression")


def noise(rows, columns, seed=0):
    values = np.random.default_rng(seed).normal(size=(rows, columns))
    return pd.DataFrame(values, columns=[f"x{k}" for k in range(columns)])


def thrice(frame):
    return pd.concat([frame] * 3, ignore_index=True)


def table(frame, target=None, **more):
    target = np.random.default_rng(9).integers(0, 2, len(frame)) if target is None else target
    return Dataset("t", "table", frame, target, labels=("a", "b"), **more)


def jittered(columns, share=0.001, rows=400):
    made = thrice(noise(rows, columns))
    return made + share * np.random.default_rng(1).normal(size=made.shape)


def stamped(columns, rows=400):
    made = thrice(noise(rows, columns))
    return made.assign(time=np.random.default_rng(1).permutation(len(made)).astype(float))


def with_gaps():
    base = noise(600, 8)
    base = base.mask(np.random.default_rng(2).random(base.shape) < 0.3)
    return pd.concat([base, base * (1 + 0.001 * np.random.default_rng(3).normal(size=base.shape))], ignore_index=True)


def mixed():
    rng = np.random.default_rng(4)
    base = noise(400, 3).assign(
        colour=pd.Categorical(rng.choice(list("abcdefgh"), 400)),
        town=pd.Categorical(rng.integers(0, 40, 400).astype(str)),
    )
    again = base.assign(x0=base["x0"] + 0.001 * rng.normal(size=400), x1=rng.normal(size=400))
    return pd.concat([base, again], ignore_index=True)


def panel():
    rng = np.random.default_rng(5)
    who = rng.integers(0, 100, 2000)
    return pd.DataFrame(np.c_[rng.normal(size=(100, 8))[who], rng.normal(size=(2000, 2))]).rename(columns=str)


@pytest.mark.parametrize(
    ("frame", "share"),
    [
        (jittered(3), 1.0),
        (jittered(6), 1.0),
        (jittered(30, 0.02), 1.0),
        (stamped(2), 1.0),
        (stamped(8), 1.0),
        (stamped(4).assign(zero=0.0, words="same"), 1.0),
        (stamped(12).assign(id=np.random.default_rng(6).normal(size=1200)), 1.0),
        (with_gaps(), 0.8),
        (mixed(), 0.9),
        (panel(), 1.0),
        (pd.concat([noise(100, 300), noise(100, 300) + 0.001 * noise(100, 300, 1)], ignore_index=True), 1.0),
    ],
    ids=[
        "jitter 3",
        "jitter 6",
        "jitter 30",
        "time 2",
        "time 8",
        "constant",
        "time and id",
        "gaps",
        "mixed",
        "panel",
        "wide",
    ],
)
def test_copies_of_rows_are_found_and_kept_together(frame, share):
    data = table(frame)
    copies = copy_checks.find_copies(data)
    assert copies.rows >= share * len(frame) and not copies.crowded
    for split in splits.make_splits(data, CLASSES, Plan(), copies.codes):
        assert not set(copies.codes[split.test]) & set(copies.codes[np.r_[split.train, split.valid]])


def test_the_columns_that_differ_and_the_counts_are_told():
    data = table(stamped(8))
    (told,) = near_copies.copy_findings(copy_checks.find_copies(data), data)
    assert told.columns == ("time",) and told.level == "warning"
    assert told.what.startswith(
        "1,200 of 1,200 rows (100 %) are near copies of others, in 400 sets: they differ in 'time'"
    )


def one_hot(rng, rows):
    first, second = (pd.get_dummies(pd.Series(rng.integers(0, size, rows))).astype(float) for size in (25, 12))
    return pd.concat([first.add_prefix("a"), second.add_prefix("b"), first.add_prefix("c")], axis=1)


def linked_categories(rng, rows):
    kind = rng.integers(0, 6, rows)
    drawn = [np.where(rng.random(rows) < 0.8, (kind + k) % 6, rng.integers(0, 6, rows)) for k in range(12)]
    return pd.DataFrame({f"c{k}": pd.Categorical(values.astype(str)) for k, values in enumerate(drawn)})


def drifting(rng, rows):
    moments = np.linspace(0, 20, rows)
    return pd.DataFrame({f"s{k}": np.sin(moments * (k + 1) / 3) + 0.01 * rng.normal(size=rows) for k in range(6)})


HONEST = {
    "two numbers": lambda rng, rows: noise(rows, 2),
    "noise": lambda rng, rows: noise(rows, 10),
    "wide": lambda rng, rows: noise(200, 400),
    "yes and no": lambda rng, rows: pd.DataFrame(rng.integers(0, 2, (rows, 20)).astype(float)),
    "ratings": lambda rng, rows: pd.DataFrame(rng.integers(1, 6, (rows, 12)).astype(float)),
    "counts": lambda rng, rows: pd.DataFrame(rng.poisson(3, (rows, 8)).astype(float)),
    "categories": linked_categories,
    "one-hot": one_hot,
    "skewed": lambda rng, rows: pd.DataFrame(rng.lognormal(0, 2, (rows, 6))),
    "mostly zero": lambda rng, rows: pd.DataFrame(
        np.where(rng.random((rows, 12)) < 0.7, 0, rng.exponential(1, (rows, 12)))
    ),
    "gaps": lambda rng, rows: noise(rows, 8).mask(rng.random((rows, 8)) < 0.4),
    "few dimensions": lambda rng, rows: pd.DataFrame(rng.normal(size=(rows, 2)) @ rng.normal(size=(2, 10))),
    "random walk": lambda rng, rows: pd.DataFrame(np.cumsum(rng.normal(size=(rows, 5)), axis=0)),
    "slow course": drifting,
    "constant": lambda rng, rows: pd.DataFrame({"a": np.ones(rows), "b": rng.normal(size=rows)}),
}


@pytest.mark.parametrize("kind", list(HONEST))
def test_honest_tables_are_not_grouped(kind):
    frame = HONEST[kind](np.random.default_rng(7), 2000).rename(columns=str)
    copies = copy_checks.find_copies(table(frame))
    assert copies.rows <= 0.01 * len(frame)
    equal = splits.duplicate_codes(table(frame))
    assert len(np.unique(copies.codes)) >= 0.99 * len(np.unique(equal))


def test_one_unbroken_chain_is_not_grouped_but_told():
    codes = np.arange(100)
    chain = near_copies.CopyPairs(codes[:-1], codes[1:])
    assert np.bincount(near_copies.join_codes(codes, chain)).max() == 100
    data = table(noise(100, 3))
    (told,) = near_copies.copy_findings(near_copies.NearCopies(codes, crowded=True), data)
    assert told.level == "danger" and "unbroken chain" in told.what


def test_ten_thousand_rows_of_fifty_columns_take_about_two_seconds():
    frame = jittered(50, rows=3334)
    started = time.process_time()
    copies = copy_checks.find_copies(table(frame))
    assert copies.rows == len(frame) and time.process_time() - started < 6.0


def synthetic(rng, rows, columns, rounded=None):
    """A noise table whose rare class is doubled by interpolation between near rows; and which rows were made."""
    from scipy.spatial import cKDTree

    frame, rare = noise(rows, columns).to_numpy(), rows // 8
    near = cKDTree(frame[:rare]).query(frame[:rare], k=6)[1]
    base, other = np.arange(rare), near[np.arange(rare), rng.integers(1, 6, rare)]
    made = frame[base] + rng.random((rare, 1)) * (frame[other] - frame[base])
    whole = np.r_[frame, made] if rounded is None else np.round(np.r_[frame, made], rounded)
    target = np.r_[np.ones(rare), np.zeros(rows - rare), np.ones(rare)].astype(np.int64)
    return table(pd.DataFrame(whole).rename(columns=str), target), np.arange(len(whole)) >= rows


@pytest.mark.parametrize(("columns", "rounded"), [(3, None), (8, None), (30, None), (12, 4), (12, 3)])
def test_interpolated_rows_are_left_out_and_counted(columns, rounded):
    data, made = synthetic(np.random.default_rng(0), 1200, columns, rounded)
    found = interpolated_rows.interpolated_rows(data.inputs, data.target)
    assert (found & made).sum() >= 0.8 * made.sum() and (found & ~made).sum() <= 2
    left = interpolated_rows.drop_interpolated_rows(data, CLASSES)
    assert len(left) == len(data) - found.sum()
    (told,) = interpolated_rows.interpolation_findings(left)
    assert told.level == "danger" and f"{found.sum()} rows of 1,350" in told.what


def test_whole_numbers_between_which_was_interpolated_give_the_new_rows_away():
    from scipy.spatial import cKDTree

    rng = np.random.default_rng(0)
    whole = rng.integers(0, 50, (900, 6)).astype(float)
    near = cKDTree(whole[:100]).query(whole[:100], k=6)[1][np.arange(100), rng.integers(1, 6, 100)]
    made = whole[:100] + rng.random((100, 1)) * (whole[near] - whole[:100])
    frame = pd.DataFrame(np.r_[whole, made]).rename(columns=str)
    found = interpolated_rows.interpolated_rows(frame, np.r_[np.arange(900) < 100, np.ones(100)].astype(int))
    assert found[900:].mean() > 0.9 and not found[:900].any()


@pytest.mark.parametrize("kind", list(HONEST))
def test_honest_tables_hold_no_interpolated_rows(kind):
    frame = HONEST[kind](np.random.default_rng(7), 1500).rename(columns=str)
    data = table(frame, (np.arange(len(frame)) // 100) % 2)
    assert interpolated_rows.drop_interpolated_rows(data, CLASSES) is data
    assert interpolated_rows.interpolation_findings(data) == []


def pictures(rng, count):
    base = rng.random((count, 6, 6, 3)).repeat(4, axis=1).repeat(4, axis=2)
    return (255 * base).astype(np.uint8)


def test_near_copies_of_pictures_sounds_windows_and_texts():
    rng = np.random.default_rng(0)
    seen = pictures(rng, 200)
    dim = np.clip(seen[:50] * 0.95 + rng.integers(-3, 4, seen[:50].shape), 0, 255).astype(np.uint8)
    heard = rng.normal(size=(200, 4000)).astype(np.float32) * rng.random((200, 40)).repeat(100, axis=1).astype(
        np.float32
    )
    louder = (1.1 * heard[:50] + 0.001 * rng.normal(size=(50, 4000))).astype(np.float32)
    curves = np.cumsum(rng.normal(size=(200, 64, 2)), axis=1).astype(np.float32)
    again = curves[:50] + 0.001 * rng.normal(size=(50, 64, 2)).astype(np.float32)
    words = ["".join(rng.choice(list("abcdefgh"), 5)) for _ in range(400)]
    texts = [" ".join(rng.choice(words, 40)) for _ in range(200)]
    signed = [f"{text}, yours {k}" for k, text in enumerate(texts[:50])]
    for modality, items, more in (
        ("image", seen, dim), ("sound", heard, louder), ("series", curves, again),
        ("text", np.array(texts, dtype=object), np.array(signed, dtype=object)),
    ):  # fmt: skip
        clean = Dataset("t", modality, items, np.arange(200) % 2, labels=("a", "b"))
        assert copy_checks.find_copies(clean).rows <= 4, modality
        both = Dataset("t", modality, np.concatenate([items, more]), np.arange(250) % 2, labels=("a", "b"))
        found = copy_checks.find_copies(both)
        assert (found.codes[:50] == found.codes[200:]).mean() > 0.9, modality
        assert found.rows >= 90, modality


def test_windows_that_overlap_belong_together():
    rng = np.random.default_rng(0)
    recordings = np.cumsum(rng.normal(size=(20, 400)), axis=1).astype(np.float32)
    windows = np.stack([one[start : start + 64] for one in recordings for start in range(0, 320, 32)])
    found = copy_checks.find_copies(Dataset("t", "series", windows, np.arange(200) % 2, labels=("a", "b")))
    assert found.sets == 20 and found.rows == 200
    apart = np.stack([one[start : start + 64] for one in recordings for start in range(0, 320, 64)])
    assert copy_checks.find_copies(Dataset("t", "series", apart, np.arange(100) % 2, labels=("a", "b"))).rows <= 2


def test_random_folds_that_flatter_are_told_in_the_gravest_level():
    base_target = np.random.default_rng(3).integers(0, 2, 400)
    data = table(jittered(8), np.tile(base_target, 3))
    found = {one.key: one for one in copy_checks.check_copies(data, CLASSES, copy_checks.find_copies(data))}
    assert found["strict_folds"].level == "danger" and found["near_copies"].level == "warning"
    contrast = fold_contrast.contrast_folds(data, CLASSES, copy_checks.find_copies(data).codes)
    assert contrast.random > 90 and 35 < contrast.strict < 65
    assert f"{contrast.random:.0f} % right" in found["strict_folds"].what.replace("%", " %").replace("  ", " ")
    number = table(jittered(8), np.tile(np.random.default_rng(3).normal(size=400), 3))
    contrast = fold_contrast.contrast_folds(number, NUMBERS, copy_checks.find_copies(number).codes)
    assert contrast.random > 90 > 0 > contrast.strict and contrast.leaks


def test_groups_that_carry_nothing_are_not_said_to_leak():
    rng = np.random.default_rng(1)
    for seed in range(5):
        groups = np.random.default_rng(seed).integers(0, 40, 600)
        frame = noise(600, 5, seed)
        target = (frame["x0"] + rng.normal(size=600) > 0).to_numpy().astype(np.int64)
        contrast = fold_contrast.contrast_folds(table(frame, target), CLASSES, groups)
        assert contrast is not None and not contrast.leaks
    who = rng.integers(0, 30, 600)
    frame = pd.DataFrame(rng.normal(size=(30, 5))[who] + 0.3 * rng.normal(size=(600, 5))).rename(columns=str)
    assert fold_contrast.contrast_folds(table(frame, who % 2), CLASSES, who).leaks


def test_declared_groups_and_copies_across_them_are_joined():
    frame = jittered(6)
    inside = table(frame, groups=np.tile(np.arange(400), 3))
    together = copy_checks.belong_together(inside, copy_checks.find_copies(inside))
    assert len(np.unique(together)) == 400
    across = table(frame, groups=np.arange(1200))
    assert len(np.unique(copy_checks.belong_together(across, copy_checks.find_copies(across)))) == 400
    few = table(frame, groups=np.arange(1200) // 120)
    assert len(np.unique(copy_checks.belong_together(few, copy_checks.find_copies(few)))) == 10, "would be one group"
