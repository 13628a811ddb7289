"""Every contestant comes back out of a bundle as it went in, and the stand-alone runner answers the same."""

from __future__ import annotations

import json
import subprocess
import sys
import textwrap
import zipfile

import numpy as np
import pytest

from core import registry
from core.bundles import bundle_file, bundle_maker, graph_export
from core.bundles.loaded_bundle import load_bundle
from core.evaluation import row_preparation, splits, tasks
from core.schema import Budget, Dataset, Plan
from core.states.state_decoder import decode_state
from core.states.state_encoder import encode_state
from tests.bundles import every_contestant
from tests.bundles.toy_bundles import members, mixed_table, retrained, written
from tests.contestants.test_media import clips, pictures, sounds, texts, windows

DATA = {
    "table": [mixed_table(), mixed_table(form="multiclass"), mixed_table(form="regression")],
    "image": [pictures()],
    "video": [clips()],
    "text": [texts()],
    "sound": [sounds()],
    "series": [windows(), windows(form="anomaly")],
}
QUICK = (
    "dummy", "table_linear", "table_xgboost", "table_bayes", "table_additive", "table_svm", "text_tfidf", "text_nbsvm",
    "series_stats", "series_robust", "sound_svm", "sound_mfcc",
)  # fmt: skip
# Imports all that a runner may not have; numpy, onnxruntime and what Python brings stay.
BLOCKED = """
import sys
class Blocker:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in %r:
            raise ImportError(name + " is not installed here")
sys.meta_path.insert(0, Blocker())
sys.argv = ["predict.py", *sys.argv[1:]]
import runpy
runpy.run_path("predict.py", run_name="__main__")
"""
ABSENT = ("pandas", "torch", "sklearn", "scipy", "xgboost", "pyarrow", "streamlit", "starlette", "PIL", "shap", "onnx")


def fitted(contestant, dataset: Dataset, seconds: float):
    """A contestant's model on a fold of a data set, and the rows of its test part; None where it cannot take part."""
    task = tasks.infer_task(dataset, "answer" if dataset.modality == "table" else None)
    if task.kind not in contestant.kinds or contestant.unsupported_reason(dataset, task):
        return None
    ready = row_preparation.prepare_rows(dataset, task, Plan())
    cut = splits.make_splits(ready, task, Plan())[0]
    train, valid, test = (ready.take(rows) for rows in (cut.train, cut.valid, cut.test))
    return contestant.fit(train, valid, task, Budget(seconds=seconds, seed=1), lambda progress: None), test.inputs


def check_state(key: str, seconds: float) -> int:
    contestant = registry.find("contestants", key)
    checked = 0
    for modality in ("table",) if contestant.modalities == ("*",) else contestant.modalities:
        for dataset in DATA.get(modality, ()):
            if (made := fitted(contestant, dataset, seconds)) is None:
                continue
            model, asked = made
            again = decode_state(encode_state(model)[0])
            assert np.array_equal(np.asarray(again.predict(asked)), np.asarray(model.predict(asked)))
            checked += 1
    return checked


@pytest.mark.parametrize("key", QUICK)
def test_a_model_comes_back_as_it_was(key):
    assert check_state(key, 1.0)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("key", [key for key in registry.discover("contestants") if key not in QUICK])
def test_every_model_comes_back_as_it_was(key):
    one = registry.find("contestants", key)
    played, there = check_state(key, 1.0), set(one.modalities) & set(DATA)
    if not played and there and (absent := every_contestant.not_installed(one)) is not None:
        pytest.skip(absent)
    assert played or not there


def test_no_training_rows_stand_in_a_bundle():
    dataset = mixed_table()
    dataset.inputs.loc[3, "note"] = "a secret that one row alone holds"
    made = bundle_maker.bundle_members(retrained(dataset, "table_linear"))[0]
    assert not any(b"secret that one" in data for data in made.values())


@pytest.mark.parametrize("form", ["binary", "regression"])
def test_a_bundle_predicts_like_its_model(tmp_path, form):
    bundle = load_bundle(written(tmp_path, "table_linear", form))
    asked = mixed_table(60, form, seed=7, answers=False).inputs
    scale = 1.0 if form == "binary" else float(np.std(bundle.model.predict(asked)))
    assert np.abs(bundle.predict(asked) - bundle.model.predict(asked)).max() < 1e-5 * scale
    assert bundle.card["graph"]["there"] and bundle.card["expected"]["skill"]["mean"] > 50


