"""A bundle that was changed, cut short or made elsewhere is refused in words, and never with a traceback."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile

import numpy as np
import pytest

from core.bundles import bundle_file
from core.bundles.loaded_bundle import load_bundle
from core.schema import LoadError
from core.states import code_references, library_classes
from core.states.code_references import CodeReferenceError, find_class, find_function
from core.states.state_decoder import decode_state
from core.states.state_encoder import encode_state
from core.storage import model_archive
from tests.bundles.toy_bundles import members, written

PLAIN = dict.fromkeys(bundle_file.NEEDED, b"{}")


def repacked(path, change):
    """The zip again, its members changed by ``change``."""
    with zipfile.ZipFile(path) as packed:
        held = {name: packed.read(name) for name in packed.namelist()}
    change(held)
    with zipfile.ZipFile(path, "w") as packed:
        for name, data in held.items():
            packed.writestr(name, data)


def test_every_member_stands_in_the_manifest_with_its_hash(tmp_path):
    path = written(tmp_path)
    found = bundle_file.read_bundle(path)
    assert dict(found.members) == members()
    for name, data in members().items():
        assert found.manifest["members"][name] == hashlib.sha256(data).hexdigest()
    again = tmp_path / "again.zip"
    assert bundle_file.write_bundle(members(), again) == found.digest and again.read_bytes() == path.read_bytes()


CHANGES = {
    "was changed": lambda held: held.update({"card.json": held["card.json"] + b" "}),
    "was added": lambda held: held.update({"extra.py": b"print(1)"}),
    "is missing": lambda held: held.pop("model.npz"),
    "manifest was changed": lambda held: held.update(
        {"manifest.json": held["manifest.json"].replace(b'"card.json"', b'"card2.json"')}
    ),
    "another make": lambda held: held.update({"manifest.json": b'{"format": "other"}'}),
    "no manifest": lambda held: held.pop("manifest.json"),
    "of version 99": lambda held: held.update(
        {"manifest.json": json.dumps({**json.loads(held["manifest.json"]), "version": 99}).encode()}
    ),
}


@pytest.mark.parametrize("words", CHANGES)
def test_a_changed_bundle_is_refused_in_words(tmp_path, words):
    path = tmp_path / "model.zip"
    bundle_file.write_bundle(PLAIN, path)
    repacked(path, CHANGES[words])
    with pytest.raises(LoadError, match=words):
        bundle_file.read_bundle(path)


def test_foreign_and_broken_files_are_refused_in_words(tmp_path):
    path = tmp_path / "model.zip"
    with pytest.raises(LoadError, match="no such bundle"):
        load_bundle(path)
    for content in (b"", b"hello", b"PK\x03\x04" + bytes(100)):
        path.write_bytes(content)
        with pytest.raises(LoadError):
            load_bundle(path)
    bundle_file.write_bundle(PLAIN, path)
    whole = path.read_bytes()
    for length in (10, len(whole) // 2, len(whole) - 1):
        path.write_bytes(whole[:length])
        with pytest.raises(LoadError):
            load_bundle(path)


# Whoever makes a bundle makes its manifest too: parts that do not fit each other are refused when it is opened.
FORGED = {
    "no classes": ("schema.json", {"labels": []}),
    "no list of levels": ("schema.json", {"columns": [{"name": "a", "kind": "category", "levels": 5}]}),
    "an item without sides": ("schema.json", {"columns": [], "modality": "image", "shape": []}),
    "a temperature in words": ("uncertainty.json", {"temperature": "warm"}),
    "a quantile in words": ("uncertainty.json", {"quantile": "high"}),
}


@pytest.mark.parametrize("part", FORGED)
def test_parts_that_do_not_fit_each_other_are_refused_in_words(tmp_path, part):
    schema = {
        "modality": "table", "form": "binary", "kind": "classification", "rows": 9, "target": "y",
        "labels": ["a", "b"], "columns": [{"name": "x", "kind": "number"}],
    }  # fmt: skip
    whole = {"card.json": {}, "schema.json": schema, "uncertainty.json": {"temperature": 1.0, "quantile": 0.4}}
    told = {name: json.dumps(values).encode() for name, values in whole.items()}
    bundle_file.write_bundle({**PLAIN, **told}, tmp_path / "good.zip")
    assert load_bundle(tmp_path / "good.zip").input_schema.labels == ("a", "b")
    member, change = FORGED[part]
    told[member] = json.dumps({**whole[member], **change}).encode()
    bundle_file.write_bundle({**PLAIN, **told}, tmp_path / "forged.zip")
    with pytest.raises(LoadError, match=member.partition(".")[0]):
        load_bundle(tmp_path / "forged.zip")


def test_a_manifest_nested_without_end_and_other_files_are_no_bundle(tmp_path):
    path = tmp_path / "deep.zip"
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("manifest.json", '{"a":' * 5_000)
    with pytest.raises(LoadError, match="no bundle of a model"):
        load_bundle(path)
    path.write_bytes(b"hello")
    with pytest.raises(LoadError, match="no bundle of a model") as refused:
        load_bundle(path)
    assert "folder per class" not in str(refused.value) and "Use this model" in str(refused.value)


def test_a_bundle_may_not_climb_out_of_its_folder(tmp_path):
    path = tmp_path / "model.zip"
    bundle_file.write_bundle({**PLAIN, "../evil.py": b"x"}, path)
    with pytest.raises(LoadError, match="was changed"):
        load_bundle(path)


@pytest.mark.parametrize(
    "kind", ["builtins:eval", "os:system", "core.storage.paths:write_atomically", "subprocess:Popen"]
)
def test_code_that_is_no_part_of_a_model_is_not_named(kind):
    module, _, name = kind.partition(":")
    with pytest.raises(CodeReferenceError):
        find_class(kind)
    with pytest.raises(CodeReferenceError):
        find_function(module, name, "")


@pytest.mark.parametrize(
    "kind",
    [
        "sklearn.preprocessing._function_transformer:FunctionTransformer", "sklearn.pipeline:Pipeline",
        "sklearn.tree._classes:BaseDecisionTree", "sklearn.utils._bunch:Bunch", "scipy.sparse._dok:dok_array",
        "torch.nn.modules.rnn:GRU", "torch.nn.modules.lazy:LazyModuleMixin", "torch.nn.parallel:DataParallel",
        "torchvision.models.resnet:ResNet", "tabm:TabM", "rtdl_num_embeddings:LinearEmbeddings",
        "sklearn.svm:_classes.SVC",
    ],
)  # fmt: skip
def test_classes_of_libraries_that_no_model_here_holds_are_refused(kind):
    nodes = [{"k": "object", "class": {"@": 1}, "state": []}, {"k": "class", "class": kind}]
    called = [{"k": "class call", "class": kind}]
    for crafted in (nodes, called):
        packed = model_archive.pack({"root": {"@": 0}, "nodes": crafted}, {"all": np.zeros(0, np.uint8)})
        with pytest.raises(CodeReferenceError, match="which no model is made of"):
            decode_state(packed)


def test_classes_of_libraries_that_models_hold_are_there():
    for reference in library_classes.LIBRARY_CLASSES:
        assert find_class(reference).__qualname__ == reference.partition(":")[2]
    torch = pytest.importorskip("torch")
    for name in library_classes.LAYERS:
        kind = getattr(torch.nn, name)
        assert find_class(code_references.class_reference(kind)) is kind


def test_a_model_archive_with_a_foreign_part_is_refused():
    nodes = [{"k": "function", "module": "os", "name": "system", "signature": ""}]
    foreign = model_archive.pack({"root": {"@": 0}, "nodes": nodes}, {"all": np.zeros(0, np.uint8)})
    with pytest.raises(CodeReferenceError, match="no model is made of"):
        decode_state(foreign)
    strange = model_archive.pack({"root": {"@": 0}, "nodes": [{"k": "_make"}]}, {"all": np.zeros(0, np.uint8)})
    with pytest.raises(CodeReferenceError, match="unknown kind"):
        decode_state(strange)
    buffer = io.BytesIO()
    np.savez(buffer, x=np.zeros(3))
    for data in (b"nonsense", buffer.getvalue()):
        with pytest.raises(CodeReferenceError):
            decode_state(data)


# What a crafted archive could reach through the modules that models are made of, and what they import.
DETOURS = {
    "a module behind a library": [{"k": "function", "module": "torch", "name": "os.system", "signature": ""}],
    "a loader of a library": [{"k": "function", "module": "numpy", "name": "load", "signature": ""}],
    "an attribute of a module": [{"k": "method", "self": {"@": 1}, "name": "os"}, {"k": "module", "name": "torch"}],
    "a function of a module": [{"k": "method", "self": {"@": 1}, "name": "load"}, {"k": "module", "name": "torch"}],
    "a class that is only imported": [{"k": "class", "class": "core.encoders.network_hashes:Path"}],
    "a class behind a library": [{"k": "class", "class": "sklearn.utils:_joblib.joblib.Parallel"}],
    "a function that is only imported": [
        {"k": "function", "module": "core.models.training.output_spec", "name": "np.stack", "signature": ""}
    ],
    "a method as a choice": [
        {"k": "enum", "class": "core.models.training.output_spec:OutputSpec", "name": "from_dataset"}
    ],
    "an attribute as a method": [{"k": "method", "self": {"@": 1}, "name": "append"}, {"k": "list", "items": []}],
    "a module of a library": [{"k": "module", "name": "sklearn.utils"}],
}


@pytest.mark.parametrize("detour", DETOURS)
def test_nothing_is_reached_through_what_modules_import(detour):
    crafted = model_archive.pack({"root": {"@": 0}, "nodes": DETOURS[detour]}, {"all": np.zeros(0, np.uint8)})
    with pytest.raises(CodeReferenceError):
        decode_state(crafted)


def test_values_come_back_as_they_were():
    shared = np.arange(3.0)
    whole = {
        "a": (1, 2.5, None, True, "é"),
        "b": [shared, shared],
        3: {"x"},
        "n": float("nan"),
        "o": np.array(["a", None]),
    }
    found = decode_state(encode_state(whole)[0])
    assert found["a"] == whole["a"] and found[3] == {"x"} and found["n"] != found["n"]
    assert found["b"][0] is found["b"][1] and np.array_equal(found["b"][0], shared)
    assert found["o"].tolist() == ["a", None]
    with pytest.raises(CodeReferenceError):
        encode_state(open)
