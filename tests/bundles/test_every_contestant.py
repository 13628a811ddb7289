"""Every registered contestant of every kind of data with files goes into a bundle and answers the same out of it."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
import textwrap
import zipfile
from pathlib import Path

import numpy as np
import pytest

from core import registry
from core.bundles.loaded_bundle import load_bundle
from core.schema import LoadError
from tests.bundles import every_contestant
from tests.bundles.test_bundled_models import ABSENT, BLOCKED

ROOT = Path(__file__).parents[2]
KEYS = [
    key
    for key, one in registry.discover("contestants").items()
    if one.modalities == ("*",) or set(one.modalities) & set(every_contestant.DATA)
]
# What a package is imported as, where it is installed under another name.
IMPORTED = {"scikit-learn": "sklearn", "rtdl-num-embeddings": "rtdl_num_embeddings"}


def close(found: np.ndarray, expected: np.ndarray) -> bool:
    # Graphs answer in single precision, which is relative to the numbers themselves.
    scale = max(1.0, float(np.abs(expected).max())) if expected.ndim == 1 else 1.0
    return found.shape == expected.shape and float(np.abs(found - expected).max()) <= 1e-5 * scale


FRESH = """
import sys
import numpy as np
from core.bundles.loaded_bundle import load_bundle
from core.schema import LoadError
from core.storage import dataset_store
bundle, rows = load_bundle(sys.argv[1]), dataset_store.load(sys.argv[2]).inputs
np.savez(sys.argv[3], predicted=bundle.predict(rows), model=np.asarray(bundle.model.predict(rows), dtype=float))
"""


def fresh(path: Path, asked: Path, folder: Path) -> dict[str, np.ndarray]:
    """What a new process predicts with a bundle, by its graph and by its model."""
    out = folder / "fresh.npz"
    done = subprocess.run(
        [sys.executable, "-c", FRESH, path, asked, out],
        cwd=ROOT, capture_output=True, text=True, timeout=600, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2_000:]
    with np.load(out) as held:
        return dict(held)


def alone(path: Path, needs: list[str], asked: Path, folder: Path) -> list[dict[str, str]]:
    """What the runner inside a bundle writes where only what its card names can be imported."""
    with zipfile.ZipFile(path) as packed:
        packed.extractall(folder / "alone")
    allowed = {IMPORTED.get(name, name) for name in needs}
    # What a package brings along may be imported with it.
    blocked = ABSENT if needs in (["numpy"], ["numpy", "onnxruntime"]) else ("streamlit", "starlette", "shap")
    code = textwrap.dedent(BLOCKED % (tuple(name for name in blocked if name not in allowed),))
    done = subprocess.run(
        [sys.executable, "-I", "-c", f"import sys; sys.path.insert(0, '.')\n{code}", asked, "--out", folder / "a.csv"],
        cwd=folder / "alone", capture_output=True, text=True, timeout=600, check=False,
    )  # fmt: skip
    if done.returncode == 2:
        assert done.stderr.startswith("refused: ") and "Traceback" not in done.stderr
        pytest.fail(f"the runner refuses what its card promises: {done.stderr[:500]}")
    assert done.returncode == 0, done.stderr[-2_000:]
    with open(folder / "a.csv", newline="") as file:
        return list(csv.DictReader(file))


def places(key: str) -> list[tuple[str, int]]:
    """The small data sets on which a contestant can take part; the test is skipped where its package is missing."""
    there = every_contestant.cases(key)
    if not there and (absent := every_contestant.not_installed(registry.find("contestants", key))) is not None:
        pytest.skip(absent)
    assert there, "it can take part on none of the small data sets"
    return there


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("key", KEYS)
def test_its_bundle_is_guarded_and_answers_the_same(key, tmp_path):
    modality, place = places(key)[-1]
    done = every_contestant.fitted_once(key, every_contestant.data(key, modality, place), 0.5)
    path = tmp_path / "model.zip"
    every_contestant.write_bundle(done, path)
    with pytest.raises(LoadError, match="was changed"):
        load_bundle(every_contestant.tampered(path, tmp_path / "other.zip"))
    bundle, asked = load_bundle(path), every_contestant.asked_inputs(done)
    expected = np.asarray(done.model.predict(asked), dtype=float)
    assert close(bundle.predict(asked), expected)
    assert close(np.asarray(bundle.model.predict(asked), dtype=float), expected)


@pytest.mark.slow
@pytest.mark.skipif(
    "CROSSOVER_EVERY_BUNDLE" not in os.environ, reason="38 fits take over half an hour: set CROSSOVER_EVERY_BUNDLE=1"
)
@pytest.mark.timeout(1_800)
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("key", KEYS)
def test_it_answers_the_same_in_a_fresh_process_and_alone(key, tmp_path):
    there = places(key)
    # The last of its data sets: numbers for tables, anomalies for series. The others differ in the target alone.
    modality, place = there[-1]
    done = every_contestant.fitted_once(key, every_contestant.data(key, modality, place))
    path = tmp_path / "model.zip"
    every_contestant.write_bundle(done, path)
    asked = every_contestant.asked_inputs(done)
    expected = np.asarray(done.model.predict(asked), dtype=float)
    again = fresh(path, every_contestant.handed_over(done, tmp_path), tmp_path)
    assert close(again["model"], expected) and close(again["predicted"], expected)
    bundle = load_bundle(path)
    rows = alone(path, bundle.card["needs"], every_contestant.write_inputs(asked, tmp_path), tmp_path)
    if expected.ndim == 2:
        told = np.array([[float(row[f"p({label})"]) for label in bundle.input_schema.labels] for row in rows])
        assert close(told, bundle.calibrated(expected))
    else:
        name = "score" if bundle.input_schema.kind == "anomaly" else "prediction"
        assert close(np.array([float(row[name]) for row in rows]), expected)
