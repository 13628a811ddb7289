"""The model that ``state_encoder`` wrote down, made again from the code that is installed here.

Nothing of the bundle is executed: what it names is looked up among Crossover's own models and features, and refused
when it is not there.
"""

from __future__ import annotations

import enum
import functools
import re
import types
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from core.schema import JsonObject
from core.states import code_references, inner_code
from core.states.code_references import CodeReferenceError, Part
from core.storage import model_archive

MOST_NODES = 2_000_000
# Frozen networks of installed packages: named with the hash of their files, never carried.
ENCODERS = {
    ("core.encoders.efficientnet", "load_backbone"): "EfficientNet-Lite0",
    ("core.encoders.fracast_network", "load_network"): "Fracast-0",
}
CONTAINERS = {"list": list, "tuple": tuple, "set": set, "frozenset": frozenset}


def check_network(title: str, expected: str, network_hash: Callable[[str], str]) -> None:
    """Refuses a frozen network that is not the one a model was fitted on.

    Args:
        title: of the network. expected: SHA-256 of its files. network_hash: title -> that of the files installed here.

    Raises:
        CodeReferenceError: it is not installed, or another one.
    """
    try:
        there = network_hash(title)
    except (ImportError, OSError, KeyError) as error:
        raise CodeReferenceError(
            f"it stands on the frozen network {title}, which is not installed ({error})"
        ) from error
    if there != expected:
        raise CodeReferenceError(
            f"the frozen network {title} that is installed here has other weights than the bundle's"
        )


class StateDecoder:
    """Makes objects from the nodes of one archive, each once."""

    def __init__(self, nodes: Sequence[JsonObject], stored: np.ndarray, blobs: Mapping[str, bytes]) -> None:
        self.nodes, self.stored, self.blobs = nodes, stored, blobs
        self._made: dict[int, object] = {}

    def get(self, told: object) -> Part:
        """A value as ``StateEncoder.put`` wrote it.

        Args:
            told: a plain value, or {"@": place}.

        Returns:
            The value.

        Raises:
            CodeReferenceError: it names what no model is made of.
        """
        if not isinstance(told, dict):
            return told
        place = int(told["@"])
        if place not in self._made:
            self._made[place] = self._make(self.nodes[place], place)
        return self._made[place]

    def _make(self, node: JsonObject, place: int) -> object:
        kind = str(node["k"])
        maker = getattr(self, f"_{kind.replace(' ', '_')}", None)
        if kind in CONTAINERS and kind != "list":
            return CONTAINERS[kind](self.get(one) for one in node["items"])
        if maker is None or kind not in KINDS:
            raise CodeReferenceError(f"it holds a part of an unknown kind {kind!r}")
        return maker(node, place)

    def _list(self, node: JsonObject, place: int) -> object:
        made: list[object] = []
        self._made[place] = made
        made.extend(self.get(one) for one in node["items"])
        return made

    def _dict(self, node: JsonObject, place: int) -> object:
        kind = code_references.find_class(node["class"]) if "class" in node else dict
        made = kind() if issubclass(kind, dict) else {}
        self._made[place] = made
        for key, one in node["items"]:
            made[self.get(key)] = self.get(one)
        return made

    def _array(self, node: JsonObject, place: int) -> np.ndarray:
        described = node["dtype"]
        kind = np.lib.format.descr_to_dtype(_described(described))
        if kind.hasobject:
            raise CodeReferenceError("it holds an array of Python objects")
        shape = tuple(int(side) for side in node["shape"])
        start, count = int(node["start"]), int(np.prod(shape, dtype=np.int64))
        held = np.frombuffer(self.stored, kind, count, start) if count else np.zeros(0, kind)
        return held.reshape(shape).copy()

    def _scalar(self, node: JsonObject, place: int) -> object:
        return self._array(node, place)[()]

    def _objects(self, node: JsonObject, place: int) -> object:
        made = np.empty(len(node["items"]), dtype=object)
        for row, one in enumerate(node["items"]):
            made[row] = self.get(one)
        return made.reshape(node["shape"])

    def _bytes(self, node: JsonObject, place: int) -> object:
        return self.blobs[node["blob"]]

    def _range(self, node: JsonObject, place: int) -> object:
        return range(*node["items"])

    def _slice(self, node: JsonObject, place: int) -> object:
        return slice(*node["items"])

    def _pattern(self, node: JsonObject, place: int) -> object:
        return re.compile(node["text"], node["flags"])

    def _dtype(self, node: JsonObject, place: int) -> object:
        return np.dtype(str(node["name"]))

    def _generator(self, node: JsonObject, place: int) -> object:
        made = np.random.default_rng(0)
        made.bit_generator.state = self.get(node["state"])
        return made

    def _enum(self, node: JsonObject, place: int) -> object:
        kind = code_references.find_class(node["class"])
        if not issubclass(kind, enum.Enum):
            raise CodeReferenceError(f"it names {node['class']!r}, which is no list of choices")
        return kind[str(node["name"])]

    def _module(self, node: JsonObject, place: int) -> object:
        return code_references.find_module(str(node["name"]))

    def _method(self, node: JsonObject, place: int) -> object:
        return code_references.find_method(self.get(node["self"]), str(node["name"]))

    def _partial(self, node: JsonObject, place: int) -> object:
        named = {self.get(key): self.get(one) for key, one in node["named"]}
        return functools.partial(self.get(node["function"]), *(self.get(one) for one in node["items"]), **named)

    def _class(self, node: JsonObject, place: int) -> object:
        return code_references.find_class(node["class"])

    def _function(self, node: JsonObject, place: int) -> object:
        return code_references.find_function(str(node["module"]), str(node["name"]), str(node["signature"]))

    def _local_class(self, node: JsonObject, place: int) -> object:
        code = inner_code.find_inner(node["code"])
        cells = {name: self.get(one) for name, one in node["cells"].items()}
        bases = [self.get(base) for base in node["bases"]]
        return inner_code.make_class(code, str(node["code"]["module"]), cells, bases)

    def _closure(self, node: JsonObject, place: int) -> object:
        code = inner_code.find_inner(node["code"])
        cells = {name: types.CellType() for name in code.co_freevars}
        around = vars(code_references.load_module(str(node["code"]["module"])))
        made = types.FunctionType(code, around, code.co_name, None, tuple(cells[name] for name in code.co_freevars))
        # A function may hold itself, so that it is there before what it holds.
        self._made[place] = made
        for name, cell in cells.items():
            cell.cell_contents = self.get(node["cells"].get(name))
        made.__defaults__, made.__kwdefaults__ = self.get(node["defaults"]), self.get(node["named"])
        return made

    def _tensor(self, node: JsonObject, place: int) -> object:
        import torch

        held = torch.from_numpy(self._array(node, place))
        if node["parameter"]:
            return torch.nn.Parameter(held, requires_grad=bool(node["gradient"]))
        return held.requires_grad_(bool(node["gradient"]))

    def _torch_name(self, node: JsonObject, place: int) -> object:
        import torch

        if node["of"] == "device":
            return torch.device("cpu")
        found = getattr(torch, str(node["name"]).removeprefix("torch."), None)
        if not isinstance(found, torch.dtype):
            raise CodeReferenceError(f"it names {node['name']!r}, which is no type of numbers")
        return found

    def _booster(self, node: JsonObject, place: int) -> object:
        import xgboost

        made = xgboost.Booster({"nthread": 1})
        made.load_model(bytearray(self.blobs[node["blob"]]))
        return made

    def _sklearn_tree(self, node: JsonObject, place: int) -> object:
        from sklearn.tree._tree import Tree

        made = Tree(*self.get(node["needs"]))
        made.__setstate__(self.get(node["state"]))
        return made

    def _class_call(self, node: JsonObject, place: int) -> object:
        return code_references.find_class(node["class"])()

    def _encoder(self, node: JsonObject, place: int) -> object:
        from core.encoders import network_hashes

        title = ENCODERS.get((str(node["module"]), str(node["name"])))
        if title is None:
            raise CodeReferenceError(f"it names a frozen network {node['name']!r} that is not among those used here")
        check_network(title, str(node["sha256"]), network_hashes.network_hash)
        return getattr(code_references.load_module(str(node["module"])), str(node["name"]))()

    def _object(self, node: JsonObject, place: int) -> object:
        kind = self.get(node["class"])
        if not isinstance(kind, type):
            raise CodeReferenceError("it holds an object without a class")
        if "items" in node:
            return tuple.__new__(kind, [self.get(one) for one in node["items"]])
        made: Part = _empty(kind)
        self._made[place] = made
        if node.get("network"):
            import torch

            torch.nn.Module.__init__(made)
        for key, one in node["state"]:
            name, held = self.get(key), self.get(one)
            if hasattr(made, "__dict__"):
                made.__dict__[name] = held
            else:
                object.__setattr__(made, name, held)
        return made


