"""A fitted model as plain values, arrays and names: what ``state_decoder`` makes the same model of. Never a pickle.

Every object becomes a node of a list: numbers, texts and lists as JSON, arrays and weights beside it, and functions and
classes by the name under which they stand in Crossover.
"""

from __future__ import annotations

import enum
import functools
import re
import sys
import types
from collections.abc import Iterable, Mapping

import numpy as np

from core.encoders import network_hashes
from core.schema import Dataset, JsonObject
from core.states import code_references, inner_code
from core.states.code_references import CodeReferenceError, Part
from core.states.state_decoder import ENCODERS
from core.storage import model_archive

# What fits keep of their training rows and no prediction needs.
LEFT_OUT = {"core.encoders.frozen_pictures:EmbeddedPictures": ("vectors",)}
ALIGNED = 16
TRAINING_DATA = ("inputs", "target", "groups", "order", "rows_read")
PLAIN = (bool, int, float, str, type(None))


class StateEncoder:
    """Collects the nodes, arrays and blobs of one object and everything it is made of."""

    def __init__(self) -> None:
        self.nodes: list[JsonObject] = []
        self.pieces: list[bytes] = []
        self.length = 0
        self.blobs: dict[str, bytes] = {}
        self.encoders: dict[str, str] = {}
        self._places: dict[int, int] = {}
        self._kept: list[Part] = []

    def put(self, value: Part) -> Part:
        """A value as JSON: itself, or the place of its node.

        Args:
            value: any part of a model.

        Returns:
            A plain value, or {"@": place}.

        Raises:
            CodeReferenceError: the part is of a kind that no bundle holds.
        """
        if type(value) in PLAIN:
            return value
        if id(value) in self._places:
            return {"@": self._places[id(value)]}
        place = len(self.nodes)
        self.nodes.append({})
        self._places[id(value)] = place
        self._kept.append(value)
        self.nodes[place] = self._node(value, place)
        return {"@": place}

    def _node(self, value: Part, place: int) -> JsonObject:
        if isinstance(value, np.ndarray):
            return self._array(value, place)
        if isinstance(value, np.generic):
            return {**self._array(np.asarray(value), place), "k": "scalar"}
        if isinstance(value, bytes | bytearray):
            self.blobs[str(place)] = bytes(value)
            return {"k": "bytes", "blob": str(place)}
        if type(value) in (list, tuple, set, frozenset):
            items = sorted(value, key=repr) if isinstance(value, set | frozenset) else value
            return {"k": type(value).__name__, "items": [self.put(one) for one in items]}
        if isinstance(value, dict):
            found: JsonObject = {"k": "dict", "items": self._pairs(value.items())}
            return found if type(value) is dict else {**found, "class": code_references.class_reference(type(value))}
        if isinstance(value, types.MappingProxyType):
            return {"k": "dict", "items": self._pairs(value.items())}
        if isinstance(value, range | slice):
            return {"k": type(value).__name__, "items": [value.start, value.stop, value.step]}
        if isinstance(value, re.Pattern):
            return {"k": "pattern", "text": value.pattern, "flags": value.flags}
        if isinstance(value, np.dtype):
            return {"k": "dtype", "name": value.str}
        if isinstance(value, np.random.Generator):
            return {"k": "generator", "state": self.put(value.bit_generator.state)}
        if isinstance(value, enum.Enum):
            return {"k": "enum", "class": code_references.class_reference(type(value)), "name": value.name}
        return self._code(value) or self._library(value, place) or self._object(value)

    def _pairs(self, items: Iterable[Part]) -> list[list[Part]]:
        return [[self.put(key), self.put(one)] for key, one in items]

    def _array(self, value: np.ndarray, place: int) -> JsonObject:
        if value.dtype.hasobject:
            return {
                "k": "objects",
                "shape": list(value.shape),
                "items": [self.put(one) for one in value.ravel().tolist()],
            }
        return {"k": "array", **self._stored(value)}

    def _stored(self, value: np.ndarray) -> JsonObject:
        """Where an array stands in the one buffer of all: a forest has thousands, and a file each would load slowly."""
        data = np.ascontiguousarray(value).tobytes()
        data += bytes(-len(data) % ALIGNED)
        start = self.length
        self.pieces.append(data)
        self.length += len(data)
        kind = np.lib.format.dtype_to_descr(value.dtype)
        return {"start": start, "dtype": kind, "shape": list(value.shape)}

    def _code(self, value: Part) -> JsonObject | None:
        """Functions, methods, classes and modules by name; None for anything else."""
        if isinstance(value, types.ModuleType):
            return {"k": "module", "name": code_references.find_module(value.__name__).__name__}
        if isinstance(value, types.MethodType):
            return {"k": "method", "self": self.put(value.__self__), "name": value.__name__}
        if isinstance(value, functools.partial):
            return {
                "k": "partial", "function": self.put(value.func), "items": [self.put(one) for one in value.args],
                "named": self._pairs(value.keywords.items()),
            }  # fmt: skip
        if isinstance(value, type):
            return self._class(value)
        if callable(value) and hasattr(value, "__qualname__"):
            named = code_references.function_reference(value)
            if named is not None:
                return {"k": "function", **named}
            if isinstance(value, types.FunctionType):
                return self._closure(value)
        return None

    def _class(self, kind: type) -> JsonObject:
        if code_references.SECTION not in kind.__qualname__:
            return {"k": "class", "class": code_references.class_reference(kind)}
        methods = [one for one in vars(kind).values() if isinstance(one, types.FunctionType)]
        bodies: JsonObject = {}
        for method in methods:
            for name, cell in zip(method.__code__.co_freevars, method.__closure__ or (), strict=True):
                if name != "__class__":
                    bodies[name] = cell.cell_contents
        code = _class_code(kind)
        cells = {name: self.put(bodies.get(name)) for name in code.co_freevars}
        bases = [self.put(base) for base in kind.__bases__]
        inner = inner_code.inner_reference(kind.__module__, kind.__qualname__, code)
        return {"k": "local class", "code": inner, "cells": cells, "bases": bases}

    def _closure(self, function: types.FunctionType) -> JsonObject:
        inner = inner_code.inner_reference(function.__module__, function.__qualname__, function.__code__)
        names = function.__code__.co_freevars
        cells = {
            name: self.put(cell.cell_contents) for name, cell in zip(names, function.__closure__ or (), strict=True)
        }
        return {
            "k": "closure", "code": inner, "cells": cells, "defaults": self.put(function.__defaults__),
            "named": self.put(function.__kwdefaults__),
        }  # fmt: skip

    def _library(self, value: Part, place: int) -> JsonObject | None:
        """Objects of torch, XGBoost and scikit-learn that hold more than attributes; None for others."""
        kind = f"{type(value).__module__}.{type(value).__qualname__}"
        torch = sys.modules.get("torch")
        if torch is not None and isinstance(value, torch.Tensor):
            stored = self._stored(value.detach().cpu().contiguous().numpy())
            learnt = isinstance(value, torch.nn.Parameter)
            return {"k": "tensor", **stored, "parameter": learnt, "gradient": bool(value.requires_grad)}
        if torch is not None and isinstance(value, torch.dtype | torch.device):
            return {"k": "torch name", "name": str(value), "of": type(value).__name__}
        if torch is not None and isinstance(value, torch.nn.Module):
            return self._network(value)
        if kind == "xgboost.core.Booster":
            self.blobs[str(place)] = bytes(value.save_raw("ubj"))
            return {"k": "booster", "blob": str(place)}
        if kind == "sklearn.tree._tree.Tree":
            _, needed, held = value.__reduce__()
            return {"k": "sklearn tree", "needs": self.put(needed), "state": self.put(held)}
        if kind.startswith("sklearn.") and not hasattr(value, "__dict__"):
            return {"k": "class call", "class": code_references.class_reference(type(value))}
        return None

    def _network(self, network: Part) -> JsonObject:
        for (module, name), title in ENCODERS.items():
            loader = getattr(sys.modules.get(module), name, None)
            if loader is not None and loader.cache_info().currsize and loader() is network:
                self.encoders[title] = network_hashes.network_hash(title)
                return {"k": "encoder", "module": module, "name": name, "sha256": self.encoders[title]}
        held = {
            name: one for name, one in vars(network).items() if not name.endswith("_hooks") and "_hooks_" not in name
        }
        return {"k": "object", "network": True, "class": self.put(type(network)), "state": self._pairs(held.items())}

    def _object(self, value: Part) -> JsonObject:
        kind = type(value)
        state: JsonObject = dict(getattr(value, "__dict__", {}))
        for base in kind.__mro__:
            for name in getattr(base, "__slots__", ()) if not isinstance(getattr(base, "__slots__", ()), str) else ():
                if hasattr(value, name):
                    state[name] = getattr(value, name)
        if isinstance(value, Dataset):
            state |= dict.fromkeys(TRAINING_DATA)
        reference = f"{kind.__module__}:{kind.__qualname__}"
        for name in LEFT_OUT.get(reference, ()):
            state[name] = ()
        found: JsonObject = {"k": "object", "class": self.put(kind), "state": self._pairs(state.items())}
        if isinstance(value, tuple):
            found["items"] = [self.put(one) for one in value]
        return found


