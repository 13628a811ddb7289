"""Checks that a modality keeps the duties of ``Modality``."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np

from core.plugin_checks.requirements import check_words, require, require_json
from core.schema import Dataset, LoadError, Modality


def check_modality(modality: Modality) -> None:
    """Reads what is no data, loads the samples, and checks the duties of ``Modality`` on the first of them.

    Raises:
        AssertionError: a duty is not kept; says which.
    """
    one = modality
    check_words(one.key, one.title, one.about)
    require(bool(one.suffixes) and all(s.startswith(".") for s in one.suffixes), "suffixes begin with a dot")
    require(one.unit_noun.islower() and not one.unit_noun.endswith("s"), "unit_noun is a noun in the singular")
    require(one.quick_rows >= 20 and one.explained_rows >= 1, "quick_rows and explained_rows are numbers of units")
    _check_refusals(one)
    for sample in one.samples:
        dataset = sample.load()
        require(dataset.modality == one.key, f"sample {sample.key} is a data set of this modality")
        require(len(dataset) >= 20, f"sample {sample.key} has at least 20 rows")
        require(dataset.target is None or len(dataset.target) == len(dataset), f"{sample.key}: an answer a row")
    if one.samples:
        _check_views(one, one.samples[0].load())


def _check_refusals(modality: Modality) -> None:
    """Whatever a file holds, reading it gives a data set or a LoadError."""
    junk = {"empty": b"", "bytes": bytes(range(256)) * 8, "text": b"a word\n" * 3, "zip": b"PK\x03\x04" + bytes(200)}
    with tempfile.TemporaryDirectory() as folder:
        for suffix in modality.suffixes:
            for name, content in junk.items():
                path = Path(folder) / f"{name}{suffix}"
                path.write_bytes(content)
                try:
                    read = modality.read(path, path.name)
                    require(read.modality == modality.key, "read returns a data set of this modality")
                except LoadError as refused:
                    require(bool(refused.what), "a LoadError says what is wrong")
                except AssertionError:
                    raise
                except Exception as error:
                    why = f"{type(error).__name__} on {path.name}"
                    raise AssertionError(f"Not kept: read raises LoadError and nothing else; {why}.") from error
                if modality.signature is not None:
                    _check_signature(modality.signature, path)


def _check_views(modality: Modality, dataset: Dataset) -> None:
    """What pages, explanations and questions take from the declaration, on the first rows of a data set."""
    from core.explain import maskers

    some = dataset.take(np.arange(min(4, len(dataset))))
    if modality.thumbnail is not None:
        small = modality.thumbnail(some.inputs[0], dataset.facts)
        require_json(small, "thumbnail returns a mapping")
        require(len(json.dumps(small)) < 200_000, "a thumbnail is small")
    for name, damage in modality.corrupt.items():
        changed = damage(some, 0.5, np.random.default_rng(0))
        require(len(changed) == len(some), f"the damage {name!r} keeps every row")
    if modality.masker is not None:
        for masker in modality.masker(some.inputs, some.inputs):
            require(isinstance(masker, maskers.Masker), "masker returns maskers")
            everyone = np.ones((len(some), len(masker.names)), dtype=bool)
            rows = np.arange(len(some))
            made = masker.mask(rows, everyone, np.zeros(len(some), dtype=int))
            require(len(made) == len(some), "a masker returns a row for every row it is asked for")
    if modality.views is not None and dataset.target is not None:
        for view in modality.views(dataset.take(np.arange(min(60, len(dataset))))):
            require(view.encode(some.inputs).shape[0] == len(some), "a view encodes every row")
    if modality.ask is not None:
        try:
            modality.ask(some, {"row": len(some)})
        except LoadError:
            return
        raise AssertionError("Not kept: ask raises LoadError for a question that cannot be answered.")


def _check_signature(signature: Callable[[Path, str], bool], path: Path) -> None:
    try:
        require(isinstance(signature(path, path.name), bool), "signature returns True or False")
    except LoadError as refused:
        require(bool(refused.what), "a LoadError says what is wrong")