KINDS = {
    "list", "dict", "array", "scalar", "objects", "bytes", "range", "slice", "pattern", "dtype", "generator", "enum",
    "module", "method", "partial", "class", "function", "local class", "closure", "tensor", "torch name", "booster",
    "sklearn tree", "class call", "encoder", "object",
}  # fmt: skip


def _empty(kind: Part) -> Part:
    """An object of a class before anything is set on it."""
    return kind.__new__(kind)


def _described(told: Part) -> Part:
    """The description of a type of numbers as numpy takes it: JSON has made lists of its tuples."""
    if isinstance(told, list) and told and isinstance(told[0], list):
        return [tuple(_described(part) for part in field) for field in told]
    return tuple(told) if isinstance(told, list) else told


def decode_state(data: bytes) -> Part:
    """The object that ``encode_state`` was given.

    Args:
        data: its archive.

    Returns:
        The same object, made of the code installed here.

    Raises:
        CodeReferenceError: the archive is damaged, or names what is not here or no part of a model.
    """
    try:
        facts, arrays, blobs = model_archive.unpack(data)
        nodes = facts["nodes"]
        if not isinstance(nodes, list) or len(nodes) > MOST_NODES:
            raise CodeReferenceError("it holds more parts than any model")
        return StateDecoder(nodes, arrays["all"], blobs).get(facts["root"])
    except CodeReferenceError:
        raise
    except ImportError as error:
        raise CodeReferenceError(f"it needs the package {error.name!r}, which is not installed") from error
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError) as error:
        raise CodeReferenceError(f"the saved model is damaged ({type(error).__name__}: {error})") from error
