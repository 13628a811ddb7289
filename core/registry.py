"""Opens the rooms: every file dropped into a room declares one thing, and is found here by name."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from types import MappingProxyType
from typing import Any

ROOMS = {
    "modalities": "MODALITY",
    "contestants": "CONTESTANT",
    "measurements": "MEASUREMENT",
    "claims": "CLAIM",
    "scenarios": "SCENARIO",
}


class RegistryError(Exception):
    """A file in a room cannot be used: it does not import, declares nothing, or repeats a key."""


@cache
def discover(room: str) -> MappingProxyType[str, Any]:
    """Every declaration of a room, key -> declaration, in file-name order.

    Raises:
        RegistryError: naming the file, if it cannot be imported, lacks its declaration or repeats a key.
    """
    attribute = ROOMS[room]
    package = importlib.import_module(f"core.{room}")
    found: dict[str, Any] = {}
    for entry in sorted(pkgutil.iter_modules(package.__path__), key=lambda module: module.name):
        name = f"core.{room}.{entry.name}"
        try:
            module = importlib.import_module(name)
        except Exception as error:
            raise RegistryError(f"{name} cannot be imported: {error}") from error
        declared = getattr(module, attribute, None)
        if declared is None:
            raise RegistryError(f"{name} declares no {attribute}")
        if declared.key in found:
            raise RegistryError(f"{name} repeats the key {declared.key!r}")
        found[declared.key] = declared
    return MappingProxyType(found)


def find(room: str, key: str) -> Any:
    """One declaration by key; KeyError names what there is."""
    there = discover(room)
    if key not in there:
        raise KeyError(f"no {key!r} among {room}: {', '.join(there)}")
    return there[key]
