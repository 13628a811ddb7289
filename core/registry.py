"""Opens the rooms: every file dropped into a room declares one thing, and is found here by name."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable, Iterator
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
    """Every declaration of a plug-in folder, key -> declaration, in the order of the keys.

    A file declares one thing. A package does too when its ``__init__`` holds the declaration (its other files are then
    its own helpers); a package that declares nothing is a group of plug-ins and is searched.

    Raises:
        RegistryError: naming the file, if it cannot be imported, lacks its declaration or repeats a key.
    """
    package = importlib.import_module(f"core.{room}")
    found: dict[str, Any] = {}
    for name, declared in _declarations(f"core.{room}", package.__path__, ROOMS[room]):
        if declared.key in found:
            raise RegistryError(f"{name} repeats the key {declared.key!r}")
        found[declared.key] = declared
    return MappingProxyType(dict(sorted(found.items())))


def _declarations(package: str, path: Iterable[str], attribute: str) -> Iterator[tuple[str, Any]]:
    """(module name, declaration) of every plug-in below a package, groups searched in depth."""
    for entry in sorted(pkgutil.iter_modules(path), key=lambda module: module.name):
        name = f"{package}.{entry.name}"
        try:
            module = importlib.import_module(name)
        except Exception as error:
            raise RegistryError(f"{name} cannot be imported: {error}") from error
        declared = getattr(module, attribute, None)
        if declared is not None:
            yield name, declared
        elif entry.ispkg:
            yield from _declarations(name, module.__path__, attribute)
        else:
            raise RegistryError(f"{name} declares no {attribute}")


def find(room: str, key: str) -> Any:
    """One declaration by key; KeyError names what there is."""
    there = discover(room)
    if key not in there:
        raise KeyError(f"no {key!r} among {room}: {', '.join(there)}")
    return there[key]