def _class_code(kind: type) -> types.CodeType:
    """The code of a class made inside a function: found by the code of its methods."""
    outer = kind.__qualname__.rpartition(code_references.LOCALS)[0].partition(code_references.LOCALS)[0]
    own = {one.__code__ for one in vars(kind).values() if isinstance(one, types.FunctionType)}
    top = inner_code.top_code(kind.__module__, outer)
    for _, code in inner_code.walk_code(top, ()):
        if code.co_name == kind.__name__ and own <= {one for one in code.co_consts if isinstance(one, types.CodeType)}:
            return code
    raise CodeReferenceError(f"{kind.__module__}:{kind.__qualname__} was made in a way that has no name")


def encode_state(value: Part) -> tuple[bytes, Mapping[str, str]]:
    """An object as one archive.

    Args:
        value: a fitted model, or what stands before its graph.

    Returns:
        (an npz without pickles, frozen networks that it names -> SHA-256 of their files).

    Raises:
        CodeReferenceError: a part of it is of a kind that no bundle holds; says which.
    """
    encoder = StateEncoder()
    root = encoder.put(value)
    arrays = {"all": np.frombuffer(b"".join(encoder.pieces), dtype=np.uint8)}
    packed = model_archive.pack({"root": root, "nodes": encoder.nodes}, arrays, encoder.blobs)
    return packed, encoder.encoders
