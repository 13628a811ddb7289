"""Models as bytes without code in them: arrays, JSON facts and opaque blobs in one compressed npz (never a pickle)."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping

import numpy as np

from core.schema import Facts, JsonObject


def pack(facts: Facts, arrays: Mapping[str, np.ndarray], blobs: Mapping[str, bytes] | None = None) -> bytes:
    """One npz: ``facts`` as JSON, ``arrays`` as they are, ``blobs`` as bytes.

    Raises:
        TypeError: facts that JSON cannot hold, or an array of Python objects.
    """
    content = {"facts.json": np.frombuffer(json.dumps(dict(facts), allow_nan=True).encode(), dtype=np.uint8)}
    for name, array in arrays.items():
        content[f"array.{name}"] = np.asarray(array)
        if content[f"array.{name}"].dtype.hasobject:
            raise TypeError(f"{name} holds Python objects and cannot be saved safely")
    for name, blob in (blobs or {}).items():
        content[f"blob.{name}"] = np.frombuffer(bytes(blob), dtype=np.uint8)
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **content)  # type: ignore[arg-type]
    return buffer.getvalue()


def unpack(data: bytes) -> tuple[JsonObject, dict[str, np.ndarray], dict[str, bytes]]:
    """What ``pack`` was given: (facts, arrays, blobs).

    Raises:
        ValueError: the bytes are not such a pack.
    """
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as content:
            facts = json.loads(content["facts.json"].tobytes())
            named = {name: content[name] for name in content.files}
    except Exception as error:
        raise ValueError("these bytes hold no packed model") from error
    arrays = {name[6:]: array for name, array in named.items() if name.startswith("array.")}
    blobs = {name[5:]: array.tobytes() for name, array in named.items() if name.startswith("blob.")}
    return facts, arrays, blobs
