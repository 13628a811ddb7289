"""Keeps a data set as a folder of plain files (Parquet, npz, JSON, PNG, WAV): what one process hands to another."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import uuid
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from core.schema import Column, ColumnReading, Dataset, Facts, Inputs, JsonObject, LoadError, Origin
from core.storage.dataset_preview import write_preview
from core.storage.json_codec import from_plain, to_plain
from core.workers.contest_size import count_numbers, reading_seconds

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

CARD = "dataset.json"
TABLE = "inputs.parquet"
ARRAYS = "arrays.npz"


def save(dataset: Dataset, folder: Path | str) -> Path:
    """Writes a data set into ``folder``, whole or not at all.

    Returns:
        The folder. It holds ``dataset.json``, the inputs as ``inputs.parquet`` or in ``arrays.npz``, and previews.

    Raises:
        TypeError: inputs of a kind that has no plain file form.
    """
    folder = Path(folder)
    part = folder.with_name(f".{folder.name}.{uuid.uuid4().hex[:8]}")
    part.mkdir(mode=0o700, parents=True)
    try:
        card = _describe(dataset)
        card["inputs"] = _write_inputs(dataset, part)
        card["preview"] = write_preview(dataset, part)
        card["digest"] = _digest(part, card)
        (part / CARD).write_text(json.dumps(card, ensure_ascii=False, allow_nan=False), encoding="utf-8")
        shutil.rmtree(folder, ignore_errors=True)
        os.replace(part, folder)
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return folder


def read_summary(folder: Path | str) -> JsonObject:
    """What is in a parcel, from its JSON alone: no data is parsed and no heavy library loaded.

    Raises:
        LoadError: the folder is gone or is no parcel.
    """
    try:
        return json.loads((Path(folder) / CARD).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise LoadError("The uploaded data is no longer there.", how="Upload it again.") from None


def load(folder: Path | str) -> Dataset:
    """The data set of a parcel.

    Raises:
        LoadError: the folder is gone, is no parcel, or was damaged.
    """
    folder = Path(folder)
    card = read_summary(folder)
    try:
        arrays = {}
        if (folder / ARRAYS).exists():
            with np.load(folder / ARRAYS, allow_pickle=False) as stored:
                arrays = {name: stored[name] for name in stored.files}
        inputs = _read_inputs(card["inputs"], folder, arrays)
    except (OSError, ValueError, KeyError):
        raise LoadError("The stored copy of the data is damaged.", how="Upload it again.") from None
    return Dataset(
        name=card["name"],
        modality=card["modality"],
        inputs=inputs,
        target=arrays.get("target"),
        groups=arrays.get("groups"),
        order=arrays.get("order"),
        columns=tuple(Column(**{**column, "examples": tuple(column["examples"])}) for column in card["columns"]),
        labels=tuple(card["labels"]),
        source=card["source"],
        warnings=tuple(card["warnings"]),
        facts=card["facts"],
        origin=Origin(**(card.get("origin") or {})),
        readings=tuple(from_plain(ColumnReading, one) for one in card.get("readings") or ()),
    )


def _describe(dataset: Dataset) -> JsonObject:
    facts = to_plain(dataset.facts, fallback=str)
    columns = [{**asdict(column), "examples": list(column.examples)} for column in dataset.columns]
    shape: tuple[int, ...] = getattr(dataset.inputs, "shape", ())
    counts = facts.get("counts") or {}
    if not counts and dataset.labels and dataset.target is not None:
        held = np.bincount(dataset.target, minlength=len(dataset.labels))
        counts = {label: int(count) for label, count in zip(dataset.labels, held, strict=False)}
    return {
        "name": dataset.name,
        "modality": dataset.modality,
        "rows": 0 if isinstance(dataset.inputs, str) else len(dataset.inputs),
        "cols": len(columns) if hasattr(dataset.inputs, "columns") else int(shape[1]) if len(shape) > 1 else 1,
        "columns": columns,
        "labels": list(dataset.labels),
        "counts": counts,
        "warnings": list(dataset.warnings),
        "source": dataset.source,
        "items": facts["items"] if isinstance(facts.get("items"), int) else None,
        "items_bad": facts.get("items_bad"),
        "facts": facts,
        "origin": asdict(dataset.origin),
        "readings": [to_plain(one) for one in dataset.readings],
        "suggested": _suggested(dataset),
        "size": {"numbers": count_numbers(dataset), "reading_seconds": reading_seconds(dataset)},
    }


def _suggested(dataset: Dataset) -> JsonObject:
    from core.readers.tables.target_inference import suggest_target

    form = dataset.facts.get("form")
    if dataset.target is None and form:
        return {"target": None, "form": form, "positive": None}
    if dataset.target is not None:
        classes = "binary" if len(dataset.labels) == 2 else "multiclass"
        form = form or (classes if np.issubdtype(dataset.target.dtype, np.integer) else "regression")
        name = dataset.facts.get("target") or (dataset.columns[0].name if dataset.columns else "class")
        return {"target": name, "form": form, "positive": dataset.facts.get("positive")}
    frame = dataset.inputs if hasattr(dataset.inputs, "columns") else None
    return suggest_target(dataset.columns, dataset.facts.get("suggested"), frame)


def _write_inputs(dataset: Dataset, folder: Path) -> JsonObject:
    inputs = dataset.inputs
    arrays = {
        name: getattr(dataset, name) for name in ("target", "groups", "order") if getattr(dataset, name) is not None
    }
    if hasattr(inputs, "columns"):
        kind: JsonObject = {"kind": "table", "names": [str(name) for name in inputs.columns]}
        _write_table(inputs, folder)
    elif isinstance(inputs, str):
        kind = {"kind": "name", "value": inputs}
    elif inputs.dtype == object or inputs.dtype.kind in "UT":
        import pandas as pd

        kind = {"kind": "texts"}
        _write_table(pd.DataFrame({"text": np.asarray(inputs, dtype=object)}), folder)
    elif isinstance(inputs, np.ndarray):
        kind = {"kind": "array"}
        arrays["inputs"] = inputs
    else:
        raise TypeError(f"inputs of type {type(inputs).__name__} have no plain file form")
    if arrays:
        np.savez(folder / ARRAYS, **arrays)
    return kind


def _write_table(frame: pd.DataFrame, folder: Path) -> None:
    """Columns are stored under short names: a user's names may be anything, Parquet's may not."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    columns = []
    for place in range(frame.shape[1]):
        series = frame.iloc[:, place]
        if str(series.dtype) == "category":
            codes = pa.array(series.cat.codes.to_numpy(), mask=(series.cat.codes.to_numpy() < 0))
            words = pa.array([str(word) for word in series.cat.categories], type=pa.string())
            columns.append(pa.DictionaryArray.from_arrays(codes.cast(pa.int32()), words))
        elif series.dtype.kind in "fiubM":
            columns.append(pa.array(series.to_numpy(), from_pandas=True))
        else:
            values = series.to_numpy(dtype=object)
            columns.append(pa.array([v if isinstance(v, str) else None for v in values], type=pa.string()))
    table = pa.Table.from_arrays(columns, names=[f"c{place}" for place in range(len(columns))])
    # Looking for repeated values in columns of numbers takes longer than writing them.
    coded = [one.name for one in table.schema if str(one.type) != "double"]
    pq.write_table(table, folder / TABLE, compression="lz4", use_dictionary=coded, write_statistics=False)


