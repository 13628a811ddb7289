"""Small tables with a known truth, in the prepared conventions."""

import numpy as np
import pandas as pd

from core.schema import Dataset, Task


def made(form="binary", rows=240, seed=0):
    """A Dataset and its Task: the target follows ``x`` and ``kind``; ``noise`` is noise; some values are missing."""
    generator = np.random.default_rng(seed)
    x = generator.normal(size=rows)
    kind = generator.choice(["a", "b", "c"], rows)
    signal = 1.5 * x + np.where(kind == "a", 1.5, -0.5) + 0.3 * generator.normal(size=rows)
    inputs = pd.DataFrame(
        {
            "x": np.where(generator.random(rows) < 0.05, np.nan, x),
            "kind": pd.Categorical(kind),
            "noise": generator.normal(size=rows),
            "when": pd.Series(pd.date_range("2024-01-01", periods=rows)).astype("datetime64[ns]"),
        }
    )
    if form == "regression":
        target, labels = 1000 + 50 * signal, ()
    else:
        cuts = [0.0] if form == "binary" else [-1.0, 1.0]
        target = np.digitize(signal, cuts).astype(np.int64)
        labels = tuple(f"class {code}" for code in range(len(cuts) + 1))
    kind_of = "regression" if form == "regression" else "classification"
    return Dataset("made", "table", inputs, target, labels=labels), Task("y", kind_of, form)


def parts(dataset):
    """60 % to learn from, 20 % inner, 20 % to judge, drawn at random."""
    rows = np.random.default_rng(0).permutation(len(dataset))
    cut, end = int(0.6 * len(rows)), int(0.8 * len(rows))
    return dataset.take(rows[:cut]), dataset.take(rows[cut:end]), dataset.take(rows[end:])