def test_a_bundle_says_what_to_expect(tmp_path):
    bundle = load_bundle(written(tmp_path))
    expected, sure = bundle.card["expected"]["accuracy"], bundle.sure
    assert len(expected["folds"]) == 3 and expected["low"] < expected["mean"] < expected["high"] <= 1
    assert sure["rows"] == 200 and sure["coverage"]["share"] == pytest.approx(0.9, abs=0.06)
    assert set(sure["thresholds"]) == {"used", "best_f1", "best_balanced"}
    words = bundle.file.members["MODEL_CARD.md"].decode()
    assert "no row is left to test it on" in words and "Accuracy" in words
    assert "90 % interval" in words and bundle.card["interval_level"] == 0.9
    assert bundle.file.members["Containerfile"].decode().count("\n") <= 10


def unpacked(path, folder):
    with zipfile.ZipFile(path) as packed:
        packed.extractall(folder)


def run_alone(folder, *arguments):
    code = textwrap.dedent(BLOCKED % (ABSENT,))
    return subprocess.run(
        [sys.executable, "-I", "-c", f"import sys; sys.path.insert(0, '.')\n{code}", *arguments],
        cwd=folder, capture_output=True, text=True, timeout=240, check=False,
    )  # fmt: skip


@pytest.mark.parametrize(("key", "form"), [("table_xgboost", "multiclass"), ("table_linear", "regression")])
def test_the_runner_answers_the_same_with_numpy_and_onnxruntime_alone(tmp_path, key, form):
    path = written(tmp_path, key, form)
    bundle = load_bundle(path)
    assert bundle.card["needs"] == ["numpy", "onnxruntime"]
    asked = mixed_table(40, form, seed=7, answers=False).inputs
    asked["day"] = asked["day"].dt.strftime("%Y-%m-%d")
    asked.to_csv(tmp_path / "new.csv", index=False)
    unpacked(path, tmp_path / "alone")
    done = run_alone(tmp_path / "alone", "../new.csv", "--out", "../out.csv")
    assert done.returncode == 0, done.stderr
    lines = (tmp_path / "out.csv").read_text().splitlines()
    assert len(lines) == 41
    asked["day"] = asked["day"].astype("datetime64[ns]")
    expected = bundle.calibrated(bundle.model.predict(asked))
    names = lines[0].split(",")
    told = [dict(zip(names, line.split(","), strict=True)) for line in lines[1:]]
    if form == "regression":
        found = np.array([float(row["prediction"]) for row in told])
        assert np.abs(found - expected).max() < 1e-5 * np.std(expected)
        assert all(float(row["low"]) < float(row["prediction"]) < float(row["high"]) for row in told)
    else:
        labels = bundle.input_schema.labels
        found = np.array([[float(row[f"p({label})"]) for label in labels] for row in told])
        assert np.abs(found - expected).max() < 1e-5


def test_the_runner_refuses_in_words(tmp_path):
    path = written(tmp_path)
    unpacked(path, tmp_path / "alone")
    (tmp_path / "new.csv").write_text("size,colour\n1,red\n")
    done = run_alone(tmp_path / "alone", "../new.csv")
    assert done.returncode == 2 and "columns are missing: weight (kg), day, note" in done.stderr
    (tmp_path / "new.csv").write_text("size,weight (kg),colour,day,note\nmany,1,red,2020-01-01,x\n")
    done = run_alone(tmp_path / "alone", "../new.csv")
    assert done.returncode == 2 and "row 1, column 'size': 'many' is no number" in done.stderr
    (tmp_path / "alone" / "card.json").write_text("{}")
    done = run_alone(tmp_path / "alone", "../new.csv")
    assert done.returncode == 2 and "was changed" in done.stderr


def test_the_runner_says_what_else_it_needs(tmp_path):
    made = members("table_bayes", "binary")
    card = json.loads(made["card.json"])
    assert not card["graph"]["there"] and card["graph"]["reason"]
    assert card["needs"] == ["numpy"]


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    "key", ["image_deep", "text_tfidf", "sound_mfcc", "series_stats", "table_hybrid", "table_deep"]
)
def test_a_graph_is_kept_only_where_it_answers_the_same(key):
    contestant = registry.find("contestants", key)
    model, asked = fitted(contestant, DATA[contestant.modalities[0]][0], 2.0)
    found = graph_export.bundled_graph(model, asked, "binary")
    assert found.graph and found.difference <= graph_export.CLOSE, found.reason


def test_trees_open_without_the_library_that_grew_them(tmp_path):
    path = written(tmp_path, "table_xgboost", "multiclass")
    code = (
        "import sys, time; begun = time.process_time()\n"
        "from core.bundles.loaded_bundle import load_bundle\n"
        f"bundle = load_bundle({str(path)!r}); bundle._graph\n"
        "spent = time.process_time() - begun\n"
        "print(spent, [one for one in ('torch', 'xgboost', 'pandas') if one in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=True)
    spent, _, heavy = done.stdout.partition(" ")
    assert heavy.strip() == "[]" and float(spent) < 2.0
    assert bundle_file.read_bundle(path).digest