def _read_inputs(kind: Facts, folder: Path, arrays: Mapping[str, np.ndarray]) -> Inputs:
    if kind["kind"] == "name":
        return kind["value"]
    if kind["kind"] == "array":
        return arrays["inputs"]
    import pyarrow.parquet as pq

    table = pq.ParquetFile(folder / TABLE).read()
    if kind["kind"] == "texts":
        return np.array(table.column(0).to_pylist(), dtype=object)
    return _frame(table, kind["names"])


def _frame(table: pa.Table, names: list[str]) -> pd.DataFrame:
    import pandas as pd
    import pyarrow as pa

    columns = []
    for stored in table.columns:
        whole = stored.combine_chunks()
        if pa.types.is_dictionary(whole.type):
            codes = np.asarray(whole.indices.fill_null(-1).to_numpy(zero_copy_only=False), dtype=np.int32)
            words = pd.Index(np.array(whole.dictionary.to_pylist(), dtype=object), dtype=object)
            columns.append(pd.Series(pd.Categorical.from_codes(codes, categories=words)))
        elif pa.types.is_string(whole.type) or pa.types.is_large_string(whole.type):
            columns.append(pd.Series(np.array(whole.to_pylist(), dtype=object), dtype=object))
        else:
            columns.append(pd.Series(whole.to_numpy(zero_copy_only=False)))
    frame = pd.concat(columns, axis=1) if columns else pd.DataFrame()
    frame.columns = pd.Index(names, dtype=object)
    return frame


def _digest(folder: Path, card: Facts) -> str:
    whole = hashlib.sha256()
    for name in (TABLE, ARRAYS):
        if (folder / name).exists():
            with open(folder / name, "rb") as file:
                whole.update(hashlib.file_digest(file, "sha256").digest())
    whole.update(json.dumps([card["modality"], card["inputs"], card["labels"]], ensure_ascii=True).encode())
    return whole.hexdigest()
